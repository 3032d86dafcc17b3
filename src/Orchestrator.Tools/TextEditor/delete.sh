# delete PATH: the file is gone afterwards, whether it was there or not. PATH is resolved already.
set -e
folder=${1%/*}
if [ ! -d "$folder" ]; then
  exit
fi

if [ "$(realpath -e -- "$folder" && printf x)" != "$folder"$'\nx' ]; then
  echo "the folder $folder has become a link" >&2
  exit 1
fi

rm -f -- "$1"
sync -- "$folder"
