# shellcheck shell=bash
# Sourced by tests/run: makes `cargo` one that builds this workspace, for this machine and for WebAssembly.
#
# That is rustup's. Where there is no rustup, or its server is out of reach, it is Debian's; Debian lacks the standard
# libraries for WebAssembly and for other processors, so those are built from source: once, into the user's cache folder.

wasm=wasm32-unknown-unknown
# What functions run on, which deploy/package builds for.
functions=(aarch64-unknown-linux-gnu x86_64-unknown-linux-gnu)

# Whether this Rust is new enough and has the standard library for WebAssembly.
rust_builds() {
    local oldest version libraries
    oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    version=$(rustc --version | cut -d ' ' -f 2) &&
        printf '%s\n' "$oldest" "$version" | sort --version-sort --check=quiet &&
        libraries=$(rustc --print target-libdir --target "$wasm") &&
        compgen -G "$libraries/libstd-*.rlib"
} &>/dev/null

# Whether this Rust has the standard libraries for what functions run on.
rust_packages() {
    local target
    for target in "${functions[@]}"; do
        compgen -G "$(rustc --print target-libdir --target "$target")/libstd-*.rlib" || return
    done
} &>/dev/null

rust_lints() {
    cargo fmt --version && cargo clippy --version
} &>/dev/null

install_with_rustup() {
    local channel
    channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
    rustup --quiet toolchain install "$channel" --no-self-update --profile minimal -c clippy -c rustfmt -t "$wasm"
}

require_packages() {
    if dpkg --status "$@" &>/dev/null; then
        return
    fi
    if ! command -v apt-get >/dev/null || ((EUID != 0)); then
        echo "No Rust for this workspace: install rustup, or on Debian as root: apt-get install $*" >&2
        return 1
    fi
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends --no-remove "$@" >/dev/null
}

use_debian() {
    require_packages rustc-web cargo-web rust-web-src rust-web-llvm
    # The linker for WebAssembly is a link to one whose package has the same name.
    require_packages "$(readlink /usr/bin/rust-lld)"

    local toolchain
    toolchain=${XDG_CACHE_HOME:-$HOME/.cache}/gatecheck/rust-$(/usr/bin/rustc --version | cut -d ' ' -f 2)-cross
    [[ -d $toolchain ]] || build_toolchain "$toolchain"
    PATH=$toolchain/bin:$PATH
}

# Lays out Debian's Rust in the given folder, with the other standard libraries beside the machine's own.
build_toolchain() {
    local toolchain=$1 work=$1.partial host
    host=$(/usr/bin/rustc --version --verbose | sed -n 's/^host: //p')
    rm -rf "$work"

    # Cargo builds a standard library only for a crate; this one is empty.
    mkdir -p "$work/build/src"
    touch "$work/build/src/lib.rs"
    printf '[package]\nname = "empty"\nedition = "2024"\n[workspace]\n' >"$work/build/Cargo.toml"
    local rustlib=$work/lib/rustlib target
    mkdir -p "$work/bin"
    for target in "$wasm" "${functions[@]}"; do
        [[ $target != "$host" ]] || continue
        (
            cd "$work/build"
            export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=$work/build/target
            /usr/bin/cargo build --quiet --release -Zbuild-std=std,panic_abort --target "$target"
        )
        mkdir -p "$rustlib/$target/lib"
        rm "$work/build/target/$target/release/deps"/libempty-*
        mv "$work/build/target/$target/release/deps"/*.rlib "$rustlib/$target/lib"
    done
    ln -s "/usr/lib/rustlib/$host" /usr/lib/rustlib/etc /usr/lib/rustlib/src "$rustlib"
    local tool
    for tool in rustc rustdoc; do
        printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' "$tool" "$toolchain" >"$work/bin/$tool"
        chmod +x "$work/bin/$tool"
    done
    ln -s /usr/bin/cargo "$work/bin/cargo"

    rm -r "$work/build"
    mv "$work" "$toolchain"
}

if command -v rustup >/dev/null && ! { rust_builds && rust_lints; }; then
    install_with_rustup || echo "rustup could not install what is missing"
fi
rust_builds || use_debian
