#!/usr/bin/env bash
# Kills the server a hundred times on each database, in the middle of donations, gifts and mails, and looks at
# what is left: bash scripts/crash.sh [rounds]. About ten minutes on two cores.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh

trap pg_stop EXIT
pg_start
ALMONER_CRASH_ROUNDS="${1:-100}" go test -count=1 -v -timeout 60m -run 'TestKilled' ./test/crash
