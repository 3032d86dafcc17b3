#!/usr/bin/env bash
# Installs what is missing from Debian's packages: setup.sh run | tests.
set -euo pipefail

run_packages=(bubblewrap git)
example_packages=(python3-fastapi python3-httpx python3-pytest mypy gcc make)
test_packages=(procps)

packages=("${run_packages[@]}" "${example_packages[@]}")
if [ "${1:-run}" = tests ]; then
  packages+=("${test_packages[@]}")
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "These packages are missing and need root to install: ${missing[*]}" >&2; exit 5; }
  sudo=(sudo)
fi
echo "Installing: ${missing[*]}" >&2
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
