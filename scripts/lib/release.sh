# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by scripts/release.sh: the parts of a release, each a function. They read $source (the commit without its history), $work (for what is no part of
# the release), $out, $version (1.2.3, for tag v1.2.3), $commit, $epoch (when it was made), $nfpm and $cyclonedx.

read -r -a targets <<<"${ALMONER_RELEASE_TARGETS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64}"

# packed [LEVEL] turns standard input into gzip that depends on nothing else.
packed() { gzip -nc "-${1:-9}"; }

# archived FOLDER prints what is in it as a tar, the same whoever made it and whenever.
archived() {
  tar --create --sort=name --format=ustar --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode=u+rw,go=rX -C "$(dirname "$1")" "$(basename "$1")"
}

# build GOOS GOARCH sets $program to the program, linked once. It has no C, and no path of this machine in it.
build() {
  program="$work/$1_$2"
  [ ! -f "$program" ] || return 0
  (cd "$source" && CGO_ENABLED=0 GOOS="$1" GOARCH="$2" GOAMD64=v1 GOARM64=v8.0 GOFLAGS="-mod=readonly -buildvcs=false -trimpath" GOEXPERIMENT='' \
    go build -o "$program" -ldflags "-s -w -X github.com/almoner/almoner/internal/version.tag=v$version -X github.com/almoner/almoner/internal/version.commit=$commit" \
    ./cmd/almoner)
}

# licenses PROGRAM prints the text of the licence of Go and of each module that is linked.
licenses() {
  local path at folder file
  printf 'Almoner is linked with the following, each under the licence below its name.\n\n==== Go\n\n'
  cat "$(go env GOROOT)/LICENSE"
  go version -m "$1" | awk '$1 == "dep" { print $2, $3 }' | while read -r path at; do
    folder="$(cd "$source" && go list -m -f '{{.Dir}}' "$path")"
    printf '\n==== %s %s\n\n' "$path" "$at"
    for file in "$folder"/LICENSE* "$folder"/LICENCE* "$folder"/COPYING* "$folder"/NOTICE* "$folder"/PATENTS*; do
      [ ! -f "$file" ] || { cat "$file"; echo; }
    done
  done
}

# papers makes what is the same on all systems: the manual page, completions, licences and changelogs.
papers() {
  local shell
  build "$(go env GOHOSTOS)" "$(go env GOHOSTARCH)"
  "$program" man >"$work/almoner.1"
  packed <"$work/almoner.1" >"$work/almoner.1.gz"
  for shell in bash zsh fish; do
    "$program" completion "$shell" >"$work/completion.$shell"
  done
  licenses "$program" >"$work/third-party-licenses"
  packed <"$work/third-party-licenses" >"$work/third-party-licenses.gz"
  packed <"$source/CHANGELOG.md" >"$work/changelog.gz"
  printf 'almoner (%s-1) stable; urgency=medium\n\n  * Almoner %s; changelog.gz says what changed.\n\n -- The authors of Almoner <almoner@users.noreply.github.com>  %s\n' \
    "${version/-/\~}" "$version" "$(LC_ALL=C date -u -R -d "@$epoch")" | packed >"$work/changelog.Debian.gz"
}

# archive GOOS GOARCH makes the archive of one system, and says in a bill of materials what is in the program.
archive() {
  local name="almoner_${version}_$1_$2" called=almoner shell
  [ "$1" != windows ] || called=almoner.exe
  mkdir -p "$work/$name"
  build "$1" "$2"
  cp "$program" "$work/$name/$called"
  cp "$source/LICENSE" "$source/CHANGELOG.md" "$work/almoner.1" "$work/$name/"
  cp "$work/third-party-licenses" "$work/$name/third-party-licenses.txt"
  mkdir -p "$work/$name/completions"
  for shell in bash zsh fish; do
    cp "$work/completion.$shell" "$work/$name/completions/almoner.$shell"
  done
  archived "$work/$name" | packed 6 >"$out/$name.tar.gz"
  "$cyclonedx" bin -json -noserial -notimestamp -version "v$version" -output "$out/$name.cdx.json" "$program" 2>"$work/cyclonedx.log" ||
    { cat "$work/cyclonedx.log" >&2; return 1; }
}

# debian GOARCH packs the program that archive made.
debian() {
  mkdir -p "$work/$1"
  cp "$work/almoner_${version}_linux_$1/almoner" "$work/$1/almoner"
  sed -e "s|\${WORK}|$work|" -e "s|\${ARCH}|$1|" -e "s|\${VERSION}|$version|" -e "s|\${MTIME}|$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)|" \
    "$source/packaging/debian/nfpm.yaml" >"$work/$1.yaml"
  (cd "$source" && SOURCE_DATE_EPOCH="$epoch" "$nfpm" package --config "$work/$1.yaml" --packager deb --target "$out/" >"$work/nfpm.log" 2>&1) ||
    { cat "$work/nfpm.log" >&2; return 1; }
}

# container GOARCH archives a folder that an image is built from.
container() {
  local name="almoner_${version}_container_linux_$1"
  mkdir -p "$work/$name/data" "$work/$name/tmp"
  cp "$source/packaging/container/Containerfile" "$certificates" "$work/$name/"
  cp "$work/almoner_${version}_linux_$1/almoner" "$work/$name/almoner"
  archived "$work/$name" | packed 6 >"$out/$name.tar.gz"
}
