# Sourced by the other scripts: what takes its time says what it does.

# during WHAT COMMAND...: runs a command and says what it is about, at once and then every 15 seconds.
during() {
  local what=$1 begun=$SECONDS status=0
  shift
  echo "$what ..." >&2
  # Nobody ends a script's helpers when it is killed: this one looks for itself. What it waits with holds no one's pipe open.
  (while sleep 15 </dev/null >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do echo "$what, $((SECONDS - begun)) s ..." >&2; done) &
  local teller=$!
  "$@" || status=$?
  kill "$teller" 2>/dev/null || true
  wait "$teller" 2>/dev/null || true
  return "$status"
}
