# snug: `make help` lists the targets.
#
# BUILD=release|debug|asan|fuzz|cov chooses a variant; each lives in build/$(BUILD).
# CC, CPPFLAGS, CFLAGS, LDFLAGS, LDLIBS, DESTDIR and PREFIX are yours: what snug needs is in variables
# of its own, and yours come after them on every command line. WERROR=1 makes warnings fatal.

BUILD  ?= release
B      ?= build/$(BUILD)
PREFIX ?= /usr/local
WERROR ?= 0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

ifeq ($(BUILD),fuzz)
  ifeq ($(origin CC),default)
    CC := clang
  endif
endif
ifeq ($(origin CC),default)
  CC := gcc
endif

# --- Flags -------------------------------------------------------------------------------------

compiler := $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),clang,gcc)

warnings := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
  -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wconversion \
  -Wno-sign-conversion -Wimplicit-fallthrough -Wswitch-enum -Wnull-dereference -Wdouble-promotion
warnings_gcc := -Wformat-signedness -Wlogical-op -Wduplicated-cond -Wduplicated-branches \
  -Wtrampolines -Wjump-misses-init
warnings_clang := -Wcomma -Wunreachable-code -Wcovered-switch-default

# FORTIFY_SOURCE needs optimisation and hides errors from the sanitizers: release only. It is undefined
# first, since some compilers are built with a level of their own.
harden := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
  $(if $(filter x86_64% i%86,$(shell $(CC) -dumpmachine 2>/dev/null)),-fcf-protection=full)
harden_gcc := -ftrivial-auto-var-init=zero

sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

variant_release := -O2 -g $(harden) $(harden_$(compiler))
variant_debug   := -Og -g3
variant_asan    := -O1 -g $(sanitize)
variant_fuzz    := -O1 -g -fsanitize=fuzzer-no-link $(sanitize)
variant_cov     := -O0 -g --coverage
link_asan       := $(sanitize)
link_fuzz       := $(sanitize)
link_cov        := --coverage

ifeq ($(variant_$(BUILD)),)
  $(error BUILD=$(BUILD) is none of release, debug, asan, fuzz, cov)
endif

snug_cppflags := -D_GNU_SOURCE -Isrc
snug_cflags   := -std=c17 -fPIE -fno-common $(warnings) $(warnings_$(compiler)) $(variant_$(BUILD))
werror        := $(if $(filter 1,$(WERROR)),-Werror)
snug_ldflags  := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed \
  $(link_$(BUILD))
snug_libs     := -lfcgi -lhiredis -ljansson -lutf8proc -lsodium -lev -lcrypt -lcurl -lm

# V=1 shows whole command lines.
say = $(if $(filter 1,$(V)),,@printf '  %-4s %s\n' $(1) $@ &&)

compile = $(call say,CC) $(CC) $(snug_cppflags) $(own_cppflags) $(CPPFLAGS) $(snug_cflags) $(own_cflags) $(werror) $(CFLAGS) -MMD -MP -c -o $@ $<
link    = $(call say,LINK) $(CC) $(snug_cflags) $(CFLAGS) $(snug_ldflags) $(own_ldflags) $(LDFLAGS) -o $@ $(filter %.o %.a,$^)

# --- Files -------------------------------------------------------------------------------------

sources  := $(wildcard src/*/*.c)
mains    := $(wildcard cgi-bin/*.c)
lua      := $(wildcard src/store/lua/*.lua src/store/lua/lib/*.lua)
support  := $(wildcard tests/support/*.c)
load     := $(filter-out tests/load/main.c,$(wildcard tests/load/*.c))
unit     := $(wildcard tests/unit/*/test_*.c)
store    := $(wildcard tests/store/test_*.c)
fuzzers  := $(wildcard tests/fuzz/fuzz_*.c)

archive  := $(B)/libsnug.a
# Every program of cgi-bin speaks FastCGI, except the command line one and the one that carries webhooks.
plain    := cgi-bin/hooks.c cgi-bin/snug.c
programs := $(patsubst cgi-bin/%.c,$(B)/bin/%.fcgi,$(filter-out $(plain),$(mains))) \
  $(patsubst cgi-bin/%.c,$(B)/bin/%,$(filter $(plain),$(mains)))
unit_programs  := $(unit:%.c=$(B)/%)
store_programs := $(store:%.c=$(B)/%)
fuzz_programs  := $(fuzzers:%.c=$(B)/%)
# What tests share is an archive, so that a test links what it uses. A fake_*.c stands in for an object
# of libsnug.a: linked first, it wins, but not in tests against a real Redis.
support_lib    := $(B)/libsupport.a
load_lib       := $(B)/libload.a
fakes          := $(patsubst %.c,$(B)/%.o,$(filter tests/support/fake_%,$(support)))

objects := $(sources:%.c=$(B)/%.o) $(mains:%.c=$(B)/%.o) \
  $(patsubst %.c,$(B)/%.o,$(support) $(unit) $(store) $(fuzzers) $(load) tests/load/main.c \
    $(wildcard tests/bench/*.c))

# --- Build -------------------------------------------------------------------------------------

.PHONY: all programs tests fuzzers load
all: programs                     ## the programs, into build/$(BUILD)/bin (the default)
programs: $(programs)
tests: $(unit_programs) $(store_programs) $(B)/load ## the C test programs, without running them
fuzzers: $(fuzz_programs)
load: $(B)/load                   ## the load client, build/$(BUILD)/load

# The compiler and its flags, and the list of sources: when they change, so do these files, and what
# depends on them is made again.
$(B)/flags: now = $(CC) $(snug_cppflags) $(CPPFLAGS) $(snug_cflags) $(CFLAGS) $(snug_ldflags) $(LDFLAGS) $(LDLIBS)
$(B)/sources: now = $(sources) $(support) $(load)
$(B)/flags $(B)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(now))' | cmp -s - $@ || echo '$(subst ','\'',$(now))' >$@

$(objects): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(compile)

$(B)/src/%.o $(B)/cgi-bin/%.o: own_cppflags = -include src/base/banned.h
# ev.h casts watchers to their base type.
$(B)/src/hub/%.o: own_cflags = -fno-strict-aliasing
$(B)/tests/%.o: own_cppflags = -Itests
$(B)/tests/load/options.o: tests/load/usage.txt
# The scripts are part of these objects (.incbin, relative to the checkout's root).
$(B)/src/store/scripts.o $(B)/src/store/library.o: $(lua)
# So are the passwords that are tried first.
$(B)/src/auth/common.o: src/auth/common.txt

$(archive): $(sources:%.c=$(B)/%.o) $(B)/sources
$(support_lib): $(patsubst %.c,$(B)/%.o,$(filter-out tests/support/fake_%,$(support))) $(B)/sources
$(load_lib): $(load:%.c=$(B)/%.o) $(B)/sources
$(archive) $(support_lib) $(load_lib):
	@rm -f $@
	$(call say,AR) $(AR) rcs $@ $(filter %.o,$^)

$(B)/bin/%.fcgi: $(B)/cgi-bin/%.o $(archive)
	@mkdir -p $(@D)
	$(link) $(snug_libs) $(LDLIBS)
$(plain:cgi-bin/%.c=$(B)/bin/%): $(B)/bin/%: $(B)/cgi-bin/%.o $(archive)
	@mkdir -p $(@D)
	$(link) $(snug_libs) $(LDLIBS)

$(unit_programs): %: %.o $(fakes) $(support_lib) $(load_lib) $(archive)
	$(link) -lcmocka $(snug_libs) $(LDLIBS)
$(store_programs): %: %.o $(support_lib) $(archive)
	$(link) -lcmocka $(snug_libs) $(LDLIBS)
$(B)/load: $(B)/tests/load/main.o $(load_lib) $(archive)
	$(link) $(snug_libs) $(LDLIBS)
$(B)/tests/bench/hello: %: %.o
	$(link) -lfcgi $(LDLIBS)
$(B)/tests/bench/ceiling: %: %.o $(archive)
	$(link) $(LDLIBS)
$(fuzz_programs): own_ldflags = -fsanitize=fuzzer
$(fuzz_programs): %: %.o $(archive)
	$(link) $(snug_libs) $(LDLIBS)

-include $(objects:.o=.d)

# --- Run ---------------------------------------------------------------------------------------

PORT ?= 8080
BIND ?= 127.0.0.1
VAR  ?= var
DEMO ?= 1
REDIS ?=

.PHONY: run deps-run deps-test deps-bench
run: deps-run                     ## a chat in the foreground: PORT=8080 BIND=127.0.0.1 VAR=var DEMO=1 REDIS=
	@$(MAKE) --no-print-directory programs
	@PORT='$(PORT)' BIND='$(BIND)' VAR='$(VAR)' DEMO='$(DEMO)' REDIS='$(REDIS)' BUILD='$(BUILD)' \
	  exec contrib/run.sh
deps-run:                         ## install what building and running need (Debian)
	@contrib/deps.sh run
deps-test: ## install what the tests need as well
	@contrib/deps.sh test
deps-bench: ## install what measuring needs as well
	@contrib/deps.sh bench

# --- Check -------------------------------------------------------------------------------------

FUZZ_SECONDS ?= 30
suites := lint unit store integration reliability browser asan fuzz
run_suites = @FUZZ_SECONDS='$(FUZZ_SECONDS)' BUILD='$(BUILD)' node tests/run.mjs

.PHONY: check $(suites:%=check-%) fuzz lint format bench bench-fanout coverage hardening
check: deps-test                  ## every test; the last line counts them
	$(run_suites) $(suites)
check-lint check-unit check-store check-integration check-browser check-asan check-fuzz: check-%: deps-test ## one suite
	$(run_suites) $*
check-reliability: export RELIABILITY ?= --full
check-reliability: deps-test      ## the promises at full length: RELIABILITY="--full --seed=1"
	$(run_suites) reliability
lint: check-lint                  ## layers, names, sizes, format, analysers
fuzz: check-fuzz                  ## each fuzz target for FUZZ_SECONDS=30
format:                           ## lay out all C files with clang-format
	clang-format -i $(wildcard src/*/*.[ch] cgi-bin/*.[ch] tests/*/*.[ch] tests/unit/*/*.[ch])
bench: deps-bench programs $(B)/tests/bench/hello ## what a request costs, next to a bare FastCGI program: BENCH="--rounds 5"
	@BUILD='$(BUILD)' node tests/bench/rest.mjs --out $(B)/bench.json $(BENCH)
bench-fanout: deps-bench programs load $(B)/tests/bench/ceiling ## what an event costs for thousands of streams, next to the least and to Nchan: FANOUT="--quick"
	@BUILD='$(BUILD)' node tests/bench/fanout.mjs --json $(B)/fanout.json $(FANOUT)
coverage:                         ## which lines the unit and store tests reach
	$(MAKE) BUILD=cov tests
	find build/cov -name '*.gcda' -delete
	for t in $(unit:%.c=build/cov/%) $(store:%.c=build/cov/%); do $$t || exit 1; done
	gcovr --root . --filter src/ --object-directory build/cov --print-summary
hardening: programs               ## what protects the built programs
	tests/lint/hardening.sh $(B)

# --- Install -----------------------------------------------------------------------------------

.PHONY: install clean help FORCE
install: programs                 ## into DESTDIR and PREFIX=/usr/local
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/snug $(DESTDIR)$(PREFIX)/share/snug/www
	install -m 755 $(B)/bin/snug $(DESTDIR)$(PREFIX)/bin
	install -D -m 644 docs/man/snug.1 $(DESTDIR)$(PREFIX)/share/man/man1/snug.1
	install -D -m 644 contrib/completion/snug.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/snug
	install -m 755 $(filter %.fcgi,$(programs)) $(B)/bin/hooks $(DESTDIR)$(PREFIX)/lib/snug
	install -m 644 lighttpd.conf $(DESTDIR)$(PREFIX)/share/snug
	cd www && find . -type f -exec install -D -m 644 {} $(DESTDIR)$(PREFIX)/share/snug/www/{} \;
clean:                            ## remove build/
	rm -rf build
help:                             ## this list
	@sed -n 's/^\([a-z][a-z -]*\):[^#=]*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS='|' read -r t d; do printf '%-20s %s\n' "$$t" "$$d"; done
