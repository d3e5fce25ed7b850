# shellcheck shell=bash
# Sourced by scripts/test.sh: the parts of the checks, each a function of its sub-command's name.

# SQLite is C translated to Go. The race detector and the pointer checks that come with it find
# nothing of ours in there, nor in the C library below it, but make the tests three to five times as slow: one fill of the demo
# takes half a minute. The driver above it stays under the race detector, our own code under both.
# Packages that only compute, for pictures and passwords, take ten times as long under it.
race_flags=(-race '-gcflags=modernc.org/...=-d=checkptr=0' '-gcflags=modernc.org/sqlite/lib=-race=false'
  '-gcflags=modernc.org/libc/...=-race=false' '-gcflags=modernc.org/memory/...=-race=false' '-gcflags=image/...=-race=false'
  '-gcflags=compress/flate=-race=false' '-gcflags=golang.org/x/image/...=-race=false' '-gcflags=golang.org/x/crypto/...=-race=false')

# The rooms where goroutines meet, and those that money goes through: they run under the race detector each time. All others run without
# it, which takes them a third of the time or less; "race" has the race detector in all of them. Those that take longest come first, so that no
# processor waits for them in the end.
race_rooms=(./internal/live ./internal/web ./internal/web/stage ./internal/feed ./client ./internal/bearer ./internal/logthrottle ./internal/mail
  ./internal/pay ./internal/pay/stripe ./internal/phoenix ./internal/requestline ./internal/runner ./internal/submit ./internal/webhook)

# Of these rooms the tests that start goroutines are under the race detector. The others do one thing after the other there, where it finds nothing and takes
# four times as long.
racing_rooms=(./internal/app ./internal/server ./internal/api ./internal/checkout ./internal/pay/sandbox ./internal/shield)

# long_rooms are those of all others that take longest, and wait for browsers, disks and leases meanwhile. They come first.
long_rooms=(./test/crash ./test/browser ./test/chaos ./internal/app)

# The rooms whose tests run on SQLite unless ALMONER_TEST_DB says otherwise. The store's own tests
# run on both databases each time.
pg_rooms=(./internal/app ./internal/apiv3 ./internal/apiv5 ./internal/oauth ./internal/web/account ./test/leaks)
# pg_each_time is the one of them that the checks run: what it asks of the database is what all ask.
pg_each_time=(./internal/app)

# other_systems are those beside Linux that the types of everything are checked for, tests too.
other_systems=(darwin freebsd windows)

lint() {
  begin "gofmt"
  check_format
  begin "go.mod is tidy"
  go mod tidy -diff
  begin "go build"
  go build ./...
  begin "types on ${other_systems[*]}"
  go run ./scripts/systems "${other_systems[@]}"
  begin "golangci-lint $golangci_version"
  tool golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint "$golangci_version"
  "$tool_path" run ./...
  begin "govulncheck $govulncheck_version"
  tool govulncheck golang.org/x/vuln/cmd/govulncheck "$govulncheck_version"
  check_vulnerabilities
}

check_format() {
  local unformatted
  unformatted="$(find . \( -name '.?*' -o -name node_modules \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l)"
  if [ -n "$unformatted" ]; then
    printf 'not formatted (gofmt -w):\n%s\n' "$unformatted" >&2
    return 1
  fi
}

# check_vulnerabilities fails on findings, and says so when the database is out of reach.
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

# short [ARGUMENT…] takes arguments of go test; without a package it tests all of them.
short() {
  begin "go test -short"
  go test -short -count=1 "${@:-./...}"
}

# unit [ARGUMENT…] runs all Go tests; with arguments, those that go test is told, without the race detector.
unit() {
  if [ $# != 0 ]; then
    begin "go test"
    go test -count=1 -shuffle=on -timeout 25m "$@"
    return
  fi
  local all raced long others racing
  all="$(go list ./... | sort)"
  raced="$(go list "${race_rooms[@]}" | sort)"
  long="$(go list "${long_rooms[@]}")"
  mapfile -t others < <(echo "$long"; comm -23 <(echo "$all") <(sort <(echo "$raced") <(echo "$long")))
  need cc postgres chromium
  # One server for all packages; a package alone starts one when it needs it. Tests kill Almoner, never the machine.
  pg_start fsync=off
  race "${race_rooms[@]}"
  racing="$(go run ./scripts/racing "${racing_rooms[@]}")"
  race "${racing_rooms[@]}" -run "$racing"
  begin "go test of the other rooms, on SQLite and PostgreSQL"
  # The linters run vet.
  go test -vet=off -count=1 -shuffle=on -timeout 25m "${others[@]}"
}

# race [ARGUMENT…] runs Go tests under the race detector, all of them unless it is told which.
race() {
  begin "go test -race, on SQLite and PostgreSQL"
  need cc postgres
  if [ $# = 0 ]; then
    need chromium
    pg_start fsync=off
  fi
  CGO_ENABLED=1 go test "${race_flags[@]}" -vet=off -count=1 -shuffle=on -timeout 60m "${@:-./...}"
}

pg() {
  begin "the wires and the use cases, on PostgreSQL"
  need postgres
  pg_start fsync=off
  ALMONER_TEST_DB=postgres go test -vet=off -count=1 -timeout 25m "${@:-${pg_rooms[@]}}"
}

# fuzz [COUNT [blind]] gives each fuzz target inputs; see scripts/fuzz.sh.
fuzz() {
  begin "fuzz targets, ${1:-20000} inputs each"
  need postgres
  bash scripts/fuzz.sh "${1:-20000}" ${2:+"$2"}
}

# money [TIME] [ARGUMENT…] makes random histories of money on both databases for that long.
money() {
  local time="${1:-10m}"
  [ $# = 0 ] || shift
  begin "random histories of money for $time, on SQLite and PostgreSQL"
  need postgres
  # A history that would not end in time is not begun.
  go test -vet=off -count=1 -timeout "$time" ./test/money -rapid.checks=1000000 -rapid.steps=100 "$@"
}

browser() {
  begin "pages in Chromium"
  need chromium
  go test -vet=off -count=1 -timeout 25m ./test/browser "$@"
}

# tour [ARGUMENT…] looks at each state of each page in each language; unit looks at each state once.
tour() {
  begin "every page in every state and language, in Chromium"
  need chromium
  ALMONER_BROWSER="${ALMONER_BROWSER:-languages}" go test -vet=off -count=1 -timeout 60m ./test/browser -run '^TestEveryPageInEveryState$' "$@"
}

clients() {
  begin "published clients of V3 and V5, and worked bots, against the binary"
  need node npm python
  [ "$*" = sqlite ] || need postgres
  bash test/clients/run.sh "$@"
}

openapi() {
  begin "OpenAPI documents, and clients generated from them, against the binary"
  need node npm
  bash test/openapi/run.sh
}
