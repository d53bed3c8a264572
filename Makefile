# `make help` lists the targets. `make demo` and `make test` set up everything they need.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo clean test test-all lint format docs golden lock fuzz mutants faults bench bench-news bench-matching bench-identity bench-mentions

help: ## list the targets
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements.lock pyproject.toml
	@echo "setting up .venv"
	@$(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/^[^ ]*==.*$$/{/^uv==/p;/^    --hash/p;}' requirements.lock > .venv/uv.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

##@ Start

setup: .venv/ready ## create .venv from requirements.lock

demo: setup ## run the bundled samples through Airflow, with no network
	@$(BIN)/vigil demo

clean: ## remove .venv and ./data
	@rm -rf .venv data

##@ Test

test: setup ## run the tests, except the slow ones
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not slow"

test-all: setup ## run the slow tests, and those of hypothesis with all examples
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "slow or hypothesis"

lint: setup ## check style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

##@ Write code

format: setup ## format the code, and fix what ruff can fix
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: setup ## write the generated pages and SQL macros
	@$(BIN)/python -m contracts.dictionary
	@$(BIN)/python -m sources.catalog
	@$(BIN)/python -m warehouse.release.sql.name_macros

golden: setup ## record the current results of all parsers; writes tests/golden
	@$(BIN)/python -m tests.golden.write

lock: setup ## update requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --no-annotate --extra dev --extra postgres --output-file requirements.lock pyproject.toml

##@ Long checks

fuzz: setup ## parse mutated samples (FUZZ_FILES=10000 FUZZ_SEED= FUZZ_SOURCE=); writes docs/fuzz.md
	@$(BIN)/python -m tests.fuzz.campaign

mutants: setup ## run the tests on mutated code (MUTANTS=200 SEED=); writes docs/mutants.md
	@$(BIN)/python -m tests.mutants.campaign

faults: setup ## inject faults (FAULTS=1000 SEED= FAULT=class:number); writes docs/faults.md
	@$(BIN)/python -m tests.faults.campaign

##@ Benchmarks

bench: setup ## time the parsers on real snapshots; writes docs/benchmarks.md
	@$(BIN)/python -m tests.bench.bench_parsers

bench-news: setup ## time news (NEWS_DAYS=1,2 NEWS_MONTH=); writes docs/benchmarks-news.md
	@$(BIN)/python -m tests.bench.bench_news

bench-matching: setup ## measure name matching (VIGIL_PEERS_PYTHON=); writes docs/benchmarks-matching.md
	@$(BIN)/python -m tests.bench.bench_matching

bench-identity: setup ## measure linking of a release (RELEASE=folder); writes docs/benchmarks-identity.md
	@$(BIN)/python -m tests.bench.bench_identity $(RELEASE)

bench-mentions: setup ## time mentions; writes docs/benchmarks-mentions.md
	@$(BIN)/python -m tests.bench.bench_mentions
