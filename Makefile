# `make demo` and `make test` start from a machine with only Python >= 3.11 (with venv) and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test long soak lint pictures requirements

demo: .venv/runtime
	$(BIN)/chibo demo

test: .venv/dev
	$(BIN)/python -m pytest --alternate

long: .venv/dev
	$(BIN)/python -m pytest --long

soak: .venv/runtime
	$(BIN)/chibo bench soak

# All pictures of docs/, from the bot as it is now; needs chromium, LibreOffice and pdftoppm (poppler-utils).
pictures: .venv/dev
	$(BIN)/python -m tests.docs

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt requirements-build.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt -r requirements-build.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Pins with hashes for every platform; names no index and records no address. The build's tool is that of the tests.
COMPILE := uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
BUILD_REQUIRES := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

requirements:
	$(COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements-dev.txt
	$(PYTHON) -c '$(BUILD_REQUIRES)' | $(COMPILE) --upgrade --constraint requirements-dev.txt - -o requirements-build.txt
