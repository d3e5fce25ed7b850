#!/usr/bin/env bash
# Plays an evening of a marathon in Chromium: 3,000 gifts in ten minutes, three screeners, a reader, a desk on a phone, ten overlays in one browser, a restart
# and a node that dies, on PostgreSQL; then compares what was given with what was seen: bash scripts/evening.sh [time].
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ALMONER_EVENING="${1:-10m}" go test -vet=off -count=1 -v -timeout 60m -run '^TestAnEvening$' ./test/browser
