//! `routes why`: one request, followed.

use clap::Args;
use igw::cli::{self, Common, Output};
use igw::exit::{Exit, Failure};
use igw::{load, output};
use igw_core::facts::{Cx, Kind};
use igw_core::report;
use igw_core::route::request::Request;
use igw_core::route::resolve::{Untraceable, resolve};
use igw_core::route::trace::Trace;
use igw_core::words;

use crate::send;

/// What becomes of one request, step by step, and what would have matched.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # why does this get 404?
  kubectl igw routes why http://api.example.com/v1/models

  # and with these manifests?
  kubectl igw routes why http://api.example.com/v1/models -f manifests/

  # a POST through an address that no DNS name stands for
  kubectl igw routes why POST http://10.0.0.1/v1/chat/completions -H 'Host: api.example.com' -f manifests/

  # is that true? asks the real gateway
  kubectl igw routes why http://api.example.com/v1/models --send

  # the command that a colleague sent
  kubectl igw routes why --curl 'curl -H \"x-tier: gold\" http://api.example.com/v1/models' -f manifests/")]
pub struct Why {
    /// Method (GET if absent) and URL, taken byte for byte
    #[arg(value_name = "[METHOD] URL", num_args = 0..=2)]
    request: Vec<String>,
    /// A header, as in curl; Host replaces the URL's
    #[arg(short = 'H', long = "header", value_name = "K: V")]
    headers: Vec<String>,
    /// The Gateway that gets it; needed when several listen on the port
    #[arg(long, value_name = "NS/NAME")]
    gateway: Option<String>,
    /// The request as a curl command
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["request", "headers"])]
    curl: Option<String>,
    /// Send the request, too, through a port-forward to the Gateway's proxy, and compare
    #[arg(long)]
    send: bool,
    /// Send it to this address instead (a load balancer, a port-forward of your own)
    #[arg(long, value_name = "HOST:PORT", requires = "send")]
    address: Option<String>,
    /// Send methods that may change something, too: all but GET, HEAD and OPTIONS
    #[arg(long, requires = "send")]
    allow_unsafe_method: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// Runs `why`.
pub fn run(common: &Common, args: &Why) -> Result<Exit, Failure> {
    let request = request(args)?;
    if args.send {
        send::check(&request, args.address.as_deref(), args.allow_unsafe_method)?;
    }
    let mut loaded = load::load(common, crate::DEMO)?;
    let broken = loaded.complain();
    loaded.lay();
    let scope = common.scope(&[])?;
    let gateway = args.gateway.as_deref().map(split_name).transpose()?;
    let place = loaded.place();
    if let Some(live) = &mut loaded.live {
        live.frugal();
    }
    let followed = loaded.look(&scope, |cx| {
        resolve(cx, &request, gateway).map(|mut trace| {
            blind(cx, &mut trace);
            trace
        })
    })?;
    let mut trace = followed.map_err(|error| untraceable(error, &request, &place))?;
    if args.send {
        trace.sent =
            Some(send::run(common, &mut loaded, &request, &trace, args.address.as_deref())?);
    }
    match args.output {
        Output::Human => {
            let text = report::trace(&trace, &common.theme(), common.quiet);
            let right = trace.verdict.unknown.as_deref();
            let right = right.and_then(|why| report::can_i(why, loaded.flags()));
            let right = right.map(|command| format!("       {command}\n"));
            output::print(&(text + &right.unwrap_or_default()))?;
        }
        machine => output::document(
            &Document { api_version: "igw.dev/v1alpha1", kind: "Trace", trace: &trace },
            machine,
        )?,
    }
    Ok(exit(&trace).and(if broken { Exit::Usage } else { Exit::Good }))
}

/// The Trace as a document of its own.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    trace: &'a Trace,
}

/// A list that decides and that the cluster does not give: what follows from its being empty is
/// not known.
fn blind(cx: &Cx, trace: &mut Trace) {
    let decides = |kind: &Kind| {
        matches!(
            kind,
            Kind::Gateway
                | Kind::ListenerSet
                | Kind::HttpRoute
                | Kind::TrafficPolicy
                | Kind::ListenerPolicy
                | Kind::BackendTlsPolicy
                | Kind::BackendConfigPolicy
        )
    };
    let gap = cx.blind().into_iter().find(|(kind, ..)| decides(kind));
    if let (Some((.., why)), None) = (gap, &trace.verdict.unknown) {
        trace.verdict.status = None;
        trace.verdict.says = format!("cannot be told: {}", why.detail);
        trace.verdict.unknown = Some(why.detail);
        trace.verdict.possible.clear();
    }
}

fn request(args: &Why) -> Result<Request, Failure> {
    if let Some(command) = &args.curl {
        return cli::curl(command);
    }
    let (method, url) = match args.request.as_slice() {
        [url] => ("GET", url),
        [method, url] => (method.as_str(), url),
        _ => {
            return Err(Failure::usage("which request? no URL was given")
                .hint("kubectl igw routes why http://api.example.com/v1/models -f manifests/"));
        }
    };
    let headers: Result<Vec<_>, _> = args.headers.iter().map(|h| cli::header(h)).collect();
    Request::parse(method, url, &headers?)
        .map_err(|bad| Failure::usage(format!("{}: {}", words::clip(url, 60), bad.0)))
}

fn split_name(name: &str) -> Result<(&str, &str), Failure> {
    name.split_once('/')
        .filter(|(ns, name)| !ns.is_empty() && !name.is_empty())
        .ok_or_else(|| Failure::usage(format!("--gateway {name}: not of the form NAMESPACE/NAME")))
}

fn untraceable(error: Untraceable, request: &Request, place: &str) -> Failure {
    match error {
        Untraceable::NoSuchGateway(name) => {
            Failure::usage(format!("there is no Gateway {name} in {place}"))
        }
        Untraceable::Ambiguous(names) => {
            let listed = words::list(&names);
            let first = names.first().cloned().unwrap_or_default();
            Failure::usage(format!("several Gateways listen on port {}: {listed}", request.port))
                .hint(format!("say which one gets the request: --gateway {first}"))
        }
    }
}

/// 1 when the client sees an error or no answer, for all or for a share; 3 when nobody can say.
fn exit(trace: &Trace) -> Exit {
    let verdict = &trace.verdict;
    let bad = |status: Option<u16>| status.is_none_or(|status| status >= 400);
    if let Some(sent) = &trace.sent
        && (bad(sent.status) || sent.as_predicted == Some(false))
    {
        return Exit::Findings;
    }
    if verdict.unknown.is_some() {
        return Exit::Blind;
    }
    let any = verdict.possible.iter().any(|p| p.share > 0.0 && bad(p.status));
    if any || bad(verdict.status) { Exit::Findings } else { Exit::Good }
}
