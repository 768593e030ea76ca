//! `bifrost model`: a model's name, hop by hop.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use igw::cli::{Common, Output};
use igw::exit::{Exit, Failure};
use igw::output;
use igw_core::bifrost::chain::{self, Chain, Query};
use igw_core::bifrost::instance::{self, Instance};
use igw_core::bifrost::served::Said;
use igw_core::bifrost::start::Circumstances;
use igw_core::bifrost::virtual_key::Shown;
use igw_core::facts::Cx;
use igw_core::finding::Severity;
use igw_core::report::Theme;
use igw_core::words;

use crate::{Pod, input};

/// Which name the upstream gets, which hop breaks, and what the client reads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # does this name arrive?
  kubectl igw bifrost model openai/glm-5 -f manifests/

  # the same with what vLLM serves, where no Deployment of it is in the files
  kubectl igw bifrost model openai/glm-5 -f config.json --served glm-5 --assume bifrost=1.5.16

  # from a client that goes through LiteLLM
  kubectl igw bifrost model openai/openai/glm-5 --from litellm -f manifests/")]
pub struct Model {
    /// The name as the client sends it
    #[arg(value_name = "NAME")]
    name: String,
    /// The path of the request
    #[arg(long, value_name = "PATH", default_value = "/v1/chat/completions")]
    path: String,
    /// What sends the name: LiteLLM takes one provider off the front
    #[arg(long, value_enum, default_value_t)]
    from: From,
    /// What an upstream serves: NAME, :8000=NAME or http://host:8000=NAME; a port means http
    #[arg(long, value_name = "[URL|:PORT=]NAME[,NAME..]")]
    served: Vec<String>,
    /// The client shows the virtual key of this name or id
    #[arg(long, value_name = "NAME")]
    virtual_key: Option<String>,
    /// Which Bifrost, where the input has several: NAME or NAMESPACE/NAME
    #[arg(long, value_name = "NAME")]
    bifrost: Option<String>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// `--from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum From {
    /// The name goes out as it is written
    #[default]
    Raw,
    /// The OpenAI SDK: as it is written
    Openai,
    /// Aider, which speaks through LiteLLM
    Aider,
    /// LiteLLM: takes one provider off the front
    Litellm,
}

/// The Chain as a document of its own.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    chain: &'a Chain,
}

/// Runs `model`.
pub fn run(common: &Common, pod: &Pod, args: &Model) -> Result<Exit, Failure> {
    let mut served = Vec::new();
    for text in &args.served {
        let bad = || {
            Failure::usage(format!("--served {}: not understood", words::clip(text, 60)))
                .hint("write NAME,NAME or :8000=NAME or http://host:8000=NAME")
        };
        served.push(Said::parse(text).ok_or_else(bad)?);
    }
    let loaded = input::read(common, pod)?;
    let broken = loaded.complain();
    let scope = common.scope(&[])?;
    let cx = Cx::new(&loaded.store, &scope);
    let instance = one(instance::all(&cx), args.bifrost.as_deref())?;
    let internet = loaded.store.settings.internet;
    let query = Query {
        model: args.name.clone(),
        path: args.path.clone(),
        from_litellm: matches!(args.from, From::Litellm | From::Aider),
        served,
        virtual_key: args.virtual_key.clone().map(Shown::Named),
        around: Circumstances { internet, ..Circumstances::default() },
    };
    let chain = chain::follow(&cx, instance, &query);
    match args.output {
        Output::Human => output::print(&human(&chain, instance, &common.theme()))?,
        machine => output::document(
            &Document { api_version: "igw.dev/v1alpha1", kind: "Chain", chain: &chain },
            machine,
        )?,
    }
    let exit = match (&chain.verdict.unknown, chain.verdict.status) {
        (Some(_), _) => Exit::Blind,
        (None, Some(status)) if status < 300 => Exit::Good,
        (None, _) => Exit::Findings,
    };
    Ok(exit.and(if broken { Exit::Usage } else { Exit::Good }))
}

fn one<'a>(all: &'a [Instance], wanted: Option<&str>) -> Result<&'a Instance, Failure> {
    let left: Vec<&Instance> = all
        .iter()
        .filter(|found| wanted.is_none_or(|wanted| found.subject.is_called(wanted)))
        .collect();
    let names = |list: &[&Instance]| {
        let titles: Vec<String> = list.iter().take(8).map(|found| found.subject.title()).collect();
        titles.join(", ")
    };
    match (left.as_slice(), wanted) {
        ([only], _) => Ok(only),
        ([], Some(wanted)) => {
            let every: Vec<&Instance> = all.iter().collect();
            Err(Failure::usage(format!("there is no Bifrost {wanted} in the input"))
                .hint(format!("there are: {}", names(&every))))
        }
        ([], None) => Err(Failure::usage("there is no Bifrost in the input")
            .hint("give its config.json, or the ConfigMap and the Deployment")),
        (several, _) => Err(Failure::usage(format!(
            "there are several Bifrosts in the input: {}",
            names(several)
        ))
        .hint("say which one gets the request: --bifrost NAME")),
    }
}

fn human(chain: &Chain, instance: &Instance, theme: &Theme) -> String {
    let mut out = String::new();
    let title = format!("model {} at {}", chain.request.model, chain.request.path);
    let _ = writeln!(out, "{}\n", theme.bold(&words::clean(&title)));
    let subject = format!("{}, {}", instance.subject.title(), instance.title());
    let _ = writeln!(out, "  {:<12}{}", "Bifrost", words::clean(&subject));
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
fn ways(chain: &Chain) -> Vec<String> {
    let verdict = &chain.verdict;
    let mismatch = verdict.code == Some("IGW0301") && verdict.by == "upstream";
    let (true, Some(upstream)) = (mismatch, &chain.upstream) else { return Vec::new() };
    let name = &upstream.model;
    vec![
        "at the client: send the name that the upstream serves, and list it in the key's models"
            .to_owned(),
        format!("in Bifrost 1.5 and later: an alias on the key, {name} for the served name"),
        format!("at vLLM: --served-model-name with both names, the present one and {name}"),
        "Bifrost changes no hyphen: names go through letter by letter".to_owned(),
    ]
}
