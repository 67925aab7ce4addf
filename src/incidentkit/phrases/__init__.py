"""How things are said: texts with placeholders, and figures, amounts and dates as people write them, in each language."""
