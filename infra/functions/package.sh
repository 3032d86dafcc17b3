#!/bin/sh
# Makes the package of the Functions host: the product, host.json, and a folder for each function.
set -eu
cd "$(dirname "$0")"
rm -rf package
dotnet publish ../../src/Orchestrator.Cli -c Release -r linux-x64 --self-contained -o package
./package/orchestrator functions publish --output package
