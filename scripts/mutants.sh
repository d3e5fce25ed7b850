#!/usr/bin/env bash
# Mutation tests: bash scripts/mutants.sh [WORD…] changes the code in one place at a time and looks for a test
# that fails. It does so for the files of scripts/mutants/files.txt, or for those rows that have one of the
# words in them, and fails when fewer than 85 of 100 changes are caught, or when the changes that no test
# catches are others than those of scripts/mutants/survivors.txt. All of it takes half an hour on two quiet cores.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
# shellcheck source=scripts/lib/need.sh
. scripts/lib/need.sh

need_go
tool gremlins github.com/go-gremlins/gremlins/cmd/gremlins "$gremlins_version"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# gremlins calls "go"; scripts/mutants/go stands before it.
MUTANTS_GO="$(command -v go)"
export MUTANTS_GO MUTANTS_RUN PATH="$PWD/scripts/mutants:$PATH"
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

# mutate PACKAGE FILES PATTERN runs gremlins over files of a package, whose tests are those that match.
mutate() {
  local package="$1" files="$2" exclude=/ names
  MUTANTS_RUN="$3"
  if [ "$files" != '*' ]; then
    IFS=, read -ra names <<<"$files"
    exclude="$(others "$package" "${names[@]}")"
  fi
  printf '\n== %s %s, tests %s\n' "$package" "$files" "$MUTANTS_RUN"
  # Without the build, the time that gremlins takes as the usual one is that of the tests.
  "$MUTANTS_GO" test -vet=off -count=1 -run '^$' "./$package" >/dev/null
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
  local line package files pattern rows
  row=0
  # The list is read at once: it may be edited while this runs.
  mapfile -t rows < <(grep -v '^#' scripts/mutants/files.txt)
  for line in "${rows[@]}"; do
    read -r package files pattern <<<"$line"
    if wanted "$package $files" "$@"; then
      mutate "$package" "$files" "$pattern"
    fi
  done
  [ "$row" != 0 ] || { echo "no row of scripts/mutants/files.txt has: $*" >&2; return 2; }
  "$MUTANTS_GO" run ./scripts/mutants scripts/mutants/survivors.txt "$work"/*.json
}

main "$@"
exit
