# `make demo` opens a running site; `make test` runs every check. Needs python3 (3.11 or newer).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1:8000
WORKERS ?= 2
# More words for the command: make test ARGS="-k search", make bench ARGS="--quick"
ARGS ?=

# Real registers, imported too where this folder is there.
REGISTERS ?= ../shared/data/registers
# A public conversation, shown as a finished consultation where this folder is there.
CONSULTATIONS ?= ../shared/data/consultations
# The site's data, when nothing else is said (left out of git).
export CLAIREVOIE_DATA ?= $(CURDIR)/data

export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON := $(BIN)/python
export UV_PYTHON_DOWNLOADS := never
UV_SYNC := $(BIN)/uv sync --frozen

LOCK := pyproject.toml uv.lock
PO := $(shell find src -name '*.po' 2>/dev/null)

.PHONY: help demo serve test check format bench translations clean

help:
	@echo "make demo          the demonstration site on http://127.0.0.1:8000"
	@echo "make serve         the site with your own data (CLAIREVOIE_DATA)"
	@echo "make test          the whole test suite, on SQLite then on PostgreSQL"
	@echo "make check         style, types, layers, translations, migrations"
	@echo "make format        what the style check asks, done"
	@echo "make bench         the figures of the benchmark"
	@echo "make translations  collect the strings to translate"
	@echo "make clean         remove .venv and the caches (not your data)"

# --- the environment ------------------------------------------------------------------------------
# Two stamps: .web is what the site needs, .dev is that and all that tests and checks need. Neither
# takes away what the other has put.

$(BIN)/uv:
	@sh tools/bootstrap.sh "$(PYTHON)" "$(VENV)"

$(VENV)/.web: $(BIN)/uv $(LOCK)
	$(UV_SYNC) --inexact --no-default-groups --extra web --extra openfisca
	@touch $@

$(VENV)/.dev: $(BIN)/uv $(LOCK)
	$(UV_SYNC) --inexact --all-extras
	@touch $(VENV)/.web $@

# Installing compiles the translations; once installed, only a changed .po asks for it again.
$(VENV)/.translated: $(VENV)/.web $(PO)
	@if $(BIN)/python -c 'import babel' 2>/dev/null; then $(BIN)/python -m tools.translations compile; \
	else $(UV_SYNC) --inexact --no-default-groups --quiet --extra web --extra openfisca --reinstall-package clairevoie; fi
	@touch $@

# --- the site -------------------------------------------------------------------------------------

demo: $(VENV)/.translated
	$(BIN)/clairevoie demo --serve $(if $(wildcard $(REGISTERS)),--registers $(REGISTERS)) $(if $(wildcard $(CONSULTATIONS)),--consultations $(CONSULTATIONS)) $(ARGS)

serve: $(VENV)/.translated
	$(BIN)/clairevoie serve $(ARGS)

# --- the checks -----------------------------------------------------------------------------------

PYTEST := $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

test: $(VENV)/.dev $(VENV)/.translated
	@status=0; \
	echo "== The suite on SQLite"; \
	env -u CLAIREVOIE_TEST_DATABASE_URL $(PYTEST) || status=1; \
	echo "== The suite on PostgreSQL"; \
	$(BIN)/python -m tools.postgres $(PYTEST) || status=1; \
	exit $$status

check: $(VENV)/.dev $(VENV)/.translated
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/djlint src --check --quiet --allow-empty-input
	$(BIN)/djlint src --lint --quiet --allow-empty-input
	$(BIN)/python -m tools.translations check
	$(BIN)/python -m django makemigrations --check --dry-run --settings tests.settings
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint src --reformat --quiet --allow-empty-input

# The tools that some figures are compared with.
$(VENV)/.bench: $(VENV)/.dev
	$(UV_SYNC) --inexact --all-extras --group bench
	@touch $@

bench: $(VENV)/.bench $(VENV)/.translated
	$(BIN)/python -m bench $(ARGS)

translations: $(VENV)/.dev
	$(BIN)/python -m tools.translations update
	$(BIN)/python -m tools.translations compile

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find src -name '*.mo' -delete
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
