//! `langfuse probe`: the ladder, on the real servers.

mod args;
mod climb;
mod consent;

use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::Output;
use igw::output::{MachineDocument, document};
use igw::session::{self, Opening};
use igw_core::langfuse::probe::judgement::RungMark;

use crate::LANGFUSE;
use crate::probe::aim::Aim;
use crate::probe::key_from::KeyFrom;
use crate::probe::{exporter, shown};
pub use args::ProbeArgs;
use args::{check_address, needs_session};

pub fn run(args: &ProbeArgs, console: &Console) -> Result<Exit, Failure> {
    check_address(args.address.as_deref())?;
    let given = args.target.as_deref().filter(|own| own.contains("://")).map(Aim::of_url);
    if let Some(aim) = &given
        && aim.server().is_none()
    {
        return Err(Failure::usage(format!("{}: not an http or https URL", aim.shown()))
            .hint("Langfuse takes traces over http only, not over gRPC"));
    }
    let mut session = match needs_session(args, given.as_ref()) {
        true => {
            let mut session = session::open(Opening::of(&LANGFUSE, &args.reading())?)?;
            let broken = session.complain(console);
            session.lay();
            if broken {
                return Ok(Exit::Usage);
            }
            let agreed = args.key_from == Some(KeyFrom::Exporter);
            if let Some(live) = session.live.as_mut().filter(|_| !agreed) {
                live.close_secrets();
            }
            Some(session)
        }
        false => None,
    };
    let aim = match (given, &mut session) {
        (Some(aim), _) => aim,
        (None, Some(session)) => {
            let names: Vec<String> = args.target.iter().cloned().collect();
            let scope = session.scope(&args.read.scope, &names)?;
            let aim = exporter::only(session, &scope)?;
            consent::exporter(args, aim, session, &scope, console)?
        }
        (None, None) => return Err(Failure::usage("give the URL to which the exporter posts")),
    };
    let ladder = climb::climb(args, aim, session.as_mut(), console)?;
    console.progress("");
    let text = match args.output {
        Output::Human => shown::human(&ladder, &console.theme),
        machine => document(&MachineDocument::new("Ladder", &ladder), machine)?,
    };
    console.put(&text, args.output)?;
    Ok(match ladder.verdict.mark {
        RungMark::Failed => Exit::Findings,
        RungMark::Unknown => Exit::Blind,
        RungMark::Proved | RungMark::NotDone => Exit::Good,
    })
}
