# write PATH MODE LENGTH: puts standard input in the place of the file, whole or not at all. PATH is resolved already.
set -e
folder=${1%/*}
mkdir -p -- "$folder"
if [ "$(realpath -e -- "$folder" && printf x)" != "$folder"$'\nx' ]; then
  echo "the folder $folder has become a link" >&2
  exit 1
fi

# A kill leaves the temporary file behind: in the agent's git folder nobody takes it for a change.
nursery=/workspace/.git
if [ ! -d "$nursery" ] || [ -L "$nursery" ]; then
  nursery=$folder
fi

beside=$(mktemp -- "$nursery/.edit.XXXXXXXX")
trap 'rm -f -- "$beside"' EXIT
cat >"$beside"
if [ "$(stat -c %s -- "$beside")" -ne "$3" ]; then
  echo "the content broke off" >&2
  exit 1
fi

chmod "$2" "$beside"
sync -- "$beside"
mv -fT -- "$beside" "$1"
sync -- "$folder"
