# files PATH WHICH: the regular files beneath PATH, relative to it, in order, each ended by NUL; with WHICH=listed only those that git
# doesn't ignore. No link is followed but in PATH itself, which must lead to a place in the workspace. The first field says what PATH is.
export LC_ALL=C
path=$(realpath -m -- "$1" && printf x) || exit
path=${path%$'\nx'}
case $path in
  /workspace | /workspace/*) ;;
  *) printf 'outside\0'; exit ;;
esac

if [ -f "$path" ]; then
  printf 'file\0%s\0' "$path"
  exit
elif [ ! -d "$path" ]; then
  printf 'missing\0'
  exit
fi

printf 'folder\0%s\0' "$path"
cd -- "$path" || exit
find . -name .git -prune -o -type f -printf '%P\0' | sort -z >/tmp/found

# A git folder of our own: what the agent's is configured to run is not run for a look. From the agent's comes what it tracks, and
# what it ignores for itself.
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
git init --quiet --bare --template= /tmp/search.git || exit
export GIT_DIR=/tmp/search.git GIT_WORK_TREE=/workspace
git config core.excludesFile /workspace/.git/info/exclude
if [ "$2" = all ] || { [ "$path" != /workspace ] && git check-ignore --quiet --no-index -- "$path"; }; then
  cat /tmp/found
  exit
fi

if [ -f /workspace/.git/index ] && [ ! -L /workspace/.git ] && GIT_INDEX_FILE=/workspace/.git/index git ls-files >/dev/null 2>&1; then
  export GIT_INDEX_FILE=/workspace/.git/index
fi

# Repositories within it are named as folders.
git ls-files -z --cached --others --exclude-standard >/tmp/listed || exit
git ls-files -z --stage | sed -z -n 's/^160000 [^\t]*\t//p' >/tmp/nested
grep -z '/$' /tmp/listed | sed -z 's:/$::' >>/tmp/nested
while IFS= read -r -d '' folder; do
  find "./$folder" -name .git -prune -o -type f -print0 | sed -z 's:^\./::' >>/tmp/listed
done </tmp/nested
comm -z -12 /tmp/found <(sort -z -u /tmp/listed)
