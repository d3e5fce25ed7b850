#!/usr/bin/env bash
# Has servers get, keep, share and renew certificates from Pebble, the authority that Let's Encrypt makes for tests, on SQLite and PostgreSQL: bash scripts/tls.sh
# [ARGUMENT…]. As root on Debian it installs what is missing.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh
# shellcheck source=scripts/lib/steps.sh
. scripts/lib/steps.sh
# shellcheck source=scripts/lib/need.sh
. scripts/lib/need.sh

export GOFLAGS="${GOFLAGS:-} -buildvcs=false -trimpath" CGO_ENABLED=0
need_go
need postgres pebble
ALMONER_TEST_PEBBLE=1 go test -vet=off -count=1 -timeout 10m ./test/tls "$@"
