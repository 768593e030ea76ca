//! `kubectl igw routes`.

fn main() -> std::process::ExitCode {
    igw::run::run::<igw_routes::RoutesProgram>()
}
