#!/usr/bin/env bash
# From a fresh machine with the .NET SDK to an accepted run: installs what is missing, builds, and plays the example task
# with the scripted model. Arguments go to 'orchestrator run'.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
. infra/local/progress.sh

bash infra/local/setup.sh run

during "Restoring packages" dotnet restore src/Orchestrator.Cli --verbosity quiet >&2
during "Building" dotnet build src/Orchestrator.Cli -c Release --no-restore --nologo --verbosity quiet >&2
orchestrator=$root/artifacts/bin/Orchestrator.Cli/release/orchestrator

# A source must be a clean git repository of its own: the example is copied and committed.
work=$(mktemp -d "${TMPDIR:-/tmp}/orchestrator-example.XXXXXX")
cp -r docs/examples/paginate-users/. "$work"
git -C "$work/project" init --quiet --initial-branch=main
git -C "$work/project" add --all
git -C "$work/project" -c user.name=example -c user.email=example@localhost commit --quiet --message "Start of the example"

status=0
"$orchestrator" run "$work/task.yaml" --data "$work/data" "$@" || status=$?

if [ "$status" -eq 0 ]; then
  cat >&2 <<EOF

The patch applies to the example's source:  git -C "$work/project" apply --check "$work"/data/results/*/changes.patch

Your own task, with a real model:
  export OPENAI_API_KEY=...
  "$orchestrator" lint task.yaml
  "$orchestrator" run task.yaml
docs/task-file.md says what a task file holds; docs/examples has two.
EOF
fi
exit "$status"
