//! `kubectl igw why`: one request through the whole system.

use std::fmt::Write as _;

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::Output;
use igw::output::{MachineDocument, document};
use igw_core::facts::Scope;
use igw_core::route::trace::Trace;
use igw_core::text;
use igw_routes::{FollowedRequest, WhyArgs};
use serde::Serialize;

use crate::TOGETHER;
use crate::beyond::{Beyond, beyond};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # why does this request get 404?
  kubectl igw why http://api.example.com/v1/models

  # and this model: through the Gateway, Bifrost and vLLM
  kubectl igw why http://api.example.com/v1/chat/completions --model openai/glm-5

  # the command that a colleague sent, with its body
  kubectl igw why --curl 'curl http://api.example.com/v1/chat/completions -d {\"model\":\"openai/glm-5\"}'

  # try it without a cluster
  kubectl igw why http://api.example.com/v1/chat/completions --model openai/glm-5 --demo")]
pub struct IgwWhyArgs {
    /// Ask for this model, as a POST with a JSON body would
    #[arg(id = "model_name", long = "model", value_name = "NAME", conflicts_with_all = ["data", "curl"])]
    model: Option<String>,
    #[command(flatten)]
    why: WhyArgs,
}

/// A request through the system, as a machine reads it.
#[derive(Serialize)]
struct SystemTrace<'a> {
    #[serde(flatten)]
    trace: &'a Trace,
    /// Behind the gateway; `None` if nothing behind it is asked, or known.
    beyond: Option<&'a Beyond>,
}

pub fn run(mut args: IgwWhyArgs, console: &Console) -> Result<Exit, Failure> {
    if let Some(model) = &args.model {
        args.why.post(&serde_json::json!({ "model": model }).to_string());
    }
    let mut followed = igw_routes::follow(&TOGETHER, &args.why, console)?;
    let FollowedRequest { session, trace, .. } = &mut followed;
    let beyond = session.look(&Scope::default(), |facts| beyond(facts, trace))?;
    let text = match args.why.output {
        Output::Human => {
            let end = beyond.as_ref().and_then(Beyond::end);
            let mut text = followed.human(&args.why, end.as_ref(), &console.theme);
            if let Some(Beyond::NotFollowed { says }) = &beyond {
                let _ = writeln!(text, "{}", console.theme.wrap(2, &text::clean(says)));
            }
            text
        }
        machine => {
            let whole = SystemTrace { trace: &followed.trace, beyond: beyond.as_ref() };
            document(&MachineDocument::new("Trace", &whole), machine)?
        }
    };
    console.put(&text, args.why.output)?;
    let behind = beyond.as_ref().map_or(Exit::Good, Beyond::exit);
    Ok(followed.exit().and(behind))
}
