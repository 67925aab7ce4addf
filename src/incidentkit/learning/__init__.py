"""What the record teaches: where things go wrong and what it costs, why, and whether what was done about it has helped."""
