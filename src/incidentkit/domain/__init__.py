"""The nouns: frozen values, one per file. Nothing here reads a clock, draws at random or does I/O."""
