# Wait for the supervisor's leave. If it is gone, nobody would stop this command or record its end: it must not run.
printf 1 >&102 && read -r -N 1 -u 103 || exit 125
exec 102>&- 103<&-
unset REPLY
