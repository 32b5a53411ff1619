# `make` alone lists what can be made.

GO ?= go
TOOLS := $(CURDIR)/.tools
GOFUMPT := $(TOOLS)/gofumpt@v0.12.0/gofumpt
TEMPL := $(TOOLS)/templ@v0.3.977/templ
SQLC := $(TOOLS)/sqlc@v1.31.1/sqlc
LINT := $(TOOLS)/golangci-lint@v2.15.0/golangci-lint

# The program is one static file. All but the race detector, which needs cgo,
# is built with the same flags, so that every package is compiled once for all.
PLAIN := CGO_ENABLED=0 GOFLAGS='$(filter-out -trimpath,$(shell $(GO) env GOFLAGS)) -trimpath'
STATIC := $(PLAIN) $(GO)
DIST := internal/front/web/dist/manifest.json
CODE := cmd internal tools $(wildcard test)
NESTED := $(patsubst %/go.mod,%,$(wildcard tools/*/go.mod test/*/go.mod))
FUZZTIME ?= 10s

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build demo dev check test test-data bench bench-million bench-algo guide fuzz generate assets needs \
	check-format check-vet check-lint check-generated check-map check-libc test-all data-all

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: assets ## build the program: bin/yiwang
	$(STATIC) build -ldflags='-s -w' -o bin/yiwang ./cmd/yiwang

demo: build ## build and serve the invented district 莲城 on http://localhost:8080
	exec bin/yiwang demo

dev: ## the demo, rebuilt when a file changes
	$(STATIC) run ./tools/dev $(MAKE) --no-print-directory generate-templ build -- bin/yiwang demo

check: build check-format check-vet check-generated check-libc check-map check-lint ## format, vet, lint, generated code, import map

test: needs check $(patsubst %/package-lock.json,%/node_modules/.package-lock.json,$(wildcard test/*/package-lock.json)) ## all tests, on both databases, with a browser
	$(STATIC) run ./tools/pg $(MAKE) --no-print-directory test-all

test-data: needs build ## the tests that need the real messages in YIWANG_DATA
	@test -d "$(DATA)" || { echo 'make test-data needs the folder of real messages: YIWANG_DATA=FOLDER make test-data' >&2; exit 1; }
	YIWANG_DATA='$(DATA)' $(STATIC) run ./tools/pg $(MAKE) --no-print-directory data-all

bench: build ## the figures, with the machine they were measured on
	$(STATIC) run ./tools/pg env $(STATIC) run ./tools/bench

bench-million: build ## a district of a million requests on both databases: an hour
	$(STATIC) run ./tools/bench -only million

bench-algo: build ## the algorithms beside others, on the real messages in YIWANG_DATA
	@test -d "$(DATA)" || { echo 'make bench-algo needs the folder of real messages: YIWANG_DATA=FOLDER make bench-algo' >&2; exit 1; }
	@tools/benchalgo/needs
	YIWANG_DATA='$(DATA)' $(STATIC) run ./tools/benchalgo -out docs/benchmarks.md

guide: build $(patsubst %/package-lock.json,%/node_modules/.package-lock.json,$(wildcard test/*/package-lock.json)) ## the pictures of docs/guide, taken anew
	cd test/e2e && $(STATIC) test -count=1 -run '^TestGuide$$' . -guide

fuzz: ## every fuzz target for FUZZTIME (10s)
	@set -e; for f in $$(grep -rlE --include='*_test.go' '^func Fuzz' internal | sort); do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' $$f); do \
			echo "$$name in $$(dirname $$f)"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f); \
		done; \
	done

generate: generate-templ generate-sqlc ## write the code that templ and sqlc make anew

# The rest is what the above is made of.

.PHONY: generate-templ generate-sqlc
generate-templ: $(TEMPL)
	@set -e; for d in $$(find internal -name '*.templ' | xargs -n1 dirname | sort -u); do $(TEMPL) generate -path $$d -log-level error; done

generate-sqlc: $(SQLC)
	@$(SQLC) generate

assets: $(DIST)

$(DIST): $(shell find web -type f -not -path '*/node_modules/*') $(wildcard tools/web/*.go tools/web/go.*) \
		$(patsubst %/package-lock.json,%/node_modules/.package-lock.json,$(wildcard web/package-lock.json))
	cd tools/web && $(STATIC) run .
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

check-format: $(GOFUMPT)
	@bad=$$($(GOFUMPT) -l $(CODE)); test -z "$$bad" || { echo "not formatted (gofumpt -w FILE):" >&2; echo "$$bad" >&2; exit 1; }

check-vet:
	$(STATIC) vet ./...
	@set -e; for m in $(NESTED); do (cd $$m && $(STATIC) vet ./...); done

check-lint: $(LINT)
	$(PLAIN) $(LINT) run ./...
	@set -e; for m in $(NESTED); do (cd $$m && $(PLAIN) $(LINT) run ./...); done

GENERATED = find internal \( -name '*_templ.go' -o -path '*sql/*.go' \) | sort | xargs sha256sum
check-generated: $(TEMPL) $(SQLC)
	@before=$$($(GENERATED)); $(MAKE) --no-print-directory generate; after=$$($(GENERATED)); \
	test "$$before" = "$$after" || { echo 'generated code was not up to date and has been written anew: git diff' >&2; exit 1; }

check-map:
	$(STATIC) test ./internal

# modernc.org/sqlite is a translation to exactly one version of modernc.org/libc.
check-libc:
	@have=$$($(GO) list -m -f '{{.Version}}' modernc.org/libc); \
	want=$$(awk '$$1 == "modernc.org/libc" {print $$2}' "$$($(GO) list -m -f '{{.Dir}}' modernc.org/sqlite)/go.mod"); \
	test "$$have" = "$$want" || { echo "modernc.org/libc is $$have, but modernc.org/sqlite needs exactly $$want" >&2; exit 1; }

needs:
	@tools/needs

# With the server that tools/pg started.
test-all:
	CGO_ENABLED=1 $(GO) test -race -timeout 20m ./...
	@echo 'stories on SQLite, without the race detector'
	$(STATIC) test -timeout 20m ./internal/app -sqlite
	@set -e; for m in $(NESTED); do echo "tests of $$m"; (cd $$m && $(STATIC) test -count=1 -timeout 20m ./...); done

# Tests that need the data stand behind the build tag "data" and are named TestData….
# Only the packages that have some are built.
WITHDATA = $(patsubst %,./%,$(sort $(dir $(shell grep -rl --include='*_test.go' '^//go:build data' cmd internal tools))))
DATA = $(abspath $(or $(YIWANG_DATA),../shared/data))
data-all:
	$(STATIC) test -tags data -run '^TestData' -count=1 -timeout 30m $(WITHDATA)
	@set -e; for m in $(wildcard test/*/go.mod); do (cd $$(dirname $$m) && $(STATIC) test -tags data -run '^TestData' -count=1 -timeout 30m ./...); done

$(TOOLS)/gofumpt@%/gofumpt:
	GOBIN=$(@D) $(STATIC) install mvdan.cc/gofumpt@$*
$(TOOLS)/templ@%/templ:
	GOBIN=$(@D) $(STATIC) install github.com/a-h/templ/cmd/templ@$*
$(TOOLS)/sqlc@%/sqlc:
	GOBIN=$(@D) $(STATIC) install github.com/sqlc-dev/sqlc/cmd/sqlc@$*
$(TOOLS)/golangci-lint@%/golangci-lint:
	GOBIN=$(@D) $(STATIC) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$*
