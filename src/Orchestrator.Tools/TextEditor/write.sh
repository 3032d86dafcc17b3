# write: standard input begins with three fields for each file, all ended by NUL: w (put it there), d (delete it) or s (it is as it is to
# be, but may not be on the disk); the SHA-256 of what is there, or nothing where no file is; its path, resolved already. An empty field
# ends them. Behind it stands an archive of what is put, named by the place among the files, from 0. Prints a byte once nothing has
# changed meanwhile, and one for each file that is done.
set -e

field() {
  IFS= read -r -d '' "$1" || { echo "the input broke off" >&2; exit 1; }
}

actions=()
hashes=()
paths=()
while field action && [ -n "$action" ]; do
  field hash
  field path
  actions+=("$action")
  hashes+=("$hash")
  paths+=("$path")
done

staged=
trap '[ -z "$staged" ] || rm -rf -- "$staged"' EXIT
if [[ "${actions[*]}" == *w* ]]; then
  # A kill leaves behind what is staged: in the agent's git folder nobody takes it for a change.
  nursery=/workspace/.git
  if [ ! -d "$nursery" ] || [ -L "$nursery" ]; then
    nursery=/workspace
  fi

  staged=$(mktemp -d -- "$nursery/.edit.XXXXXXXX")
  tar -x -p -m --no-same-owner -C "$staged" -f -
  for index in "${!paths[@]}"; do
    if [ "${actions[index]}" = w ] && [ ! -f "$staged/$index" ]; then
      echo "the content broke off" >&2
      exit 1
    fi
  done

  sync -- "$staged"/*
fi

changed() {
  echo "$1 has changed since it was looked at" >&2
  exit 1
}

present=()
expected=()
for index in "${!paths[@]}"; do
  path=${paths[index]}
  if [ "${actions[index]}" = s ]; then
    continue
  elif [ -n "${hashes[index]}" ]; then
    present+=("$path")
    expected+=("${hashes[index]}  $path")
  elif [ -e "$path" ] || [ -L "$path" ]; then
    changed "$path"
  fi
done

if [ "${#present[@]}" -gt 0 ]; then
  mapfile -d '' -t sums < <(sha256sum -z -- "${present[@]}" 2>/dev/null)
  for index in "${!expected[@]}"; do
    [ "${sums[index]}" = "${expected[index]}" ] || changed "${present[index]}"
  done
fi

printf x

# From within the folder, which can't become another under our feet.
declare -A folders
for index in "${!paths[@]}"; do
  path=${paths[index]}
  folder=${path%/*}
  if [ "${actions[index]}" = w ]; then
    [ -d "$folder" ] || mkdir -p -- "$folder"
  elif [ ! -d "$folder" ]; then
    printf x
    continue
  fi

  cd -P -- "$folder"
  if [ "$PWD" != "$folder" ]; then
    echo "the folder $folder has become a link" >&2
    exit 1
  fi

  case ${actions[index]} in
    w) mv -fT -- "$staged/$index" "./${path##*/}" ;;
    d) rm -f -- "./${path##*/}" ;;
  esac

  folders[$folder]=1
  printf x
done

[ "${#folders[@]}" -eq 0 ] || sync -- "${!folders[@]}"
