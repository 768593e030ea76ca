//! `kubectl igw completion`: what a shell needs that completes these programs by their own names.

use clap::{Args, ValueEnum};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::ColourFlag;
use igw::product::Product as _;

use crate::TOGETHER;

#[derive(Debug, Args)]
#[command(after_help = "\
kubectl completes `kubectl igw` by itself, once its own completion is set up and kubectl_complete-igw is
on PATH (install.sh puts it there). These scripts are for whoever types kubectl-igw.

Examples:
  # for this shell; the line may stand in ~/.bashrc
  source <(kubectl igw completion bash)

  # for good, in fish
  kubectl igw completion fish > ~/.config/fish/completions/kubectl-igw.fish")]
pub struct CompletionArgs {
    /// The shell
    #[arg(value_enum, ignore_case = true)]
    shell: CompletedShell,
    #[command(flatten)]
    pub colour: ColourFlag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CompletedShell {
    Bash,
    Zsh,
    Fish,
}

pub fn run(args: &CompletionArgs, console: &Console) -> Result<Exit, Failure> {
    let script = match args.shell {
        CompletedShell::Bash => include_str!("../completion/bash.sh"),
        CompletedShell::Zsh => include_str!("../completion/zsh.sh"),
        CompletedShell::Fish => include_str!("../completion/fish.fish"),
    };
    let parts = TOGETHER.parts().iter().map(|part| part.tool().name);
    let programs: Vec<&str> = [TOGETHER.tool().name].into_iter().chain(parts).collect();
    console.print(&script.replace("@PROGRAMS@", &programs.join(" ")))?;
    Ok(Exit::Good)
}
