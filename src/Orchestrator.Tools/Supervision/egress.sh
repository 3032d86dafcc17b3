# The way to the network: a relay beside the command listens where programs look for a proxy. It is no child of this shell, which would
# wait for it.
exec {__ready}< <(
  (exec env -i DOTNET_ROOT=/run/dotnet DOTNET_EnableDiagnostics=0 DOTNET_TieredCompilation=1 HOME=/tmp \
    setsid /run/relay/Orchestrator.Supervisor relay 3128 /run/egress </dev/null 2>/dev/null &)
)
read -r -t 60 -u "$__ready" __line || { echo 'The way to the network could not be opened.' >&2; exit 125; }
exec {__ready}<&-
unset __ready __line
export HTTP_PROXY=http://127.0.0.1:3128 HTTPS_PROXY=http://127.0.0.1:3128 http_proxy=http://127.0.0.1:3128 https_proxy=http://127.0.0.1:3128
export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1 NODE_USE_ENV_PROXY=1
