# What csvcat writes must read as what it read: a second pass changes nothing, and no row is lost.
set -eu
mkdir -p build
printf 'id,name,note\n1,"Smith, Ada","said ""yes"""\n2,Grace,\n3,"two\nlines",end\n4,"cr\rhere",x\n' > build/in.csv
./csvcat < build/in.csv > build/once.csv
./csvcat < build/once.csv > build/twice.csv
cmp build/once.csv build/twice.csv || { echo "roundtrip: the second pass differs"; exit 1; }
cmp build/in.csv build/once.csv || { echo "roundtrip: the first pass lost something"; exit 1; }
echo "roundtrip: ok"
