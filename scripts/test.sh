#!/usr/bin/env bash
# The checks, all or in parts: bash scripts/test.sh help. Stops at the first that fails, leaves nothing behind.
# As root it installs what is missing (Debian packages); otherwise it says what is missing and fails.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

usage() {
  cat <<'TEXT'
usage: bash scripts/test.sh [PART [ARGUMENT…]]

  all                   lint, unit, the use cases of pg, clients on sqlite, and openapi; this is what no argument means
  short [ARGUMENT…]     go test -short: the loop while you write; seconds, no race detector
  lint                  gofmt, go.mod, build, vet, types on other systems, golangci-lint, govulncheck
  unit [ARGUMENT…]      all Go tests, with the race detector in the rooms where goroutines meet;
                        with ARGUMENT…, those tests without it
  race [ARGUMENT…]      go test -race; without ARGUMENT… all rooms, which takes an hour and is no part of all
  pg [ARGUMENT…]        the wires and the use cases once more, on PostgreSQL
  clients [DATABASE…]   published clients of V3 and V5, and worked bots; sqlite, postgres or both
  browser [ARGUMENT…]   the pages in Chromium
  tour [ARGUMENT…]      every state of every page in each language, which take turns in browser; no part of all
  openapi               the OpenAPI documents, and clients generated from them
  fuzz [COUNT [blind]]  every fuzz target with COUNT inputs, 20000 unless given; blind ones look for no new code; no part of all,
                        where the targets have the inputs that are committed
  money [TIME]          random histories of money on both databases for TIME, 10m unless given

ARGUMENT… goes to go test: packages, and flags such as -run.
  bash scripts/test.sh race ./internal/app
  bash scripts/test.sh pg ./internal/apiv5 -run TestCursors
TEXT
}

part="${1:-all}"
case "$part" in
  all | short | lint | unit | race | pg | clients | browser | tour | openapi | fuzz | money) ;;
  help | -h | --help) usage; exit 0 ;;
  *) printf '%s is no part of the checks\n\n' "$part" >&2; usage >&2; exit 2 ;;
esac
[ $# = 0 ] || shift

# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh
# shellcheck source=scripts/lib/steps.sh
. scripts/lib/steps.sh
# shellcheck source=scripts/lib/python.sh
. scripts/lib/python.sh
# shellcheck source=scripts/lib/need.sh
. scripts/lib/need.sh
# shellcheck source=scripts/lib/parts.sh
. scripts/lib/parts.sh

# The stamp of the commit needs a checkout that belongs to the user, which a CI's may not. Without paths, as it is released, what was compiled in one checkout is
# not compiled again in the next one.
export GOFLAGS="${GOFLAGS:-} -buildvcs=false -trimpath"

# Everything is compiled once, without C as it is released: with C, SQLite would be compiled once more. Only the race detector needs C.
export CGO_ENABLED=0

tree_state() {
  git status --porcelain 2>/dev/null || echo "not a git checkout"
}

# beside are the parts that run while the Go tests do.
beside() {
  lint
  clients sqlite
  openapi
}

all() {
  local before after
  before="$(tree_state)"
  begin "what the checks need"
  need cc postgres node npm python chromium
  pg_find
  echo "node $(node --version), npm $(npm --version 2>/dev/null), $("$pg_bin/postgres" --version)"
  # One server for all parts; a package alone starts one when it needs it. Tests kill Almoner, never the machine.
  pg_start fsync=off
  # Tests wait for disks, browsers and processes; these use that time.
  start_beside "linters and clients" beside
  unit
  pg "${pg_each_time[@]}"
  join_beside
  begin "nothing is left in the tree"
  after="$(tree_state)"
  if [ "$before" != "$after" ]; then
    diff <(echo "$before") <(echo "$after") >&2 || true
    return 1
  fi
  end
  printf '\nAll checks passed in %d s.\n' "$SECONDS"
}

need_go
"$part" "$@"
end
