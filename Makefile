# Short names for what the scripts do. `make` alone prints this list.
# PKG limits the tests to packages: make unit PKG=./internal/app
PKG ?=

.DEFAULT_GOAL := help
.PHONY: help build demo short test lint unit race pg clients browser tour openapi fuzz crash chaos bench update hooks

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the program into ./almoner
	go build ./cmd/almoner

demo: ## Run a server with demo data on 127.0.0.1:8080
	go run ./cmd/almoner demo

short: ## Test in seconds while you write
	bash scripts/test.sh short $(PKG)

test: ## Run every check, as continuous integration does
	bash scripts/test.sh

lint: ## Run the linters
	bash scripts/test.sh lint

unit: ## Run all Go tests
	bash scripts/test.sh unit $(PKG)

race: ## Run Go tests under the race detector, all of them without PKG
	bash scripts/test.sh race $(PKG)

pg: ## Run the wires and the use cases on PostgreSQL
	bash scripts/test.sh pg $(PKG)

clients: ## Run published clients against the binary
	bash scripts/test.sh clients

browser: ## Test the pages in Chromium
	bash scripts/test.sh browser

tour: ## Look at every state of every page in each language
	bash scripts/test.sh tour

openapi: ## Check the OpenAPI documents and generated clients
	bash scripts/test.sh openapi

fuzz: ## Give every fuzz target 20,000 inputs
	bash scripts/test.sh fuzz

crash: ## Kill the server a hundred times on each database
	bash scripts/crash.sh

chaos: ## Break everything for two minutes on each database, and ask every listener what it heard
	bash scripts/chaos.sh

bench: ## Measure; see bench/README.md
	bash bench/run.sh

update: ## Rewrite the golden files; look at the diff before you commit
	go test -count=1 -skip '^(TestExamples|TestDocuments)$$' ./internal/apiv3 ./internal/apiv5 ./internal/live ./internal/mail -update
	@# Examples are taken from golden files, and documents embed the examples.
	go test -count=1 -run '^TestExamples$$' ./internal/apiv3 ./internal/apiv5 -update
	go test -count=1 -run '^TestDocuments$$' ./internal/apiv3 ./internal/apiv5 -update

hooks: ## Check each commit before it is made (undo: git config --unset core.hooksPath)
	git config core.hooksPath scripts/hooks
