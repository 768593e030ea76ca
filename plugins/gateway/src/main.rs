//! `kubectl igw gateway`.

fn main() -> std::process::ExitCode {
    igw::run::run::<igw_gateway::GatewayProgram>()
}
