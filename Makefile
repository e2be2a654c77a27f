# Two commands are all you need: `make report` and `make test`. Both set everything up in .venv first.
PYTHON ?= python3
CORES ?= $(shell $(PYTHON) -c "import os; print(os.cpu_count())")
# To avoid a CUDA download: make setup TORCH_INDEX=<PyTorch's index of CPU wheels>; see README.
TORCH_INDEX ?=
# For `make verify` and `make compare`. Between machines of different kinds, TOLERANCE=0.05.
CONFIG ?= config.yaml workflow/presets/smoke.yaml
REFERENCE ?=
RESULTS ?= results/default
# For `make check-claims`: the results of a study.
STUDY ?= results/default
TOLERANCE ?= 1e-9
# Checking the types of every call takes a third of the time of the tests: `make test-types` does it.
UNCHECKED := --jaxtyping-packages=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help report test quick test-types test-long smoke resume status verify compare check check-claims simulate sample \
	browser bench bench-pipeline faults fuzz cluster-test audit setup slurm generic lint docs \
	format lock schema clean

help: ## lists these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 16

report: setup ## runs the study of config.yaml and writes the report, in English and Polish
	$(BIN)/snakemake --cores $(CORES)
	@echo "The report is in $(CURDIR)/results/default/report: en/report.html, en/report.pdf, pl/report.html, pl/report.pdf"

test: setup ## runs the tests, on all cores
	$(BIN)/python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder $(UNCHECKED)

quick: setup ## runs the unit tests, which need no study, figure or page, in a minute
	$(BIN)/python -m pytest --numprocesses $(CORES) --dist worksteal $(UNCHECKED) -m "not slow and not long and not fuzz and not faults and not simulation and not cluster" \
	$(addprefix --ignore=tests/,figures reporting pipeline)

# Own classes are not tried there: what checks types draws from a shared generator, which they must not.
test-types: setup ## runs the tests of quick with the types and named axes of every call checked, in some minutes
	$(BIN)/python -m pytest --numprocesses $(CORES) --dist worksteal -m "not slow and not long and not fuzz and not faults and not simulation and not cluster" \
	$(addprefix --ignore=tests/,documenting figures reporting pipeline)

# Those of the first folder take longest, on one core.
LONGEST := tests/training/

test-long: setup ## runs the long proofs, which `make test` leaves out, in a quarter of an hour
	$(BIN)/python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder $(UNCHECKED) -m long \
	$(LONGEST) $(filter-out $(LONGEST),$(wildcard tests/*/ tests/test_*.py))

smoke: setup ## runs the whole pipeline on tiny runs, in a minute or two
	$(BIN)/snakemake --cores $(CORES) --configfile config.yaml workflow/presets/smoke.yaml

resume: setup ## goes on, after an interruption of any kind, with the study that was started last, or with STUDY=name
	$(BIN)/python -m gradient_horizon resume --cores $(CORES) $(if $(filter-out file,$(origin STUDY)),$(STUDY))

status: setup ## says how far the studies of this folder are
	$(BIN)/python -m gradient_horizon status

verify: setup ## runs the smoke study (or CONFIG="config.yaml ...") twice, and as on two other processors, and compares them
	$(BIN)/python -m gradient_horizon verify $(CONFIG)

compare: setup ## holds parts that were run again against reference/, or RESULTS against REFERENCE=folder, within TOLERANCE
	$(BIN)/python -m gradient_horizon compare $(REFERENCE) $(if $(REFERENCE),$(RESULTS)) --tolerance $(TOLERANCE)

check: setup ## compares every file of the store, and of all results, with its checksum
	$(BIN)/python -m gradient_horizon check

check-claims: setup ## judges the claims of STUDY on shuffled arms, recomputes every effect by other code, and compares
	$(BIN)/python -m gradient_horizon control-claims $(STUDY)
	$(BIN)/python tests/independent/recompute.py $(STUDY) store
	$(BIN)/python -m gradient_horizon check-claims $(STUDY)

simulate: setup ## holds intervals and tests against simulated studies, in ten minutes; writes docs/simulated.md
	$(BIN)/python -m gradient_horizon simulate
	$(BIN)/python -m pytest --numprocesses $(CORES) $(UNCHECKED) -m simulation

sample: report ## puts the report of the default study into docs/sample, its picture and verdicts into README
	$(BIN)/python -m gradient_horizon showcase --results results/default --sources report --readme README.md

browser: ## installs what the tests of the page in a browser need, beside Debian's chromium and node
	npm ci --prefix tests/reporting/browser --no-audit --no-fund

bench: setup ## compares the engine with its peers, in ten minutes; leave the machine alone meanwhile
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement benchmarks/requirements.lock
	$(BIN)/python benchmarks/engine.py

bench-pipeline: report ## measures processes, planning, tables and a simulated cluster, in some forty minutes; writes docs/load.md
	$(BIN)/python benchmarks/pipeline.py --finished .
	$(BIN)/python benchmarks/fan_in.py
	$(BIN)/python benchmarks/cluster.py

faults: setup ## interrupts a small study and damages its files in every way, four times each, in some twenty minutes
	$(BIN)/python -m pytest -m faults

fuzz: setup ## tries thousands of mutated configurations, in some minutes
	$(BIN)/python -m pytest -m fuzz

cluster-test: slurm ## runs studies on a real Slurm of two nodes on this machine, and disturbs it; as root, in a quarter of an hour
	@command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v sbatch >/dev/null || \
	{ apt-get update && apt-get install --yes --no-install-recommends slurmctld slurmd slurm-client liblua5.3-0; } || \
	{ echo "Slurm must be installed (Debian: slurmctld, slurmd, slurm-client), or this be root on Debian"; exit 1; }
	$(BIN)/python -m pytest $(UNCHECKED) -m cluster tests/cluster

audit: setup ## looks up every locked version among known vulnerabilities; needs the network
	$(PYTHON) -m venv .audit-venv
	.audit-venv/bin/python -m pip install --quiet pip-audit
	.audit-venv/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock
	.audit-venv/bin/pip-audit --strict --disable-pip --no-deps --requirement requirements.torch.lock
	for lock in requirements.slurm.lock requirements.generic.lock docs/requirements.lock; do \
	  .audit-venv/bin/pip-audit --strict --disable-pip --require-hashes --requirement $$lock || exit 1; done
	rm -r .audit-venv

setup: $(VENV)/installed ## makes .venv from requirements.lock and installs the package

$(VENV)/installed: requirements.lock requirements.torch.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python must be 3.11 or newer, got " + \
	sys.version.split()[0] + "; with another one installed, say make setup PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --requirement requirements.torch.lock $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	@touch $@

slurm: setup $(VENV)/slurm ## installs what profiles/slurm needs, into .venv

$(VENV)/slurm: requirements.slurm.lock $(VENV)/installed
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.slurm.lock
	@touch $@

generic: setup ## installs what profiles/generic needs, for clusters with any scheduler, into .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.generic.lock

docs: setup .docs-venv/installed ## writes the reference and builds the documentation; opens from site/index.html
	$(BIN)/python -m gradient_horizon reference
	NO_MKDOCS_2_WARNING=1 .docs-venv/bin/mkdocs build --quiet
	@echo "The documentation is in $(CURDIR)/site/index.html"

.docs-venv/installed: docs/requirements.lock
	$(PYTHON) -m venv .docs-venv
	.docs-venv/bin/python -m pip install --quiet --no-deps --require-hashes --requirement docs/requirements.lock
	@touch $@

lint: setup ## checks style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules workflow/templates
	$(BIN)/mypy

format: setup ## formats the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/snakefmt Snakefile workflow/rules workflow/templates

schema: setup ## writes the JSON schema of config.yaml
	$(BIN)/python -m gradient_horizon schema

lock: ## installs the newest allowed versions in a fresh environment and writes requirements.lock, and those of clusters
	$(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --requirement requirements.torch.lock hatchling==1.33.0 editables
	.lock-venv/bin/python -m pip install --no-build-isolation . --group dev
	.lock-venv/bin/python -m pip freeze --all | grep -v '^gradient-horizon\|^torch==\|^pip==' > .lock-venv/frozen
	.lock-venv/bin/python -m pip install pip-tools
	.lock-venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe --no-annotate --no-header --no-emit-index-url \
	--no-emit-find-links --no-strip-extras --output-file .lock-venv/hashed .lock-venv/frozen
	(sed '/^[^#]/,$$d' requirements.lock; grep '^[^#]' .lock-venv/hashed) > requirements.new
	mv requirements.new requirements.lock
	for group in slurm generic; do \
	  $(PYTHON) -c 'import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"][sys.argv[1]], sep="\n")' $$group > .lock-venv/$$group && \
	  .lock-venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe --no-annotate --no-header --no-emit-index-url \
	  --no-emit-find-links --no-strip-extras --constraint requirements.lock --output-file .lock-venv/hashed .lock-venv/$$group && \
	  (sed '/^[^#]/,$$d' requirements.$$group.lock; grep '^[^#]' .lock-venv/hashed) > requirements.new && \
	  mv requirements.new requirements.$$group.lock || exit 1; \
	done
	rm -r .lock-venv

clean: ## removes results; the runs stay in store/, see `python -m gradient_horizon store`
	rm -rf results .snakemake
