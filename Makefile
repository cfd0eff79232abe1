# newscite: `make demo` shows it, `make test` proves it. Both make .venv first if need be.

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
DEMO_DATA ?= demo-data
GATE ?= gate-data
BASELINE := eval/baselines/sample
# Tests that go on at a time. One more than CI's machine has cores, since many wait.
WORKERS ?= 3
# A file's tests share what they were given, and the longest, of whole processes, begin.
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# The tests start a command hundreds of times, which would compile our modules each time anew.
unexport PYTHONDONTWRITEBYTECODE

# What is installed depends on these; a stamp remembers with which of their contents.
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test

.PHONY: demo test quick lint types imports gate baseline screenshots lock audit licences sbom clean help

help:
	@echo "make demo         install, ingest the sample corpus, ask three questions, serve"
	@echo "make demo SERVE=0 the same without serving"
	@echo "make test         install, then lint, types, import contract, all tests and the gate"
	@echo "make quick        the same without the slow tests and the gate"
	@echo "make gate         ask the sample gold; fail if an answer measure lost significantly"
	@echo "make baseline     the same, and make what came out the gate's new baseline"
	@echo "make screenshots  take a picture of every state of the page, into build/screenshots"
	@echo "make lock         write the lock files anew (needs uv)"
	@echo "make audit        look for known vulnerabilities of what is pinned (needs uv and the network)"
	@echo "make licences     list the licence of every package that is pinned; fail on one to look at"
	@echo "make sbom         write what is pinned as CycloneDX to build/sbom.json (needs uv)"
	@echo "make clean        delete the environment, the demo's corpus and caches"

demo: $(RUN_STAMP)
	@$(BIN)/newscite --data-dir $(DEMO_DATA) demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

test: lint types imports
	$(PYTEST)
	@$(MAKE) --no-print-directory gate

quick: lint types imports
	$(PYTEST) -m "not slow"

lint: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TEST_STAMP)
	$(BIN)/mypy

imports: $(TEST_STAMP)
	$(BIN)/lint-imports

gate: $(GATE)/run/results.json
	$(BIN)/newscite eval gate $(GATE)/run --baseline $(BASELINE) --max-loss 0.02

baseline: $(GATE)/run/results.json
	mkdir -p $(BASELINE) && cp $(GATE)/run/results.json $(BASELINE)/

.PHONY: $(GATE)/run/results.json
$(GATE)/run/results.json: $(TEST_STAMP)
	rm -rf $(GATE)
	$(BIN)/newscite --data-dir $(GATE)/corpus ingest ingest/sample
	$(BIN)/newscite --data-dir $(GATE)/corpus eval lint eval/gold/sample.jsonl
	$(BIN)/newscite --data-dir $(GATE)/corpus eval run --gold eval/gold/sample.jsonl --out $(GATE)/run

# The test environment holds all that the other does, so it counts as both.
$(TEST_STAMP): requirements-test.lock pyproject.toml
	@sh .ci/install "$(PYTHON)" "$(VENV)" requirements-test.lock
	@touch $(RUN_STAMP) $@

$(RUN_STAMP): requirements.lock pyproject.toml
	@sh .ci/install "$(PYTHON)" "$(VENV)" requirements.lock
	@touch $@

screenshots: $(TEST_STAMP)
	$(BIN)/python tests/acceptance/screenshots.py build/screenshots

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra build -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra build --extra test --group llm-test \
	  -o requirements-test.lock

# --strict: what the service does not know is no finding, but has not been audited either.
audit:
	uvx pip-audit==2.10.1 --strict --disable-pip --require-hashes -r requirements.lock

licences: $(RUN_STAMP)
	@$(BIN)/python .ci/licences.py requirements.lock

sbom:
	mkdir -p build
	uvx --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.lock \
	  --pyproject pyproject.toml --mc-type application --output-reproducible --validate \
	  -o build/sbom.json

clean:
	rm -rf $(VENV) $(DEMO_DATA) $(GATE) runs .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
