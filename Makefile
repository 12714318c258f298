# All runs in .venv, made from a lock file. Stamps in it keep work from being done twice.

PYTHON ?= python3
PORT ?= 8000

# Material's own switch for its notice about MkDocs 2, which pyproject.toml keeps out.
export NO_MKDOCS_2_WARNING = 1

.NOTPARALLEL:
.PHONY: help serve site publish zip fmt tidy check schemas prove test editor same pages withheld lint audit ci weight bench world lock clean FORCE

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

serve: .venv/.site ## Show the site on this computer and follow changes, until Ctrl-C
	@.venv/bin/tracker serve --port $(PORT)

# Never --quiet: it hides warnings from --strict, which then passes.
site: .venv/.site ## Build the site into site/
	@.venv/bin/mkdocs build --strict

# What is published starts in an empty folder outside the working tree, where no commit puts files.
publish: .venv/.site ## Build the site into TO, an empty folder elsewhere, check its links, and pack it
	@test -n "$(TO)" || { echo "Name an empty folder outside this one: make publish TO=…" >&2; exit 1; }
	@.venv/bin/mkdocs build --strict --site-dir "$(abspath $(TO))"
	@.venv/bin/tracker links --site "$(abspath $(TO))"
	@.venv/bin/tracker pack "$(abspath $(TO))" --to dist/covenant-tracker.zip

zip: .venv/.site ## Build the site, and pack it into dist/ to be read without a server
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
		$(MAKE) --no-print-directory publish TO="$$folder/site"

fmt: .venv/.site ## Bring the records into their canonical form, no value changed
	@.venv/bin/tracker fmt

# For maintainers, and for the job on main that proposes the result. What an interrupted command left
# beside its file goes too.
tidy: .venv/.site ## Bring the layout in order, renew what is derived, and list what changed
	@.venv/bin/tracker fmt
	@.venv/bin/tracker schema --write
	@find data schemas -name '.tracker-*.tmp' -mmin +60 -delete
	@git status --short -- data schemas

check: .venv/.site ## Check the records
	@.venv/bin/tracker check

schemas: .venv/.site ## Renew schemas/, which editors' programs read
	@.venv/bin/tracker schema --write

prove: .venv/.site ## Verify citations in the texts of the sources (TEXTS=folder BY=name)
	@.venv/bin/tracker verify --write $(if $(TEXTS),--texts "$(TEXTS)") $(if $(BY),--by "$(BY)")

test: .venv/.test ## Check style and types, and run every test
	@echo "Checking style"
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@echo "Checking types"
	@.venv/bin/mypy
	@.venv/bin/python -m tests.browser
	@echo "Running the tests"
	@.venv/bin/pytest -n auto --dist worksteal

# The server is a program for node, which not everybody has: without it these tests are skipped.
editor: .venv/.test ## Try the schemas in the program that editors use (needs node)
	@npm ci --prefix tests/editor --ignore-scripts --no-audit --no-fund --silent
	@.venv/bin/pytest tests/test_language_server.py

same: $(if $(TO),publish,site) ## Build the site once more from nothing, and compare every byte
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
		.venv/bin/mkdocs build --strict --site-dir "$$folder/site" && \
		diff --recursive --brief "$(or $(TO),site)" "$$folder/site"
	@echo "Twice the same bytes"

pages: site ## Check every link inside the site
	@.venv/bin/tracker links --site site

withheld: site .venv/.test ## Look for withheld phrases in the built site
	@SITE="$(CURDIR)/site" .venv/bin/pytest -q -n 0 tests/test_withheld.py

lint: .venv/.lint ## Look for weaknesses in the workflows, without a network
	@.venv/.lint/bin/zizmor --offline --pedantic --no-progress .github

audit: .venv/.lint ## Ask the web for known weaknesses of the packages in the lock files
	@for lock in requirements.lock requirements-test.lock requirements-ci.lock requirements-bench.lock; do \
		.venv/.lint/bin/pip-audit --require-hashes --disable-pip -r $$lock || exit 1; done

# .ci/changes finds the published commit, of which no record may vanish, unless AGAINST names it.
# A change of records alone needs neither the tests nor a second build.
CHANGES = changes="$$(bash .ci/changes)" && eval "$$changes"

ci: .venv/.site ## Run everything that a change must pass, as each host does (AGAINST=commit)
	@$(CHANGES) && .venv/bin/tracker check $${against:+--against "$$against"}
	@.venv/bin/tracker verify
	@$(CHANGES) && if test "$$code" = false; then $(MAKE) zip; else $(MAKE) test same lint zip; fi

weight: .venv/.test ## Weigh what a reader loads, beside a plain Material site
	@.venv/bin/python -m benchmarks.weight

# RECORDS names how many: make bench RECORDS="1000 5000". CONTINUE=1 measures what the file lacks.
bench: .venv/.test .venv/.peers ## Measure everything beside other tools with the same records
	@.venv/bin/python -m benchmarks.run $(if $(RECORDS),--records $(RECORDS)) $(if $(CONTINUE),--continue)

world: .venv/.site ## Build sites of many sizes, and tell what all States would take
	@.venv/bin/python -m benchmarks.world

COMPILE = .venv/uv/bin/uv pip compile --universal --python-version 3.11 --upgrade \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
PROJECT = pyproject.toml --extra build

lock: .venv/.python ## Renew the lock files
	@echo "Choosing the newest versions that pyproject.toml allows"
	@.venv/bin/python -m pip install -qq --upgrade --target .venv/uv uv
	@$(COMPILE) $(PROJECT) --output-file requirements.lock
	@$(COMPILE) $(PROJECT) --extra test --constraint requirements.lock --output-file requirements-test.lock
	@$(COMPILE) --group ci --output-file requirements-ci.lock
	@$(COMPILE) --group bench --output-file requirements-bench.lock

clean: ## Remove whatever the other targets made
	rm -rf .venv site dist .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

# While packages go in, .python is away: after an interruption the next call starts afresh.
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
	@touch .venv/.site .venv/.test

# In an environment of its own: what looks at packages must not change them.
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

# .python names the Python that made .venv, and the folder it was made in: its scripts hold both.
IDENTITY = import os, platform, sys; \
	print(" ".join([platform.python_version(), sys.base_prefix, os.getcwd()])); \
	sys.exit(sys.version_info < (3, 11))

.venv/.python: FORCE
	@identity=$$($(PYTHON) -c '$(IDENTITY)' 2>/dev/null) || { found=$${identity%% *}; \
		echo "Needs Python 3.11 or newer; $(PYTHON) is $${found:-missing}." \
			"Install it (Debian: apt install python3 python3-venv)," \
			"or name another: PYTHON=python3.12 make …" >&2; exit 1; }; \
	if [ -n "$$(git ls-files .venv 2>/dev/null | head -n 1)" ]; then \
		echo ".venv is committed: programs in it would run. Remove it: git rm -r .venv" >&2; exit 1; \
	fi; \
	if ! .venv/bin/python -c '' 2>/dev/null || [ "$$identity" != "$$(cat $@ 2>/dev/null)" ]; then \
		$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$(PYTHON) lacks venv. Install it (Debian: apt install python3-venv)." >&2; exit 1; }; \
		echo "Making .venv with Python $${identity%% *}"; \
		rm -rf .venv && $(PYTHON) -m venv .venv && echo "$$identity" > $@; \
	fi
