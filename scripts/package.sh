#!/usr/bin/env bash
# Builds the Debian package of this commit twice, as two versions, and does with it what operators do, in a bare Debian of its own: installs it from a repository that is
# signed with a throw-away key, starts it as its unit does, upgrades, goes back with a backup, removes and purges it. Looks at the package with lintian, at the unit with
# systemd-analyze, at the system calls of the server, at the signature of the release, and builds the container image: bash scripts/package.sh [FOLDER]
#
# FOLDER keeps both versions, so that another run does not build them again.
# Needs root on Debian, a Debian mirror and the Go module proxy; installs what it needs. Some minutes, many the first time. Only what is committed is built.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
# shellcheck source=scripts/lib/need.sh
. scripts/lib/need.sh
# shellcheck source=scripts/lib/package.sh
. scripts/lib/package.sh

step=""
work="$(mktemp -d)"
root="$work/debian"
finish() {
  local code=$?
  [ -z "$server" ] || kill -KILL "$(pgrep -P "$server")" "$server" 2>/dev/null || true
  GNUPGHOME="$work/gnupg" gpgconf --kill all 2>/dev/null || true
  rm -rf "$work"
  [ "$code" = 0 ] || printf '\nFAILED: %s (after %d s)\n' "${step:-start}" "$SECONDS" >&2
}
trap finish EXIT
trap 'exit 130' INT TERM
begin() { step="$1"; printf '== %s\n' "$step"; }
fail() { echo "$*" >&2; return 1; }
# want WHAT TEXT PATTERN fails where the text has no line like the pattern.
want() { grep -qE -- "$3" <<<"$2" || fail "$1: got $2, want $3"; }

begin "what is needed"
[ "$(id -u)" = 0 ] || fail "run this as root: it makes a Debian of its own"
packages=()
for pair in debootstrap:debootstrap lintian:lintian apt-ftparchive:apt-utils gpg:gpg strace:strace buildah:buildah curl:curl systemd-analyze:systemd pgrep:procps man:man-db; do
  command -v "${pair%%:*}" >/dev/null || packages+=("${pair#*:}")
done
if [ "${#packages[@]}" != 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >"$work/install.log" 2>&1 || { cat "$work/install.log" >&2; fail "apt-get"; }
fi
architecture="$(dpkg --print-architecture)"
GOFLAGS=-mod=mod tool minisign aead.dev/minisign/cmd/minisign "$minisign_version"
minisign="$tool_path"

begin "two releases of this commit, signed with a throw-away key"
releases="$(realpath -m "${1:-$work/releases}")"
if [ ! -f "$releases/release.pub" ]; then
  "$minisign" -G -W -s "$work/release.key" -p "$work/release.pub" >/dev/null
  for version in 0.0.1 0.0.2; do
    ALMONER_RELEASE_TARGETS="linux/$architecture" ALMONER_RELEASE_KEY="$work/release.key" bash scripts/release.sh "$releases/$version" "v$version" HEAD
  done
  cp "$work/release.pub" "$releases/"
fi
cd "$releases/0.0.2"
want "the signature" "$("$minisign" -V -Q -p "$releases/release.pub" -m SHA256SUMS)" '^Trusted comment: Almoner v0\.0\.2$'
sha256sum --quiet --check SHA256SUMS
cp SHA256SUMS.minisig "$work/"
sed 's/^./x/' SHA256SUMS >"$work/SHA256SUMS"
if "$minisign" -V -q -p "$releases/release.pub" -m "$work/SHA256SUMS" 2>/dev/null; then
  fail "a list that was changed passes for signed"
fi
cd - >/dev/null
first="$releases/0.0.1/almoner_0.0.1-1_$architecture.deb" second="$releases/0.0.2/almoner_0.0.2-1_$architecture.deb"

begin "lintian"
lintian --allow-root --fail-on error,warning "$second"

begin "the unit"
systemd-analyze security --offline=yes --threshold=20 packaging/debian/almoner.service | tail -n 1

begin "a bare Debian, and a repository that it trusts"
bootstrap
mkdir -m 0700 "$work/gnupg"
GNUPGHOME="$work/gnupg" gpg --batch --quiet --passphrase '' --quick-generate-key "Almoner test" ed25519 sign never
GNUPGHOME="$work/gnupg" gpg --batch --quiet --export-secret-keys >"$work/apt.key"
printf 'deb [signed-by=/etc/apt/keyrings/almoner.asc] file:/srv/apt stable main\n' >"$root/etc/apt/sources.list.d/almoner.list"
mkdir -p "$root/etc/apt/keyrings"
GNUPGHOME="$work/gnupg" gpg --batch --quiet --armor --export >"$root/etc/apt/keyrings/almoner.asc"
publish "$first"

begin "install"
said="$(inside apt-get install -y -q almoner=0.0.1-1 2>&1)"
want "what the package says" "$said" 'not started'
want "the settings" "$(inside stat -c '%U:%G %a' /etc/almoner/almoner.conf)" '^root:almoner 640$'
want "the version" "$(inside almoner version)" '^almoner v0\.0\.1 '
want "the user" "$(inside getent passwd almoner)" ':/var/lib/almoner:.*nologin$'
almoner config check
sed -i "s|^#ALMONER_ADDR=.*|ALMONER_ADDR=$address|; s|^#ALMONER_SANDBOX=|ALMONER_SANDBOX=|" "$root/etc/almoner/almoner.conf"
touch "$work/before"

begin "start, as the unit does"
start
want "health" "$(curl -fsS "http://$address/healthz")" '^ok$'
want "the version in the metrics" "$(curl -fsS "http://$address/metrics")" 'almoner_build_info\{.*version="v0\.0\.1"\}'
almoner user create --username Ada --email ada@example.org >/dev/null
almoner backup --out "$state/backups" >/dev/null
elsewhere="$(find "$root" -xdev -newer "$work/before" -type f -not -path "$root$state/*" -not -path "$root/tmp/*")"
[ -z "$elsewhere" ] || fail "it wrote to $elsewhere"
want "the folder" "$(inside stat -c '%U %a' "$state" "$state/almoner.db" | tr '\n' ' ')" '^almoner 700 almoner 600 $'

begin "upgrade"
publish "$second"
said="$(inside apt-get install -y -q --only-upgrade almoner 2>&1)"
want "the version after the upgrade" "$(inside almoner version)" '^almoner v0\.0\.2 '
grep -q "^ALMONER_ADDR=$address\$" "$root/etc/almoner/almoner.conf" || fail "the settings were replaced"
want "the server of before" "$(curl -fsS "http://$address/metrics")" 'version="v0\.0\.1"'
stop
start
want "the version in the metrics" "$(curl -fsS "http://$address/metrics")" 'almoner_build_info\{.*version="v0\.0\.2"\}'
want "what was there" "$(almoner user list)" 'ada@example\.org'
almoner user create --username Grace --email grace@example.org >/dev/null
almoner audit >/dev/null

begin "back to the version and the backup of before"
stop
inside apt-get install -y -q --allow-downgrades almoner=0.0.1-1 >/dev/null 2>&1
want "the version" "$(inside almoner version)" '^almoner v0\.0\.1 '
as_almoner sh -c 'almoner restore --replace --from backups/*.zst --config /etc/almoner/almoner.conf' >/dev/null
start
users="$(almoner user list)"
want "what the backup has" "$users" 'ada@example\.org'
! grep -q grace <<<"$users" || fail "what the backup does not have is there"
stop
refused="$(refused_calls)"
[ -z "$refused" ] || fail "the unit refuses system calls that the server makes: $refused"

begin "remove and purge"
inside apt-get remove -y -q almoner >/dev/null 2>&1
[ ! -e "$root/usr/bin/almoner" ] && [ -e "$root/etc/almoner/almoner.conf" ] && [ -e "$root$state/almoner.db" ] || fail "remove keeps the settings and the data, and nothing else"
said="$(inside apt-get purge -y -q almoner 2>&1)"
want "what purge says" "$said" 'stay in /var/lib/almoner'
[ ! -e "$root/etc/almoner" ] && [ -e "$root$state/almoner.db" ] || fail "purge keeps the data, and nothing else"

begin "the container image"
mkdir "$work/image"
tar -xzf "$releases/0.0.2/almoner_0.0.2_container_linux_$architecture.tar.gz" -C "$work/image" --strip-components=1
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
buildah "${storage[@]}" build --isolation chroot --tag almoner "$work/image" >"$work/buildah.log" 2>&1 || { cat "$work/buildah.log" >&2; fail "buildah"; }
container="$(buildah "${storage[@]}" from localhost/almoner)"
image="$(buildah "${storage[@]}" mount "$container")"
want "what is in the image" "$(cd "$image" && find . -type f | sort | tr '\n' ' ')" '^\./almoner \./etc/ssl/certs/ca-certificates\.crt $'
want "its user" "$(buildah "${storage[@]}" inspect --format '{{.OCIv1.Config.User}} {{.OCIv1.Config.Volumes}}' "$container")" '^65532:65532 map\[/data:'
want "the version in the image" "$(chroot --userspec=65532:65532 "$image" /almoner version)" '^almoner v0\.0\.2 '
chroot --userspec=65532:65532 "$image" /almoner migrate --db sqlite:/data/almoner.db >/dev/null
[ -f "$image/data/almoner.db" ] || fail "the image has no room for the data"
buildah "${storage[@]}" rm "$container" >/dev/null

printf '\nThe package is as it should be; %d s.\n' "$SECONDS"
