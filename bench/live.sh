#!/usr/bin/env bash
# Measures live connections and webhooks with a PostgreSQL of its own: bash bench/live.sh [flags of bench]
set -Eeuo pipefail
exec bash "$(dirname "${BASH_SOURCE[0]}")/run.sh" -only fanout,nodes,webhooks,crowd,viewers "$@"
