# Everything runs in .venv, installed from a lock file. Stamp files in it record what is installed.

PYTHON ?= python3
PORT ?= 8000

# Turn off Material's notice about MkDocs 2. pyproject.toml requires an older version.
export NO_MKDOCS_2_WARNING = 1
# Where this is set, each worker of pytest would compile all tests again, which takes 4 s of CPU.
unexport PYTHONDONTWRITEBYTECODE

.NOTPARALLEL:
.PHONY: help serve site publish zip fmt tidy check schemas verify prove test editor same pages withheld lint audit ci weight bench world lock clean FORCE

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

serve: .venv/.site ## Serve the site on this computer until Ctrl-C (PORT=8000)
	@.venv/bin/tracker serve --port $(PORT)

# Never use --quiet: it hides warnings, so --strict would pass.
site: .venv/.site ## Build the site into site/
	@.venv/bin/mkdocs build --strict

# Publish from an empty folder outside the working tree, where no commit can put files.
publish: .venv/.site ## Build into TO=folder, check its links, and pack it into dist/
	@test -n "$(TO)" || { echo "Name an empty folder outside the project: make publish TO=folder" >&2; exit 1; }
	@.venv/bin/mkdocs build --strict --site-dir "$(abspath $(TO))"
	@.venv/bin/tracker links --site "$(abspath $(TO))"
	@.venv/bin/tracker pack "$(abspath $(TO))" --to dist/covenant-tracker.zip

zip: .venv/.site ## Build a zip in dist/ that can be read without a server
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
		$(MAKE) --no-print-directory publish TO="$$folder/site"

fmt: .venv/.site ## Format the data files; no value changes
	@.venv/bin/tracker fmt

# For maintainers, and for the job on main that proposes the result as a change. It also removes
# temporary files of interrupted commands.
tidy: .venv/.site ## Format the data files, update the schemas, and list changes
	@.venv/bin/tracker fmt
	@.venv/bin/tracker schema --write
	@find data schemas -name '.tracker-*.tmp' -mmin +60 -delete
	@git status --short -- data schemas

check: .venv/.site ## Check the records
	@.venv/bin/tracker check

schemas: .venv/.site ## Update the JSON Schemas for text editors, in schemas/
	@.venv/bin/tracker schema --write

verify: .venv/.site ## Verify citations in source texts (TEXTS=folder BY=name)
	@.venv/bin/tracker verify --write $(if $(TEXTS),--texts "$(TEXTS)") $(if $(BY),--by "$(BY)")

prove: verify ## Old name of verify; the next release removes it
	@echo "make prove is now make verify. The next release removes the old name." >&2

# Slow tests are for releases: all widths and colour schemes of each page, more random examples.
test: .venv/.test ## Check style and types, and run the tests (ALL=1: slow ones too)
	@echo "Checking style"
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@echo "Checking types"
	@.venv/bin/mypy
	@echo "Running the tests"
	@.venv/bin/pytest -n auto --dist worksteal $(if $(ALL),-m "" --hypothesis-profile thorough)

# The language server needs node. Without it, these tests are skipped.
editor: .venv/.test ## Test the schemas in the language server of editors (needs node)
	@npm ci --prefix tests/editor --ignore-scripts --no-audit --no-fund --silent
	@.venv/bin/pytest tests/test_language_server.py

same: $(if $(TO),publish,site) ## Build the site twice and compare every byte
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
		.venv/bin/mkdocs build --strict --site-dir "$$folder/site" && \
		diff --recursive --brief "$(or $(TO),site)" "$$folder/site"
	@echo "Both builds are identical"

pages: site ## Build the site and check its internal links
	@.venv/bin/tracker links --site site

withheld: site .venv/.test ## Build the site and look for withheld phrases
	@SITE="$(CURDIR)/site" .venv/bin/pytest -q -n 0 tests/test_withheld.py

lint: .venv/.lint ## Check the security of the workflows, offline
	@.venv/.lint/bin/zizmor --offline --pedantic --no-progress .github

audit: .venv/.lint ## Look up known vulnerabilities of the locked packages
	@for lock in requirements.lock requirements-test.lock requirements-ci.lock requirements-bench.lock; do \
		.venv/.lint/bin/pip-audit --require-hashes --disable-pip -r $$lock || exit 1; done

# .ci/changes finds the commit to compare with, from which no record may disappear, unless AGAINST
# names it. A change that only affects records needs neither the tests nor a second build.
CHANGES = changes="$$(bash .ci/changes)" && eval "$$changes"

ci: .venv/.site ## Run every check that a change must pass (AGAINST=commit)
	@$(CHANGES) && .venv/bin/tracker check $${against:+--against "$$against"}
	@.venv/bin/tracker verify
	@$(CHANGES) && if test "$$code" = false; then $(MAKE) zip; else $(MAKE) test same lint zip ALL=1; fi

weight: .venv/.test ## Measure page weight, compared with a plain Material site
	@.venv/bin/python -m benchmarks.weight

# make bench RECORDS="1000 5000" sets the sizes. CONTINUE=1 measures only what is missing.
bench: .venv/.test .venv/.peers ## Measure speed, compared with other tools
	@.venv/bin/python -m benchmarks.run $(if $(RECORDS),--records $(RECORDS)) $(if $(CONTINUE),--continue)

world: .venv/.site ## Build sites of many sizes and estimate the cost of all States
	@.venv/bin/python -m benchmarks.world

COMPILE = .venv/uv/bin/uv pip compile --universal --python-version 3.11 --upgrade \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
PROJECT = pyproject.toml --extra build

lock: .venv/.python ## Update the lock files
	@echo "Resolving the newest versions that pyproject.toml allows"
	@.venv/bin/python -m pip install -qq --upgrade --target .venv/uv uv
	@$(COMPILE) $(PROJECT) --output-file requirements.lock
	@$(COMPILE) $(PROJECT) --extra test --constraint requirements.lock --output-file requirements-test.lock
	@$(COMPILE) --group ci --output-file requirements-ci.lock
	@$(COMPILE) --group bench --output-file requirements-bench.lock

clean: ## Delete everything that the other targets created
	rm -rf .venv site dist .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

# During installation .python is renamed, so that the next run after an interruption starts over.
define install
	@echo "Installing $(1)"
	@mv .venv/.python .venv/.unfinished
	@.venv/bin/python -m pip install -qq --require-hashes -r $(1)
	@.venv/bin/python -m pip install -qq --no-deps --no-build-isolation -e .
	@mv .venv/.unfinished .venv/.python
endef

.venv/.site: .venv/.python requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch .venv/.site

.venv/.test: .venv/.python requirements-test.lock pyproject.toml
	$(call install,requirements-test.lock)
	@.venv/bin/python -m tests.browser
	@touch .venv/.site .venv/.test

# In a separate environment, so that the auditing tools don't change the packages they check.
.venv/.lint: .venv/.python requirements-ci.lock
	@echo "Installing requirements-ci.lock"
	@rm -rf .venv/.lint && $(PYTHON) -m venv .venv/.lint
	@.venv/.lint/bin/python -m pip install -qq --require-hashes -r requirements-ci.lock || \
		{ rm -rf .venv/.lint; exit 1; }

.venv/.peers: .venv/.python requirements-bench.lock
	@echo "Installing requirements-bench.lock"
	@rm -rf .venv/.peers && $(PYTHON) -m venv .venv/.peers
	@.venv/.peers/bin/python -m pip install -qq --require-hashes -r requirements-bench.lock || \
		{ rm -rf .venv/.peers; exit 1; }

# .python records the Python and the folder of .venv, because its scripts contain both.
IDENTITY = import os, platform, sys; \
	print(" ".join([platform.python_version(), sys.base_prefix, os.getcwd()])); \
	sys.exit(sys.version_info < (3, 11))

.venv/.python: FORCE
	@identity=$$($(PYTHON) -c '$(IDENTITY)' 2>/dev/null) || { found=$${identity%% *}; \
		echo "Python 3.11 or newer is required; $(PYTHON) is $${found:-missing}." \
			"Install it (Debian: apt install python3 python3-venv)," \
			"or choose another: PYTHON=python3.12 make …" >&2; exit 1; }; \
	if [ -n "$$(git ls-files .venv 2>/dev/null | head -n 1)" ]; then \
		echo ".venv is committed, so programs in it would run. Remove it: git rm -r .venv" >&2; exit 1; \
	fi; \
	if ! .venv/bin/python -c '' 2>/dev/null || [ "$$identity" != "$$(cat $@ 2>/dev/null)" ]; then \
		$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$(PYTHON) lacks venv. Install it (Debian: apt install python3-venv)." >&2; exit 1; }; \
		echo "Creating .venv with Python $${identity%% *}"; \
		rm -rf .venv && $(PYTHON) -m venv .venv && echo "$$identity" > $@; \
	fi
