"""Providers, each behind the port ``PaymentProvider``."""
