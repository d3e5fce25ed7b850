#!/usr/bin/env bash
# Measures everything with a PostgreSQL of its own: bash bench/run.sh [flags of bench]
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh

trap pg_stop EXIT
pg_start
go run ./bench "$@"
