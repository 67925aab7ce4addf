"""The shop's own app: purchases."""
