# look LIMIT: standard input names paths, each ended by NUL. Says of one after the other what is there, and shows it if it is a file of
# at most LIMIT bytes; ends before what would be more than that in all. Fields end with NUL. A process for each file costs more than
# the file: only bytes have one.
mapfile -d '' -t asked
mapfile -d '' -t paths < <(realpath -mz -- "${asked[@]}")
[ "${#paths[@]}" -eq "${#asked[@]}" ] || exit 1

declare -A found
while IFS= read -r -d '' path && IFS= read -r -d '' what; do
  found[$path]=$what
done < <(find "${paths[@]}" -maxdepth 0 -printf '%p\0%y %s %m\0' 2>/dev/null)

limit=$1
shown=0
for path in "${paths[@]}"; do
  case $path in
    /workspace | /workspace/*) ;;
    *) printf 'outside\0%s\0' "$path"; continue ;;
  esac

  # Its kind, size and mode.
  set -- ${found[$path]-none}
  case $1 in
    d) printf 'folder\0%s\0' "$path" ;;
    f)
      if [ "$2" -gt "$limit" ]; then
        printf 'large\0%s\0' "$path"
      elif [ "${#paths[@]}" -eq 1 ]; then
        printf 'file\0%s\0%s\0\0' "$path" "$3"
        exec cat -- "$path"
      elif [ "$shown" -gt 0 ] && [ $((shown + $2)) -gt "$limit" ]; then
        exit 0
      else
        # What has another length by now shows: behind what there was stands something else than a NUL and a kind.
        printf 'file\0%s\0%s\0%s\0' "$path" "$3" "$2"
        head -c $(($2 + 1)) -- "$path" || exit
        printf '\0'
        shown=$((shown + $2))
      fi
      ;;
    none)
      if [ -e "$path" ] || [ -L "$path" ]; then
        echo "$path was not found at first" >&2
        exit 1
      fi

      printf 'missing\0%s\0' "$path"
      ;;
    *) printf 'special\0%s\0' "$path" ;;
  esac
done
