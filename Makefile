# Thin: set-up is bot/bootstrap.py, everything else the console script `mend` (bot/cli) and the usual tools.
PYTHON ?= python3
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup train chat serve serve-api test lint lock transcripts evaluate fuzz soak bench

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## make .venv what requirements.lock says (nothing to do: nothing done)
	@$(PYTHON) bot/bootstrap.py

train: setup ## train the model, unless it is up to date
	@$(BIN)/mend train

chat: setup ## talk to Mend in this terminal (NEW=1: begin another conversation)
	@$(BIN)/mend chat $(if $(NEW),--new)

serve: setup ## run the servers in the foreground (PORT, ACTION_PORT)
	@$(BIN)/mend serve

serve-api: setup ## the same with Rasa's HTTP API, for measuring only
	@$(BIN)/mend serve --api

test: lint train ## everything that must hold: lint, types, unit, contracts, stories, servers
	$(BIN)/python -m pytest -n 2 --dist loadgroup

evaluate: setup ## how well messages are read that nobody learnt from (trains nothing)
	@$(BIN)/mend evaluate

fuzz: setup train ## danger in messages that are mistyped, disguised or buried in everyday talk (writes docs/benchmarks/danger.md)
	@$(BIN)/python -m benchmarks.danger

soak: setup train ## long random talks of several people at once (writes docs/benchmarks/soak.md)
	@$(BIN)/python -m benchmarks.soak

bench: setup ## measure ways of reading, and Mend beside Rasa's starter bot (hours; writes docs/benchmarks)
	$(BIN)/python -m benchmarks.understanding
	$(BIN)/python -m benchmarks.starter

lint: setup ## format, lint and types
	$(BIN)/ruff format --check bot actions tests benchmarks
	$(BIN)/ruff check bot actions tests benchmarks
	$(BIN)/mypy

lock: setup ## resolve the dependencies anew into requirements.lock
	$(BIN)/mend lock

transcripts: setup train ## record docs/transcripts anew from a live server
	@$(BIN)/mend transcripts
