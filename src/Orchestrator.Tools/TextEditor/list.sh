# list PATH: the folder's entries, two levels deep, without hidden ones: their kind and path, each ended by NUL.
find "$1" -mindepth 1 -maxdepth 2 -name '.*' -prune -o -mindepth 1 -printf '%y%P\0' | LC_ALL=C sort -z -k 1.2
