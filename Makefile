# `make help` tells the targets. `make demo`, `make run`, `make test` and `make fuzz` first install what is lacking
# (Debian packages); everything else expects it to be there.

BUILD ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
JOBS ?= 2
FUZZ_SECONDS ?= 60
PKGS := lua5.4 yaml-0.1 sqlite3 libzmq jansson libsodium libcrypto
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wformat=2 -Wswitch-enum -Wnull-dereference -Wundef -Wwrite-strings \
        -Wpointer-arith -Wold-style-definition -Wdouble-promotion -Werror
OPT ?= -O2
HARDEN ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2
CFLAGS ?= $(OPT) -g -fPIE $(HARDEN)
LDFLAGS ?= -pie -Wl,-z,relro,-z,now
# Asked once, and not before a recipe needs the answer: on a bare machine there is no pkg-config yet.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
LDLIBS = $(eval LDLIBS := $$(shell pkg-config --libs $(PKGS)))$(LDLIBS)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -Idaemon $(WARN) $(CFLAGS) $(EXTRA_CFLAGS) $(PKG_CFLAGS)
ALL_LDFLAGS = $(CFLAGS) $(EXTRA_CFLAGS) $(LDFLAGS)

LIB := $(BUILD)/libcovenant.a
LIB_SOURCES := $(filter-out daemon/main.c,$(wildcard daemon/*.c daemon/*/*.c))
CTL_SOURCES := $(wildcard clients/ctl/*.c)
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
CORPUS := $(FUZZERS:%=$(BUILD)/fuzz/corpus_%)
# Not a program: it is loaded before one, and lets its calls fail.
SHIM := $(BUILD)/tools/fault_shim.so
TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(filter-out %/fault_shim.c,$(wildcard tests/tools/*.c))) $(SHIM)
BENCH := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
objects = $(1:%.c=$(BUILD)/obj/%.o)
# `make V=1` shows whole command lines.
quiet = $(if $(V),,@echo '  $(1)' &&)

# The build that looks for undefined behaviour and leaks. Two warnings of gcc err on instrumented code, and so does its
# object-size on a choice of two tables (`(nl ? a : b)[i]`); the address sanitizer sees what that would see.
SANITIZE := BUILD=$(BUILD)-sanitize OPT=-O1 HARDEN= \
            EXTRA_CFLAGS='-fsanitize=address,undefined -fno-sanitize=object-size -fno-sanitize-recover=all -fno-omit-frame-pointer -Wno-null-dereference -Wno-format-truncation'

.PHONY: help all daemon demo run deps deps-build deps-fuzz test test-build unit check sanitize clang lint fuzz fuzz-build \
        soak bench bench-million bench-build schemas pages format clean
.DELETE_ON_ERROR:

all: $(BUILD)/covenantd $(BUILD)/covenant

help:
	@echo 'make            build the daemon (build/covenantd) and the command (build/covenant)'
	@echo 'make demo       install what is lacking, build, decide a case from Almere, show and replay its record'
	@echo 'make run        the daemon in the foreground, data in ./data'
	@echo 'make test       install what is lacking, build, run every test; TEST="unit/test_text wire" runs some'
	@echo 'make check      check the rule files (covenantd --check rules)'
	@echo 'make sanitize   every test under the address and undefined-behaviour sanitizers'
	@echo 'make clang      everything built by clang'
	@echo 'make lint       the house rules that a machine can check'
	@echo 'make fuzz       every fuzzer, FUZZ_SECONDS=60 each'
	@echo 'make soak       the long runs: 10,000 kills under load and more, each part at most SOAK_SECONDS=3600'
	@echo 'make bench      speed and memory, as ratios within the run'
	@echo 'make bench-million  a journal of a million decisions: start, check, disk, look-ups; MILLION_RECORDS=1000000'
	@echo 'make schemas    write the generated JSON Schemas anew'
	@echo 'make pages      write the parts of rules/README.md that commands make anew'
	@echo 'make clean      remove build*'

# What is built. ---------------------------------------------------------------------------------------------------

$(BUILD)/covenantd: $(call objects,daemon/main.c) $(LIB)
	$(call quiet,LINK $@) $(CC) $(ALL_LDFLAGS) $^ $(LDLIBS) -o $@
$(BUILD)/covenant: $(call objects,$(CTL_SOURCES)) $(LIB)
	$(call quiet,LINK $@) $(CC) $(ALL_LDFLAGS) $^ $(LDLIBS) -o $@
$(LIB): $(call objects,$(LIB_SOURCES))
	@rm -f $@
	$(call quiet,AR $@) ar rcs $@ $^
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(dir $@)
	$(call quiet,CC $<) $(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(dir $@)
	$(call quiet,CC $@) $(CC) $(ALL_CFLAGS) -MMD -MP $(LDFLAGS) $< $(LIB) -lcmocka $(LDLIBS) -o $@
$(BUILD)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(dir $@)
	$(call quiet,CC $@) $(CC) $(ALL_CFLAGS) -MMD -MP $(LDFLAGS) $< $(LIB) $(LDLIBS) -o $@
$(BUILD)/tools/%: tests/tools/%.c $(LIB)
	@mkdir -p $(dir $@)
	$(call quiet,CC $@) $(CC) $(ALL_CFLAGS) -MMD -MP $(LDFLAGS) $< $(LIB) $(LDLIBS) -o $@
$(SHIM): tests/tools/fault_shim.c
	@mkdir -p $(dir $@)
	$(call quiet,CC $@) $(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 -g -fPIC -shared $< -o $@
# A fuzzer's corpus is a test too: each file of it once, by any compiler.
$(BUILD)/fuzz/corpus_%: tests/fuzz/fuzz_%.c tests/fuzz/corpus_main.c $(LIB)
	@mkdir -p $(dir $@)
	$(call quiet,CC $@) $(CC) $(ALL_CFLAGS) $(LDFLAGS) $(filter %.c,$^) $(LIB) $(LDLIBS) -o $@

# What is installed, and what runs. --------------------------------------------------------------------------------

deps:
	@.ci/deps build test
deps-build:
	@.ci/deps build
deps-fuzz:
	@.ci/deps build fuzz

demo: deps-build
	@$(MAKE) --no-print-directory all
	@tests/demo/run '$(BUILD)'

run: deps-build
	@$(MAKE) --no-print-directory all
	@tests/demo/serve '$(BUILD)'

test: deps
	@$(MAKE) --no-print-directory -j$(JOBS) test-build
	@BUILD='$(BUILD)' tests/run.py --jobs $(JOBS) $(if $(SEED),--seed $(SEED)) $(TEST)
test-build: all $(UNIT) $(CORPUS) $(TOOLS)

unit: $(UNIT)
	@BUILD='$(BUILD)' tests/run.py --jobs $(JOBS) unit

check: $(BUILD)/covenantd
	$(BUILD)/covenantd --check rules

sanitize:
	@SANITIZED=1 $(MAKE) --no-print-directory test $(SANITIZE)

clang:
	@$(MAKE) --no-print-directory -j$(JOBS) test-build CC=clang BUILD=$(BUILD)-clang

lint:
	@tests/lint.py $(wildcard $(LIB))

fuzz: deps-fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) fuzz-build CC=clang BUILD=$(BUILD)-fuzz OPT=-O1 HARDEN= \
	    EXTRA_CFLAGS='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -Wno-null-dereference'
	@tests/fuzz/run '$(BUILD)-fuzz' $(FUZZ_SECONDS) $(JOBS) $(FUZZERS)
fuzz-build: $(FUZZERS:%=$(BUILD)/fuzz/fuzz_%)
$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(LIB)
	@mkdir -p $(dir $@)
	$(call quiet,CC $@) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -fsanitize=fuzzer $< $(LIB) $(LDLIBS) -o $@

soak: test-build
	@BUILD='$(BUILD)' tests/soak.py

bench: bench-build
	@BUILD='$(BUILD)' tests/bench/run.py
bench-million: all $(BUILD)/tools/journals
	@BUILD='$(BUILD)' tests/bench/million.py
bench-build: all $(BENCH) $(BUILD)/tools/tiled_log

schemas: $(BUILD)/covenantd
	@for schema in covenant; do \
	    $(BUILD)/covenantd --schema $$schema > schemas/$$schema.json.new && mv schemas/$$schema.json.new schemas/$$schema.json; done

pages: $(BUILD)/covenant
	$(BUILD)/covenant compare tests/cases/shared.json rules --write rules/README.md
	$(BUILD)/covenant basis rules --lang en --write rules/README.md

format:
	clang-format -i $(wildcard daemon/*.[ch] daemon/*/*.[ch] clients/*/*.[ch] tests/*/*.[ch])

clean:
	rm -rf $(BUILD) $(BUILD)-sanitize $(BUILD)-clang $(BUILD)-fuzz build-environment-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
