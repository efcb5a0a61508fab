PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Tests start the program some fifty times; compiled modules that are kept spare each start a quarter of a second.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test static lint types contracts tests tests-on docs bench touched clean

demo: .venv/.installed
	$(BIN)/assembla-mcp demo

test: .venv/.dev
	$(MAKE) --jobs 2 static tests

static:
	$(MAKE) --jobs 1 lint types contracts

lint: .venv/.dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev
	$(BIN)/lint-imports

tests: .venv/.dev
	$(BIN)/pytest --numprocesses 2 --dist worksteal --cov --cov-report term:skip-covered

# On another Python, in an environment of its own: make tests-on PYTHON=python3.13 VENV=.venv-3.13
tests-on:
	$(PYTHON) -m venv $(VENV) && $(VENV)/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	$(VENV)/bin/pytest --numprocesses 2

docs: .venv/.dev
	$(BIN)/python tests/docs.py

bench: .venv/.dev
	$(BIN)/python -m compileall -q .venv server tools; $(BIN)/python benchmarks/run.py

touched: .venv/.dev
	$(BIN)/python benchmarks/touched_files.py --list

clean:
	rm -rf .venv .venv-* build dist .coverage* .mypy_cache .pytest_cache .ruff_cache

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv && $(PIP) --editable . && touch $@

.venv/.dev: .venv/.installed
	$(PIP) --editable ".[dev]" && touch $@
