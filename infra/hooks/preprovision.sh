#!/bin/sh
# Azure makes no Linux machine without a key or a password. This makes a key pair, tells the public half to the environment and
# forgets the private one: people sign in with their Entra account.
set -eu
if azd env get-value TOOL_HOST_PUBLIC_KEY >/dev/null 2>&1; then
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ssh-keygen -q -t rsa -b 4096 -N '' -C tool-hosts -f "$folder/key"
azd env set TOOL_HOST_PUBLIC_KEY "$(cat "$folder/key.pub")"
