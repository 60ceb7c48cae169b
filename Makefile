# Everything a fresh machine needs is Python >= 3.11, gcc and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TOOLS := $(VENV)/.tools
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check
COMPILE := $(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true

# With this variable set nothing is byte-compiled, and every process imports for seconds longer, for ever.
unexport PYTHONDONTWRITEBYTECODE
.DELETE_ON_ERROR:
.PHONY: run findings site test test-all lint lock bench patterns patterns-ensemble setup clean

run: $(STAMP)
	$(BIN)/labyrinth compare study=headline name=headline --replace

# Everything that is published, by parts, and the documents that tell of it; two to three hours on two cores. Goes on where it was
# stopped and skips what is up to date: python -m experiments.findings --list
findings: $(STAMP)
	$(BIN)/python -m experiments.findings

setup: $(TOOLS)

# what running needs, in the versions of the lock file
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "labyrinth needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; set PYTHON=/path/to/python3.11")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --constraint requirements.lock -e .
	$(COMPILE)
	@touch $@

# and what tests, linters and optional parts need
$(TOOLS): $(STAMP)
	$(INSTALL) -r requirements.lock
	$(COMPILE)
	@touch $@

# what a change is tried with: a few minutes
test: $(TOOLS)
	$(BIN)/python -m pytest

# everything: the tests of `make test`, then those marked slow; in the order of files, which begins with long ones early
test-all: test
	$(BIN)/python -m pytest -m slow --no-loadscope-reorder

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The lock is made on the oldest supported Python, without index addresses.
lock:
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-options --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --no-header --annotation-style=line \
	  -o requirements.lock pyproject.toml

# documents as a site that needs no network, with a gallery, a reference of the Python interface and a search
site: $(TOOLS)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "open build/site/index.html"

bench: $(TOOLS)
	$(BIN)/python -m experiments.bench

patterns: $(STAMP)
	$(BIN)/python -m experiments.patterns

# the same in worlds that fit; goes on where it was stopped
patterns-ensemble: $(STAMP)
	$(BIN)/python -m experiments.patterns --ensemble calibrated

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
