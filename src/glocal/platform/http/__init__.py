"""What every door shares: problem+json, admission, idempotency, rate limits, paging. Open ground for all packages."""
