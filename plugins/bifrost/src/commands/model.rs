//! `bifrost model`: a model's name, hop by hop.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::{MachineDocument, document};
use igw::session::{self, Opening};
use igw_core::bifrost::chain::{Chain, Query};
use igw_core::bifrost::follow::follow;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::prediction::Circumstances;
use igw_core::bifrost::said::BifrostSaid;
use igw_core::bifrost::served::ServedSaid;
use igw_core::bifrost::virtual_key::Shown;
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::report::Theme;
use igw_core::text;

use super::probed_model::{ProbedModel, WholeChain};
use crate::pod::PodFlags;
use crate::probe::ProbeAddresses;
use crate::{BIFROST, codes, probe};

/// Show which name the upstream gets, which hop breaks, and what the client reads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # does this name arrive?
  kubectl igw bifrost model openai/glm-5 -f manifests/

  # the same, saying what vLLM serves if its Deployment is not in the files
  kubectl igw bifrost model openai/glm-5 -f config.json --served glm-5 --assume bifrost=1.5.16

  # from a client that goes through LiteLLM
  kubectl igw bifrost model openai/openai/glm-5 --from litellm -f manifests/

  # what Bifrost and vLLM say themselves, through port-forwards (DNS and NetworkPolicies are left out)
  kubectl igw bifrost model openai/glm-5 --probe

  # one completion with one token, compared with the prediction
  kubectl igw bifrost model openai/glm-5 --send --yes

  # the same at addresses that this machine reaches
  kubectl igw bifrost model openai/glm-5 -f manifests/ --probe --address 127.0.0.1:8080 --address http://vllm-service:8000=127.0.0.1:8000")]
pub struct ModelArgs {
    /// The name as the client sends it
    #[arg(id = "model_name", value_name = "NAME")]
    name: String,
    /// Set the path of the request
    #[arg(long, value_name = "PATH", default_value = "/v1/chat/completions")]
    path: String,
    /// Set the sender: LiteLLM removes one provider prefix
    #[arg(long, value_enum, default_value_t)]
    from: Sender,
    /// Set what an upstream serves; with a bare port, over http
    #[arg(long, value_name = "[URL|:PORT=]NAME[,NAME..]")]
    served: Vec<String>,
    /// Send the virtual key with this name or id
    #[arg(long, value_name = "NAME")]
    virtual_key: Option<String>,
    /// Ask Bifrost and its upstreams which models they serve
    #[arg(long)]
    probe: bool,
    /// Send one tiny completion, which may cost money; implies --probe
    #[arg(long, conflicts_with = "virtual_key")]
    send: bool,
    /// Connect here instead of through a port-forward
    #[arg(long, value_name = "[URL=]HOST:PORT")]
    address: Vec<String>,
    /// Agree to the completion of --send without being asked
    #[arg(short, long, requires = "send")]
    yes: bool,
    /// Choose one of several Bifrosts: NAME or NAMESPACE/NAME
    #[arg(long, value_name = "NAME")]
    bifrost: Option<String>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    output: Output,
    #[command(flatten)]
    pod: PodFlags,
    #[command(flatten)]
    read: ReadFlags,
}

/// `--from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Sender {
    /// The client sends the name unchanged
    #[default]
    Raw,
    /// The OpenAI SDK, which sends the name unchanged
    Openai,
    /// Aider, which sends requests through LiteLLM
    Aider,
    /// LiteLLM, which removes one provider prefix
    Litellm,
}

pub fn run(args: &ModelArgs, console: &Console) -> Result<Exit, Failure> {
    let mut served = Vec::new();
    for text in &args.served {
        let bad = || {
            Failure::usage(format!("--served {}: not understood", text::clip(text, 60)))
                .hint("write NAME,NAME or :8000=NAME or http://host:8000=NAME")
        };
        served.push(ServedSaid::parse(text).ok_or_else(bad)?);
    }
    let addresses = ProbeAddresses::parse(&args.address)?;
    if args.send && !args.path.ends_with("/chat/completions") {
        let what = format!("--send: {} takes no chat request", text::clip(&args.path, 80));
        return Err(Failure::usage(what).hint("leave out --path"));
    }
    let probes = args.probe || args.send;
    if !probes && !args.address.is_empty() {
        return Err(Failure::usage("--address needs --probe or --send"));
    }
    let mut opening = Opening::of(&BIFROST, &args.read)?;
    args.pod.say(&mut opening.said)?;
    let internet = opening.said.of::<BifrostSaid>().internet;
    let mut session = session::open(opening)?;
    let broken = session.complain(console);
    session.lay();
    let scope = session.scope(&args.read.scope, &[])?;
    let mut query = Query {
        model: args.name.clone(),
        path: args.path.clone(),
        from_litellm: matches!(args.from, Sender::Litellm | Sender::Aider),
        served,
        virtual_key: args.virtual_key.clone().map(Shown::Named),
        around: Circumstances { internet, ..Circumstances::default() },
    };
    let place = session.place();
    let mut asked = ProbedModel::default();
    if probes {
        let found = session.look(&scope, |facts: &Facts| {
            let instance = one(instances::all(facts), args.bifrost.as_deref(), &place)?;
            Ok(probe::find(facts, instance, &addresses))
        })?;
        let ways = found.map_err(|error: NotOne| error.failure())?;
        asked.models = probe::ask_all(&ways, session.live.as_ref());
        query.served.splice(0..0, probe::served(&asked.models));
        asked.way = Some(ways.bifrost);
    }
    let followed = session.look(&scope, |facts: &Facts| {
        let instance = one(instances::all(facts), args.bifrost.as_deref(), &place)?;
        Ok((follow(facts, instance, &query), title(instance)))
    })?;
    let (mut chain, title) = followed.map_err(|error: NotOne| error.failure())?;
    codes::fill(&mut chain);
    if args.send {
        asked.send(&chain, args.yes, session.live.as_ref(), console)?;
    }
    let text = match args.output {
        Output::Human => human(&chain, &title, &console.theme) + &asked.human(&console.theme),
        machine => {
            let whole = WholeChain { chain: &chain, probed: &asked.models, sent: &asked.sent };
            document(&MachineDocument::new("Chain", &whole), machine)?
        }
    };
    console.put(&text, args.output)?;
    let exit = asked.exit(&chain);
    Ok(exit.and(if broken { Exit::Usage } else { Exit::Good }))
}

/// A Bifrost in a line: its subject, and what it is.
pub fn title(instance: &Instance) -> String {
    format!("{}, {}", instance.subject.title(), instance.title())
}

/// Why it is not one Bifrost that is asked.
#[derive(PartialEq)]
struct NotOne {
    message: String,
    hint: String,
}

impl NotOne {
    fn failure(self) -> Failure {
        Failure::usage(self.message).hint(self.hint)
    }
}

fn one<'a>(all: &'a [Instance], wanted: Option<&str>, place: &str) -> Result<&'a Instance, NotOne> {
    let is_wanted = |found: &&Instance| wanted.is_none_or(|wanted| found.subject.is_called(wanted));
    let left: Vec<&Instance> = all.iter().filter(is_wanted).collect();
    let names = |list: &mut dyn Iterator<Item = &Instance>| {
        let titles: Vec<String> = list.take(8).map(|found| found.subject.title()).collect();
        titles.join(", ")
    };
    let (message, hint) = match (left.as_slice(), wanted) {
        ([only], _) => return Ok(only),
        ([], Some(wanted)) => (
            format!("there is no Bifrost {wanted} in {place}"),
            format!("there are: {}", names(&mut all.iter())),
        ),
        ([], None) => (
            format!("there is no Bifrost in {place}"),
            "give its config.json, or the ConfigMap and the Deployment".to_owned(),
        ),
        (several, _) => (
            format!(
                "there are several Bifrosts in {place}: {}",
                names(&mut several.iter().copied())
            ),
            "choose the one that gets the request: --bifrost NAME".to_owned(),
        ),
    };
    Err(NotOne { message, hint })
}

fn human(chain: &Chain, subject: &str, theme: &Theme) -> String {
    let mut out = String::new();
    let title = format!("model {} at {}", chain.request.model, chain.request.path);
    let _ = writeln!(out, "{}\n", theme.bold(&text::clean(&title)));
    let _ = writeln!(out, "  {:<12}{}", "Bifrost", text::clean(subject));
    for hop in &chain.hops {
        let at = if hop.at.is_empty() { String::new() } else { format!("   ({})", hop.at) };
        let text = format!("{}   {}{at}", hop.name, hop.says);
        let wrapped = theme.wrap(14, &text);
        let _ = writeln!(out, "  {:<12}{}", hop.stage, wrapped.trim_start());
    }
    let rule = if theme.unicode { "────────" } else { "--------" };
    let _ = writeln!(out, "  {rule}");
    let verdict = &chain.verdict;
    if verdict.unknown.is_some() {
        let _ = writeln!(out, "{}", theme.wrap(2, &verdict.says));
        return out;
    }
    let status = verdict.status.map_or("no answer".to_owned(), |status| status.to_string());
    let painted = match verdict.status {
        Some(200..=299) => theme.good(&status),
        _ => theme.severity(Severity::Error, &status),
    };
    let code = verdict.code.map(|code| format!(" ({code})")).unwrap_or_default();
    let indent = status.chars().count() + 4;
    let says = theme.wrap(indent, &format!("{}{code}", verdict.says));
    let _ = writeln!(out, "  {painted}  {}", says.trim_start());
    if let (Some(message), "upstream") = (&verdict.message, verdict.by) {
        let text = theme.wrap(indent, &format!("the client reads: {message}"));
        let _ = writeln!(out, "{text}");
    }
    for way in ways(chain) {
        let wrapped = theme.wrap(4, &way);
        let _ = writeln!(out, "  - {}", wrapped.trim_start());
    }
    out
}

/// The ways to repair a name that does not fit.
pub fn ways(chain: &Chain) -> Vec<String> {
    let verdict = &chain.verdict;
    let mismatch = verdict.code == Some("IGW0301") && verdict.by == "upstream";
    let (true, Some(upstream)) = (mismatch, &chain.upstream) else { return Vec::new() };
    let name = &upstream.model;
    vec![
        "at the client: send the name that the upstream serves, and list it in the key's models"
            .to_owned(),
        format!(
            "in Bifrost 1.5 and later: add an alias on the key, from {name} to the served name"
        ),
        format!("at vLLM: --served-model-name with both names, the current one and {name}"),
        "Bifrost does not change hyphens: it passes names on unchanged".to_owned(),
    ]
}
