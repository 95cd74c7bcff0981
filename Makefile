# Each target does all of its own set-up (demo/setup.sh). `make` alone lists them.
MAKEFLAGS += --no-print-directory
PYTHON_HERE = .venv/bin/python
# What ends things works without .venv.
PYTHON_ANY = $(or $(wildcard $(PYTHON_HERE)),python3)

.PHONY: help setup demo up down db dsn psql review quarantine held replay forms form reveal looks verify-log object objections merge relink linking identity-report identity-sample new-feed try rotate-keys test soak lint audit bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv what requirements.lock says
	@demo/setup.sh

demo: setup ## run a city's days through Airflow (CITY=folder DAYS=n YEARS=n KEEP=1 FAULTS=seed GATEWAY=url GATEWAY_CLIENT=id:secret)
	@$(PYTHON_HERE) -m demo.rehearsal

up: setup ## serve the state of the last run, with Airflow's pages, until `make down`
	@$(PYTHON_HERE) -m demo up

down: ## end all that runs
	@$(PYTHON_ANY) -m demo down

db: setup ## start the databases alone, until `make down`
	@$(PYTHON_HERE) -m demo db

dsn: ## print the read-only address of the warehouse (`make -s dsn`)
	@$(PYTHON_ANY) -m demo dsn

psql: ## open psql in the warehouse, read-only
	@$(PYTHON_ANY) -m demo psql

review: setup ## take people's decisions on links that wait, from FILE=decisions.csv
	@$(PYTHON_HERE) -m demo review

quarantine: setup ## list refused rows; SHOW=delivery ROW=n shows one, RELEASE=1 with DELIVERY ROW or RESOURCE REASON FIELD runs them again (WHO WHY)
	@$(PYTHON_HERE) -m demo quarantine

held: setup ## list held deliveries; DELIVERY=id inspects one, ACCEPT=1 or REJECT=1 decides (WHO WHY)
	@$(PYTHON_HERE) -m demo held

forms: setup ## list proposed officials of approval forms; FORM=number with SAME=cadre_no, NEW=1 or NOBODY=1 decides (WHO WHY)
	@$(PYTHON_HERE) -m demo forms

form: setup ## write an official's approval form, .lrmx (CADRE=cadre_no FILE=to; with the identity number for WHO WHY)
	@$(PYTHON_HERE) -m demo form

reveal: setup ## show a reviewer an official's identity number, on this terminal (CADRE=cadre_no WHO WHY)
	@$(PYTHON_HERE) -m demo reveal

looks: setup ## list who looked at an official (CADRE=cadre_no)
	@$(PYTHON_HERE) -m demo looks

verify-log: setup ## look for changed, missing and moved entries in the log of who looked (HEAD="number hash" of an earlier run)
	@$(PYTHON_HERE) -m demo verify_log

object: setup ## object to a record for an official: it is disputed until that is answered (RESOURCE KEY=source_key CADRE=cadre_no WHO WHY)
	@$(PYTHON_HERE) -m demo object

objections: setup ## list objections that wait; OBJECTION=number with UPHELD=1 or DISMISSED=1 decides (WHO WHY)
	@$(PYTHON_HERE) -m demo objections

merge: setup ## list entries of the roster that are one person; CADRE=cadre_no DUPLICATE=cadre_no merges two, UNMERGE=cadre_no parts them (WHO WHY)
	@$(PYTHON_HERE) -m demo merge

relink: setup ## show what the linker says otherwise of all that is landed and held; APPLY=1 takes it over (RESOURCE, FILE=pairs.csv WHO)
	@$(PYTHON_HERE) -m demo relink

linking: setup ## list where automatic linking is stopped, and why; ALLOW=resource has it linked again (WHO WHY)
	@$(PYTHON_HERE) -m demo linking

identity-report: setup ## say how good the links are, in figures; of a city with a truth against that (CITY=folder)
	@$(PYTHON_HERE) -m demo identity_report

identity-sample: setup ## draw a sample of links to be labelled (DRAW=n), write what a reviewer may label (FILE=cases.csv WHO), take it filled in (LABELS=cases.csv WHO)
	@$(PYTHON_HERE) -m demo identity_sample

replay: setup ## run a past day again from what is landed, without mails (DAY=2026-06-02 RESOURCE=court)
	@$(PYTHON_HERE) -m demo replay

new-feed: setup ## draft contract, suite and golden case of a new resource (FROM=its catalogue entry, YAML)
	@$(PYTHON_HERE) -m demo new_feed

try: setup ## read a sample as its feed would, without a database (FEED=resource FILE=sample)
	@$(PYTHON_HERE) -m demo try_feed

rotate-keys: setup ## make new secrets, and seal everything anew that was sealed under the old ones
	@$(PYTHON_HERE) -m demo rotate_keys

test: setup ## run all tests
	@$(PYTHON_HERE) -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

soak: setup ## kill something on each of N days, and compare (N=1000 SEED=1)
	@PYTHONPATH=tests $(PYTHON_HERE) -m faults.soak $(or $(N),10) $(or $(SEED),1)

lint: setup ## check style, types, imports and SQL
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/sqlfluff lint sql

audit: setup ## look for known holes in what requirements.lock pins (asks an advisory service on the internet)
	@.venv/bin/uv tool run pip-audit --strict --disable-pip -r requirements.lock

bench: setup ## measure, and write bench/results.json (ONLY=readers: what readers wait for; ONLY=identity: linking, beside others)
	@$(PYTHON_HERE) -m bench$(ONLY:%=.%)

clean: ## end all that runs and remove var/
	@$(PYTHON_ANY) -m demo clean
