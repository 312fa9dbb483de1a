# The two commands: `make reproduce` and `make test`. Each sets up .venv first;
# `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check
SNAKEMAKE := $(VENV)/bin/snakemake
# a process a core; the tests of one file stay together, since they share what is costly to make
# the longest files first, as tests/conftest.py has them
SPREAD := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
PYTEST := $(VENV)/bin/python -m pytest $(SPREAD)
STAMP := $(VENV)/.complete

.DEFAULT_GOAL := help
.PHONY: help env reproduce smoke test quick lint format reference lock report totals clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

env: $(STAMP) ## build .venv from the hashed lock; nothing to do when it is current

$(STAMP): envs/requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] <= (3, 13) \
		else f"boed needs Python 3.11 to 3.13, {sys.executable} is {v[0]}.{v[1]}: " \
		"make env PYTHON=python3.11")'
	$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) --use-pep517 --require-hashes -r envs/requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

reproduce: env ## everything at paper scale: figures, tables, scorecard
	$(SNAKEMAKE)

# at toy size jobs compile longer than they run
smoke: export XLA_FLAGS = --xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false
smoke: env ## the same workflow at toy size, into results/smoke
	$(SNAKEMAKE) --configfile config/smoke.yaml

test: env ## lint and all tests, the smoke workflow among them
	$(MAKE) --no-print-directory lint
	$(PYTEST)

quick: env ## the tests that take seconds
	$(PYTEST) -m "not slow"

lint: env ## ruff, snakefmt, snakemake --lint
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/snakefmt --check Snakefile workflow
	$(SNAKEMAKE) --lint

format: env ## let ruff and snakefmt rewrite the code
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	$(VENV)/bin/snakefmt Snakefile workflow

report: env ## results/report.html, figures and provenance in one file; after `make reproduce`
	$(SNAKEMAKE) --report results/report.html

totals: env ## the scorecard to docs/claims.csv and its totals into README; after `make reproduce`
	$(VENV)/bin/python -m boed.claims.totals results/claims.csv docs/claims.csv README.md

reference: env ## the configuration's schema and tables, made anew from its model
	$(VENV)/bin/python -m boed.config.reference

lock: ## resolve envs/requirements.in again (needs uv)
	uv pip compile envs/requirements.in --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --output-file envs/requirements.lock

clean: ## remove results and Snakemake's memory of them
	rm -rf results .snakemake
