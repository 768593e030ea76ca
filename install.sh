#!/bin/sh
# Installs the kubectl igw plugins for one user: built in this checkout, or as an unpacked archive of a
# release has them.
set -eu

# Every plugin: the name of its package and of its binary are the same.
binaries="kubectl-igw kubectl-igw-gateway kubectl-igw-routes kubectl-igw-bifrost kubectl-igw-langfuse kubectl-igw-restart"

usage() {
    cat <<'END'
Usage: ./install.sh [--demo] [--completions] [--prefix DIR] [--uninstall] [--help]

In a checkout: builds the plugins (cargo build --release --locked) and copies
them to ~/.local/bin, or to DIR/bin. The first build takes about 7 minutes on 2
cores and 0.5 GB in target/. In an unpacked archive of a release: copies the
program, and builds nothing. Pages for man go to share/man beside bin. No root
needed; run it again to update.

  --demo         afterwards run: kubectl igw --demo (needs no cluster)
  --completions  completion of kubectl-igw for bash, zsh and fish, in share
                 beside bin (kubectl completes kubectl igw without it)
  --prefix DIR   install to DIR/bin (uninstall: remove from there)
  --uninstall    remove what this script installed, and nothing else
  --help         show this
END
}

say() { printf '%s\n' "$*"; }

complain() { printf '%s\n' "$*" >&2; }

die() {
    complain "error: $*"
    exit 1
}

misused() {
    complain "error: $*"
    usage >&2
    exit 2
}

# The directory of this script, also when called through a symbolic link.
checkout() {
    self=$0
    while [ -L "$self" ]; do
        link=$(readlink "$self")
        case $link in
            /*) self=$link ;;
            *) self=$(dirname "$self")/$link ;;
        esac
    done
    CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P
}

absolute() {
    case $1 in
        /*) say "$1" ;;
        *)
            here=$(pwd)
            say "${here%/}/$1"
            ;;
    esac
}

# Sets bin_dir from prefix. In --prefix=~/x no shell expands the ~.
find_bin_dir() {
    case $prefix in
        "" | \~ | \~/*) [ -n "${HOME:-}" ] || die "HOME is not set; give an absolute --prefix DIR" ;;
    esac
    HOME=${HOME:-/}
    case $prefix in
        "") prefix=${HOME%/}/.local ;;
        \~) prefix=$HOME ;;
        \~/*) prefix=${HOME%/}/${prefix#*/} ;;
    esac
    prefix=$(absolute "$prefix")
    prefix=${prefix%/}
    bin_dir=$prefix/bin
    share_dir=$prefix/share
}

# --- what the build needs ---------------------------------------------------

# older 1.94 1.95: is the first version before the second?
older() {
    [ "${1%%.*}" -lt "${2%%.*}" ] || {
        [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -lt "${2#*.}" ]
    }
}

cargo_version() { cargo --version | sed -n 's/^cargo \([0-9]*\.[0-9]*\).*/\1/p'; }

# Sets cargo_problem: empty, or what is wrong. May extend PATH.
look_for_cargo() {
    cargo_problem=
    cargo_home_bin=${CARGO_HOME:-${HOME:-}/.cargo}/bin
    # Just installed by rustup, and this shell does not know it yet.
    if ! command -v cargo >/dev/null && [ -x "$cargo_home_bin/cargo" ]; then
        PATH=$PATH:$cargo_home_bin
    fi
    if ! command -v cargo >/dev/null; then
        cargo_problem="not found"
        return
    fi
    found=$(cargo_version) || found=
    if [ -z "$found" ] || ! older "$found" "$rust_version"; then
        return
    fi
    if ! command -v rustup >/dev/null; then
        cargo_problem="$(command -v cargo) is $found, too old"
        return
    fi
    # rustup would fetch the right one, but another cargo comes first on PATH.
    rustup_bin=$(dirname "$(command -v rustup)")
    if [ -x "$rustup_bin/cargo" ]; then
        PATH=$rustup_bin:$PATH
    fi
}

# Sets cc_problem likewise.
look_for_cc() {
    cc_problem=
    if ! command -v cc >/dev/null; then
        cc_problem="not found"
    elif [ "$(uname -s)" = Darwin ] && [ "$(command -v cc)" = /usr/bin/cc ] &&
        ! xcode-select -p >/dev/null 2>&1; then
        # macOS has a /usr/bin/cc that only asks for the command line tools.
        cc_problem="the command line tools are not installed"
    fi
}

require_tools() {
    look_for_cargo
    look_for_cc
    [ -n "$cargo_problem$cc_problem" ] || return 0
    complain "error: cannot build, tools are missing"
    if [ -n "$cargo_problem" ]; then
        complain "
  cargo, Rust $rust_version or newer: $cargo_problem
    Get it with rustup, https://rustup.rs (Debian, Ubuntu, Fedora, macOS):
      curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
    Then open a new shell, or run:  . \"\$HOME/.cargo/env\""
    fi
    if [ -n "$cc_problem" ]; then
        complain "
  cc, a C compiler (for linking, and for the ring crate): $cc_problem
    Debian, Ubuntu:  sudo apt-get install build-essential
    Fedora:          sudo dnf install gcc
    macOS:           xcode-select --install"
    fi
    complain "
Then run this again."
    exit 1
}

# --- install, uninstall -----------------------------------------------------

build() {
    set --
    for name in $binaries; do
        set -- "$@" -p "$name"
    done
    # The environment wins over a target-dir in the user's own cargo configuration,
    # and a cross-compilation target would put the binaries elsewhere.
    CARGO_TARGET_DIR=$(absolute "${CARGO_TARGET_DIR:-$root/target}")
    export CARGO_TARGET_DIR
    unset CARGO_BUILD_TARGET
    cd "$root"
    require_tools
    # Linking the whole of each program anew would take as long as all the rest.
    export CARGO_PROFILE_RELEASE_LTO="${CARGO_PROFILE_RELEASE_LTO:-off}"
    say "building, which takes about 7 minutes on 2 cores the first time:"
    say "  cargo build --release --locked $*"
    cargo build --release --locked "$@" || {
        code=$?
        complain "error: the build failed; nothing was installed"
        exit "$code"
    }
    built=$CARGO_TARGET_DIR/release
}

remove_temporaries() {
    for name in $binaries; do
        rm -f "$bin_dir/.$name.tmp.$$"
    done
}

# All copies first, then only renames: half a binary is never visible.
install_binaries() {
    for name in $binaries; do
        [ -f "$built/$name" ] || die "there is no $name in $built"
        [ ! -d "$bin_dir/$name" ] || die "$bin_dir/$name is a directory"
    done
    mkdir -p "$bin_dir" || die "cannot create $bin_dir"
    trap remove_temporaries EXIT
    for name in $binaries; do
        temporary=$bin_dir/.$name.tmp.$$
        cp "$built/$name" "$temporary" || die "cannot write to $bin_dir"
        chmod 755 "$temporary" || die "cannot write to $bin_dir"
    done
    for name in $binaries; do
        mv -f "$bin_dir/.$name.tmp.$$" "$bin_dir/$name" || die "cannot write $bin_dir/$name"
        say "installed $bin_dir/$name"
        # By this name kubectl asks for what <TAB> offers.
        completer=$bin_dir/kubectl_complete${name#kubectl}
        ln -sf "$name" "$completer" || die "cannot write $completer"
    done
}

# The names of what completes a program, below share.
completers() {
    printf '%s\n' "bash-completion/completions/$1"
    [ "$1" != kubectl-igw ] ||
        printf '%s\n' zsh/site-functions/_kubectl-igw fish/vendor_completions.d/kubectl-igw.fish
}

install_completions() {
    for name in $binaries; do
        for file in $(completers "$name"); do
            case $file in
                bash*) shell=bash ;;
                zsh*) shell=zsh ;;
                *) shell=fish ;;
            esac
            mkdir -p "$(dirname "$share_dir/$file")" || die "cannot create $share_dir"
            "$bin_dir/kubectl-igw" completion "$shell" >"$share_dir/$file" ||
                die "cannot write $share_dir/$file"
            say "installed $share_dir/$file"
        done
    done
}

install_pages() {
    "$bin_dir/kubectl-igw" man --to "$share_dir/man/man1" >/dev/null ||
        die "cannot write to $share_dir/man/man1"
}

uninstall_share() {
    rm -f "$share_dir/man/man1/kubectl-igw.1" "$share_dir/man/man1/kubectl-igw-"*.1
    for name in $binaries; do
        for file in $(completers "$name"); do
            rm -f "$share_dir/$file" || die "cannot remove $share_dir/$file"
        done
    done
}

uninstall_binaries() {
    for name in $binaries; do
        completer=$bin_dir/kubectl_complete${name#kubectl}
        [ ! -L "$completer" ] || rm -f "$completer" || die "cannot remove $completer"
        if [ -d "$bin_dir/$name" ] && [ ! -L "$bin_dir/$name" ]; then
            die "$bin_dir/$name is a directory; left alone"
        elif [ -e "$bin_dir/$name" ] || [ -L "$bin_dir/$name" ]; then
            rm -f "$bin_dir/$name" || die "cannot remove $bin_dir/$name"
            say "removed $bin_dir/$name"
        else
            say "nothing to remove: $bin_dir/$name is not there"
        fi
    done
}

# --- PATH and demo ----------------------------------------------------------

# A word in double quotes that every shell reads as itself.
quoted() { printf '%s' "$1" | sed 's/[\\"$`]/\\&/g'; }

on_path() {
    case :$PATH: in
        *":$bin_dir:"* | *":$bin_dir/:"*) return 0 ;;
        *) return 1 ;;
    esac
}

warn_of_hidden_binaries() {
    on_path || return 0
    for name in $binaries; do
        first=$(command -v "$name") || first=
        if [ -n "$first" ] && ! cmp -s "$first" "$bin_dir/$name"; then
            complain "warning: $first is a different file, comes first on PATH and hides $bin_dir/$name"
        fi
    done
}

advise_on_path() {
    ! on_path || return 0
    line="export PATH=\"$(quoted "$bin_dir"):\$PATH\""
    case ${SHELL##*/} in
        bash)
            file="$HOME/.bashrc"
            # Terminals on macOS start login shells.
            [ "$(uname -s)" != Darwin ] || file="$HOME/.bash_profile"
            ;;
        zsh) file="${ZDOTDIR:-$HOME}/.zshrc" ;;
        fish)
            file="${XDG_CONFIG_HOME:-$HOME/.config}/fish/config.fish"
            line="fish_add_path \"$(quoted "$bin_dir")\""
            ;;
        *) file="$HOME/.profile" ;;
    esac
    say ""
    say "$bin_dir is not on PATH, so kubectl does not find the plugins yet."
    say "Add this line to $file, and run it once in this shell:"
    say "  $line"
}

# The last line of all: what to type now.
advise_on_first_command() {
    arguments=" --demo"
    [ -z "$demo" ] || arguments=
    say ""
    if command -v kubectl >/dev/null; then
        say "try:  kubectl igw$arguments"
    else
        say "try:  kubectl-igw$arguments   (with kubectl: kubectl igw$arguments)"
    fi
}

# Does kubectl run the very binary that was installed?
kubectl_finds_it() {
    command -v kubectl >/dev/null || return 1
    ours=$("$bin_dir/kubectl-igw" --help 2>/dev/null) || return 1
    theirs=$(PATH=$bin_dir:$PATH kubectl igw --help 2>/dev/null) || return 1
    [ "$ours" = "$theirs" ]
}

run_demo() {
    say ""
    code=0
    if kubectl_finds_it; then
        say "\$ kubectl igw --demo"
        PATH=$bin_dir:$PATH kubectl igw --demo || code=$?
    else
        say "\$ $bin_dir/kubectl-igw --demo"
        "$bin_dir/kubectl-igw" --demo || code=$?
    fi
    # 1 means "there are findings", and the demo is made of them.
    [ "$code" -le 1 ] || exit "$code"
}

# --- main -------------------------------------------------------------------

completions=
demo=
uninstall=
prefix=
while [ $# -gt 0 ]; do
    case $1 in
        --completions) completions=yes ;;
        --demo) demo=yes ;;
        --uninstall) uninstall=yes ;;
        --prefix)
            [ $# -ge 2 ] || misused "--prefix needs a directory"
            shift
            prefix=$1
            [ -n "$prefix" ] || misused "--prefix needs a directory"
            ;;
        --prefix=*)
            prefix=${1#--prefix=}
            [ -n "$prefix" ] || misused "--prefix needs a directory"
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) misused "unknown option: $1" ;;
    esac
    shift
done
[ -z "$demo" ] || [ -z "$uninstall" ] || misused "--demo and --uninstall exclude each other"

SHELL=${SHELL:-}
find_bin_dir

trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -n "$uninstall" ]; then
    uninstall_binaries
    uninstall_share
    exit 0
fi

root=$(checkout)
rust_version=$(sed -n 's/^rust-version *= *"\([0-9]*\.[0-9]*\).*/\1/p' "$root/Cargo.toml" 2>/dev/null) || true
if [ -n "$rust_version" ]; then
    build
elif [ -f "$root/kubectl-igw" ]; then
    # An archive holds the front door, which has all commands.
    binaries=kubectl-igw
    built=$root
else
    die "there is neither Cargo.toml of this project nor kubectl-igw in $root; run install.sh from a checkout or an unpacked archive"
fi
install_binaries
install_pages
[ -z "$completions" ] || install_completions
warn_of_hidden_binaries
[ -z "$demo" ] || run_demo
# Last, where it is not scrolled away.
advise_on_path
advise_on_first_command
