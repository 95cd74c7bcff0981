#!/usr/bin/env bash
# Makes .venv what requirements.lock says, and does nothing where it already is.
# May be interrupted anywhere and run again. Prints nothing on stdout: `make -s dsn` is read by programs.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

log=var/setup.log
state=.venv/cadre-cloud.state # "unfinished", or what the environment was made from
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 PIP_DISABLE_PIP_VERSION_CHECK=1

fail() {
    echo "Set-up failed: $*" >&2
    exit 1
}

# What the environment is made from. The path counts, because scripts in .venv carry it.
ingredients() {
    local version
    version=$(.venv/bin/python -c 'import sys; print(sys.version_info[:2])' 2>/dev/null) || return 1
    { cat requirements.lock pyproject.toml demo/setup.sh && pwd -P && echo "$version"; } | sha256sum
}

free_megabytes() { df -Pm . | awk 'NR == 2 { print $4 }'; }

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if suits "$candidate"; then
            "$candidate" -c 'import ensurepip, venv' 2>/dev/null ||
                fail "$candidate cannot make environments; install python3-venv (Debian: apt-get install python3-venv)."
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11, 3.12 or 3.13 is needed and none was found (Debian: apt-get install python3 python3-venv)."
}

# The sentence for a step that went wrong, from what it left in the log.
explain() {
    if [ "$(free_megabytes)" -lt 20 ] || grep -qiE 'no space left|quota exceeded' "$log"; then
        fail "the disk is full ($(free_megabytes) MB left in $PWD)."
    elif grep -qiE 'dns error|resolve host|name resolution|error sending request|connection (refused|reset)|timed out|unreachable|NewConnectionError' "$log"; then
        fail "the package index cannot be reached while $1; details are in $log."
    fi
    fail "an error while $1: $(grep -v '^[[:space:]]*$' "$log" | tail -n 1 | sed 's/^[[:space:]]*//') Details are in $log."
}

step() {
    local what=$1
    shift
    "$@" >>"$log" 2>&1 || explain "$what"
}

# Whole, made here (a copied one's scripts lead to where it came from), and of a Python that will do.
is_usable() {
    [ "$(cat "$state" 2>/dev/null)" != unfinished ] && grep -qF "$PWD/.venv/bin/" .venv/bin/pip 2>/dev/null && suits .venv/bin/python
}

make_environment() {
    if ! is_usable; then
        local python
        python=$(find_python)
        step "making .venv" "$python" -m venv --clear .venv
    fi
    echo unfinished >"$state" 2>>"$log" || explain "making .venv"
}

# uv comes from the lock like everything else: its lines, up to the first that does not go on. Their hashes make pip check.
install_uv() {
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements.lock >var/uv.lock
    step "installing uv" .venv/bin/python -m pip install --quiet --no-deps -r var/uv.lock
    rm -f var/uv.lock
}

is_current() { [ -s "$state" ] && [ "$(cat "$state")" = "$(ingredients)" ]; }

is_current && exit 0
mkdir -p var 2>/dev/null && [ -w . ] && [ -w var ] || fail "$PWD cannot be written to by $(id -un)."
exec 9>var/setup.lock
flock 9 # a second `make` waits for the first, and then finds its work done
is_current && exit 0
[ -d .venv ] || [ "$(free_megabytes)" -gt 1500 ] || fail "the disk is full: 1,500 MB are needed in $PWD, $(free_megabytes) MB are left."
[ -w "${HOME:-/}" ] || export UV_CACHE_DIR=$PWD/var/cache/uv

echo "Setting up .venv from requirements.lock (a minute or two the first time) ..." >&2
: >"$log"
make_environment
install_uv
step "installing packages" .venv/bin/uv pip sync --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock
step "installing Cadre Cloud" .venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation --editable .
ingredients >"$state" 2>>"$log" || explain "finishing"
