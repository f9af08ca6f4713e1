# The front door: `make` lists what can be done here.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help requirements build quickstart test bench bench-search bench-workbench study docs example format clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

requirements: ## Install what building needs and is missing (Debian and Ubuntu packages)
	@scripts/requirements

build: requirements ## Build qpx for use: .build/release/qpx
	swift build -c release --product qpx

quickstart: build ## Build, then run a whole search on the bundled example
	.build/release/qpx quickstart

test: requirements ## Check the style, build without warnings, run every test
	@scripts/test

bench: requirements ## Measure speed, side by side with PyTorch (BENCH="--rounds 9 --json" passes options)
	@scripts/bench $(BENCH)

bench-search: requirements ## Measure how good the search is, beside other optimizers (BENCH="--part transfer --seeds 5" passes options)
	swift build -c release --product SearchBench >&2
	.build/release/SearchBench $(BENCH)

bench-workbench: requirements ## Measure how fast 100,000 trials are read, from a cold start
	swift build -c release --product qpx >&2
	swift build -c release --product WorkbenchBench >&2
	.build/release/WorkbenchBench $(BENCH)

study: build ## Carry out the study of the paper's experiment and write reports/study.md (hours, resumable)
	@scripts/study $(STUDY)

docs: requirements ## Write the reference documentation in docs/reference from the program
	swift build --product qpx >&2
	.build/debug/qpx reference docs/reference

example: requirements ## Make the bundled example anew: texts, tasks, tokenizer, trained model (takes long)
	swift run -c release ExampleMaker --out example --seed 7

format: ## Lay out all Swift sources
	swift format --in-place --recursive Package.swift Sources Tests

clean: ## Remove what was built
	rm -rf .build bench/.venv
