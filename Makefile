# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The verbs of the project. Each sets up what it needs; ARGS goes to the command behind the verb.

HYPERV_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/hyperv.integration
export HYPERV_CACHE
PYTHON = $(HYPERV_CACHE)/venv/bin/python
SETUP = sh tests/tools/setup.sh
HOSTS ?= 4
VMS ?= 25
NAME ?= lab

.DEFAULT_GOAL := help
.PHONY: help audit test lab lab-down bench docs build clean setup-run setup-test setup-cores

help: ## list the verbs
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r verb text; do printf '  make %-9s %s\n' "$$verb" "$$text"; done

audit: setup-run ## start the lab, audit it, stop the lab, print the summary and where the report is
	@$(PYTHON) -m tests.lab audit $(ARGS)

test: setup-cores ## run every check; ARGS="units lint" picks suites, ARGS="integration:NAME" one target
	@$(PYTHON) -m tests.tools.run $(ARGS)

lab: setup-run ## start a fleet to play with: HOSTS=4 VMS=25 (a host), NAME=lab; prints its inventory
	@$(PYTHON) -m tests.lab up --name "$(NAME)" --hosts "$(HOSTS)" --vms "$(VMS)" $(ARGS)

lab-down: setup-run ## stop it: NAME=lab
	@$(PYTHON) -m tests.lab down --name "$(NAME)" $(ARGS)

bench: setup-run ## measure the ratios of docs/benchmarks.md
	@$(PYTHON) -m tests.bench $(ARGS)

docs: setup-test ## build the documentation site
	@$(PYTHON) -m tests.tools.docs_site docs/build

build: setup-test ## build the collection's archive into build/
	@$(HYPERV_CACHE)/venv/bin/ansible-galaxy collection build --force --output-path build .

clean: ## remove the caches of this project: environments, copies, compiled lab, built docs
	@sh tests/tools/clean.sh

setup-run:
	@$(SETUP) run

setup-test:
	@$(SETUP) test

setup-cores:
	@$(SETUP) test cores
