#!/bin/sh
# Brings what the command line itself needs: uv, the Python and npm packages, the built pages.
# Each step is skipped while what it was made from is unchanged.
set -eu
cd "$(dirname "$0")/../.."
stamps=.local/stamps
[ -e .local ] || mkdir -m 700 .local
mkdir -p "$stamps" 2>/dev/null && : > "$stamps/.new" && rm "$stamps/.new" || {
    echo "error: .local cannot be written to; let it be a folder of yours: sudo chown -R \$USER .local && chmod -R u+rwX .local" >&2
    exit 1
}

say() { echo "bootstrap: $*"; }

# apt <why> <package>…: install Debian packages, or name the command that would.
apt() {
    why=$1; shift
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    if ! command -v apt-get >/dev/null || { [ -n "$as_root" ] && ! command -v sudo >/dev/null; }; then
        say "missing: $* ($why); install it with: sudo apt-get install -y $*" >&2
        exit 1
    fi
    say "installing $* ($why)"
    $as_root apt-get -qq update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >/dev/null
}

# changed <stamp> <file>…: whether the files differ from those that the stamp was made of.
changed() {
    stamp=$stamps/$1; shift
    sum=$(cat "$@" | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]
}

find_uv() {
    PATH=$PATH:$PWD/.local/tools/bin
    command -v uv >/dev/null && uv --version >/dev/null 2>&1 && return
    command -v python3 >/dev/null || apt "runs everything" python3
    python3 -c 'import ensurepip, venv' 2>/dev/null || apt "makes the folder for uv" python3-venv
    say "installing uv into .local/tools"
    python3 -m venv .local/tools
    .local/tools/bin/pip install -q uv
}

if changed python pyproject.toml uv.lock || [ ! -x .venv/bin/python ]; then
    find_uv
    say "Python packages"
    uv sync -q --frozen
    echo "$sum" > "$stamps/python"
fi

node_is_new_enough() {
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null
}

if changed npm package-lock.json || [ ! -d node_modules ]; then
    if ! node_is_new_enough; then
        say "missing: Node.js 20.19 or newer with npm; see https://nodejs.org/en/download" >&2
        exit 1
    fi
    say "npm packages"
    npm ci --no-audit --no-fund --loglevel=error
    echo "$sum" > "$stamps/npm"
fi

if changed geoip package-lock.json layers/geoip/*.* || [ ! -f .local/layers/geoip/geoip/hosting.bin ]; then
    say "places and hosting networks"
    sh layers/geoip/build.sh .local/layers/geoip
    echo "$sum" > "$stamps/geoip"
fi

# The sources' own checksum: a checkout touches times without a change.
sources=$(git ls-files --cached --others --exclude-standard -- tracker frontend 2>/dev/null)
[ -n "$sources" ] || sources=$(find tracker frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*')
# Names of our own files hold no blanks.
# shellcheck disable=SC2086
if changed pages package-lock.json $sources || [ ! -f tracker/dist/tracker.js ] || [ ! -d frontend/dist ]; then
    say "building the tracker and the pages"
    npm run build --silent >/dev/null
    echo "$sum" > "$stamps/pages"
fi
