#!/bin/sh
# Publishes the product, uploads it with the identity of whoever runs this, and has the tool hosts install it. Roles that were
# just given take some minutes to count, so the upload is tried again for ten.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "Tool hosts start commands by a program that is made for this machine: run 'azd hooks run postprovision' on Linux on x64." >&2
  exit 1
fi

dotnet publish src/Orchestrator.Cli -c Release -p:ProductRuntime=linux-x64 -o "$folder/product"
if [ ! -x "$folder/product/native/Orchestrator.Supervisor" ]; then
  echo "The program that starts commands on tool hosts could not be linked: install gcc or clang, and run 'azd hooks run postprovision'." >&2
  exit 1
fi

tar -czf "$folder/orchestrator-linux-x64.tar.gz" -C "$folder/product" .
attempt=1
until az storage blob upload --auth-mode login --account-name "$AZURE_STORAGE_ACCOUNT" --container-name packages \
  --name orchestrator-linux-x64.tar.gz --file "$folder/orchestrator-linux-x64.tar.gz" --overwrite --only-show-errors --output none; do
  [ "$attempt" -lt 20 ] || { echo "The package could not be uploaded to $AZURE_STORAGE_ACCOUNT; run 'azd hooks run postprovision' later." >&2; exit 1; }
  attempt=$((attempt + 1))
  sleep 30
done

az vm list --resource-group "$AZURE_RESOURCE_GROUP" --query "[?virtualMachineScaleSet].name" --output tsv | while read -r host; do
  az vm run-command invoke --resource-group "$AZURE_RESOURCE_GROUP" --name "$host" --command-id RunShellScript \
    --scripts 'systemctl restart orchestrator.service' --output none </dev/null
done
