#!/usr/bin/env bash
# Builds a release of a commit into a folder: bash scripts/release.sh FOLDER [TAG [COMMIT]]. Without TAG the commit must have one (v1.2.3 or v1.2.3-rc.1).
#
# Programs for Linux, macOS and Windows with their bills of materials, Debian packages, what container images are built from, SHA256SUMS. All is built twice, in
# two folders, and must come out the same. ALMONER_RELEASE_COLD=1 compiles everything anew the second time, which takes many minutes.
#
# ALMONER_RELEASE_KEY=FILE signs SHA256SUMS with that secret key of minisign; one with a password is asked for it.
# Needs Debian with ca-certificates, and Go: the bytes depend on the versions of both, which BUILD names.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/need.sh
. scripts/lib/need.sh
# shellcheck source=scripts/lib/release.sh
. scripts/lib/release.sh

fail() { echo "$*" >&2; exit 1; }

[ $# -ge 1 ] && [ $# -le 3 ] || fail "usage: bash scripts/release.sh FOLDER [TAG [COMMIT]]"
folder="$(realpath -m "$1")"
commit="$(git rev-parse --verify "${3:-HEAD}^{commit}")"
tag="${2:-$(git describe --exact-match --tags --match 'v[0-9]*' "$commit" 2>/dev/null || true)}"
[ -n "$tag" ] || fail "$commit has no tag such as v1.2.3: make one, or name it behind the folder"
[[ "$tag" =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[a-z]+\.[0-9]+)?$ ]] || fail "$tag is no tag of a release: v1.2.3, or v1.2.3-rc.1 before it"
version="${tag#v}"
epoch="$(git show --no-patch --format=%ct "$commit")"
certificates=/etc/ssl/certs/ca-certificates.crt
[ -f "$certificates" ] || fail "$certificates is missing: install ca-certificates"
[ -z "$(ls -A "$folder" 2>/dev/null)" ] || fail "$folder is not empty"
umask 022

need_go
GOFLAGS=-mod=mod
export GOFLAGS
tool nfpm github.com/goreleaser/nfpm/v2/cmd/nfpm "$nfpm_version"
nfpm="$tool_path"
tool cyclonedx-gomod github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod "$cyclonedx_version"
cyclonedx="$tool_path"
tool minisign aead.dev/minisign/cmd/minisign "$minisign_version"
minisign="$tool_path"
unset GOFLAGS

temporary="$(mktemp -d)"
trap 'rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM

# release NAME builds everything into $temporary/NAME/out.
release() {
  local target
  source="$temporary/$1/source" work="$temporary/$1/work" out="$temporary/$1/out"
  mkdir -p "$source" "$work" "$out"
  git archive "$commit" | tar -x -C "$source"
  papers
  for target in "${targets[@]}"; do
    archive "${target%/*}" "${target#*/}"
    if [ "${target%/*}" = linux ]; then
      debian "${target#*/}"
      container "${target#*/}"
    fi
    echo "built $target"
  done
  printf 'Almoner v%s\ncommit %s\n%s\nnfpm %s\ncyclonedx-gomod %s\nca-certificates %s\n' "$version" "$commit" "$(go env GOVERSION)" "$nfpm_version" \
    "$cyclonedx_version" "$(dpkg-query -W -f '${Version}' ca-certificates)" >"$out/BUILD"
  (cd "$out" && sha256sum -- * >SHA256SUMS)
}

release first
if [ "${ALMONER_RELEASE_COLD:-}" = 1 ]; then
  export GOCACHE="$temporary/cache"
fi
release a-second-time-elsewhere
diff "$temporary/first/out/SHA256SUMS" "$out/SHA256SUMS" || fail "two builds differ in the files above"

if [ -n "${ALMONER_RELEASE_KEY:-}" ]; then
  "$minisign" -S -s "$ALMONER_RELEASE_KEY" -t "Almoner v$version" -c "signature of Almoner, see SECURITY.md" -m "$out/SHA256SUMS" -x "$out/SHA256SUMS.minisig" >/dev/null
else
  echo "not signed: ALMONER_RELEASE_KEY names no key" >&2
fi
mkdir -p "$folder"
cp "$out"/* "$folder/"
echo "Almoner v$version is in $folder; two builds had the same bytes"
