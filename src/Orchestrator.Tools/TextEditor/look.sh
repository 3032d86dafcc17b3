# look PATH LIMIT: says what is at the path, and shows it if it is a file of at most LIMIT bytes. Fields end with NUL.
path=$(realpath -m -- "$1" && printf x) || exit
path=${path%$'\nx'}
case $path in
  /workspace | /workspace/*) ;;
  *) printf 'outside\0%s\0' "$path"; exit ;;
esac

if [ -d "$path" ]; then
  printf 'folder\0%s\0' "$path"
elif [ -f "$path" ]; then
  if [ "$(stat -c %s -- "$path")" -gt "$2" ]; then
    printf 'large\0%s\0' "$path"
  else
    printf 'file\0%s\0%s\0' "$path" "$(stat -c %a -- "$path")"
    exec cat -- "$path"
  fi
elif [ -e "$path" ]; then
  printf 'special\0%s\0' "$path"
else
  printf 'missing\0%s\0' "$path"
fi
