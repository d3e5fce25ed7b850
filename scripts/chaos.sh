#!/usr/bin/env bash
# Lets 50 donations a second come in while nodes and databases are killed, connections are cut, readers stall and an older copy is
# restored, and judges what every subscriber heard: bash scripts/chaos.sh [time] [database]. Two minutes on each database, SQLite and PostgreSQL,
# one after the other.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

databases=(SQLite PostgreSQL)
[ $# -lt 2 ] || databases=("$2")
for database in "${databases[@]}"; do
  ALMONER_CHAOS_TIME="${1:-2m}" go test -count=1 -v -timeout 30m -run "TestChaos/$database\$" ./test/chaos
done
