# Everything a maker or an office types. `make help` lists it; docs/settings.md says what can be set.
# Needs only Python 3.11 or later and make; what it installs goes into .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
FAST := not browser and not postgres and not faults and not outside and not thorough
ROOMS := lantoa crawler tracker api web sandbox config
SOURCES := $(ROOMS) tests scripts $(wildcard bench)
SHELL := bash
# Compiled modules are what makes the second run quick, of the tests and of the hundreds of commands they start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install run demo test check static format bench lock clean

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

install: $(VENV)/.installed ## make .venv with everything lantoa needs; starts nothing

run: install ## install, then web, API and crawler on http://127.0.0.1:8000 with SQLite in ./data
	@exec $(BIN)/lantoa run $(ARGS)

demo: install ## the same on a filled sample organisation and a local news site; needs no internet
	@exec $(BIN)/lantoa demo $(ARGS)

test: $(VENV)/.test ## install what the tests need and run them all; names what could not run here
	@$(BIN)/python scripts/prepare_tests.py
	@$(MAKE) --no-print-directory static
	TZ=America/St_Johns $(BIN)/python -m pytest -v -n 2 --dist worksteal -m "$(FAST)"
	$(BIN)/python -m pytest -v -n 2 --dist loadfile

check: $(VENV)/.test ## the fast loop: format, lint, imports, types, and the tests without browser and PostgreSQL
	@$(MAKE) --no-print-directory static
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "$(FAST)"

static: $(VENV)/.test ## format, lint, imports and types alone
	$(BIN)/ruff format --check --quiet $(SOURCES)
	$(BIN)/ruff check --quiet $(SOURCES)
	$(BIN)/lint-imports --no-logo 2>&1 | tail -n 20; exit $${PIPESTATUS[0]}
	$(BIN)/mypy --no-error-summary $(addprefix -p ,$(ROOMS) tests scripts)
	@MYPYPATH=. $(BIN)/mypy --no-error-summary --explicit-package-bases bench

format: $(VENV)/.test ## put the sources into their form
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: $(VENV)/.test $(VENV)/.peers ## the benchmarks, each printing one line `name value unit (ratio to floor)`
	@$(BIN)/python scripts/run_benches.py

# The lock files: every version and hash, for every Python from 3.11 and every system, and no address of an index.
LOCK := $(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-config $(UPGRADE)

lock: $(VENV)/.lock ## resolve the dependencies again (UPGRADE=--upgrade for newer ones)
	$(LOCK) pyproject.toml requirements/build.in -o requirements/run.txt
	$(LOCK) pyproject.toml requirements/build.in --group test -c requirements/run.txt -o requirements/test.txt
	$(LOCK) --group bench -o requirements/bench.txt
	$(LOCK) requirements/lock.in -o requirements/lock.txt

clean: ## remove .venv and all caches; never the data folder
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build

# Stamps: each is made again only when what it stands for has changed.
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or later is needed (set PYTHON=/path/to/python3)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "error: $(PYTHON) cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/.run: requirements/run.txt | $(VENV)/bin/python
	@echo "installing what lantoa needs into $(VENV)"
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.run
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.installed
	@echo "installing what the tests need into $(VENV)"
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(VENV)/.peers: requirements/bench.txt | $(VENV)/bin/python
	@echo "installing what the benchmarks are measured against into $(VENV)/peers"
	@$(PYTHON) -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

$(VENV)/.lock: requirements/lock.txt | $(VENV)/bin/python
	@$(PYTHON) -m venv $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@
