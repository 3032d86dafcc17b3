#!/usr/bin/env bash
# Sets up everything the tests need on a fresh machine and runs every test. Ends with "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."

bash infra/local/setup.sh tests

dotnet restore Orchestrator.sln --locked-mode
dotnet format whitespace Orchestrator.sln --no-restore --verify-no-changes
dotnet build Orchestrator.sln -c Release --no-restore

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for project in tests/*.Tests/*.csproj; do
  dotnet test "$project" -c Release --no-build --nologo --logger "console;verbosity=minimal" 2>&1 | tee -a "$log" || status=1
done

passed=$(grep -oE 'Passed: +[0-9]+' "$log" | awk '{s+=$2} END {print s+0}')
failed=$(grep -oE 'Failed: +[0-9]+' "$log" | awk '{s+=$2} END {print s+0}')
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
  failed=1
fi
echo "$passed passed, $failed failed"
exit "$status"
