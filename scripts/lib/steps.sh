# shellcheck shell=bash
# Sourced by scripts/test.sh: one heading and one time for each step, and a clear end when a step fails.

work="$(mktemp -d)"
step=""
step_began=0
beside=""
beside_name=""

finish() {
  local code=$?
  if [ -n "$beside" ]; then
    kill -- "-$beside" 2>/dev/null || true
    wait "$beside" 2>/dev/null || true
  fi
  pg_stop
  rm -rf "$work"
  if [ "$code" != 0 ]; then
    printf '\nFAILED: %s (after %d s in all)\n' "${step:-start}" "$SECONDS" >&2
  fi
}
trap finish EXIT
trap 'exit 130' INT TERM

# begin NAME ends the step before and prints the heading of the next one.
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
  step=""
}

# start_beside NAME COMMAND… runs steps in a process group of their own while other steps go on.
# join_beside shows what they printed.
start_beside() {
  beside_name="$1"
  shift
  # Job control gives the job its own process group, so that finish can end all of it.
  set -m
  (
    trap - EXIT
    "$@"
    end
  ) >"$work/beside.log" 2>&1 &
  beside=$!
  set +m
}

join_beside() {
  local code=0
  begin "$beside_name (started earlier, beside the other steps)"
  wait "$beside" || code=$?
  beside=""
  cat "$work/beside.log"
  return "$code"
}
