.DEFAULT_GOAL := help
.PHONY: help run test coverage check format demo eval races equality chaos fuzz conformance siege schemathesis bench profile bench-fanout bench-delivery playground browser docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## serve a demonstration; PORT= and HUDDLE_*= override
	@scripts/install --runtime
	@exec .venv/bin/huddle serve --demo

test: ## run all tests, on SQLite and PostgreSQL
	@scripts/install
	@scripts/test

coverage: ## run all tests and tell how much of the code they reach
	@scripts/install
	@scripts/coverage

check: ## format, lint, types, imports, schema and wheel
	@scripts/install
	@scripts/check

format: ## format the code and repair what can be repaired
	@scripts/install
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

demo: ## play a conversation through against a server of its own
	@scripts/install
	@scripts/demo

eval: ## tell how well colleagues are recommended, and how fast among many
	@scripts/install
	@scripts/eval

races: ## let rivals race for the same rows of a real database
	@scripts/install
	@scripts/races

chaos: ## kill, freeze and cut everything under load; MINUTES= long, SEED= again
	@scripts/install
	@.venv/bin/python -m scripts.chaos

fuzz: ## make up plays, and compare what events tell with what queries read; STEPS= long
	@scripts/install
	@scripts/fuzz

equality: ## answer generated documents compiled and not, and compare
	@scripts/install
	@scripts/equality

bench: ## ask and change beside a floor by hand and others; needs two cores, WORK= and KINDS= narrow it
	@scripts/install
	@scripts/bench

profile: ## tell where the time of a query and a mutation goes
	@scripts/install
	@scripts/profile

bench-fanout: ## tell one event to thousands, beside a raw loop and stock strawberry; needs two cores
	@scripts/install
	@scripts/bench-fanout

bench-delivery: ## from a commit to its readers, beside a raw relay, and while processes and brokers die
	@scripts/install
	@scripts/bench-delivery

conformance: ## let audits, clients and tools of others judge a server; needs node
	@scripts/install
	@scripts/conformance

siege: ## attack a server in every way at once, while others use it
	@scripts/install
	@scripts/siege

schemathesis: ## send 1,000 made-up documents with real ids to a server
	@scripts/install
	@scripts/schemathesis

docs: ## write what is generated in docs/, and build the site
	@scripts/install
	@scripts/docs

playground: ## build the page at / anew; needs node
	@scripts/playground

browser: ## play the page at / in a real browser; installs chromium where it can
	@scripts/install
	@scripts/browser

lock: ## write the locks from pyproject.toml
	@scripts/lock

clean: ## remove what tools left behind; .venv stays
	@rm -rf dist build site .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
