#!/usr/bin/env bash
# Builds the binary, starts its demo and checks its OpenAPI documents: with a published validator,
# against every answer, and with clients that a published generator makes of them.
# bash test/openapi/run.sh
set -Eeuo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

work="$(mktemp -d)"
server=""

finish() {
  local code=$?
  if [ -n "$server" ]; then
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    grep -v 'level=INFO' "$work/server.log" | tail -n 40 >&2 || true
  fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

(cd "$root" && CGO_ENABLED=0 go build -buildvcs=false -o "$work/almoner" ./cmd/almoner)
"$work/almoner" demo --addr 127.0.0.1:0 --data "$work/data" --rate 0 </dev/null >"$work/server.log" 2>&1 &
server=$!

# A copy, so that node_modules never appears in the tree. The script that waits is CommonJS.
mkdir "$work/check" "$work/ready"
cp "$root"/test/openapi/*.js* "$root"/test/openapi/*.ts "$work/check/"
cp "$root/test/clients/common/ready.js" "$work/ready/"
cd "$work/check"
npm ci --ignore-scripts --no-audit --no-fund --loglevel error >"$work/npm.log" 2>&1 || { cat "$work/npm.log" >&2; exit 1; }

ALMONER_BASE_URL="$(node "$work/ready/ready.js" "$work/data/credentials.json" "$server")"
export ALMONER_BASE_URL ALMONER_CREDENTIALS="$work/data/credentials.json"
node validate.js
node answers.js
parts=(public private cause v3)
node_modules/.bin/openapi-ts --silent --no-log-file --input "${parts[@]/%/.json}" --output "${parts[@]/#/generated/}"
node_modules/.bin/tsc
# What is compiled stands below built, and looks for the files that are shared with it there.
cp demo.js built/
node built/read.js

kill -TERM "$server"
code=0
wait "$server" || code=$?
server=""
if [ "$code" != 0 ]; then
  echo "the server ended with $code after SIGTERM, want 0" >&2
  exit 1
fi
