# `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
# On Linux, PyPI's torch is a CUDA build of several GB. Where PyTorch's CPU index answers
# within three seconds the small build is taken from it; set TORCH_INDEX= to leave it out.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
PYTEST_ARGS ?=
BENCH_ARGS ?=
SCREENSHOTS ?= build/screenshots

export PYTHONDONTWRITEBYTECODE = 1

.PHONY: help setup setup-dev run worker beat test test-faults bench-lab bench-lab-truth bench-import lint fix types bench-queue bench-scale bench-scoring bench-service bench-analyze screenshots

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.runtime ## make the environment and install what the service needs

setup-dev: $(VENV)/.dev ## the same, with the tools for tests, lint and types

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.torch: $(BIN)/python
	@$(BIN)/python -c 'import torch' 2>/dev/null || { \
	  index=""; \
	  if [ -n "$(TORCH_INDEX)" ] && $(BIN)/python -c 'import urllib.request as r; r.urlopen("$(TORCH_INDEX)/torch/", timeout=3)' 2>/dev/null; then \
	    index="--extra-index-url $(TORCH_INDEX)"; fi; \
	  echo "installing torch (CPU build where there is one) ..."; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check $$index "$$(grep '^torch==' requirements.txt)"; }
	@touch $@

$(VENV)/.runtime: requirements.txt | $(VENV)/.torch
	@echo "installing the service's packages ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-tracing.txt requirements.txt | $(VENV)/.runtime
	@echo "installing the tools ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: setup ## migrate, make the demo site if it is missing, and serve; then open 127.0.0.1:8000/demo
	@$(BIN)/flask migrate >&2
	@$(BIN)/flask prepare-demo
	@exec $(BIN)/gunicorn -c deploy/gunicorn.conf.py wsgi:app

test: setup-dev ## all tests; PostgreSQL too where MODERATION_TEST_POSTGRES_URL names one
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

test-faults: setup-dev ## kill and starve real servers (needs redis-server and PostgreSQL; RabbitMQ too where it answers)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m faults tests/faults

bench-lab: setup ## time the threshold lab at a million comments
	$(BIN)/python -m benchmarks.lab_preview $(BENCH_ARGS)

bench-lab-truth: setup ## hold the lab's intervals against a simulated site whose every comment is known
	$(BIN)/python -m benchmarks.lab_truth $(BENCH_ARGS)

bench-import: setup ## import 1,000,000 comments and watch the memory (minutes)
	$(BIN)/python -m benchmarks.bench_import $(BENCH_ARGS)

worker: setup ## score what waits, for MODERATION_SCORING=worker
	@exec $(BIN)/celery -A moderation.tasks.celery_app worker

beat: setup ## sweep every five seconds beside the workers; run exactly one
	@mkdir -p $${MODERATION_INSTANCE:-instance}
	@exec $(BIN)/celery -A moderation.tasks.celery_app beat -s $${MODERATION_INSTANCE:-instance}/beat

bench-queue: setup-dev ## the queue with 100,000 of 1,000,000 waiting against 100 of 1,000 (minutes)
	$(BIN)/python -m benchmarks.queue $(BENCH_ARGS)

screenshots: setup-dev ## every page, light and dark, 1440 and 390 wide, into build/screenshots
	$(BIN)/python -m tests.browser.screenshots $(SCREENSHOTS)

lint: setup-dev ## style and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

fix: setup-dev ## repair what lint can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup-dev ## static types
	$(BIN)/mypy moderation models wsgi.py

bench-scale: setup-dev ## what a core buys and a second one adds; a large store against a small one (minutes)
	$(BIN)/python -m benchmarks.scale $(BENCH_ARGS)

bench-scoring: setup-dev ## the engine against the detoxify package; writes benchmarks/scoring.json
	@$(BIN)/python -m benchmarks.scoring $(BENCH_ARGS)

bench-service: setup-dev ## submissions over HTTP with 32 clients and with one
	@$(BIN)/python -m benchmarks.service $(BENCH_ARGS)

bench-analyze: setup-dev ## Perspective's comments:analyze with 8 clients
	@$(BIN)/python -m benchmarks.analyze $(BENCH_ARGS)
