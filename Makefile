# `make run` and `make test` are all that a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run test browser coverage fuzz chaos mailservers rehearsal lint types migrations guide bench lock sbom outdated clean

# The first that runs: a name on the PATH may be a mere shim.
PYTHON ?= $(shell for each in python3.13 python3.14 python3.12 python3; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
READY := .venv/.ready
COMPILED := .venv/.compiled
# No index URL in the lock files: they must not name a registry.
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.12

# Every process of ours would compile all modules again where Python may not write bytecode: a second each, and the
# tests start hundreds.
export PYTHONDONTWRITEBYTECODE :=

# A file's tests stay together: what they share is made once. The long ones come first (tests/conftest.py).
TWO = --numprocesses 2 --dist loadfile --no-loadscope-reorder

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

# The environment is rebuilt when the locked packages change, and only then. Python compiles what it imports, once.
SYNC = $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.txt
$(READY): requirements-dev.txt requirements-uv.txt
	@test -n "$(PYTHON)" || \
		{ echo 'Hace falta Python 3.12 o más nuevo; indique cuál: make PYTHON=/ruta/a/python3.13' >&2; exit 1; }
	@echo 'Preparando el entorno (solo la primera vez, o cuando cambian los paquetes)…'
	@test -x $(BIN)/uv || ($(PYTHON) -m venv .venv && \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-uv.txt)
	@$(SYNC)
	@touch $@

# All packages at once take ten seconds: for the tests, whose first programs would all compile the same.
$(COMPILED): $(READY)
	@$(SYNC) --compile-bytecode
	@touch $@

run: $(READY) ## start the product with demo data (PORT=8000)
	@exec $(BIN)/python -m facturamos.devserver run

# Debian's Chromium, without the parts that only a screen needs: Playwright's own would be a download from elsewhere.
# The whole one serves, too; it takes twice the time.
browser:
	@command -v chromium-headless-shell >/dev/null && exit; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo 'Instalando Chromium, que las pruebas necesitan…'; \
		said=$$( (apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell) 2>&1 </dev/null) || echo "$$said" >&2; \
	fi; \
	command -v chromium-headless-shell chromium >/dev/null || \
		{ echo 'Las pruebas necesitan Chromium: instale el paquete «chromium» de su sistema.' >&2; exit 1; }

# Types and migrations are looked at while tests wait for something, and told after them.
test: $(COMPILED) browser ## linters, types, migrations and every test, the browser's too
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@mkdir -p var; \
	nice -n 19 $(MAKE) --no-print-directory types migrations >var/types.log 2>&1 & types=$$!; \
	trap "kill $$types 2>/dev/null" INT TERM; \
	$(BIN)/python -m pytest $(TWO); tests=$$?; \
	wait $$types; types=$$?; \
	cat var/types.log; test $$tests = 0 -a $$types = 0

# Measured, everything takes twice as long: what walks the whole site, or measures itself, is left to `make test`.
WHOLE_SITE = tests/browser tests/journeys tests/benchmarks
coverage: $(READY) ## each module's own tests; fails where they reach fewer lines and branches than they did
	@rm -rf var/coverage && mkdir -p var/coverage
	@$(BIN)/coverage run -m pytest --quiet $(TWO) $(WHOLE_SITE:%=--ignore=%)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --format=total

fuzz: $(READY) ## the long form of every test with generated input (tens of minutes)
	@FUZZ=1 $(BIN)/python -m pytest --timeout 3600 --numprocesses 2 tests -k 'fuzz or mutat or hostile or private_key or corpus'

chaos: $(READY) ## the long form of every test that kills processes or stops servers
	@CHAOS=1 $(BIN)/python -m pytest --timeout 3600 tests -k 'killed or chaos or bad_start'

# Debian lets no two mail servers stand on one machine: Exim is only unpacked, beside Postfix.
mailservers: $(READY) ## the test of a mailbox through real Postfix, Dovecot and Exim (Debian, as root; installs them)
	@test "$$(id -u)" = 0 || { echo 'Hace falta ser root en Debian.' >&2; exit 1; }
	@apt-get update -qq
	@DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postfix dovecot-imapd >/dev/null
	@getent passwd Debian-exim >/dev/null || adduser --quiet --system --group --no-create-home --allow-bad-names Debian-exim
	@mkdir -p var/mailservers && cd var/mailservers && chmod a+rX . && \
		apt-get download -qq exim4-daemon-light libidn12 && for each in *.deb; do dpkg -x $$each .; done
	@MAILSERVERS=1 $(BIN)/python -m pytest -q tests/journeys/test_mail_servers.py tests/mailing/bounces/test_sources.py

# Nothing that is installed is started by Debian (RUNLEVEL). Moto, which stands in for S3, is no package of ours.
rehearsal: $(READY) ## the documented production through a rolling restart and fail-overs (Debian, as root; RELEASE=tag)
	@test "$$(id -u)" = 0 || { echo 'Hace falta ser root en Debian.' >&2; exit 1; }
	@apt-get update -qq
	@RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
		nginx-light pgbouncer postgresql redis-server caddy >/dev/null
	@REHEARSAL=1 RELEASE="$${RELEASE:-$$(git describe --tags --abbrev=0 2>/dev/null || echo HEAD)}" \
		$(BIN)/uv tool run --quiet --from 'moto[server]~=5.1' \
		env $(BIN)/python -m pytest -q tests/journeys/test_rehearsal.py tests/journeys/test_proxies.py \
		tests/facturamos/backup/test_media_s3.py

lint: $(READY) ## repair formatting and what ruff can repair
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(READY) ## mypy --strict
	@$(BIN)/mypy

migrations: $(READY) ## no migration is missing
	@$(BIN)/python -m facturamos.devserver exec python manage.py makemigrations --check --dry-run

guide: $(READY) browser ## take the user guide's pictures of the running product again
	@GUIDE=1 $(BIN)/python -m pytest -q tests/browser/test_guide.py

bench: $(READY) ## figures, as JSON lines, and what is slower than in the last release (RELEASE=0.2.0 makes this the last)
	@RELEASE="$(RELEASE)" $(BIN)/python -m facturamos.devserver exec python -m benchmarks

lock: $(READY) ## resolve and lock the packages again, with hashes
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) pyproject.toml --extra s3 --extra sentry --output-file requirements-extras.txt
	@$(LOCK) pyproject.toml --group dev --output-file requirements-dev.txt
	@sed -n '/^uv==/,/^[a-z]/{/^uv==/p;/^    --hash/p}' requirements-dev.txt > requirements-uv.txt

# The packages that the image was built with (REQUIREMENTS, as for Docker), but for those that it goes without, and
# for what is locked for other systems.
REQUIREMENTS ?= requirements.txt
SBOM ?= var/sbom.cdx.json
sbom: $(READY) ## what the image is made of, as CycloneDX: var/sbom.cdx.json (REQUIREMENTS=requirements-extras.txt)
	@mkdir -p $(dir $(SBOM))
	@awk 'NR == FNR { gone[$$1]; next } \
		/^[a-z0-9]/ { split($$1, name, "=="); kept = !(name[1] in gone) && !/== .win32|!= .CPython/ } kept' \
		requirements-unused.txt $(REQUIREMENTS) | \
		$(BIN)/uv tool run --quiet --from cyclonedx-bom~=7.5 cyclonedx-py requirements \
		--pyproject pyproject.toml --output-file $(SBOM) -
	@echo $(SBOM)

outdated: $(READY) ## which locked packages have a newer version
	@$(BIN)/uv pip list --quiet --outdated --python $(BIN)/python

clean: ## remove the environment and all local data
	@rm -rf .venv var staticfiles
