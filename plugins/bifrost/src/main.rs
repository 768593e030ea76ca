//! `kubectl igw bifrost`.

fn main() -> std::process::ExitCode {
    igw::run::run::<igw_bifrost::BifrostProgram>()
}
