#!/usr/bin/env bash
# Mutation tests: bash scripts/mutants.sh [WORD…] changes the code in one place at a time and looks for a test
# that fails. It does so for the files of scripts/mutants/files.txt, or for those rows that have one of the
# words in them, and fails when fewer than 85 of 100 changes are caught, or when the changes that no test
# catches are others than those of scripts/mutants/survivors.txt.
#
# All of it takes about an hour on two cores. What became of a change is kept in the user's cache and holds while
# the code and the tests stay as they are: a run that was interrupted continues where it stopped, and the next one
# tries only what is new. While you write tests for survivors, MUTANTS_ADDED=1 also takes what the tests caught
# before these changed.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
# shellcheck source=scripts/lib/need.sh
. scripts/lib/need.sh

need_go
tool gremlins github.com/go-gremlins/gremlins/cmd/gremlins "$gremlins_version"
# What became of each change is kept here.
kept="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/almoner/mutants"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# gremlins calls "go"; scripts/mutants/go stands before it.
MUTANTS_GO="$(command -v go)"
MUTANTS_ROOT="$PWD"
MUTANTS_NOTES="$work"
MUTANTS_HELPER="$work/mutants"
MUTANTS_BINARY="$work/tests"
export MUTANTS_GO MUTANTS_ROOT MUTANTS_NOTES MUTANTS_HELPER MUTANTS_BINARY MUTANTS_KEPT MUTANTS_STATE MUTANTS_PACKAGE MUTANTS_RUN MUTANTS_TESTS PATH="$PWD/scripts/mutants:$PATH"
export GOFLAGS="${GOFLAGS:-} -buildvcs=false"

# others PACKAGE FILE… prints an expression for every Go file of the package but these, and its folders.
others() {
  local package="$1" file all=()
  shift
  for file in "$package"/*.go; do
    file="$(basename "$file")"
    case " $* " in
      *" $file "*) ;;
      *) all+=("${file%.go}") ;;
    esac
  done
  (IFS='|'; printf '/|^(%s)\\.go$' "${all[*]-}")
}

# sources PACKAGE lists the files of this module that the tests of a package are built from.
sources() {
  "$MUTANTS_GO" list -deps -test -f '{{with .Module}}{{if .Main}}{{range $.GoFiles}}{{$.Dir}}/{{.}}
{{end}}{{range $.EmbedFiles}}{{$.Dir}}/{{.}}
{{end}}{{end}}{{end}}' "./$1" | grep -v // | sed "s|^$PWD/||" | sort -u
}

# hashed WORD… prints a hash of the words, and of the files that stdin lists.
hashed() { { printf '%s\n' "$@"; tr '\n' '\0' | xargs -0 sha256sum; } | sha256sum | cut -c1-32; }

# switches PACKAGE FILE… builds the tests with a switch for most changes of the files.
switches() {
  rm -rf "$work/switches" "$MUTANTS_BINARY"
  mkdir "$work/switches"
  "$MUTANTS_HELPER" switch "$work/switches" "$PWD/$1" "${@:2}"
  "$MUTANTS_GO" test -vet=off -c -overlay "$work/switches/overlay.json" -o "$MUTANTS_BINARY" "./$MUTANTS_TESTS" ||
    echo "the switches do not compile; so each change is compiled"
}

# mutate PACKAGE FILES PATTERN [TESTS] runs gremlins over files of a package.
mutate() {
  local package="$1" files="$2" exclude=/ names all code
  MUTANTS_PACKAGE="$package" MUTANTS_RUN="$3" MUTANTS_TESTS="${4:-$1}"
  if [ "$files" = '*' ]; then
    mapfile -t names < <("$MUTANTS_GO" list -f '{{join .GoFiles "\n"}}' "./$package")
  else
    IFS=, read -ra names <<<"$files"
  fi
  exclude="$(others "$package" "${names[@]}")"
  printf '\n== %s %s, tests %s of %s\n' "$package" "$files" "$MUTANTS_RUN" "$MUTANTS_TESTS"
  all="$(sources "$MUTANTS_TESTS")"
  code="$( (grep -v '_test\.go$' <<<"$all"; echo go.sum) | hashed "$package" "$gremlins_version" "$("$MUTANTS_GO" version)")"
  MUTANTS_STATE="$( (grep '_test\.go$' <<<"$all"; find "$MUTANTS_TESTS/testdata" -type f 2>/dev/null | sort; ls scripts/mutants/go scripts/mutants/switch.go) |
    hashed "$MUTANTS_RUN" "$MUTANTS_TESTS")"
  MUTANTS_KEPT="$kept/$code"
  mkdir -p "$MUTANTS_KEPT"
  switches "$package" "${names[@]}"
  "$tool_path" unleash --workers 1 --timeout-coefficient 30 --output "$work/${package//\//+}+$((++row)).json" \
    --exclude-files "$exclude" --output-statuses lct "./$package"
}

# wanted LINE says whether a row has one of the words.
wanted() {
  local line="$1" word
  shift
  [ $# != 0 ] || return 0
  for word in "$@"; do
    case "$line" in *"$word"*) return 0 ;; esac
  done
  return 1
}

main() {
  local line lines fields row=0
  "$MUTANTS_GO" build -o "$MUTANTS_HELPER" ./scripts/mutants
  # The list is read at once: it may be edited while this runs.
  mapfile -t lines < <(grep -v '^#' scripts/mutants/files.txt)
  for line in "${lines[@]}"; do
    read -ra fields <<<"$line"
    if wanted "${fields[0]} ${fields[1]}" "$@"; then
      mutate "${fields[@]}"
    fi
  done
  [ "$row" != 0 ] || { echo "no row of scripts/mutants/files.txt has: $*" >&2; return 2; }
  echo
  awk '{ n++; ms += $1; kept += $2 == "kept" } END { printf "%d changes took %d minutes; %d of them in earlier runs\n", n, ms / 60000, kept }' "$work/took"
  [ ! -e "$work/stopped" ] || echo "the tests of $(wc -l <"$work/stopped") were stopped, and are tried again by the next run"
  "$MUTANTS_HELPER" sum scripts/mutants/survivors.txt "$work"/*.json
}

main "$@"
exit
