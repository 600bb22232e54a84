#!/bin/sh
# Makes the virtual environment: deploy/setup.sh [run|dev]. Asks nothing; uses the package manager only
# where it may (as root, or with sudo that needs no password).
set -eu
cd "$(dirname "$0")/.."
what="${1:-run}"
file=requirements.txt
[ "$what" = dev ] && file=requirements-dev.txt

system_packages() {
    if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo -n"; else return 1; fi
    command -v apt-get >/dev/null || return 1
    echo "Installing system packages: $*"
    $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    $as apt-get update -qq && $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=""
for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && suitable "$name"; then python="$name"; break; fi
done
if [ -z "$python" ]; then
    system_packages python3 python3-venv || { echo "Kehrbote needs Python 3.11 or newer: apt-get install python3 python3-venv" >&2; exit 1; }
    python=python3
fi

if [ ! -x .venv/bin/python ]; then
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        system_packages python3-venv && "$python" -m venv .venv || {
            rm -rf .venv
            echo "Kehrbote needs Python's venv: apt-get install python3-venv" >&2; exit 1; }
    fi
fi

stamp=".venv/installed-$what"
wanted="$(cat requirements.txt constraints.txt "$file" | cksum)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing Python packages ($file) ..."
    .venv/bin/python -m pip install -q --disable-pip-version-check -r "$file" -c constraints.txt
    echo "$wanted" >"$stamp"
fi

missing=""
ls /usr/lib/*/libpangoft2-1.0.so.0 >/dev/null 2>&1 || missing="$missing libpango-1.0-0 libpangoft2-1.0-0"
ls /usr/lib/*/libharfbuzz-subset.so.0 >/dev/null 2>&1 || missing="$missing libharfbuzz-subset0"
ls /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf >/dev/null 2>&1 || missing="$missing fonts-dejavu-core"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    system_packages $missing || {
        echo "PDF files need:$missing (apt-get install$missing)" >&2
        if [ "$what" = dev ]; then exit 1; fi
    }
fi

if [ "$what" = dev ]; then
    missing=""
    command -v chromium >/dev/null || missing="$missing chromium"
    command -v chromedriver >/dev/null || missing="$missing chromium-driver"
    command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
    command -v gammu-smsd >/dev/null || missing="$missing gammu-smsd"
    ls /usr/lib/*/dbd/libdbdsqlite3.so >/dev/null 2>&1 || missing="$missing libdbd-sqlite3"
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086
        system_packages $missing || { echo "The tests need:$missing (apt-get install$missing)" >&2; exit 1; }
    fi
fi
