"""Plain Python that every package may use: money, ids, the clock, errors. No Django, no database."""
