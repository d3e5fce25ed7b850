#!/usr/bin/env bash
# Every check there is: bash scripts/test.sh. Stops at the first that fails, leaves nothing behind.
# As root it installs what is missing (Debian packages); otherwise it says what is missing and fails.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh

golangci_version=v2.15.0
govulncheck_version=v1.9.0
fuzz_time=3s

# SQLite is C translated to Go. The race detector and the pointer checks that come with it find
# nothing of ours in there, but make the tests three to five times as slow: one fill of the demo
# takes half a minute. The driver above it stays under the race detector, our own code under both.
race=(-race '-gcflags=modernc.org/...=-d=checkptr=0' '-gcflags=modernc.org/sqlite/lib=-race=false')

# The stamp of the commit needs a checkout that belongs to the user, which a CI's may not.
export GOFLAGS="${GOFLAGS:-} -buildvcs=false"

work="$(mktemp -d)"
step=""
step_began=0

finish() {
  local code=$?
  pg_stop
  rm -rf "$work"
  if [ "$code" != 0 ]; then
    printf '\nFAILED: %s (after %d s in all)\n' "${step:-start}" "$SECONDS" >&2
  fi
}
trap finish EXIT
trap 'exit 130' INT TERM

begin() {
  end
  step="$1"
  step_began=$SECONDS
  printf '\n== %s\n' "$step"
}

end() {
  if [ -n "$step" ]; then
    printf -- '-- ok, %d s\n' "$((SECONDS - step_began))"
  fi
}

# need_programs installs the Debian packages of whatever programs are absent.
need_programs() {
  local packages=()
  command -v node >/dev/null || packages+=(nodejs)
  command -v npm >/dev/null || packages+=(npm)
  # The race detector is linked by the C compiler.
  command -v "$(go env CC)" >/dev/null || packages+=(gcc libc6-dev)
  pg_find || packages+=(postgresql)
  # The pages are looked at through a browser.
  command -v chromium >/dev/null || packages+=(chromium)
  if [ "${#packages[@]}" = 0 ]; then
    return 0
  fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing here: ${packages[*]} (names of Debian packages); install them, or run this as root on Debian" >&2
    return 1
  fi
  echo "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; return 1; }
}

need_go() {
  command -v go >/dev/null || { echo "Go is missing: see https://go.dev/doc/install for the version in go.mod" >&2; return 1; }
  go version
  # Fails with a clear text where this Go is older than go.mod asks for.
  go list -m >/dev/null
}

# tool NAME PACKAGE VERSION sets $tool_path to the program, built once for this Go and kept in the cache.
tool() {
  local folder
  folder="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/almoner/bin/$1-$3-$(go env GOVERSION)"
  tool_path="$folder/$1"
  if [ ! -x "$tool_path" ]; then
    echo "building $1 $3 into $folder"
    GOBIN="$folder" go install "$2@$3"
  fi
}

check_format() {
  local unformatted
  unformatted="$(find . \( -name '.?*' -o -name node_modules \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l)"
  if [ -n "$unformatted" ]; then
    printf 'not formatted (gofmt -w):\n%s\n' "$unformatted" >&2
    return 1
  fi
}

# check_vulnerabilities fails on findings, and says so where the database cannot be asked.
check_vulnerabilities() {
  local code=0
  timeout 180 "$tool_path" ./... >"$work/vuln.log" 2>&1 || code=$?
  if [ "$code" = 0 ]; then
    tail -n 3 "$work/vuln.log"
  elif [ "$code" = 124 ] || { [ "$code" = 1 ] && grep -qE 'vuln\.go\.dev|fetching vulnerabilities' "$work/vuln.log"; }; then
    tail -n 3 "$work/vuln.log"
    echo "govulncheck: vulnerability database out of reach, NOT checked"
  else
    cat "$work/vuln.log" >&2
    return "$code"
  fi
}

tree_state() {
  git status --porcelain 2>/dev/null || echo "not a git checkout"
}

tree_before="$(tree_state)"

begin "what the checks need"
need_go
need_programs
pg_find
echo "node $(node --version), npm $(npm --version 2>/dev/null), $("$pg_bin/postgres" --version)"

begin "gofmt"
check_format

begin "go.mod is tidy"
go mod tidy -diff

begin "go build"
go build ./...

begin "go vet"
go vet ./...

begin "golangci-lint $golangci_version"
tool golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint "$golangci_version"
"$tool_path" run ./...

begin "govulncheck $govulncheck_version"
tool govulncheck golang.org/x/vuln/cmd/govulncheck "$govulncheck_version"
check_vulnerabilities

begin "go test -race, on SQLite and PostgreSQL"
pg_start
# go vet has run.
go test "${race[@]}" -vet=off -count=1 -shuffle=on -timeout 8m ./...

begin "the wires and the use cases once more, on PostgreSQL"
ALMONER_TEST_DB=postgres go test -vet=off -count=1 -timeout 8m ./internal/app ./internal/apiv3 ./internal/apiv5 ./internal/oauth

begin "fuzz targets, $fuzz_time each"
bash scripts/fuzz.sh "$fuzz_time"

begin "published clients of V3 and V5 against the binary"
bash test/clients/run.sh

begin "OpenAPI documents, and clients made of them, against the binary"
bash test/openapi/run.sh

begin "nothing is left in the tree"
tree_after="$(tree_state)"
if [ "$tree_before" != "$tree_after" ]; then
  diff <(echo "$tree_before") <(echo "$tree_after") >&2 || true
  exit 1
fi

end
step=""
printf '\nAll checks passed in %d s.\n' "$SECONDS"
