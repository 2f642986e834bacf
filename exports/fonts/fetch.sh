#!/bin/sh
# Puts the fonts of invoices (pinned in package-lock.json, SIL Open Font License) into the directory named by the first
# argument. A build that finds them already there needs neither npm nor a network.
set -eu
target=${1:?usage: fetch.sh TARGET_DIRECTORY}
cd "$(dirname "$0")"
# They are there if they were fetched by the same list.
if cat package-lock.json fetch.sh | cmp -s - "$target/fetched-by"; then exit 0; fi

command -v npm > /dev/null || {
  echo "npm is needed once, to fetch the fonts of invoices: install Node.js 20 or newer" >&2
  exit 1
}
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
mkdir -p "$target"
for weight in 400 700; do
  for subset in latin latin-ext vietnamese cyrillic cyrillic-ext greek greek-ext; do
    cp "node_modules/@fontsource/noto-sans/files/noto-sans-$subset-$weight-normal.woff" "$target"
  done
  cp "node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-$weight-normal.woff" "$target"
done
cp node_modules/@fontsource/noto-sans/LICENSE "$target/LICENSE"
cat package-lock.json fetch.sh > "$target/fetched-by"
# The packages hold the same fonts in many more cuts: 150 MB that nobody needs again.
rm -rf node_modules
