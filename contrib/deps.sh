#!/bin/sh
# Installs the Debian packages that snug needs and that are missing: deps.sh run|test|bench
#   run   to build it and to run it
#   test  the same, and all that `make check` uses
#   bench what it needs to run, and all that `make bench` uses
# Says nothing and changes nothing where all is there. Daemons that packages bring (redis-server,
# lighttpd) are neither started nor enabled: snug starts its own.
set -eu

run='gcc make libc6-dev libfcgi-dev libhiredis-dev libjansson-dev libutf8proc-dev libsodium-dev libev-dev uthash-dev
  libcrypt-dev libcurl4-openssl-dev lighttpd redis-server redis-tools util-linux'
test='libcmocka-dev clang clang-format clang-tidy cppcheck libclang-rt-dev llvm shellcheck pmccabe
  chromium binutils gcovr curl git spawn-fcgi mandoc bsdutils'

here=$(cd "$(dirname "$0")/.." && pwd)

case ${1-} in
run) wanted=$run ;;
test) wanted="$run $test" ;;
bench) wanted="$run wrk nginx libnginx-mod-nchan" ;;
*) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
esac

say() { printf 'deps: %s\n' "$*" >&2; }

command -v dpkg-query >/dev/null || {
  say "this is no Debian; install by hand what these packages hold:"
  printf '%s\n' "$wanted" >&2
  exit 1
}

# shellcheck disable=SC2086 # words
installed=" $(dpkg-query -W -f='${Package}=${db:Status-Status} ' $wanted 2>/dev/null || true)"
missing=
for package in $wanted; do
  case $installed in
  *" $package=installed "*) ;;
  *) missing="$missing $package" ;;
  esac
done
# Node may well be there without Debian's package.
if [ "$1" != run ]; then
  command -v node >/dev/null || missing="$missing nodejs"
  command -v npm >/dev/null || missing="$missing npm"
fi

# Nobody may be there to type a password.
if [ -t 0 ]; then sudo=sudo; else sudo='sudo -n'; fi
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else $sudo "$@"; fi
}

# Packages that bring a daemon start it unless policy-rc.d says no (exit 101), and enable it in
# systemd. What was not there before is off again afterwards.
policy=/usr/sbin/policy-rc.d
own_policy=
daemons=
install_missing() {
  for daemon in redis-server lighttpd nginx; do
    case " $missing " in *" $daemon "*) daemons="$daemons $daemon" ;; esac
  done
  if [ -n "$daemons" ] && [ ! -e $policy ]; then
    own_policy=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
  fi
  say "installing$missing"
  as_root apt-get -q -q update
  # shellcheck disable=SC2086 # words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -q -y --no-install-recommends install \
    $missing </dev/null
  if [ -n "$daemons" ] && command -v systemctl >/dev/null; then
    # shellcheck disable=SC2086 # words
    as_root systemctl --no-reload -q disable $daemons || say "could not disable$daemons"
  fi
}

drop_policy() {
  if [ -n "$own_policy" ]; then
    as_root rm -f $policy
  fi
}

if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] && ! { command -v sudo >/dev/null && $sudo true; }; then
    say "these packages are missing, and there is neither root nor sudo to install them:$missing"
    exit 1
  fi
  trap drop_policy EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  install_missing
fi

# The libraries of the tests written in JavaScript, once for each lock file.
if [ "$1" = test ] && [ -e "$here/tests/package.json" ]; then
  cd "$here/tests"
  if ! cmp -s package-lock.json node_modules/.installed; then
    say "npm ci in tests"
    npm ci --no-audit --no-fund --loglevel=error >&2
    cp package-lock.json node_modules/.installed
  fi
fi
