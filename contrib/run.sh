#!/bin/bash
# A whole snug in the foreground: redis-server, lighttpd and the programs. `make run` builds them
# first. Ctrl-C, SIGTERM, or the end of any part stops all of it.
#
#   PORT=8080 BIND=127.0.0.1  where it answers
#   VAR=var                   what it keeps: messages in VAR/redis
#   DEMO=1                    demo accounts and messages in an empty Redis
#   REDIS=                    a Redis that is there already (SNUG_REDIS in docs/OPERATIONS.md)
#   BUILD=release             which build
#
# SNUG_ settings of the environment reach the programs.
# shellcheck disable=SC2317 # functions called through trap and wait_for
set -euo pipefail
set -m # every part leads a process group of its own, which can be ended as a whole

PORT=${PORT:-8080}
BIND=${BIND:-127.0.0.1}
VAR=${VAR:-var}
DEMO=${DEMO:-1}
REDIS=${REDIS:-${SNUG_REDIS-}}
BUILD=${BUILD:-release}
PATH=$PATH:/usr/sbin:/sbin

SOCKET_MAX=90 # of a socket folder's path: sun_path holds 107 bytes, and names follow
redis='' web='' short=''

say() { printf 'snug: %s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# Ends a process group, by force after so many seconds, and waits until nothing of it is left.
end_group() {
  local group=$1 seconds=$2 i
  kill -TERM -- "-$group" 2>/dev/null || true
  for ((i = 0; i < seconds * 10; i++)); do
    kill -0 -- "-$group" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$group" 2>/dev/null || true
}

# The web server goes first: nothing is sent to a Redis that is gone.
stop_all() {
  trap '' INT TERM HUP
  [ -z "$web" ] || end_group "$web" 12
  [ -z "$redis" ] || end_group "$redis" 10
  [ -z "$short" ] || rm -rf "$short"
}

# The status of GET PATH on our own address, or nothing.
http_status() {
  local status
  # The subshell keeps a refused connection from ending the script.
  status=$( (
    exec 3<>"/dev/tcp/$host/$PORT" || exit
    printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&3
    read -r -t 5 _ status _ <&3 && printf '%s' "$status"
  ) 2>/dev/null) || true
  printf '%s' "$status"
}

# Does anything listen on our port? (State 0A in the kernel's table, ports in hexadecimal.)
taken() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    grep -qi "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$PORT") [^ ]* 0A "
}

# Waits until a command succeeds, or a part has died, or the time is up.
wait_for() {
  local seconds=$1 i
  shift
  for ((i = 0; i < seconds * 10; i++)); do
    "$@" && return 0
    [ -z "$redis" ] || kill -0 "$redis" 2>/dev/null || return 1
    [ -z "$web" ] || kill -0 "$web" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

redis_answers() { [ "$(redis-cli -s "$run/redis.sock" ping 2>/dev/null)" = PONG ]; }
snug_answers() { [ "$(http_status /api/health)" = 200 ]; }

start_redis() {
  mkdir -p "$VAR/redis"
  setpriv --pdeathsig TERM redis-server --port 0 --unixsocket "$run/redis.sock" --unixsocketperm 700 \
    --dir "$VAR/redis" --appendonly yes --appendfsync everysec --save '' \
    --maxmemory-policy noeviction --daemonize no --logfile "$VAR/redis.log" </dev/null &
  redis=$!
  wait_for 60 redis_answers || fail "redis-server does not answer; see $VAR/redis.log"
  REDIS=unix:$run/redis.sock
}

# As many descriptors as we may have. The hub stops taking streams well before lighttpd would hang.
start_web() {
  local fds
  fds=$(ulimit -Hn)
  if [ "$fds" = unlimited ] || [ "$fds" -gt 65000 ]; then fds=65000; fi
  ulimit -Sn "$fds"
  cat >"$VAR/lighttpd.conf" <<CONF
var.bind     = "$bind"
var.port     = $PORT
var.www      = "$root/www"
var.programs = "$root/build/$BUILD/bin"
var.state    = "$run"
var.max_fds         = $fds
var.max_connections = $((fds / 2))
include "$root/lighttpd.conf"
CONF
  export SNUG_REDIS=$REDIS
  export SNUG_CONFIG=${SNUG_CONFIG-/dev/null}
  export SNUG_RUN_DIR=${SNUG_RUN_DIR-$run}
  export SNUG_DEMO=${SNUG_DEMO-$DEMO}
  export SNUG_FAMILY=${SNUG_FAMILY-1}
  export SNUG_REGISTRATION=${SNUG_REGISTRATION-open}
  export SNUG_MAX_STREAMS=${SNUG_MAX_STREAMS-$((fds * 36 / 100))}
  setpriv --pdeathsig TERM lighttpd -D -f "$VAR/lighttpd.conf" </dev/null &
  web=$!
  wait_for 30 snug_answers || fail "it does not answer on $BIND port $PORT; what is said above tells why"
}

greet() {
  local url=http://$shown:$PORT
  say "$url/ is up; Ctrl-C stops it"
  local who='user add NAME --admin'
  if [ "$SNUG_DEMO" = 1 ]; then
    who='user admin Pablo'
    say "log in as Pablo, Joe, Mary or Alex; the password is password123"
    say "or try:"
    printf '  curl -c jar -d %s -H %s %s\n' "'{\"username\":\"Pablo\",\"password\":\"password123\"}'" \
      "'content-type: application/json'" "$url/api/session"
    printf '  curl -b jar -d hello %s\n' "$url/api/messages/0"
    printf '  curl -b jar -N %s\n' "$url/api/events"
  else
    printf '  curl %s\n' "$url/api/health"
  fi
  say "admins are made in the shell, and \`snug help\` lists what else it does:"
  printf '  SNUG_CONFIG=%q SNUG_REDIS=%q SNUG_RUN_DIR=%q %q %s\n' "$SNUG_CONFIG" "$SNUG_REDIS" "$SNUG_RUN_DIR" \
    "$root/build/$BUILD/bin/snug" "$who"
}

if ! [[ $PORT =~ ^[1-9][0-9]{0,4}$ ]] || ((PORT > 65535)); then fail "PORT=$PORT is no port"; fi
root=$(cd "$(dirname "$0")/.." && pwd)
[ -x "$root/build/$BUILD/bin/events.fcgi" ] || fail "build/$BUILD is not built: \`make run\` does both"

# An IPv6 address stands in brackets in a URL and in lighttpd.conf, and without them elsewhere. The
# address that means all is asked on the loopback.
host=${BIND#[}
host=${host%]}
case $host in *:*) bind="[$host]" ;; *) bind=$host ;; esac
shown=$bind
case $host in
0.0.0.0) host=127.0.0.1 shown=$(uname -n) ;;
::) host=::1 shown=$(uname -n) ;;
esac

umask 077
mkdir -p "$VAR" || fail "VAR=$VAR cannot be made"
VAR=$(cd "$VAR" && pwd)
case $VAR$root in *[\"\\]*) fail "VAR and the checkout's path must hold neither quotes nor backslashes" ;; esac
exec 9>"$VAR/lock"
flock -n 9 || fail "another snug runs on $VAR"
! taken || fail "port $PORT is taken; choose another, such as \`make run PORT=$((PORT + 1))\`"

trap stop_all EXIT
trap 'say stopping; exit 0' INT TERM HUP

run=$VAR
if [ ${#run} -gt $SOCKET_MAX ]; then
  short=$(mktemp -d /tmp/snug.XXXXXX)
  run=$short
fi
rm -f "$run"/*.sock "$run"/*.sock-[0-9]

[ -n "$REDIS" ] || start_redis
start_web
greet

# The first part that ends takes the rest along.
wait -n || true
fail "a part of it ended; stopping the rest"
