# List the recipes
default:
    @{{ just_executable() }} --list

# Everything that has to be green; `just test --soak` for the long tests, too
test *ARGS:
    tests/run {{ ARGS }}

# Clippy and shellcheck
lint:
    cargo clippy --workspace --all-targets --features igw-tests/lab --locked -- -D warnings
    shellcheck install.sh release/make release/sarif tests/run tests/new-check tests/scaffold tests/browser/run .ci/run

# Format the Rust code
fmt:
    cargo fmt --all

# The example that needs no cluster (it has findings: exit code 1)
[no-exit-message]
demo *ARGS:
    cargo run -p kubectl-igw -- --demo {{ ARGS }}

# Build and install for this user; `just install --demo`, `--prefix DIR`, `--uninstall`
install *ARGS:
    ./install.sh {{ ARGS }}

# A real API server for your hands (needs Go): prints KUBECONFIG, ends with Ctrl-C; `--all`: and a proxy
lab *ARGS:
    cargo run -p igw-tests --features lab --bin lab -- {{ ARGS }}

# Accept what the programs print now as the expected snapshots
snapshots:
    INSTA_UPDATE=always cargo test --workspace --no-fail-fast

# Scaffold a check: `just new-check routes 0140 some-name`
new-check PLUGIN CODE NAME:
    tests/new-check {{ PLUGIN }} {{ CODE }} {{ NAME }}

# How fast manifests are read and judged, beside other YAML parsers
bench *ARGS:
    python3 benches/files/run.py {{ ARGS }}
