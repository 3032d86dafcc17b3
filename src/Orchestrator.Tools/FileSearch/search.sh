# search FOLDER SECONDS MOST CONTEXT PATTERN OPTION...: looks in the files that standard input names, each ended by NUL. Says of each file that has
# matching lines its name, NUL, their number, newline; then NUL; then the lines of the first files, of each at most MOST, as
# name, NUL, number, a colon (a hyphen for a line around a match), text. Exit code 2: the pattern is none; 124: time is up.
folder=$1 seconds=$2 most=$3 context=$4 pattern=$5
shift 5
cd -- "$folder" || exit 3
grep "$@" -e "$pattern" </dev/null
[ $? -lt 2 ] || exit 2

cat >/tmp/files
spent() { [ $? -eq 124 ] && exit 124; }
timeout "$seconds" xargs -0 -r -a /tmp/files grep "$@" -lZ -e "$pattern" -- >/tmp/matching
spent
timeout "$seconds" xargs -0 -r -a /tmp/matching grep "$@" -cHZ -e "$pattern" --
spent
printf '\0'
head -z -n "$most" /tmp/matching >/tmp/shown
timeout "$seconds" xargs -0 -r -a /tmp/shown grep "$@" -nHZI -m "$most" -C "$context" --no-group-separator -e "$pattern" -- | head -c 8388608
exit 0
