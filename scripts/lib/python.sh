# shellcheck shell=bash
# Sourced by scripts: the Python that runs the worked bots.

# python_find sets $python to one that has the package websockets. Debian's has it, and need not come first in the path.
python_find() {
  local found
  for found in python3 /usr/bin/python3; do
    if "$found" -c 'import websockets' 2>/dev/null; then
      python="$found"
      return 0
    fi
  done
  return 1
}
