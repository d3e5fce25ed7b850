# shellcheck shell=bash
# Sourced by scripts/test.sh: the programs that the checks need.

# The linters are built once for each version and Go, and kept in the cache.
golangci_version=v2.15.0
govulncheck_version=v1.9.0
gremlins_version=v0.6.0
oapi_codegen_version=v2.8.2
oapi_runtime_version=v1.9.0
ogen_version=v1.24.0
nfpm_version=v2.48.0
cyclonedx_version=v1.10.0
minisign_version=v0.3.0

need_go() {
  command -v go >/dev/null || { echo "Go is missing: see https://go.dev/doc/install for the version in go.mod" >&2; return 1; }
  go version
  # Fails with a clear message when this Go is older than go.mod asks for.
  go list -m >/dev/null
}

# package_of PROGRAM prints the Debian packages of a program that is absent.
package_of() {
  case "$1" in
    node) command -v node >/dev/null || echo nodejs ;;
    npm) command -v npm >/dev/null || echo npm ;;
    # The race detector is linked by the C compiler.
    cc) command -v "$(go env CC)" >/dev/null || echo gcc libc6-dev ;;
    python) python_find || echo python3-websockets ;;
    postgres) pg_find || echo postgresql ;;
    pebble) command -v pebble >/dev/null || echo pebble ;;
    chromium) command -v chromium >/dev/null || echo chromium ;;
  esac
}

# need PROGRAM… installs, as root on Debian, the packages of the programs that are absent.
need() {
  local program packages=()
  for program in "$@"; do
    # shellcheck disable=SC2207 # Names of packages are plain words.
    packages+=($(package_of "$program"))
  done
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
