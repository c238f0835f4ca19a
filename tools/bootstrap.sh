#!/bin/sh
# Makes the virtual environment with python3 and brings uv into it with pip.
#     sh tools/bootstrap.sh PYTHON FOLDER
set -eu
python=$1
venv=$2

say() {
    printf '%s\n' "$*" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    say "Clairevoie needs Python 3.11 or newer, and there is no $python: install it (Debian, Ubuntu: apt-get install python3 python3-venv), then try again."
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    say "Clairevoie needs Python 3.11 or newer, and $python is $version: name a newer one, for example make PYTHON=python3.12 demo."

echo "Making $venv with Python $version"
if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
elif "$python" -m pip --version >/dev/null 2>&1; then
    # Debian without python3-venv, but with pip: it can fill an environment that has none.
    "$python" -m venv --without-pip "$venv"
    "$python" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check uv
else
    say "This Python can make no virtual environment: as root, apt-get install python3-venv, then try again."
fi
