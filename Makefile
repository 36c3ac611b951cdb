# Everything runs from .venv, which `make setup` makes from the lock files. Without make: scripts/setup, then .venv/bin/glocal up.
.PHONY: setup dev run test check format lock messages
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

setup:
	@scripts/setup

dev:
	@scripts/setup dev

# ARGS passes options on: make run ARGS="--port 9000 --no-demo"
run: setup
	@exec $(BIN)/glocal up $(ARGS)

test: dev
	$(BIN)/pytest -n auto --dist loadfile -m "not browser" $(ARGS)
	$(BIN)/pytest -m browser $(ARGS)

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint src --lint --quiet
	DJANGO_SETTINGS_MODULE=glocal.settings.test $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Versions and hashes, no addresses. ARGS=--upgrade takes newer versions.
lock: dev
	$(LOCK) $(ARGS) requirements/setup.in --output-file requirements/setup.txt
	$(LOCK) $(ARGS) requirements/base.in --output-file requirements/base.txt
	$(LOCK) $(ARGS) requirements/dev.in --output-file requirements/dev.txt

# Collect the texts and compile their translations; --check in the tests keeps them whole.
messages: dev
	$(BIN)/python scripts/messages
