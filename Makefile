# newscite: `make demo` shows it, `make test` proves it. Both make .venv first if need be.

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
DEMO_DATA ?= demo-data

# What is installed depends on these; a stamp remembers with which of their contents.
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test

.PHONY: demo test quick lint types imports lock clean help

help:
	@echo "make demo         install, ingest the sample corpus, ask three questions, serve"
	@echo "make demo SERVE=0 the same without serving"
	@echo "make test         install, then lint, types, import contract and all tests"
	@echo "make quick        the same without the slow tests"
	@echo "make lock         write the lock files anew (needs uv)"
	@echo "make clean        delete the environment, the demo's corpus and caches"

demo: $(RUN_STAMP)
	@$(BIN)/newscite --data-dir $(DEMO_DATA) demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

test: lint types imports
	$(BIN)/python -m pytest

quick: lint types imports
	$(BIN)/python -m pytest -m "not slow"

lint: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TEST_STAMP)
	$(BIN)/mypy

imports: $(TEST_STAMP)
	$(BIN)/lint-imports

# The test environment holds all that the other does, so it counts as both.
$(TEST_STAMP): requirements-test.lock pyproject.toml
	@sh .ci/install "$(PYTHON)" "$(VENV)" requirements-test.lock
	@touch $(RUN_STAMP) $@

$(RUN_STAMP): requirements.lock pyproject.toml
	@sh .ci/install "$(PYTHON)" "$(VENV)" requirements.lock
	@touch $@

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra build -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra build --extra test -o requirements-test.lock

clean:
	rm -rf $(VENV) $(DEMO_DATA) runs .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
