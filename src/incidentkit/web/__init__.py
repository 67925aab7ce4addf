"""Faces for a browser. Pages are made from values and need nothing that is not in the core."""
