//! `kubectl igw langfuse`.

fn main() -> std::process::ExitCode {
    igw::run::run::<igw_langfuse::LangfuseProgram>()
}
