"""The pages that customers see: made from values, and readable without script, colour or eyes."""
