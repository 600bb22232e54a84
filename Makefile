# Two commands matter: make run, make test.
.PHONY: run demo test fast bench lint setup setup-dev

run: setup
	@exec .venv/bin/python -m kehr.supervise

demo: setup
	@exec .venv/bin/python -m kehr.demo

test: setup-dev
	@.venv/bin/python -m pytest -n 2 --dist loadgroup

fast: setup-dev
	@.venv/bin/python -m pytest -n 2 --dist loadgroup -m "not stack"

bench: setup-dev
	@.venv/bin/python -m bench

lint: setup-dev
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

setup:
	@deploy/setup.sh run

setup-dev:
	@deploy/setup.sh dev
