"""A shop's backend on Flask, whose orders have a record."""
