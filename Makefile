# Needs python3 (3.11 or newer) and make; every target makes and keeps .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help demo test check fix lint types imports tests gate quickgate bench matching topicbench real pins clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: $(READY) ## the whole product offline in half a minute
	@$(BIN)/tilik demo

test: lint types imports tests quickgate ## everything that must hold before a change lands

check: lint types imports ## the fast part of it

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

tests: $(READY)
	$(BIN)/pytest

gate: $(READY) ## floors under the quality of extraction, beside plain trafilatura
	$(BIN)/python tests/extraction_gate.py

quickgate: $(READY)
	@$(BIN)/python tests/extraction_gate.py --quick

bench: $(READY) ## ten thousand sources on fifty hosts, then a quarter of them hanging; nine minutes
	$(BIN)/python tests/bench_daemon.py

real: $(READY) ## the real Indonesian pages beside this checkout, served on loopback, crawled, mailed
	$(BIN)/python tests/real_pages.py

matching: $(READY) ## what a story costs against many topics, beside one FTS5 query per topic
	@$(BIN)/python tests/matching_speed.py

topicbench: $(READY) ## how long the preview of a topic takes over 100,000 made-up stories
	@$(BIN)/python tests/topic_bench.py

fix: $(READY) ## format, and mend what can be mended by itself
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

pins: $(READY) ## renew requirements/*.txt, with hashes and without addresses of package servers
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --group dev -o requirements/dev.txt

clean: ## take away what the targets made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "tilik needs Python 3.11 or newer; PYTHON=/path/to/python3 make ... names another one."; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo "python3 cannot make a virtual environment (on Debian: apt-get install python3-venv)."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
