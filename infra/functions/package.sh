#!/bin/sh
# Makes the package of the Functions host: the product, host.json, and a folder for each function. package.sh [FOLDER], by default
# 'package' beside this script.
set -eu
folder=$(realpath -m "${1:-$(dirname "$0")/package}")
cd "$(dirname "$0")"
rm -rf "$folder"
dotnet publish ../../src/Orchestrator.Cli -c Release -p:ProductRuntime=linux-x64 -o "$folder"
"$folder/orchestrator" functions publish --output "$folder"
