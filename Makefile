# The two commands: `make demo` and `make test`. Both create the environment in .venv if it is not there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What is compiled of the sources is kept for the next process, also where Python is told to write nothing beside them:
# each of a hundred would compile the program anew, and pytest all tests.
KEEPING := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$(CURDIR)/$(VENV)/pycache" $(BIN)/python
# As many processes as there are cores, two at least (tests/conftest.py).
PYTEST := $(KEEPING) -m pytest -n auto --dist worksteal
# What judges signatures, and what is killed or waits in real time; each list has a target of its own.
SIGNED := tests/engine/trust/test_signed_certificates.py tests/engine/trust/test_certificates_of_a_run.py \
	tests/engine/trust/test_altered_certificates.py
KILLED := tests/sweeps/test_any_verb.py tests/sweeps/test_killed.py tests/sweeps/test_shared.py tests/sweeps/test_several.py \
	tests/sweeps/test_forty_eight.py tests/engine/several/test_real_time.py
PAGE := tests/engine/server tests/engine/client tests/browser
# All else, and of the procedures the golden records alone.
MODULES := $(addprefix --ignore=,$(PAGE) $(SIGNED) $(KILLED)) --ignore-glob='tests/procedures/test_[!g]*'

.PHONY: demo test checks lint types contracts unit repeated procedures page test-api thorough sweep sweeps killed signed tamper bench compared prove proved test-peers schemas clean

demo: $(VENV)/.demo
	$(BIN)/calbench demo

# Two at a time: what looks at the sources beside the tests.
test: $(VENV)/.dev
	$(MAKE) --no-print-directory -j 2 unit checks

checks: lint types contracts

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(PYTEST) -m "not repeated" $(MODULES)

# What `unit` does once, done again: in one more process, for each further instrument, event or file.
repeated: $(VENV)/.dev
	$(PYTEST) -m repeated $(MODULES)

# Every shipped procedure, whole: golden records, units that are wrong in one respect or just inside a limit, published
# examples. Seven of the golden records are in `unit` too.
procedures: $(VENV)/.dev
	$(PYTEST) tests/procedures

# The operator page: its server over HTTP, its client, and in Chromium as people drive it; needs Debian's chromium, and npm for axe-core.
page: $(VENV)/.dev
	$(PYTEST) $(PAGE)

# The interface for programs against its OpenAPI document, with many more requests than in `make test`.
test-api: $(VENV)/.dev
	SCHEMATHESIS=10 $(KEEPING) -m pytest tests/engine/server/test_schemathesis.py

# What `make test` runs in part, in full: every file that takes something from tests/thorough.py.
thorough: $(VENV)/.dev
	THOROUGH=1 $(PYTEST) -m "not repeated" $$(grep -rl --include='test_*.py' '^from tests.thorough' tests)

# Each driver against its simulated instrument, with every kind of fault at six messages of each conversation.
sweep: $(VENV)/.dev
	SWEEP=6 $(PYTEST) tests/pairs/test_fault_sweep.py

# A run ended after every event, by crash, stop and abort, or disturbed at every message, and what became of it, as tables.
sweeps: $(VENV)/.dev
	$(KEEPING) tests/sweeps/tabulate.py docs/explanations/sweeps.md

# Anything said to runs, processes that are really killed, runs that want the same bench, 48 meters of which one is
# unplugged, and units that are read at the same time in real time.
killed: $(VENV)/.dev
	SWEEP=1 $(PYTEST) $(KILLED)

# Certificates that are signed, and such that are altered: programs of others look at them, and `calbench verify`.
signed: $(VENV)/.dev
	$(PYTEST) $(SIGNED)

# Single bytes changed at random in journal, record, signed DCC and PDF, plan, seal and proof: each must be found.
tamper: $(VENV)/.dev
	TAMPER=10000 $(PYTEST) tests/tamper

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

# The tables of a page: our uncertainties beside those of GTC.
compared: $(VENV)/.dev
	$(BIN)/python benchmarks/compared.py docs/explanations/uncertainty-compared.md

# Every shipped procedure, run with known truth as often as it takes to settle it (200 to 1,200 times): is its uncertainty
# what it claims?
prove: $(VENV)/.dev
	$(KEEPING) benchmarks/proved.py

# The same, and the tables of its page.
proved: $(VENV)/.dev
	$(KEEPING) benchmarks/proved.py docs/explanations/proof.md

# Programs that were not written here, in environments of their own, against our drivers and simulated instruments.
test-peers: $(VENV)/.dev
	$(BIN)/python -m pytest peers -p no:randomly

schemas: $(VENV)/.dev
	$(BIN)/python -m calbench.authoring.schemas docs/reference/schemas

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[pdf,signatures]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) .peers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
