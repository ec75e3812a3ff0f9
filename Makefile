# `make demo` and `make test` are all a fresh machine needs; uv comes into a virtual environment of its own if it is missing.
PYTHON ?= python3
BOOTSTRAP := .bootstrap
UV := $(shell command -v uv 2>/dev/null || echo $(BOOTSTRAP)/bin/uv)

.PHONY: demo test lint browser bench notebooks constraints clean

demo: $(UV)
	$(UV) run --no-dev survey-stats demo --out demo

test: $(UV)
	$(UV) run pytest -n auto

lint: $(UV)
	$(UV) run ruff check .
	$(UV) run ruff format --check .
	$(UV) run mypy

browser: $(UV)
	cd tests/browser && npm install --no-package-lock --no-audit --no-fund --silent
	$(UV) run pytest tests/browser

bench: $(UV)
	$(UV) run python -m benchmarks

notebooks: $(UV)
	$(UV) run python notebooks/build.py

constraints: $(UV)
	$(UV) export --no-hashes --no-emit-project --all-extras --output-file constraints.txt --quiet --no-header

$(BOOTSTRAP)/bin/uv:
	$(PYTHON) -m venv $(BOOTSTRAP)
	$(BOOTSTRAP)/bin/python -m pip install --quiet --disable-pip-version-check uv

clean:
	rm -rf $(BOOTSTRAP) .venv demo
