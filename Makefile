# The main commands are `make run` and `make test`; CONTRIBUTING.md explains the others.
# PYTHON=/path/to/python3.12 chooses a Python, PORT=8001 (or a line in .env) a port.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run dev developer lint test coverage sweep bench load messages lock clean

help:
	@echo 'make run       start the portal at http://localhost:8000 (the first time takes some minutes)'
	@echo 'make dev       the same for developers: debugging, reload'
	@echo 'make test      all checks that a change has to pass'
	@echo 'make coverage  the same tests, and which lines they run; takes almost twice as long'
	@echo 'make sweep     tests that take longer: all languages, fuzzing'
	@echo 'make bench     measure search and pages on generated networks (SIZES="1000 10000 100000")'
	@echo 'make load      put 50 users on a portal with PostgreSQL and Elasticsearch (MINUTES=5; 30 watches the memory)'
	@echo 'make messages  update the message catalogues'
	@echo 'make lock      pin the packages named in requirements*.in'
	@echo 'make clean     remove all generated files; the data in var/ stays'

# `exec`: the portal itself receives Ctrl-C, and notices when make ends.
SETUP = command -v $(PYTHON) >/dev/null || { echo 'Lyceum needs Python 3.11 or newer; there is no $(PYTHON) here.'; exit 1; }; \
	exec $(PYTHON) scripts/setup.py

run:
	@$(SETUP) run

dev:
	@$(SETUP) dev

developer:
	@$(SETUP) test

lint: developer
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run --settings portal.settings.test
	$(BIN)/python scripts/catalogues.py check

test: lint
	$(BIN)/pytest --numprocesses auto

coverage: developer
	$(BIN)/pytest --numprocesses auto --cov $$($(BIN)/python -m tests.services)

sweep: developer
	$(BIN)/pytest --numprocesses auto -m sweep

# BENCH="--only pages --served" measures the pages alone, also under gunicorn; BENCH=--help lists the options.
bench: developer
	$(BIN)/python -m scripts.bench $(BENCH) $(SIZES)

# Not a part of `make test`: it takes minutes, and its numbers count on an idle machine only.
MINUTES ?= 5
load: developer
	.ci/with-postgresql $(BIN)/python -m scripts.load $(MINUTES)

messages: developer
	$(BIN)/python scripts/catalogues.py update

lock: developer
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv .coverage* htmlcov .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
	find locale -name '*.mo' -delete
