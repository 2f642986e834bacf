#!/bin/sh
# Compares the whole billed path with nginx's proxy_pass in front of the same stand-in backend, in one run:
# requests per second and latency in turn A B A B, then the time to first token. Needs wrk and nginx, and a built
# project (mvn -q -DskipTests package). Prints figures; bench/RESULTS.md keeps them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
rounds=${ROUNDS:-5}
seconds=${SECONDS_PER_ROUND:-6}
connections=${CONNECTIONS:-64}
java=$("$root/tollgate" jdk)/bin/java
work=$(mktemp -d)
started=
stop() {
  for pid in $started; do kill "$pid" 2>/dev/null || true; done
  for pid in $started; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT INT TERM

"$java" -Xmx256m -cp "$here/target/tollgate-bench-0.1.0-SNAPSHOT.jar:$here/target/lib/*" dev.tollgate.bench.StandIn 18090 18091 >"$work/stand-in.log" 2>&1 &
started="$started $!"
mkdir -p "$work/nginx"
nginx -p "$work/nginx" -c "$here/nginx.conf" -e "$work/nginx/error.log" &
started="$started $!"
(cd "$root" && exec ./tollgate run --server.port=18093 --tollgate.embedded.data-dir="$work/data" \
  --tollgate.backend.addresses=127.0.0.1:18090 --tollgate.embedded.demo-balance=1000000) >"$work/gateway.log" 2>&1 &
gateway=$!
started="$started $gateway"
for _ in $(seq 1 300); do
  key=$(grep -om1 'tg_live_[A-Za-z0-9_]*' "$work/gateway.log" || true)
  [ -n "$key" ] && break
  sleep 0.1
done
[ -n "$key" ] || { echo "the gateway did not print a key:"; cat "$work/gateway.log"; exit 1; }

echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(date -u +%F)"
grep -m1 VmRSS /proc/$gateway/status | sed 's/VmRSS:/gateway resident, idle:/'
load() { wrk -t1 -c"$connections" -d"${2}s" -s "$here/chat.lua" "$1" -- "$key" | sed -n 's/^RESULT //p'; }
# The JVM compiles what it runs: until some tens of thousands of requests its figures are those of a start, not of a
# service.
load http://127.0.0.1:18093/v1/chat/completions "${WARM_UP:-45}" >/dev/null
load http://127.0.0.1:18092/v1/chat/completions 3 >/dev/null
echo "path     round  requests/s  p50_us  p99_us  errors"
for round in $(seq 1 "$rounds"); do
  echo "gateway  $round  $(load http://127.0.0.1:18093/v1/chat/completions "$seconds")" | tee -a "$work/figures"
  echo "nginx    $round  $(load http://127.0.0.1:18092/v1/chat/completions "$seconds")" | tee -a "$work/figures"
done
awk '{ rate[$1 $2] = $3; if ($1 == "gateway") n = $2 } END { for (i = 1; i <= n; i++) print rate["gateway" i] / rate["nginx" i] }' \
  "$work/figures" | sort -n | awk '{ r[NR] = $1 } END { printf "requests/s, gateway / nginx: median %.3f (min %.3f, max %.3f)\n", r[int((NR + 1) / 2)], r[1], r[NR] }'
"$java" -Xmx64m -cp "$here/target/tollgate-bench-0.1.0-SNAPSHOT.jar:$here/target/lib/*" dev.tollgate.bench.TimeToFirstToken \
  http://127.0.0.1:18093 "$key" http://127.0.0.1:18092 3000
