# Two commands: `make run` sets up and serves, `make test` sets up and tests. Both do only what is not done yet.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
CATALOGUES := $(wildcard platform/perille/translations/*/LC_MESSAGES/*.po)
# Folders of packs, for the checker.
PACKS := $(patsubst %/pack.toml,%,$(wildcard courses/*/pack.toml modules/*/pack.toml))
# A folder for what is downloaded or made and can be made again.
export PYTHONDONTWRITEBYTECODE =
# Plugins are named: loading every installed one costs more than the tests.
export PYTEST_DISABLE_PLUGIN_AUTOLOAD = 1
# More than there are cores on a small machine: tests wait for browsers, servers and clocks for a quarter of their time.
WORKERS ?= 3
# Sweeps of the same on more pages, in more browsers and for more roles wait for a release (docs/testing.md, "Left to a release").
MARKS = not release

.PHONY: run test test-all quick coverage check lint types floors packs words docs setup-test tools clean
.DELETE_ON_ERROR:

run: $(VENV)/perille
	@exec $(BIN)/perille serve

# What is brought from the net goes beside the environment and what looks at the code: one waits while the other calculates.
test:
	@$(MAKE) --no-print-directory --jobs=4 tools check
	@$(BIN)/python -m pytest -p xdist -n $(WORKERS) --no-loadscope-reorder -q -m "$(MARKS)" $(TESTS)

# Before a release: also what is left to it, every page of the sweeps (docs/testing.md, "Pages"), each second run on PostgreSQL and
# more examples of properties.
test-all: MARKS =
test-all: export TESTS_EVERY_PAGE = 1
test-all: export TEST_EXAMPLES = 60
test-all: export TESTS_ON_POSTGRESQL = all
test-all: export TESTS_REQUESTS = 10000
test-all: test

# While you write: no browser, no PostgreSQL, no other program, three examples of a property; without TESTS no whole site,
# no pack that ships and no rule of the house either. Looks at no code and sets nothing up.
quick: export TEST_EXAMPLES = 3
quick: WORKERS = 2  # nothing of it waits, and each process imports and collects everything
quick: $(VENV)/tests $(VENV)/perille
	@$(BIN)/python -m pytest -p xdist -n $(WORKERS) --no-loadscope-reorder -q \
	  -m "not browser and not postgresql and not program and not release$(if $(TESTS),, and not site and not content)" \
	  $(or $(TESTS),--ignore=tests/e2e --ignore=tests/courses)

# How much of a folder of the platform its tests run, without browser and PostgreSQL, and whether that is enough:
# FOLDERS="domain lrs", else what was changed since BASE=main, else since the last commit.
coverage: $(VENV)/tests $(VENV)/perille
	@PYTHONPATH=tests BASE=$(BASE) WORKERS=$(WORKERS) $(BIN)/python -m support.coverage_floor $(FOLDERS)

# Everything that can be told without running the program. The project after what the tests need: two of pip would meet in one folder.
check: $(VENV)/tests
	@$(MAKE) --no-print-directory $(VENV)/perille
	@$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,--jobs=2) types lint floors packs

lint: $(VENV)/tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .

types: $(VENV)/tests $(VENV)/perille
	@$(BIN)/mypy

floors: $(VENV)/tests $(VENV)/perille
	@$(BIN)/lint-imports --no-cache

packs: $(VENV)/perille
	@$(BIN)/perille packs check $(PACKS)

# What code and templates say, into the catalogues of the interface; ADD="sv staff" begins one (docs/translating.md).
words: $(VENV)/tests
	@PYTHONPATH=tests $(BIN)/python -m support.interface_words $(ADD)

# The documentation as a site, into build/docs; a warning is an error.
docs: $(VENV)/tests
	@$(BIN)/python -m mkdocs build --strict --quiet
	@echo "The documentation is in build/docs/index.html"

setup-test: $(VENV)/tests $(VENV)/perille tools

tools: $(BIN)/python
	@$(BIN)/python tests/support/prepare.py

# The environment: the first Python that is new enough and complete.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$python"; exec "$$python" -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "Perille needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv). \
	If it has another name, say make run PYTHON=/path/to/python" >&2; exit 1

# Libraries, pinned and with their hashes.
$(VENV)/libraries: requirements.lock | $(BIN)/python
	@echo "Installing the libraries (once, a minute or two)"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/tests: requirements-test.lock $(VENV)/libraries
	@echo "Installing what the tests need"
	@$(PIP) install --no-compile --no-deps --require-hashes -r requirements-test.lock
	@touch $@

# The project itself, editable; its build hook compiles the catalogues.
$(VENV)/perille: $(VENV)/libraries pyproject.toml hatch_build.py $(CATALOGUES)
	@echo "Installing Perille"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# What was installed and downloaded; never the data.
clean:
	rm -rf $(VENV) .cache tests/node_modules build dist
