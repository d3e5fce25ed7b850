# shellcheck shell=bash disable=SC2154
# Sourced by scripts/package.sh: what it does in a Debian of its own, in the folder $root. $work is for everything else.

state=/var/lib/almoner
# Free while the script runs, as far as anybody knows.
address=127.0.0.1:18765
server=""

# inside COMMAND… runs in the Debian of the test.
inside() { DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"; }

# as_almoner COMMAND… runs there as the service does: its user, no capabilities, its folder.
as_almoner() {
  # shellcheck disable=SC2016 # The inner shell has the words.
  inside setpriv --reuid almoner --regid almoner --init-groups --bounding-set -all --no-new-privs \
    sh -c 'umask 0077 && cd "$0" && exec "$@"' "$state" "$@"
}

almoner() { as_almoner almoner "$@" --config /etc/almoner/almoner.conf; }

# bootstrap unpacks a bare Debian, which is made once and kept in the cache.
bootstrap() {
  local kept="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/almoner/debian-bookworm-$architecture.tar"
  if [ ! -f "$kept" ]; then
    mkdir -p "$(dirname "$kept")"
    debootstrap --variant=minbase bookworm "$work/bare" "${ALMONER_DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 ||
      { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
    tar --create --numeric-owner -C "$work/bare" . >"$kept.new"
    mv "$kept.new" "$kept"
    rm -rf "$work/bare"
  fi
  mkdir -p "$root"
  tar --extract --numeric-owner -C "$root" -f "$kept"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  # Maintainer scripts of others must not start anything here.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 0755 "$root/usr/sbin/policy-rc.d"
}

# publish PACKAGE adds a package to the repository, where apt of the test reads it.
publish() {
  ALMONER_APT_KEY="$work/apt.key" bash scripts/apt-repository.sh "$root/srv/apt" "$1" >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; return 1; }
  inside apt-get update -qq
}

# start runs what the unit does, and waits until it takes requests.
start() {
  local command deadline=$((SECONDS + 120))
  command="$(sed -n 's/^ExecStart=//p' "$root/lib/systemd/system/almoner.service")"
  # shellcheck disable=SC2086 # The words of the unit.
  strace -f -qq -e signal=none -o "$work/trace.$SECONDS" -- chroot "$root" setpriv --reuid almoner --regid almoner --init-groups --bounding-set -all --no-new-privs \
    sh -c "umask 0077; cd $state; exec $command" >"$work/server.log" 2>&1 &
  server=$!
  until curl -fsS "http://$address/readyz" >"$work/ready" 2>/dev/null; do
    if ! kill -0 "$server" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
      cat "$work/server.log" >&2
      return 1
    fi
    read -r -t 0.2 <> <(:) || true
  done
}

# stop asks it to end, as systemd does, and wants it to have ended well.
stop() {
  local process
  process="$(pgrep -P "$server" | head -n 1)"
  kill -TERM "$process"
  wait "$server"
  server=""
}

# members SET… prints the system calls of sets of systemd.
members() {
  local one
  systemd-analyze syscall-filter --no-pager "$@" | sed -n 's/^ \+\([@a-z0-9_-]\+\).*/\1/p' | while read -r one; do
    case "$one" in
      @*) members "$one" ;;
      *) echo "$one" ;;
    esac
  done
}

# refused_calls prints the system calls that the server made and the unit would refuse.
refused_calls() {
  local allowed
  [ "$(grep -c '^SystemCallFilter=' packaging/debian/almoner.service)" = 2 ] || { echo "refused_calls knows other filters than the unit" >&2; return 1; }
  allowed="$(comm -23 <(members @system-service | sort -u) <(members @privileged @resources | sort -u); members @default)"
  comm -23 <(awk 'FNR == 1 { served = 0 } served { print } /execve\("\/usr\/bin\/almoner"/ { served = 1 }' "$work"/trace.* | sed -n 's/^[0-9]\+ \+\([a-z0-9_]\+\)(.*/\1/p' | sort -u) <(sort -u <<<"$allowed")
}
