//! `kubectl igw map`: the system as it was found.

use clap::{Args, ValueEnum};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::{MachineDocument, document};
use igw::product::Product as _;
use igw::session::{self, Opening};

use crate::{TOGETHER, map};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what leads where, and what is wrong on the way?
  kubectl igw map

  # only what requests to one host may take
  kubectl igw map --from api.example.com

  # for a document
  kubectl igw map -f manifests/ -o mermaid
  kubectl igw map -f manifests/ -o svg > map.svg")]
pub struct MapArgs {
    /// Draw only what requests to this host may take
    #[arg(long, value_name = "HOST")]
    from: Option<String>,
    /// Draw the map in this format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    output: MapOutput,
    #[command(flatten)]
    read: ReadFlags,
}

/// `-o` of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum MapOutput {
    /// For people
    #[default]
    Human,
    /// Nodes and edges
    Json,
    /// The same as YAML
    Yaml,
    /// For Markdown
    Mermaid,
    /// For Graphviz
    Dot,
    /// A picture
    Svg,
}

pub fn run(args: &MapArgs, console: &Console) -> Result<Exit, Failure> {
    let mut scope = args.read.scope.clone();
    scope.widest(&args.read.input);
    let mut session = session::open(Opening::of(&TOGETHER, &args.read)?)?;
    let broken = session.complain(console);
    let checks = TOGETHER.checks();
    let asked = session.scope(&scope, &[])?;
    let asked = session.gather_readable(checks, asked, &scope, console)?;
    session.lay();
    let sinks = session.run(checks, &asked)?;
    let host = args.from.as_deref();
    let drawing = session.look(&asked, |facts| map::draw(facts, &sinks, host))?;
    if drawing.nodes.is_empty() {
        let what = host.map(|host| format!(" for {host}")).unwrap_or_default();
        return Err(Failure::blind(format!(
            "there is nothing to draw{what} in {}",
            session.place()
        )));
    }
    let machine = |output| document(&MachineDocument::new("Map", &drawing), output);
    match args.output {
        MapOutput::Human => console.say(&drawing.text(&console.theme))?,
        MapOutput::Json => console.print(&machine(Output::Json)?)?,
        MapOutput::Yaml => console.print(&machine(Output::Yaml)?)?,
        MapOutput::Mermaid => console.print(&drawing.mermaid())?,
        MapOutput::Dot => console.print(&drawing.dot())?,
        MapOutput::Svg => console.print(&drawing.svg())?,
    }
    Ok(if broken { Exit::Usage } else { Exit::Good })
}
