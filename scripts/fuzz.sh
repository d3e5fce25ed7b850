#!/usr/bin/env bash
# Runs every fuzz target for a while, one after the other: bash scripts/fuzz.sh [TIME], default 60s.
# An input that breaks something stays in the package's testdata/fuzz: commit it with the repair.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh

each="${1:-60s}"
trap pg_stop EXIT
pg_start

targets=0
while IFS=: read -r file line; do
  name="$(sed -E 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/' <<<"$line")"
  folder="$(dirname "$file")"
  echo "$folder $name ($each)"
  go test -run '^$' -fuzz "^$name\$" -fuzztime "$each" -timeout 10m "$folder"
  targets=$((targets + 1))
done < <(grep -rE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*\(' ./internal ./cmd 2>/dev/null | sort)

if [ "$targets" = 0 ]; then
  echo "there is no fuzz target to run" >&2
  exit 1
fi
echo "$targets fuzz targets held for $each each"
