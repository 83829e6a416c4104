# The commands of a checkout. On a fresh machine Python 3.11, pip, git and make suffice.

SHELL := /bin/bash
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
RUN := $(UV) run --frozen --all-extras
DEMO ?= demo

.PHONY: help setup demo dev test bench check format picture clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

.tools/uv/bin/uv:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools/uv 'uv>=0.11'

setup: $(filter .tools/%,$(UV))  ## everything that the other targets need
	$(UV) sync --frozen --all-extras --quiet

demo: setup  ## the made story, scanned week by week, and what stands behind its production model
	@$(RUN) python -m data.replay $(DEMO)

dev: demo  ## the Dagster UI on the demo, http://127.0.0.1:3000
	@mkdir -p .dagster && cp dagster_project/dagster.yaml .dagster/
	DAGSTER_HOME=$(CURDIR)/.dagster LINEAGE_WORKSPACE=$(CURDIR)/$(DEMO) $(RUN) dg dev --port 3000

test: setup  ## every test, with the programs that they drive
	@tests/setup_programs.sh
	LD_PRELOAD="$$(ls /usr/lib/*/libjemalloc.so.2)" $(RUN) pytest -n auto --dist loadgroup --no-loadscope-reorder --durations 40

bench: setup  ## measured against what else could be used; BENCH="--only light" for one case
	$(RUN) --group bench python -m benchmarks $(BENCH)

check: setup  ## every static check
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) sqlfluff lint --disable-progress-bar --processes 0 sql
	$(RUN) mypy
	$(RUN) lint-imports
	$(UV) lock --check --quiet

format: setup  ## code as the checks want it
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

picture: demo  ## the README's picture, drawn again
	@$(RUN) python -m data.replay --picture docs/credit-risk.svg $(DEMO)

clean:  ## what the other targets made, but not the tools
	rm -rf $(DEMO) .dagster .mypy_cache .ruff_cache .pytest_cache .hypothesis
