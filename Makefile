# Everything a person or CI does here. `make` alone lists it.
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
# one that the libraries have come to (3.15 and later only where there is no other)
PYTHON ?= $(shell for newest in 14 99; do for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $$newest))" 2>/dev/null && { echo $$p; exit; }; \
	done; done)
PORT ?= 8050
REPOSITORIES ?= ../repositories
LABELS ?= benchmarks/labels
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
OR_SAY := || { echo "Not all could be installed, and the lines above say why: mostly no network, a package index that does not answer, or a full disk. The same command goes on from here; after 'make clean' it starts anew."; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help install run demo serve collect detect doctor migrate check lint types imports test format images bench accuracy distributions docs docs-check browser postgresql lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

$(VENV)/made:
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "Skillfolio needs Python 3.11 or newer: install it, or name it (make run PYTHON=/path/to/python3.12)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "No virtual environment could be made, and the lines above say why. On Debian or Ubuntu mostly: apt-get install python3-venv."; exit 1; }
	@touch $@

$(VENV)/run-ready: requirements.lock pyproject.toml | $(VENV)/made
	@echo "Installing Skillfolio into $(VENV) (once) ..."
	@$(PIP) install -r requirements.lock $(OR_SAY)
	@$(PIP) install --no-deps -e . $(OR_SAY)
	@touch $@

$(VENV)/test-ready: requirements-dev.lock $(VENV)/run-ready
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(PIP) install -r requirements-dev.lock $(OR_SAY)
	@touch $@

install: $(VENV)/run-ready ## install into .venv

run: $(VENV)/run-ready ## install, then open the dashboard with the sample portfolio
	@$(BIN)/skillfolio demo --port $(PORT)

demo: run ## the same: a sample dashboard, no account needed

serve: $(VENV)/run-ready ## open the dashboard with your own work
	@$(BIN)/skillfolio serve --port $(PORT)

collect: $(VENV)/run-ready ## read all sources you added
	@$(BIN)/skillfolio collect

detect: $(VENV)/run-ready ## rebuild the evidence from the stored facts
	@$(BIN)/skillfolio detect

doctor: $(VENV)/run-ready ## say what is set, stored and wrong
	@$(BIN)/skillfolio doctor

migrate: $(VENV)/run-ready ## bring the store to this version
	@$(BIN)/skillfolio migrate

check: lint types imports docs-check test ## all that must hold before a change lands

lint: $(VENV)/test-ready ## ruff, all rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/test-ready ## mypy, strict on data/ and collectors/
	@$(BIN)/mypy

imports: $(VENV)/test-ready ## collectors -> data <- dashboard, and no other way
	@$(BIN)/lint-imports

browser: $(VENV)/test-ready # a Chromium for the tests, from wherever one can be had
	@sh tests/browser/install-chromium.sh $(BIN)/python

postgresql: # a PostgreSQL for the tests; without one they are skipped, and say so
	@sh tests/postgresql/install.sh

test: $(VENV)/test-ready browser postgresql ## install what tests need, a browser and PostgreSQL included, and run them all
	@$(BIN)/python -m pytest -n auto --dist worksteal

format: $(VENV)/test-ready ## let ruff format and mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

images: $(VENV)/test-ready browser ## make the pictures of the README from the sample
	@$(BIN)/python tests/browser/screenshots.py

bench: $(VENV)/test-ready browser ## measure the budgets (REPOSITORIES=folder of clones to read)
	@$(BIN)/python benchmarks/run.py --repositories $(REPOSITORIES)

accuracy: $(VENV)/test-ready ## score detection (REPOSITORIES=folder of clones; LABELS=other label files)
	@$(BIN)/python benchmarks/accuracy.py --repositories $(REPOSITORIES) --labels $(LABELS)

distributions: $(VENV)/test-ready ## what wheels let one import (WHEELS=folders to read, NAMES=a few for pip to fetch)
	@$(BIN)/python -m data.taxonomy.wheels $(WHEELS:%=--wheels %) $(NAMES)

docs: $(VENV)/run-ready ## write the generated pages of docs/
	@$(BIN)/python -m data.taxonomy.catalogue
	@$(BIN)/python -m cli docs

docs-check: $(VENV)/run-ready ## fail when a generated page is out of date
	@$(BIN)/python -m data.taxonomy.catalogue --check
	@$(BIN)/python -m cli docs --check

lock: ## pin the dependencies anew
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install -q uv
	@$(VENV)-lock/bin/uv pip compile -q --upgrade --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements.lock
	@$(VENV)-lock/bin/uv pip compile -q --upgrade --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock
	@$(VENV)-lock/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra postgres -c requirements.lock pyproject.toml -o requirements-server.lock
	@rm -rf $(VENV)-lock

clean: ## remove what was built and installed here
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
