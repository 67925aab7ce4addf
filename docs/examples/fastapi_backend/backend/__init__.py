"""A shop's backend on FastAPI, whose orders have a record."""
