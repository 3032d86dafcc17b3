#!/usr/bin/env bash
# Installs what is missing, from Debian's packages and npm: setup.sh run | tests.
set -euo pipefail

run_packages=(bubblewrap git)
# libc6-dev: gcc only recommends it, and recommendations are not installed.
example_packages=(python3-fastapi python3-httpx python3-pytest mypy gcc libc6-dev make)
test_packages=(procps strace postgresql)
# Only where no other Node.js is installed: a packaged one would clash with it.
node_packages=(nodejs npm)

packages=("${run_packages[@]}" "${example_packages[@]}")
if [ "${1:-run}" = tests ]; then
  packages+=("${test_packages[@]}")
  command -v npm >/dev/null || packages+=("${node_packages[@]}")
fi

command -v dpkg-query >/dev/null || { echo "This script installs Debian packages; here, see to these yourself: ${packages[*]}" >&2; exit 5; }
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "These packages are missing and need root to install: ${missing[*]}" >&2; exit 5; }
    sudo=(sudo)
  fi
  echo "Installing: ${missing[*]}" >&2
  # The variable is set behind sudo, which would drop it; another apt at work is waited for.
  apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update </dev/null
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
fi

# The JavaScript SDK that the hub is tested with; installed again only when its lock file has changed.
if [ "${1:-run}" = tests ]; then
  interop="$(dirname "$0")/../../tests/Orchestrator.TaskHub.Tests/Interop"
  if [ ! "$interop/node_modules/.package-lock.json" -nt "$interop/package-lock.json" ]; then
    npm ci --prefix "$interop" --no-audit --no-fund --ignore-scripts --loglevel=error >&2
  fi
fi
