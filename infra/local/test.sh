#!/usr/bin/env bash
# Sets up everything the tests need on a fresh machine and runs every test; "test.sh deep" makes the long rounds of those
# that draw at random. Ends with "N passed, N failed", whatever happens; what stops it before a test, and a test process
# that dies, count as a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The summaries are read below: English, and one line for each project.
export DOTNET_CLI_UI_LANGUAGE=en MSBUILDTERMINALLOGGER=off DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export ORCHESTRATOR_TESTS="${1:-${ORCHESTRATOR_TESTS:-gate}}"

log=$(mktemp)
red=$(mktemp)
passed=0
failed=0

finish() {
  status=$?
  if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    failed=1
  fi
  # Once more at the end, where they are found behind an hour of output.
  while IFS= read -r line; do echo "$line"; done < "$red"
  rm -f "$log" "$red"
  echo "$passed passed, $failed failed"
  exit "$status"
}
trap finish EXIT

bash infra/local/setup.sh tests
. infra/local/progress.sh

during "Restoring packages" dotnet restore Orchestrator.sln --locked-mode
during "Checking the format" dotnet format whitespace Orchestrator.sln --no-restore --verify-no-changes
during "Building" dotnet build Orchestrator.sln -c Release --no-restore

# The long rounds are made for their figures: all of what the tests print is shown.
verbosity=minimal
if [ "$ORCHESTRATOR_TESTS" = deep ]; then
  verbosity=detailed
fi

# count NAME: the figure in the project's last summary, as in "Failed!  - Failed:     1, Passed:    12, Skipped:     0, ...", or, in
# detail, as in "     Passed: 12".
count() {
  { grep -E '^(Passed|Failed|Skipped)! +- Failed: |^ +(Passed|Failed): [0-9]+$' "$log" || true; } \
    | sed -nE "s/^.*[ -]$1: +([0-9]+)(,.*)?$/\\1/p" | tail -n 1
}

# run PROJECT WHAT: its tests, counted.
run() {
  ended=0
  during "Testing $2" dotnet test "$1" -c Release --no-build --logger "console;verbosity=$verbosity" 2>&1 | tee "$log" || ended=$?
  project_passed=$(count Passed)
  project_failed=$(count Failed)
  if [ -z "$project_passed" ] || { [ "$ended" -ne 0 ] && [ "${project_failed:-0}" -eq 0 ]; }; then
    echo "$2 did not run to its end." | tee -a "$red" >&2
    project_failed=$((${project_failed:-0} + 1))
  fi
  sed -nE 's/^ +Failed ([A-Za-z].*) \[.*\]$/Failed: \1/p' "$log" >> "$red"
  passed=$((passed + ${project_passed:-0}))
  failed=$((failed + project_failed))
}

for project in tests/*.Tests/*.csproj; do
  run "$project" "$(basename "$project" .csproj)"
done

# The stores once more, on the other database that they may be on.
ORCHESTRATOR_TESTS_RUN_DATABASE=postgres run tests/Orchestrator.Storage.Tests "Orchestrator.Storage.Tests on PostgreSQL"
[ "$failed" -eq 0 ]
