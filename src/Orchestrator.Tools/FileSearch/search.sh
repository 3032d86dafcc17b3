# search FOLDER SECONDS MOST CONTEXT PATTERN OPTION...: looks in the files that standard input names, each ended by NUL. Says of each file that has
# matching lines its name, NUL, their number, newline; then NUL; then the lines of the first files, of each at most MOST, as
# name, NUL, number, a colon (a hyphen for a line around a match), text. Exit code 2: the pattern is none; 124: SECONDS are over, for all
# of it together.
folder=$1 seconds=$2 most=$3 context=$4 pattern=$5
shift 5
cd -- "$folder" || exit 3
grep "$@" -e "$pattern" </dev/null
[ $? -lt 2 ] || exit 2

now() { printf '%s' "${EPOCHREALTIME//[!0-9]/}"; }
end=$(($(now) + ${seconds%.*} * 1000000))
within() {
    local left=$((end - $(now)))
    [ "$left" -gt 0 ] || return 124
    timeout "$((left / 1000000)).$(printf %06d $((left % 1000000)))" "$@"
}

cat >/tmp/files
within xargs -0 -r -a /tmp/files grep "$@" -lZ -e "$pattern" -- >/tmp/matching
[ $? -ne 124 ] || exit 124
within xargs -0 -r -a /tmp/matching grep "$@" -cHZ -e "$pattern" --
[ $? -ne 124 ] || exit 124
printf '\0'
head -z -n "$most" /tmp/matching >/tmp/shown
within xargs -0 -r -a /tmp/shown grep "$@" -nHZI -m "$most" -C "$context" --no-group-separator -e "$pattern" -- | head -c 8388608
[ "${PIPESTATUS[0]}" -ne 124 ] || exit 124
exit 0
