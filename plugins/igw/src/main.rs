//! `kubectl igw`.

fn main() -> std::process::ExitCode {
    igw::run::run::<igw_front::IgwProgram>()
}
