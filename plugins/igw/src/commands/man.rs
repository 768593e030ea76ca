//! `kubectl igw man`: the help of every command as pages for `man`.

use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::ColourFlag;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # pages for `man kubectl-igw`, `man kubectl-igw-routes-why` …
  kubectl igw man --to ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write the pages to this directory
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    pub colour: ColourFlag,
}

/// Writes the pages of the whole program.
pub fn run(args: &ManArgs, mut command: Command, console: &Console) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| {
        Failure::usage(format!("--to {}: {error}", args.to.display()))
            .hint("name a directory that you may write to")
    };
    std::fs::create_dir_all(&args.to).map_err(failed)?;
    // Gives each command the flags of those above it.
    command.build();
    let pages = write(command, "kubectl-igw", &args.to).map_err(failed)?;
    console.say(&format!("wrote {pages} pages to {}\n", args.to.display()))?;
    Ok(Exit::Good)
}

/// Writes the page of a command, and of each below it; how many.
fn write(command: Command, name: &str, directory: &Path) -> std::io::Result<usize> {
    let mut pages = 1;
    for own in
        command.get_subcommands().filter(|own| !own.is_hide_set() && own.get_name() != "help")
    {
        pages += write(own.clone(), &format!("{name}-{}", own.get_name()), directory)?;
    }
    let mut text = Vec::new();
    // A page is found by its name.
    let command = command.display_name(name.to_owned());
    Man::new(command).render(&mut text)?;
    std::fs::write(directory.join(format!("{name}.1")), text)?;
    Ok(pages)
}
