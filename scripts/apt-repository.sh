#!/usr/bin/env bash
# Adds packages to a folder that apt reads from any web server: bash scripts/apt-repository.sh FOLDER PACKAGE.deb…. The folder is kept from release to release, with the
# packages of before, so that an older version can be installed again. Without packages it is only signed again.
#
# ALMONER_APT_KEY=FILE is the secret key of OpenPGP that signs it, as gpg --export-secret-keys prints it; it is put into a keyring that is removed at the end.
# Needs apt-utils and gpg.
set -Eeuo pipefail

fail() { echo "$*" >&2; exit 1; }

[ $# -ge 1 ] || fail "usage: bash scripts/apt-repository.sh FOLDER PACKAGE.deb…"
[ -n "${ALMONER_APT_KEY:-}" ] || fail "ALMONER_APT_KEY names no key; apt takes nothing that is not signed"
for program in apt-ftparchive gpg; do
  command -v "$program" >/dev/null || fail "$program is missing: install apt-utils and gpg"
done
folder="$(realpath -m "$1")"
shift
umask 022

keyring="$(mktemp -d)"
trap 'GNUPGHOME="$keyring" gpgconf --kill all 2>/dev/null || true; rm -rf "$keyring"' EXIT
trap 'exit 130' INT TERM
export GNUPGHOME="$keyring"
gpg --batch --quiet --import "$ALMONER_APT_KEY"

pool=pool/main/a/almoner
mkdir -p "$folder/$pool"
for package in "$@"; do
  # A version is released once: apt refuses a package that is not the one of the index.
  target="$folder/$pool/$(basename "$package")"
  [ ! -e "$target" ] || cmp -s "$package" "$target" || fail "$target is there, and is another one"
  cp "$package" "$target"
done

cd "$folder"
next="dists/.stable.$$"
mkdir -p "$next"
for architecture in amd64 arm64; do
  at="$next/main/binary-$architecture"
  mkdir -p "$at"
  apt-ftparchive --arch "$architecture" packages pool >"$at/Packages"
  gzip -9nk "$at/Packages"
done
apt-ftparchive -o APT::FTPArchive::Release::Origin=Almoner -o APT::FTPArchive::Release::Label=Almoner -o APT::FTPArchive::Release::Suite=stable \
  -o APT::FTPArchive::Release::Codename=stable -o APT::FTPArchive::Release::Architectures="amd64 arm64" -o APT::FTPArchive::Release::Components=main \
  -o APT::FTPArchive::MD5=false -o APT::FTPArchive::SHA1=false \
  release "$next" >"$keyring/Release"
mv "$keyring/Release" "$next/Release"
gpg --quiet --yes --digest-algo SHA512 --clearsign --output "$next/InRelease" "$next/Release"
gpg --quiet --yes --digest-algo SHA512 --armor --detach-sign --output "$next/Release.gpg" "$next/Release"
gpg --batch --quiet --yes --armor --export --output almoner.asc
rm -rf dists/stable
mv "$next" dists/stable
chmod -R u+rwX,go+rX .
echo "$folder has $(grep -c '^Package:' dists/stable/main/binary-amd64/Packages) packages for amd64; signed by $(gpg --batch --with-colons --list-keys | awk -F: '$1 == "fpr" { print $10; exit }')"
