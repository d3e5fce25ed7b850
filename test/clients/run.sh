#!/usr/bin/env bash
# Builds the binary, starts its demo, and lets published clients of V3 and V5 call it: on SQLite and
# on PostgreSQL, or on those that are named. bash test/clients/run.sh [sqlite] [postgres]
# The worked bots of docs/integrations.md run there, too.
# Uses the server at $ALMONER_TEST_POSTGRES, or else starts one for itself.
set -Eeuo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# shellcheck source=scripts/postgres.sh
. "$root/scripts/postgres.sh"
# shellcheck source=scripts/lib/python.sh
. "$root/scripts/lib/python.sh"

work="$(mktemp -d)"
server=""
database=""
# The published clients: 2.0.0 speaks V5, 1.1.2 speaks V3 and gives to the campaign that is empty at first; phoenix is the one of V3's socket,
# and standardwebhooks verifies real webhooks.
clients=(tac2 phoenix standardwebhooks tac)
bots=(polling sse websocket webhook)

finish() {
  local code=$?
  if [ -n "$server" ]; then
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    grep -v 'level=INFO' "$work/server.log" | tail -n 40 >&2 || true
  fi
  if [ -n "$database" ]; then
    pg_drop "$database" || true
  fi
  pg_stop
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

# run_on NAME [URL] runs the clients against a fresh demo on the default SQLite file or on the URL.
run_on() {
  local data="$work/$1" db=()
  if [ -n "${2:-}" ]; then
    db=(--db "$2")
  fi
  echo "$1"
  "$work/almoner" demo --addr 127.0.0.1:0 --data "$data" --rate 0 --no-pictures --webhook-networks 127.0.0.0/8 "${db[@]}" </dev/null >"$work/server.log" 2>&1 &
  server=$!
  local base
  base="$(node "$work/tac/ready.js" "$data/credentials.json" "$server")"
  export ALMONER_BASE_URL="$base" ALMONER_CREDENTIALS="$data/credentials.json" ALMONER_DATA="$data" ALMONER_BIN="$work/almoner"
  for client in "${clients[@]}"; do
    (cd "$work/$client" && node --require ./redirect.js run.js)
  done
  (cd "$work/bots" && ALMONER_EXAMPLES="$work/examples" ALMONER_PYTHON="$python" node run.js)
  kill -TERM "$server"
  local code=0
  wait "$server" || code=$?
  if [ "$code" != 0 ]; then
    echo "the server ended with $code after SIGTERM, want 0" >&2
    return 1
  fi
  server=""
  audit "$data" "${db[@]}"
}

# audit compares the totals with the ledger after all that reading and giving.
audit() {
  if [ $# -gt 1 ]; then
    set -- "${@:2}"
  else
    set -- --data "$1"
  fi
  "$work/almoner" audit "$@" >"$work/audit.log" 2>&1 || { cat "$work/audit.log" >&2; return 1; }
  echo "  totals equal the ledger"
}

(cd "$root" && CGO_ENABLED=0 go build -buildvcs=false -o "$work/almoner" ./cmd/almoner)
for client in "${clients[@]}"; do
  # A copy, so that node_modules never appears in the tree.
  mkdir "$work/$client"
  cp "$root"/test/clients/common/*.js "$root/test/clients/$client"/*.js* "$work/$client/"
  (cd "$work/$client" && npm ci --ignore-scripts --no-audit --no-fund --loglevel error >"$work/npm.log" 2>&1) \
    || { cat "$work/npm.log" >&2; exit 1; }
done

python_find || { echo "there is no python3 with the package websockets (python3-websockets of Debian)" >&2; exit 1; }
cp -r "$root/examples" "$work/examples"
for bot in "${bots[@]}"; do
  (cd "$root" && CGO_ENABLED=0 go build -buildvcs=false -o "$work/examples/$bot/bot" "./examples/$bot")
done
(cd "$work/examples/websocket" && npm ci --ignore-scripts --no-audit --no-fund --loglevel error >"$work/npm.log" 2>&1) \
  || { cat "$work/npm.log" >&2; exit 1; }
mkdir "$work/bots"
cp "$root"/test/clients/common/*.js "$root"/test/clients/examples/*.js "$work/bots/"

if [ $# = 0 ]; then
  set -- sqlite postgres
fi
for name in "$@"; do
  case "$name" in
    sqlite) run_on sqlite ;;
    postgres)
      pg_start
      database="almoner_clients_$$"
      url="$(pg_create "$database")"
      run_on postgres "$url"
      pg_drop "$database"
      database=""
      ;;
    *) echo "$name is neither sqlite nor postgres" >&2; exit 2 ;;
  esac
done
