"""Writes of the accounts package, a module per subject."""
