# Warmline. `make test` is the whole check; it installs what it needs.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFLAGS_TEST := -shuffle=on -timeout 30m

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## start the service with demo borrowers on http://localhost:8080
	go run ./cmd/warmline serve

test: deps lint widget-check go-test browser-test ## everything; installs redis-server, chromium and npm packages where they are missing

deps: ## install what the tests need
	./.ci/deps

lint: ## gofmt, vet, staticcheck
	@unformatted=$$(gofmt -l bot channels cmd dialog prompts web-widget/*.go)
	if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...

go-test: ## Go tests; those of concurrent packages under the race detector too
	go test $(GOFLAGS_TEST) ./...
	go test -run Invariants ./dialog/turn -rapid.checks=7000 # some 100,000 turns of random conversations, twice
	go test -race $(GOFLAGS_TEST) ./dialog/manager/... ./dialog/redisstore/... ./channels/...

widget: web-widget/node_modules ## build the browser code into web-widget/dist
	npm --prefix web-widget run --silent build

widget-check: web-widget/node_modules ## type-check and unit-test the browser code; fail if dist is not what the source builds
	npm --prefix web-widget run --silent check
	npm --prefix web-widget run --silent test:unit
	npm --prefix web-widget run --silent build
	git diff --exit-code --stat -- web-widget/dist || { echo "web-widget/dist is not what web-widget/src builds: run make widget and commit"; exit 1; }

browser-test: web-widget/node_modules ## pages in real Chromium; the bot through foreign emulators of Telegram and of a model
	npm --prefix web-widget run --silent test:browser
	npm --prefix web-widget run --silent test:telegram
	npm --prefix web-widget run --silent test:model

web-widget/node_modules: web-widget/package-lock.json
	npm --prefix web-widget ci --no-audit --no-fund --silent
	touch $@

bench: web-widget/bench/node_modules bench-go bench-understand ## all benchmarks; stops at once where Node is missing

bench-go: ## benchmarks; each prints a ratio against a floor measured in the same run
	go test -run '^$$' -bench . -benchmem ./dialog/... ./bot/... ./channels/... ./cmd/...

bench-understand: web-widget/bench/node_modules ## understanding beside @nlpjs/basic on the same files; BANKING77=DIR adds that set
	@program=$$(mktemp -d)
	trap 'rm -rf "$$program"' EXIT
	go build -o "$$program/warmline" ./cmd/warmline
	node web-widget/bench/compare.mjs "$$program/warmline"

web-widget/bench/node_modules: web-widget/bench/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "missing: node, npm (make bench compares with a Node library: install Node 20 first)"; exit 1; }
	npm --prefix web-widget/bench ci --no-audit --no-fund --silent
	touch $@

soak: ## long campaigns: random kills, cluster failover, fuzzing
	WARMLINE_SOAK=1 go test -timeout 60m -run 'Soak|Kill|Crash|Failover' ./...

fuzz: ## each fuzz target for a minute
	./.ci/fuzz

.PHONY: help run test deps lint go-test widget widget-check browser-test bench bench-go bench-understand soak fuzz
