# Everything from nothing: `make demo` shows the main job, `make test` passes all
# tests. Both set up what they need.

export CARGO_TARGET_DIR ?= $(CURDIR)/target
RELEASE := $(CARGO_TARGET_DIR)/release
ROLLCALL := $(RELEASE)/rollcall
export ROLLCALL_BIN := $(ROLLCALL)
export ROLLCALL_CONNECTORS := $(CARGO_TARGET_DIR)/connectors
export ROLLCALL_EXAMPLES := $(CARGO_TARGET_DIR)/examples
export ROLLCALL_TEST_SERVERS := $(CARGO_TARGET_DIR)/test-servers

CONNECTORS := $(wildcard connectors/*)
PYTHON := $(abspath $(CARGO_TARGET_DIR)/sdk-python)

.PHONY: help demo test test-javascript test-python torture bench lint host connectors examples servers setup clean-demo

help:
	@echo "make demo    build, and sync a company that does not exist"
	@echo "make test    build, and run every test"
	@echo "make lint    format, clippy, licences, types"
	@echo "make torture kill the program 500 times, and compare it with a twin"
	@echo "make bench   measure against the reference program"

# The compiler for guests: a target of the active toolchain where it can be
# fetched, else Debian's.
setup:
	@if ls "$$(rustc --print sysroot)/lib/rustlib" | grep -q '^wasm32-unknown-unknown$$' \
	  || { [ -x /usr/bin/rustc ] && [ -d /usr/lib/rustlib/src/rust/library ]; }; then :; \
	elif rustup target add wasm32-unknown-unknown; then :; \
	else apt-get update -qq && apt-get install -y --no-install-recommends rustc-web rust-web-src; fi

# The whole workspace: a choice of packages has other features of shared
# dependencies, and would build the engine twice. For the same reason `make test`
# builds its tests here, and not the program first without and then with them.
host:
	cargo build --release --locked --workspace $(TARGETS)

TARGETS := --bins
test: TARGETS := --bins --tests --examples

connectors: setup host
	$(ROLLCALL) connector build $(CONNECTORS) --out $(ROLLCALL_CONNECTORS)

# A connector, the contract suite, and one that does wrong on demand, in each
# language. What is unchanged is not built again.
examples: connectors sdk/javascript/node_modules
	$(foreach language,rust javascript python, \
	  $(ROLLCALL) connector build sdk/template/$(language) --out $(ROLLCALL_EXAMPLES)/template/$(language) && \
	  $(ROLLCALL) connector build sdk/contract/$(language) --out $(ROLLCALL_EXAMPLES)/contract/$(language) && \
	  $(ROLLCALL) connector build tests/bad/$(language) --out $(ROLLCALL_EXAMPLES)/bad/$(language) &&) :
	cp $(CARGO_TARGET_DIR)/guests/wasm32-unknown-unknown/guest/connector_bad.wasm $(ROLLCALL_EXAMPLES)/bad/core.wasm

demo: connectors
	$(ROLLCALL) demo

# Real servers that connectors are tested against.
servers:
	tests/setup-servers.sh

test: connectors examples servers test-javascript test-python
	cargo test --release --locked --workspace --no-fail-fast

# The SDK in JavaScript, its types, and what makes components of it.
test-javascript: sdk/javascript/node_modules
	npm test --prefix sdk/javascript

sdk/javascript/node_modules: sdk/javascript/package-lock.json
	npm ci --prefix sdk/javascript --no-audit --no-fund --loglevel=error
	touch $@

# The SDK in Python, with the compiler for its components.
test-python: $(PYTHON)/installed
	cd sdk/python && $(PYTHON)/bin/python -m unittest

$(PYTHON)/installed: sdk/python/requirements-dev.txt
	rm -rf $(PYTHON)
	python3 -m venv $(PYTHON)
	$(PYTHON)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# The whole program, killed 500 times over a long history.
torture: connectors
	ROLLCALL_KILLS=500 cargo test --release --locked --workspace --test scenarios torture:: -- --nocapture

bench: connectors
	$(RELEASE)/bench

lint: $(PYTHON)/installed
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	tests/deny.sh
	cd sdk/python && $(PYTHON)/bin/mypy && MYPYPATH=. $(PYTHON)/bin/mypy --strict ../contract/python/contract ../template/python/example_hr.py
	cd sdk && $(PYTHON)/bin/ruff check python contract/python && $(PYTHON)/bin/ruff format --check python contract/python
	cd tests/bad/python && $(PYTHON)/bin/ruff check . && $(PYTHON)/bin/ruff format --check .
	cd sdk/template/python && $(PYTHON)/bin/ruff check --config ../../python/pyproject.toml . && $(PYTHON)/bin/ruff format --check --config ../../python/pyproject.toml .
