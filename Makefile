# Two commands do all: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: golden help setup demo test test-all fuzz mutants faults bench bench-news bench-matching bench-identity bench-mentions lint format docs lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements.lock pyproject.toml
	@echo "setting up .venv"
	@$(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/^[^ ]*==.*$$/{/^uv==/p;/^    --hash/p;}' requirements.lock > .venv/uv.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

setup: .venv/ready ## make the environment in .venv

demo: setup ## run the main job on the bundled samples, through Airflow, with no network
	@$(BIN)/vigil demo

test: setup ## run the tests, but for the slow ones
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not slow"

test-all: setup ## run the slow tests
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m slow

fuzz: setup ## spoil FUZZ_FILES (10000) samples over all formats, of seed FUZZ_SEED, of FUZZ_SOURCE alone; write docs/fuzz.md
	@$(BIN)/python -m tests.fuzz.campaign

mutants: setup ## change MUTANTS (200) single tokens of seed SEED and run the tests of each; write docs/mutants.md
	@$(BIN)/python -m tests.mutants.campaign

faults: setup ## play FAULTS (1000) faults of seed SEED, or FAULT=class:number alone; write docs/faults.md
	@$(BIN)/python -m tests.faults.campaign

bench: setup ## time the parsers on the real snapshots in ../shared/data; write docs/benchmarks.md
	@$(BIN)/python -m tests.bench.bench_parsers

bench-news: setup ## time GDELT's way on NEWS_DAYS (1,2) generated days, NEWS_MONTH days more; write docs/benchmarks-news.md
	@$(BIN)/python -m tests.bench.bench_news

bench-matching: setup ## measure matching of names beside its peers in VIGIL_PEERS_PYTHON; write docs/benchmarks-matching.md
	@$(BIN)/python -m tests.bench.bench_matching

bench-identity: setup ## measure who is put together in RELEASE, a folder of the real lists; write docs/benchmarks-identity.md
	@$(BIN)/python -m tests.bench.bench_identity $(RELEASE)

bench-mentions: setup ## time mentions beside the parsing of a day's news; write docs/benchmarks-mentions.md
	@$(BIN)/python -m tests.bench.bench_mentions

golden: setup ## record anew what parsers make of the samples and the real snapshots; write tests/golden
	@$(BIN)/python -m tests.golden.write

lint: setup ## check style, types, and which package imports which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: setup ## put the code into its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: setup ## write docs/tables.md from the contracts, and the macros of names' sounds from their rules
	@$(BIN)/python -m contracts.dictionary
	@$(BIN)/python -m transforms.names.name_index

lock: setup ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --no-annotate --extra dev --extra postgres --output-file requirements.lock pyproject.toml

clean: ## remove the environment and the demo's data
	@rm -rf .venv data
