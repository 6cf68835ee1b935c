# Two commands are enough: `make run` and `make test`. Each sets everything up first, and quickly when it already is.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-fast test-newest lint long faults simulate docs corpus kept bench bench-large lock clean

bin := .venv/bin
pytest := $(bin)/python -m pytest
newest := .venv/newest/bin/python
# One more than there are cores: each worker waits now and then for a database or a browser.
parallel := --numprocesses=$(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1))) --maxprocesses=5 --dist=worksteal --durations=25 --durations-min=1
fast := not postgresql and not battery and not browser
with_nginx = $(bin)/python -m tests.deployment.find_nginx >/dev/null
with_browser = browser=$$($(bin)/python -m tests.browser.find_browser) && CHROMIUM="$$browser"

help: ## What each target does
	@sed -nE 's/^([a-z-]+):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## Virtual environment, locked packages, built scripts and styles; what is missing is named
	@python=$$(.ci/check_tools) && $$python .ci/set_up.py

run: setup ## The product with its demonstration cases on http://127.0.0.1:8000 (PORT=8001 for another)
	@$(bin)/throughline serve --demo

demo: setup ## Writes the demonstration into the database without serving it
	@$(bin)/throughline demo

test: setup ## Everything: linters, types, unit, property, both databases, scenarios, a real browser
	@$(pytest) -q tests/benchmarks
	@$(with_nginx)
	@$(with_browser) $(pytest) $(parallel)

test-fast: setup ## Without PostgreSQL, the browser, linters and batteries: less than half of the time
	@$(pytest) $(parallel) -m "$(fast)"

test-newest: setup ## Some of test-fast, of each module, on the newest Python of this machine, where that is newer
	@$(bin)/python .ci/newest_python.py
	@if [ -x $(newest) ]; then $(newest) -m pytest $(parallel) -m "$(fast) and not one_python"; fi

lint: setup ## Ruff, pyright, import-linter, vulture and deptry alone
	@$(pytest) tests/repository

ROUND ?= 0
long: setup ## One round of the heavy batteries, up to 40 minutes; ROUND=1, 2, ... go on with other seeds
	@$(with_nginx)
	@$(with_browser) THROUGHLINE_ROUND=$(ROUND) $(pytest) $(parallel) --hypothesis-seed=$(ROUND) --ignore=tests/faults

faults: setup ## One round of kills, power cuts and faults at every call, up to 40 minutes; ROUND=1, 2, ... go on
	@THROUGHLINE_ROUND=$(ROUND) $(pytest) $(parallel) tests/faults

CHILDREN ?= 200
YEARS ?= 2
SEED ?= 1
simulate: setup ## A caseload of invented families in var/simulated.db; CHILDREN=2000 YEARS=5 SEED=2 for another
	@mkdir -p var && $(bin)/throughline simulate --children $(CHILDREN) --years $(YEARS) --seed $(SEED) --database sqlite:///var/simulated.db

docs: setup ## Writes docs/pathway.md anew from the drawings, forms and tables
	@$(bin)/throughline docs . > docs/pathway.md

corpus: setup ## Records the cases of tests/rerun/recorded anew: on purpose, since they are to stay as they were
	@$(bin)/python -m tests.rerun.corpus

VERSION ?=
kept: setup ## Databases as this version leaves them, for tests/upgrade: VERSION=v1.1, once, when it is tagged
	@test -n "$(VERSION)" || { echo "Name the version: make kept VERSION=v1.1" >&2; exit 2; }
	@$(bin)/python -m tests.upgrade.of_version $(VERSION)

bench: setup ## One table of ratios: what commands, forms, pages, clocks and people cost, on both databases
	@THROUGHLINE_BENCH=1 $(pytest) -q tests/benchmarks

bench-large: setup ## The same with 100,000 cases, and 200 people for ten minutes
	@THROUGHLINE_BENCH=large $(pytest) -q tests/benchmarks

lock: setup ## Writes requirements.lock and package-lock.json anew from pyproject.toml and package.json
	@$(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group pyproject.toml:dev pyproject.toml --output-file requirements.lock
	@npm install --package-lock-only --ignore-scripts --loglevel=error
	@npm install --package-lock-only --ignore-scripts --loglevel=error --omit-lockfile-registry-resolved --prefix tests/browser/chromium

clean: ## Removes all that set-up made; the data in var/ stays
	rm -rf .venv node_modules webapp/static dist tests/browser/chromium/node_modules tests/browser/chromium/unpacked
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache
