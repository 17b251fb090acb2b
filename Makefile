# Everything here installs into the checkout (.venv, node_modules, target) and says so; a second call reuses it.
# Needs: rustup, Python 3.9 or newer and make; Node.js 20 or newer for JavaScript.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
TOOLS := $(CURDIR)/target/tools/bin
MSRV := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
# One interpreter for every build of PyO3, so that none of them undoes another's cache.
export PYO3_PYTHON := $(BIN)/python
# On Linux the wheel is built for glibc 2.17, whatever the machine has: by the headers and the linker of zig.
MANYLINUX := $(if $(filter Linux,$(shell uname -s)),--zig --compatibility manylinux2014)
export CARGO_ZIGBUILD_PYTHON_PATH := $(BIN)/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(TOOLS):$(PATH)

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: python node wasm ## Install what everything else needs into the checkout

.PHONY: fmt
fmt: python node ## Format and fix what a tool can fix
	cargo fmt --all
	$(BIN)/ruff check --quiet --fix . && $(BIN)/ruff format --quiet .
	node_modules/.bin/biome check --write

.PHONY: lint
lint: python node wasm-target ## Formatting, clippy (native and wasm32), rustdoc, ruff, biome, workflows, spelling, the words of names, circles of imports
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-features --all-targets -- -D warnings
	cargo clippy --quiet -p smartbill-wasm --all-features --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --workspace --all-features --no-deps
	$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	node_modules/.bin/biome ci --error-on-warnings --colors=off
	$(BIN)/zizmor --offline --quiet --min-severity low .github/workflows
	$(BIN)/typos
	$(BIN)/python tools/words
	$(BIN)/python tools/circles

.PHONY: site
site: python ## Build the documentation site into target/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

.PHONY: test
test: test-rust test-py $(if $(wildcard bindings-wasm/npm/package.json),test-js) ## All tests

.PHONY: test-rust
test-rust: ## The tests of the Rust crates
	cargo test --quiet --workspace --all-features --exclude smartbill-py --exclude smartbill-wasm

.PHONY: test-py
test-py: wheel ## The tests of the Python wheel, as installed, and of its types
	cd tests/python && $(BIN)/python -m pytest
	cd tests/python && $(BIN)/python -m mypy --config-file ../../pyproject.toml . ../../examples/python
	cd tests/python && $(BIN)/python -m mypy.stubtest smartbill --mypy-config-file ../../pyproject.toml --allowlist stubtest.txt

.PHONY: test-js
test-js: npm chromium ## The tests of the npm package, in Node and in Chromium
	npm test --workspaces --if-present

.PHONY: test-ecosystem
test-ecosystem: wheel test-airflow ## Tests with PostgreSQL, dlt, Spark and Airflow, as they are shipped (the first time installs them)
	@tools/servers
	@$(PYTHON) -m venv target/ecosystem
	@target/ecosystem/bin/pip install --quiet --requirement tests/ecosystem/requirements.txt
	@target/ecosystem/bin/pip install --quiet --no-deps --force-reinstall dist/*.whl
	cd tests/ecosystem && $(CURDIR)/target/ecosystem/bin/python -m pytest

.PHONY: test-airflow
test-airflow: wheel ## The example of Airflow, run by Airflow (some minutes the first time)
	@$(PYTHON) -m venv target/airflow
	@target/airflow/bin/pip install --quiet --requirement tests/airflow/requirements.txt
	@target/airflow/bin/pip install --quiet --no-deps --force-reinstall dist/*.whl
	cd tests/airflow && $(CURDIR)/target/airflow/bin/python -m pytest

.PHONY: stubs
stubs: wheel ## Write the stub of the compiled Python module again
	$(BIN)/python bindings-py/stubs.py

.PHONY: wheel
wheel: python ## Build the Python wheel into dist/ and install it in .venv
	@rm -f dist/*.whl
	$(BIN)/maturin build --quiet --locked --compression-level 9 $(MANYLINUX) --out dist
	$(BIN)/pip install --quiet --no-deps --force-reinstall dist/*.whl

.PHONY: npm
npm: node wasm ## Build the npm package
	npm run build --workspace bindings-wasm/npm

.PHONY: kill
kill: ## Kill the import and the platform some hundred times under each promise (some minutes)
	KILLS=320 cargo test --quiet -p smartbill-tests --all-features --test kill -- --nocapture

.PHONY: bench
bench: wheel npm ## Measure documents, records and sheets beside other packages, and the import of a million rows (some minutes)
	@$(PYTHON) -m venv target/bench && target/bench/bin/pip install --quiet --requirement tests/bench/requirements.txt dist/*.whl
	target/bench/bin/python tests/bench/package.py
	target/bench/bin/python tests/bench/documentos.py
	target/bench/bin/python tests/bench/records.py
	target/bench/bin/python tests/bench/over_http.py
	target/bench/bin/python tests/bench/sheets.py
	@cd tests/bench && npm install --silent --no-audit --no-fund --no-save --no-package-lock ../../dist/*.tgz
	node tests/bench/documentos.mjs
	node tests/bench/records.mjs
	cargo bench --quiet -p smartbill-tests --bench batch

.PHONY: demo
demo: wheel ## Run the main job: an old ERP's files in, accounts receivable out
	$(BIN)/python examples/python/full_etl.py

.PHONY: portal
portal: npm ## Serve the customer portal on the in-page sandbox
	npm run dev --workspace examples/web

.PHONY: deny
deny: ## Check licences, sources and advisories of the dependencies, where cargo-deny is installed
	cargo deny --locked check bans licenses sources
	@tools/advisories

.PHONY: fuzz
fuzz: ## Run every fuzzer for SECONDS (60) each, on nightly Rust
	tools/fuzz $(or $(SECONDS),60)

.PHONY: api
api: ## Write the public names of the Rust crates into tools/public-api, on nightly Rust
	tools/api

.PHONY: msrv
msrv: python ## Check with the oldest Rust that Cargo.toml promises
	rustup toolchain install $(MSRV) --profile minimal --no-self-update
	cargo +$(MSRV) check --locked --workspace --all-features

.PHONY: features
features: ## Check every set of features, where cargo-hack is installed
	cargo hack check --locked --feature-powerset --depth 2 --no-dev-deps -p smartbill-core -p smartbill-documents -p smartbill-client -p smartbill-sandbox

.PHONY: ready
ready: fmt lint test demo ## What CI runs, after formatting

# What the targets above stand on.

.PHONY: python
python: .venv/.stamp

.venv/.stamp: tools/requirements.txt
	@tools/python '$(PYTHON)' .venv
	@touch $@

.PHONY: node
node: node_modules/.stamp

node_modules/.stamp: package.json package-lock.json
	@tools/node
	@touch $@

.PHONY: wasm
wasm: wasm-target
	@tools/wasm-bindgen $(TOOLS)

.PHONY: wasm-target
wasm-target:
	@tools/wasm-target

.PHONY: chromium
chromium:
	@tools/chromium
