# Two commands are enough: `make run` and `make test`. Each sets everything up first, and quickly when it already is.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-fast lint long docs corpus bench lock clean

bin := .venv/bin
pytest := $(bin)/python -m pytest

help: ## What each target does
	@sed -nE 's/^([a-z-]+):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## Virtual environment, locked packages, built scripts and styles; what is missing is named
	@python=$$(.ci/check_tools) && $$python .ci/set_up.py

run: setup ## The product with its demonstration cases on http://127.0.0.1:8000 (PORT=8001 for another)
	@$(bin)/throughline serve --demo

demo: setup ## Writes the demonstration into the database without serving it
	@$(bin)/throughline demo

test: setup ## Everything: linters, types, unit, property, both databases, scenarios, a real browser
	@browser=$$($(bin)/python -m tests.browser.find_browser) && CHROMIUM="$$browser" $(pytest)

test-fast: setup ## Everything but the browser
	@$(pytest) --ignore=tests/browser

lint: setup ## Ruff, pyright, import-linter, vulture and deptry alone
	@$(pytest) tests/repository

long: setup ## The heavy batteries: many more random walks, property examples and faults
	@browser=$$($(bin)/python -m tests.browser.find_browser) && CHROMIUM="$$browser" THROUGHLINE_LONG=1 $(pytest)

docs: setup ## Writes docs/pathway.md anew from the drawings, forms and tables
	@$(bin)/throughline docs . > docs/pathway.md

corpus: setup ## Records the cases of tests/rerun/recorded anew: on purpose, since they are to stay as they were
	@$(bin)/python -m tests.rerun.corpus

bench: setup ## What a step costs here, in milliseconds; nothing is gated on a clock
	@$(pytest) tests/benchmarks -s

lock: setup ## Writes requirements.lock and package-lock.json anew from pyproject.toml and package.json
	@$(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group pyproject.toml:dev pyproject.toml --output-file requirements.lock
	@npm install --package-lock-only --ignore-scripts --loglevel=error
	@npm install --package-lock-only --ignore-scripts --loglevel=error --omit-lockfile-registry-resolved --prefix tests/browser/chromium

clean: ## Removes all that set-up made; the data in var/ stays
	rm -rf .venv node_modules webapp/static dist tests/browser/chromium/node_modules tests/browser/chromium/unpacked
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache
