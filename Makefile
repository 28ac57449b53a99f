# Everything here makes its own set-up first; `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test check format test test-unit test-cgroup2 serve bench doctor clean

BIN := .venv/bin

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing; leaves the command at .venv/bin/brig
	@scripts/setup

setup-test:
	@scripts/setup languages test

serve: setup ## Start everything on this machine (Ctrl-C stops it)
	@exec $(BIN)/brig serve

doctor: setup ## Say what this host can enforce, and what it lacks
	@$(BIN)/brig doctor

test: setup-test ## Run the whole test suite
	@$(BIN)/pytest --durations=10

test-unit: setup ## Run the quick tests: no root, no network
	@$(BIN)/pytest tests/unit

test-cgroup2: setup-test ## Run the jail's tests on cgroup v2, inside user-mode Linux
	@scripts/test-cgroup2

bench: setup ## Measure what a run costs on this machine
	@$(BIN)/python -m bench.jail

check: setup ## Run every linter and type checker, as CI does
	@scripts/check

format: setup ## Put the code in the agreed form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove what was built (not the data)
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@if [ -f sandbox/jailer/Makefile ]; then $(MAKE) --silent -C sandbox/jailer clean; fi
