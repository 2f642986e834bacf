#!/bin/sh
# Puts llama.cpp's plain libraries (pinned in package-lock.json) into the directory named by the first argument.
# A build that finds them already there needs neither npm nor a network.
set -eu
target=${1:?usage: fetch.sh TARGET_DIRECTORY}
cd "$(dirname "$0")"
bins=node_modules/@node-llama-cpp/linux-x64/bins/linux-x64
marker=node_modules/fetched-lock.json

if ! cmp -s package-lock.json "$marker"; then
  command -v npm > /dev/null || {
    echo "npm is needed once, to fetch the CPU engine's libraries: install Node.js 20 or newer" >&2
    exit 1
  }
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json "$marker"
fi

if ! cmp -s package-lock.json "$target/package-lock.json"; then
  mkdir -p "$target"
  cp "$bins"/libllama.v*.so "$bins"/libggml.v*.so "$bins"/libggml-base.so "$bins"/libggml-cpu-*.so "$target"
  cp node_modules/@node-llama-cpp/linux-x64/LICENSE "$target/LICENSE"
  cp package-lock.json "$target/package-lock.json"
fi
