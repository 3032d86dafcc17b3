#!/bin/sh
# Makes the package of the Functions host: the product, host.json, and a folder for each function. package.sh [FOLDER], a new one; by
# default 'package' beside this script, which is made anew.
set -eu
if [ "$#" -gt 0 ] && [ -e "$1" ]; then
  echo "package.sh: $1 exists already; name a folder that does not." >&2
  exit 2
fi

folder=$(realpath -m "${1:-$(dirname "$0")/package}")
cd "$(dirname "$0")"
rm -rf package
dotnet publish ../../src/Orchestrator.Cli -c Release -p:ProductRuntime=linux-x64 -o "$folder"
"$folder/orchestrator" functions publish --output "$folder"
