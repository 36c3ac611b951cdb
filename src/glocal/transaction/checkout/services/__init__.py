"""Writes of checkout, a module per subject."""
