"""Pages of single figures: what is counted, how it went on, and the rows that it was counted from."""
