# Two commands do everything on a fresh machine with Python 3.11 or newer: `make demo` and `make test`.

UV := 0.13.9
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: demo test lint docs up down kill-test fuzz fuzz-edifact fuzz-readers clean

demo: .venv/ready ## set up, take the sample inbox in, say what happened
	@$(BIN)/python -P -m wharfinger.demo demo

test: .venv/ready ## lint, types, import rules and tests, side by side
	@$(BIN)/python -P tests/run_all.py

lint: .venv/ready ## without the tests
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

docs: .venv/ready ## write docs/*.md and schemas/json/ anew from the code
	$(BIN)/python -P tests/make_docs.py

up: .venv/ready ## the Prefect server, deployments and a worker for demo/
	@test -f demo/wharf.yaml || $(BIN)/wharf init demo
	@$(BIN)/wharf --home demo up

down: .venv/ready
	@$(BIN)/wharf --home demo down

kill-test: .venv/ready ## 10,000 kills on SQLite; a line for each 500 (an hour on two slow cores)
	$(BIN)/python tests/kills.py --kills 10000

fuzz: fuzz-edifact fuzz-readers ## two minutes of coverage-guided fuzzing of the EDIFACT reader, one of mutated documents of every format

fuzz-edifact: .venv/ready
	@$(BIN)/uv sync --quiet --locked --all-extras --group fuzz || echo "The fuzzer could not be installed here."
	@$(BIN)/python -P tests/fuzz_edifact.py --seconds 120

fuzz-readers: .venv/ready
	@$(BIN)/python -P tests/fuzz_readers.py --seconds 60 $(FUZZ_READERS)

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Wharfinger needs Python 3.11 or newer: install it and say make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	@echo "Setting up .venv (the first time that downloads about 250 MB) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	@$(BIN)/uv sync --quiet --locked --all-extras
	@touch $@

clean:
	rm -rf .venv demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
