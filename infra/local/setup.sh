#!/usr/bin/env bash
# Installs what is missing, from Debian's packages and npm: setup.sh run | tests. Exit code 5: something is missing that it
# can't install; it says what.
set -euo pipefail
cd "$(dirname "$0")/../.."
. infra/local/progress.sh

# Before anything else: without the SDK nothing that is installed would be of use. Here global.json says which SDK will do.
if ! sdk=$(dotnet --version 2>&1); then
  if command -v dotnet >/dev/null; then
    echo "The .NET SDK that is installed won't do: ${sdk%%$'\n'*}" >&2
  else
    echo "The .NET SDK is missing: there is no 'dotnet' in PATH." >&2
  fi
  echo "Install the .NET 10 SDK - apt-get install dotnet-sdk-10.0 where your system's packages have it, else as" >&2
  echo "https://dotnet.microsoft.com/download/dotnet/10.0 says - and run this script again." >&2
  exit 5
fi

# gcc links the supervisor of commands as machine code; without it that is managed, and slower. libc6-dev: gcc only recommends it, and
# recommendations are not installed. tzdata: quiet hours of notifications are those of a place.
run_packages=(bubblewrap git gcc libc6-dev tzdata)
example_packages=(python3-fastapi python3-httpx python3-pytest mypy make)
test_packages=(procps strace postgresql mount util-linux xvfb matchbox-window-manager chromium fonts-dejavu-core)
# Only where no other Node.js is installed: a packaged one would clash with it.
node_packages=(nodejs npm)

packages=("${run_packages[@]}" "${example_packages[@]}")
if [ "${1:-run}" = tests ]; then
  packages+=("${test_packages[@]}")
  command -v npm >/dev/null || packages+=("${node_packages[@]}")
fi

command -v dpkg-query >/dev/null || { echo "This script installs Debian packages; here, install what these are called: ${packages[*]}" >&2; exit 5; }
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Packages are missing. Installing them needs root, and there is no sudo here; as root:" >&2
      echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
      exit 5
    fi
    sudo=(sudo)
  fi
  # The variable is set behind sudo, which would drop it; another apt at work is waited for.
  apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  during "Reading the lists of packages" "${apt[@]}" update </dev/null
  during "Installing ${missing[*]}" "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
fi

# The JavaScript clients that the hub and the scripted model are tested with, what looks for faults in pages, and a storage service; installed again only when a lock file has changed.
if [ "${1:-run}" = tests ]; then
  for client in tests/Orchestrator.TaskHub.Tests/Interop tests/Orchestrator.Cli.Tests/Simulating tests/Orchestrator.Server.Tests/Dashboard tests/Orchestrator.Testing/Azurite; do
    if [ ! "$client/node_modules/.package-lock.json" -nt "$client/package-lock.json" ]; then
      during "Installing the JavaScript client of $client" npm ci --prefix "$client" --no-audit --no-fund --ignore-scripts --loglevel=error >&2
    fi
  done
fi
