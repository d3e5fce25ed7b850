#!/usr/bin/env bash
# Measures in Chromium how soon a donation is on an overlay, what a frame costs the page, and whether its memory grows: bash scripts/frames.sh [time].
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ALMONER_FRAMES="${1:-3m}" go test -vet=off -count=1 -v -timeout 60m -run '^TestFrames$' ./test/browser
