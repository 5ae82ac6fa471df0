# Targets: all (daemon and command), demo, run, test, check, sanitize, lint, fuzz, soak, bench, schemas, clean.
# `make demo` and `make test` install what is lacking (Debian packages) before they build.

BUILD ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
PKGS := lua5.4 yaml-0.1 sqlite3 libzmq jansson libsodium
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wformat=2 -Wswitch-enum -Wnull-dereference -Wundef -Wwrite-strings \
        -Wpointer-arith -Wold-style-definition -Wdouble-promotion -Werror
OPT ?= -O2
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
CFLAGS ?= $(OPT) -g $(HARDEN)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -Idaemon $(WARN) $(CFLAGS) $(EXTRA_CFLAGS) $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDLIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null)
LDFLAGS ?= -pie -Wl,-z,relro,-z,now

LIB_SOURCES := $(filter-out daemon/main.c,$(wildcard daemon/*.c daemon/*/*.c))
CTL_SOURCES := $(wildcard clients/ctl/*.c)
UNIT_SOURCES := $(wildcard tests/unit/test_*.c)
LIB := $(BUILD)/libcovenant.a
UNIT := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/unit/%)
objects = $(1:%.c=$(BUILD)/obj/%.o)

.PHONY: all clean unit
all: $(BUILD)/covenantd $(BUILD)/covenant

$(BUILD)/covenantd: $(call objects,daemon/main.c) $(LIB)
	$(CC) $(CFLAGS) $(EXTRA_CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@
$(BUILD)/covenant: $(call objects,$(CTL_SOURCES)) $(LIB)
	$(CC) $(CFLAGS) $(EXTRA_CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@
$(LIB): $(call objects,$(LIB_SOURCES))
	rm -f $@
	ar rcs $@ $^
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(dir $@)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(dir $@)
	$(CC) $(ALL_CFLAGS) -MMD -MP $(LDFLAGS) $< $(LIB) -lcmocka $(LDLIBS) -o $@

unit: $(UNIT)
	@for test in $(UNIT); do $$test || exit 1; done

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
