# `make help` lists what this file can do. Linux, GNU make, Python 3.11 or newer.
SHELL := bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help serve test test-system bench figures lock clean .venv

# The first interpreter that runs and is new enough; `make PYTHON=/path/to/python3.12` chooses.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c '$(NEW_ENOUGH)' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
# The builders are locked too, so nothing is fetched that a hash does not hold; setuptools comes
# first, for what has no wheel for the Python at hand (zstandard on 3.15).
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
	--retries 2 --no-build-isolation
NO_INSTALL := echo "migkg: the locked packages could not be installed: check the network \
	connection and run make again; for a Python newer than 3.14, install a C compiler and that \
	Python's headers (pip's own words are in .venv/pip.log)." >&2; exit 1

help: ## list the targets
	@sed -n 's/^\([a-z.-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

serve: .venv/for-use ## start the server on http://127.0.0.1:8000
	@exec $(BIN)/migkg serve

test: .venv/for-work ## lint, types, the checks of the graph, all tests
	$(BIN)/ruff check server tests
	$(BIN)/ruff format --check server tests
	$(BIN)/mypy
	$(BIN)/migkg check
	$(BIN)/pytest -q

test-system: .venv/for-work ## tests with browsers, other stores and clients (installs Debian packages)
	@tests/system/install
	@npm ci --prefix tests/system --silent --no-audit --no-fund
	$(BIN)/pytest -q tests/system

bench: .venv/for-bench ## measure the server beside its peers (nothing here can fail a build)
	$(BIN)/python -m tests.benchmarks

.venv: .venv/for-work ## make the working environment

.venv/for-use: requirements.lock pyproject.toml
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "migkg: Python 3.11 or newer is needed:" \
		"install it, or name it with 'make PYTHON=/path/to/python3.12'." >&2; exit 1; }
	@[ -x $(BIN)/pip ] || "$(PYTHON)" -m venv --clear .venv || { echo "migkg: .venv could not be" \
		"made: install Python's venv module (Debian: apt install python3-venv)." >&2; exit 1; }
	@echo "migkg: installing the locked packages into .venv (once, about a minute) ..." >&2
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock > .venv/builder.lock
	@$(INSTALL) --require-hashes -r .venv/builder.lock 2>.venv/pip.log || { $(NO_INSTALL); }
	@$(INSTALL) --require-hashes -r requirements.lock 2>.venv/pip.log || { $(NO_INSTALL); }
	@$(INSTALL) --no-deps --editable . 2>.venv/pip.log || { echo "migkg: the package could" \
		"not be built: mend what .venv/pip.log names and run make again." >&2; exit 1; }
	@touch $@

.venv/for-work: .venv/for-use requirements-dev.lock
	@echo "migkg: installing the tools for tests into .venv ..." >&2
	@$(INSTALL) --require-hashes -r requirements-dev.lock 2>.venv/pip.log || { $(NO_INSTALL); }
	@touch $@

.venv/for-bench: .venv/for-work requirements-bench.lock
	@echo "migkg: installing the peers to measure against into .venv ..." >&2
	@$(INSTALL) --require-hashes -r requirements-bench.lock 2>.venv/pip.log || { $(NO_INSTALL); }
	@touch $@

figures: .venv/for-work ## count the README's table of documents anew
	$(BIN)/python tests/figures.py

LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" --extra build
lock: ## renew the lock files (needs uv on the PATH)
	$(LOCK) --upgrade -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock

clean: ## remove what the other targets made
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
