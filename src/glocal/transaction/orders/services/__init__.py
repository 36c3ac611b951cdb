"""Writes of orders, a module per subject."""
