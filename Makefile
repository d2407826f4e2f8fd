# Everything that a target needs is built inside the checkout: `uv`, a package
# installer, in .cache/uv and the environment in .venv. Both come from the pins
# in requirements.txt, whose hashes are verified. If the machine has no Python
# 3.12, uv fetches one.

# The Python that starts it all: any 3.9 or later with venv will do.
PYTHON ?= python3

UV     := .cache/uv/bin/uv
BIN    := .venv/bin
READY  := .venv/.ready
RIVALS := .cache/rivals/.ready
GROUPS := --group test --group lint --group setup

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo dashboard learn test quick check lint format bench pins clean

help: ## say what there is
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1 \2/p' Makefile | awk '{ n = $$1; $$1 = ""; printf "  %-10s%s\n", n, $$0 }'

setup: $(READY) ## install everything into .venv

demo: $(READY) ## run the demonstration
	$(BIN)/alliances demo

dashboard: $(READY) ## try the levers in the browser, at http://127.0.0.1:8765
	$(BIN)/alliances dashboard $(ARGS)

learn: $(READY) ## six chapters to play alone or on a stage, in the browser
	$(BIN)/alliances learn $(ARGS)

test: $(READY) ## run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

quick: $(READY) ## run the tests that take seconds
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" $(ARGS)

check: $(READY) ## look at one change: style, types, and the tests that concern it
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m tests.concerned $(ARGS)

lint: $(READY) ## check style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY) ## put the format right
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

bench: $(READY) $(RIVALS) ## measure the speed, also beside plain Mesa and AgentPy
	$(BIN)/python -m tests.benchmarks.bench $(ARGS)
	$(BIN)/python -m tests.benchmarks.side_by_side
	$(BIN)/python -m tests.benchmarks.dashboard
	$(BIN)/python -m tests.benchmarks.room

pins: $(UV) ## write requirements.txt anew from pyproject.toml; ARGS=--upgrade for newer versions
	$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make pins" $(GROUPS) $(ARGS) --output-file requirements.txt pyproject.toml

clean: ## remove .venv and all caches; runs and results stay
	rm -rf .venv .cache .hypothesis build dist
	find . -name .git -prune -o -type d -name __pycache__ -exec rm -rf {} +

# The first Python that runs and has venv; Debian keeps venv in a package of its own.
$(UV):
	@for python in "$(PYTHON)" python3 /usr/bin/python3 python; do \
	    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; \
	    then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "Found no Python 3.9 or later that has venv. On Debian or Ubuntu: apt-get install python3-venv." >&2; \
	    echo "Another Python can be named: make setup PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	rm -rf .cache/uv && "$$found" -m venv .cache/uv
	@awk '/^[^ #]/ { on = /^uv==/ } on' requirements.txt > .cache/uv/pin.txt
	@.cache/uv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r .cache/uv/pin.txt

$(READY): pyproject.toml requirements.txt | $(UV)
	@[ -x $(BIN)/python ] || $(UV) venv --quiet --clear .venv
	@echo "Installing into .venv (about 1.2 GB; a minute or two the first time)"
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes requirements.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .cache/types/alliances
	@ln -sfn ../../../alliances.py .cache/types/alliances/__init__.py
	@for folder in model experiments dashboards; do ln -sfn ../../../$$folder .cache/types/alliances/$$folder; done
	@touch $@

# AgentPy brings a package `tests` of its own, which would hide this project's.
$(RIVALS): tests/benchmarks/requirements.txt | $(UV)
	@$(UV) pip install --quiet --no-deps --require-hashes --target .cache/rivals -r tests/benchmarks/requirements.txt
	@rm -rf .cache/rivals/tests
	@touch $@
