# Everything on this machine: `make up`, then `make test`. Bare `make` lists the rest.

PYTHON := .venv/bin/python
LOCAL  := $(PYTHON) -m infra_cdk.local
.DEFAULT_GOAL := help
.PHONY: help ready up down reset status logs test attack check audit-dependencies bench prove replay import-log generate migrate openapi layers synth psql events ledger audit

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile

ready:
	@sh infra_cdk/local/bootstrap.sh

up: ready ## bring everything up and print the addresses
	@$(LOCAL) up

down: ready ## stop everything, keep the data
	@$(LOCAL) down

reset: ready ## stop everything and delete the data (YES=1: do not ask)
	@$(LOCAL) reset $(if $(YES),--yes)

status: ready ## show processes, health, lag and memory
	@$(LOCAL) status

logs: ready ## follow the logs (NAME=host: those whose name begins so)
	@$(LOCAL) logs $(NAME)

test: ready ## run every test on servers of its own
	@$(LOCAL) test

attack: ready ## try what an attacker would, with many examples: [EXAMPLES=…] [SEED=…]
	@$(LOCAL) attack $(if $(EXAMPLES),--examples $(EXAMPLES)) $(if $(SEED),--seed $(SEED))

check: ready ## check format, lint, types, import rules, dead code and dependencies
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/vulture
	.venv/bin/deptry layers/shared/python functions
	@# Beside the product the groups of pyproject.toml are there too.
	.venv/bin/deptry --ignore DEP002,DEP004 infra_cdk layers/dependencies layers/geoip tests
	npm run check
	@! docker compose version >/dev/null 2>&1 || \
		docker compose -f infra_cdk/local/docker/compose.yaml --profile tools config -q

audit-dependencies: ready ## ask which locked packages have known vulnerabilities (needs the internet)
	@$(LOCAL) audit-dependencies

bench: ready ## measure throughput, latency and cost of an event: [GOATCOUNTER=path, to compare]
	@$(PYTHON) -m tests.benchmarks

prove: ready ## kill function processes and servers during replays; the ledger must add up
	@$(PYTHON) -m tests.benchmarks.prove

replay: ready ## send access logs through /track: FILE=… [SITE=…] [RATE=…]
	@$(LOCAL) replay $(FILE) $(if $(SITE),--site $(SITE)) $(if $(RATE),--rate $(RATE))

import-log: ready ## bring access logs' history in at their own dates: FILE='…' [SITE=…] [EXCLUDE='/admin/* …'] [DRY_RUN=1]
	@$(LOCAL) import-log $(FILE) $(if $(SITE),--site $(SITE)) \
		$(foreach pattern,$(EXCLUDE),--exclude '$(pattern)') $(if $(DRY_RUN),--dry-run)

generate: ready ## make traffic whose true figures are known: [EVENTS=…] [DAYS=…] [SITES=…] [SEED=…]
	@$(LOCAL) generate $(if $(EVENTS),--events $(EVENTS)) $(if $(DAYS),--days $(DAYS)) \
		$(if $(SITES),--sites $(SITES)) $(if $(SEED),--seed $(SEED))

migrate: ready ## bring schema, indexes, topics and queues up to date
	@$(LOCAL) migrate

openapi: ready ## write the OpenAPI document
	@$(LOCAL) openapi

layers: ready ## build the layers for Lambda
	@$(PYTHON) -m layers.dependencies.build

synth: layers ## write the CloudFormation templates to cdk.out (STAGE=…: dev, staging or prod)
	@npx cdk synth --quiet $(if $(STAGE),--context stage=$(STAGE))

psql: ready ## open the database
	@$(LOCAL) psql

events: ready ## print the newest events
	@$(LOCAL) events

ledger: ready ## check that every event taken was stored or dropped, once
	@$(LOCAL) ledger

audit: ready ## hold facts and rollups against the stored events: [SITE=…]
	@$(LOCAL) audit $(if $(SITE),--site $(SITE))
