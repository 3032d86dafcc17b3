# One shell for all commands of a run: each takes up the working directory and the exported variables that the last one left.
# The proxy is this command's alone.
__forget_proxy() {
  [ ! -e /run/egress ] || unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy NO_PROXY no_proxy NODE_USE_ENV_PROXY
}

__keep_shell() {
  local code=$?
  if [ -z "${__kept:-}" ]; then
    __kept=1
    { printf 'cd -- %q\n' "$PWD" && (__forget_proxy; export -p); } >|"/shell/state.$$" && mv -T "/shell/state.$$" /shell/state
  fi 2>/dev/null
  return "$code"
}

if [ -r /shell/state ]; then
  . /shell/state 2>/dev/null
fi
[ -d "$PWD" ] || cd /workspace

# A script that exits by itself still keeps its shell. One that is stopped from outside leaves what was there before: the handler
# also lets bash wait for the running program, which was asked to stop too.
trap __keep_shell EXIT
trap 'trap - EXIT TERM; kill -TERM $$' TERM

. /run/script
__keep_shell
exit
