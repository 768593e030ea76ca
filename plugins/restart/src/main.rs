//! `kubectl igw restart`.

fn main() -> std::process::ExitCode {
    igw::run::run::<igw_restart::RestartProgram>()
}
