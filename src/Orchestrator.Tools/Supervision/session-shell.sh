# Begins where the run's shell stands, and leaves it as it is: its own directory and variables end with it.
if [ -r /shell/state ]; then
  . /shell/state 2>/dev/null
fi
[ -d "$PWD" ] || cd /workspace
. /run/script
