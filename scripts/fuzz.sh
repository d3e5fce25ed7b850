#!/usr/bin/env bash
# Gives every fuzz target COUNT inputs, one target after the other: bash scripts/fuzz.sh [COUNT [blind]], default 20000.
# With blind, inputs are changed without looking at which code they reach: that needs no build of everything, SQLite too, of its own.
# An input that breaks something stays in the package's testdata/fuzz: commit it with the repair.
# A number of inputs and no time: go test fails with "context deadline exceeded" when the time ends while a worker
# still answers, though no input broke anything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh

count="${1:-20000}" blind="${2:-}"
if ! [[ "$count" =~ ^[1-9][0-9]*$ ]]; then
  echo "fuzz takes a number of inputs, such as 20000, not $count" >&2
  exit 2
fi
if [ -n "$blind" ] && [ "$blind" != blind ]; then
  echo "after the number of inputs fuzz takes only blind, not $blind" >&2
  exit 2
fi
work="$(mktemp -d)"
trap 'pg_stop; rm -rf "$work"' EXIT
pg_start

# fuzz FOLDER NAME gives a target its inputs. An input that only reaches new code is not made smaller: that would take longer than the inputs
# themselves.
fuzz() {
  if [ -z "$blind" ]; then
    go test -run '^$' -fuzz "^$2\$" -fuzztime "${count}x" -fuzzminimizetime 10x -timeout 10m "$1"
    return
  fi
  local program="$work/${1//\//-}.test"
  [ -x "$program" ] || go test -vet=off -c -o "$program" "$1"
  mkdir -p "$work/corpus"
  (cd "$1" && "$program" -test.run '^$' -test.fuzz "^$2\$" -test.fuzztime "${count}x" -test.fuzzminimizetime 10x -test.fuzzcachedir "$work/corpus" -test.timeout 10m </dev/null)
}

targets=0
while IFS=: read -r file line; do
  name="$(sed -E 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/' <<<"$line")"
  folder="$(dirname "$file")"
  echo "$folder $name ($count inputs)"
  fuzz "$folder" "$name"
  targets=$((targets + 1))
done < <(grep -rE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*\(' ./internal ./cmd 2>/dev/null | sort)

if [ "$targets" = 0 ]; then
  echo "there is no fuzz target to run" >&2
  exit 1
fi
echo "$targets fuzz targets held for $count inputs each"
