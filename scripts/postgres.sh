# shellcheck shell=bash
# Sourced by the scripts that need a PostgreSQL: a throw-away server of their own, reached over a unix
# socket in its own folder. As root it runs under postgres or nobody.

pg_dir=""
pg_bin=""

# pg_find sets pg_bin to the folder of PostgreSQL's programs, or fails.
pg_find() {
  local candidate
  candidate="$(command -v initdb || true)"
  if [ -n "$candidate" ]; then
    candidate="$(dirname "$(readlink -f "$candidate")")"
  fi
  for candidate in "$candidate" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
    if [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ] && [ -x "$candidate/psql" ]; then
      pg_bin="$candidate"
      return 0
    fi
  done
  return 1
}

# pg_as runs a command under the account of the server, in the server's folder.
pg_as() {
  local account=postgres
  if [ "$(id -u)" != 0 ]; then
    (cd "$pg_dir" && "$@")
    return
  fi
  id "$account" >/dev/null 2>&1 || account=nobody
  (cd "$pg_dir" && setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups -- "$@")
}

# pg_memory is how many megabytes a file system in memory has left before a server is put there: its log takes up to one gigabyte.
pg_memory=2048

# pg_place [SETTING=VALUE] prints the folder for a server: where it need not be durable, one in memory if there is room. To make and drop the
# database of a test takes a disk longer than most tests.
pg_place() {
  local free
  if [ "$1" = fsync=off ] && [ -w /dev/shm ]; then
    free="$(df --output=avail --block-size=1M /dev/shm 2>/dev/null | tail -n 1)" || free=0
    if [ "${free:-0}" -ge "$pg_memory" ]; then
      echo /dev/shm
      return
    fi
  fi
  echo /tmp
}

# pg_start [SETTING=VALUE] starts the server, durable as a real one unless the setting is fsync=off, and
# exports ALMONER_TEST_POSTGRES. Where that is set already, a server is there and nothing is started.
pg_start() {
  if [ -n "${ALMONER_TEST_POSTGRES:-}" ]; then
    return 0
  fi
  pg_find || { echo "PostgreSQL is missing: no initdb on the PATH or in /usr/lib/postgresql" >&2; return 1; }
  # Not under TMPDIR: a socket's path may have 107 bytes only.
  pg_dir="$(mktemp -d "$(pg_place "${1:-}")/almoner-pg-XXXXXX")"
  if [ "$(id -u)" = 0 ]; then
    chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$pg_dir"
  fi
  pg_as "$pg_bin/initdb" --pgdata "$pg_dir/data" --username postgres --auth trust \
    --encoding UTF8 --locale C --no-instructions >"$pg_dir.log" 2>&1 || { cat "$pg_dir.log" >&2; return 1; }
  pg_as "$pg_bin/pg_ctl" start --silent --wait --pgdata "$pg_dir/data" --log "$pg_dir/log" \
    --options "-c listen_addresses= -c unix_socket_directories=$pg_dir -c max_connections=300 -c ${1:-fsync=on}" \
    || { cat "$pg_dir/log" >&2; return 1; }
  export ALMONER_TEST_POSTGRES="postgres://postgres@/postgres?host=$pg_dir&sslmode=disable"
}

# pg_stop stops the server that pg_start started and removes its files.
pg_stop() {
  if [ -z "$pg_dir" ]; then
    return 0
  fi
  pg_as "$pg_bin/pg_ctl" stop --silent --mode fast --pgdata "$pg_dir/data" || true
  rm -rf "$pg_dir" "$pg_dir.log"
  pg_dir=""
}

# pg_create NAME makes an empty database and prints its URL.
pg_create() {
  [ -n "$pg_bin" ] || pg_find
  "$pg_bin/psql" --no-psqlrc --quiet --dbname "$ALMONER_TEST_POSTGRES" --command "CREATE DATABASE \"$1\"" >&2
  sed -E "s#^([a-z]+://[^/?]*)/[^?]*#\\1/$1#" <<<"$ALMONER_TEST_POSTGRES"
}

# pg_drop NAME removes a database, also when it is in use.
pg_drop() {
  [ -n "$pg_bin" ] || pg_find
  "$pg_bin/psql" --no-psqlrc --quiet --dbname "$ALMONER_TEST_POSTGRES" --command "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" >&2
}
