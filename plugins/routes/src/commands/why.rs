//! `routes why`: one request, followed.

mod asked;
mod worlds;

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{ClusterFlags, ColourFlag, InputFlags, NamespaceFlag, Output};
use igw::output::{MachineDocument, document};
use igw::product::Product;
use igw::session::{self, Opening, Session};
use igw_core::facts::{Facts, Scope};
use igw_core::kube::Kind;
use igw_core::report::{Detail, Theme};
use igw_core::route::resolve::{ExpectedService, after_redirects, expect, resolve};
use igw_core::route::trace::Trace;
use igw_core::{placeholder, report};

use super::send;
use crate::{ROUTES, codes};
use worlds::best_world;

/// Follow one request step by step, and show what would have matched.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # why does this get 404?
  kubectl igw routes why http://api.example.com/v1/models

  # and with these manifests?
  kubectl igw routes why http://api.example.com/v1/models -f manifests/

  # a POST to an address without a DNS name
  kubectl igw routes why POST http://10.0.0.1/v1/chat/completions -H 'Host: api.example.com' -f manifests/

  # check the prediction against the real gateway
  kubectl igw routes why http://api.example.com/v1/models --send

  # the command that a colleague sent
  kubectl igw routes why --curl 'curl -H \"x-tier: gold\" http://api.example.com/v1/models' -f manifests/")]
pub struct WhyArgs {
    /// Method (GET if absent) and URL, taken byte for byte
    #[arg(value_name = "[METHOD] URL", num_args = 0..=2)]
    request: Vec<String>,
    /// Add a header, as in curl; Host replaces the URL's
    #[arg(short = 'H', long = "header", value_name = "K: V")]
    headers: Vec<String>,
    /// Set the method, as in curl
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,
    /// Set the body, as in curl; makes the request a POST
    #[arg(short, long, value_name = "BODY")]
    data: Option<String>,
    /// Choose the Gateway; needed if several listen on the port
    #[arg(long, value_name = "[NS/]NAME")]
    gateway: Option<String>,
    /// Do not follow a redirect that comes back to the Gateway
    #[arg(long)]
    no_follow: bool,
    /// Exit with 1 and the reason if another Service gets it
    #[arg(long, value_name = "[NS/]NAME[:PORT]")]
    expect: Option<ExpectedService>,
    /// Give the request as a curl command
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["request", "headers", "method", "data"])]
    curl: Option<String>,
    /// Also send the request through a port-forward and compare
    #[arg(long)]
    send: bool,
    /// Send it to this address instead, such as a load balancer
    #[arg(long, value_name = "HOST:PORT", requires = "send")]
    address: Option<String>,
    /// Allow --send with methods other than GET, HEAD and OPTIONS
    #[arg(long, requires = "send")]
    allow_unsafe_method: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    pub output: Output,
    #[command(flatten)]
    input: InputFlags,
    #[command(flatten)]
    namespace: NamespaceFlag,
    #[command(flatten)]
    pub colour: ColourFlag,
    /// Print less: the verdict without the steps
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Print more: which other rules match, and why they lose
    // kubectl's -v takes a level; any level asks for more.
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_missing_value = "1", value_name = "LEVEL", hide_possible_values = true)]
    verbose: Option<u8>,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// A request that was followed to a backend, or to what answers before one.
pub struct FollowedRequest {
    /// In the world in which it was followed.
    pub session: Session,
    pub trace: Trace,
    /// Whether some input could not be read.
    pub broken: bool,
}

pub fn run(args: &WhyArgs, console: &Console) -> Result<Exit, Failure> {
    let followed = follow(&ROUTES, args, console)?;
    let text = match args.output {
        Output::Human => followed.human(args, &console.theme),
        machine => document(&MachineDocument::new("Trace", &followed.trace), machine)?,
    };
    console.put(&text, args.output)?;
    Ok(followed.exit())
}

/// Follows a request for a product that reads at least what `routes` does.
///
/// # Errors
/// When nothing can be read, the request is none, or it is not clear which Gateway gets it.
pub fn follow(
    product: &'static dyn Product,
    args: &WhyArgs,
    console: &Console,
) -> Result<FollowedRequest, Failure> {
    let mut request = asked::request(args)?;
    if args.send {
        send::check(&request, args.address.as_deref(), args.allow_unsafe_method)?;
    }
    let mut session = session::open(Opening::new(
        product,
        &args.input,
        &args.cluster,
        &args.namespace.namespace,
    )?)?;
    let broken = session.complain(console);
    session.lay();
    // The host may be given as the files spell it.
    if placeholder::has(&request.host) {
        request = request.with_host(&session.told.filled(&request.sni));
    }
    let place = session.place();
    if let Some(live) = &mut session.live {
        live.frugal();
    }
    let mut followed = Vec::new();
    for world in 0..session.worlds.len().max(1) {
        session.enter(world);
        followed.push(session.look(&Scope::default(), |facts| {
            resolve(facts, &request, args.gateway.as_deref()).map(|mut trace| {
                if !args.no_follow {
                    after_redirects(facts, &mut trace);
                }
                blind(facts, &mut trace);
                if let Some(service) = &args.expect {
                    expect(facts, &mut trace, service);
                }
                codes::fill(facts, &mut trace);
                trace
            })
        })?);
    }
    let names = session.worlds.iter().map(|world| world.name.as_str());
    let (world, followed) = best_world(followed, &names.collect::<Vec<_>>());
    session.enter(world);
    let mut trace = followed.map_err(|error| asked::untraceable(error, &request, &place))?;
    if args.send {
        let (address, limit) = (args.address.as_deref(), args.cluster.request_limit());
        match send::run(&mut session, &request, &trace, address, limit) {
            Ok(sent) => trace.sent = Some(sent),
            Err(failure) => trace.not_sent = Some(send::not_sent(failure)?),
        }
    }
    Ok(FollowedRequest { session, trace, broken })
}

impl WhyArgs {
    /// Makes the request a POST with a JSON body, unless a method is given.
    pub fn post(&mut self, body: &str) {
        self.data = Some(body.to_owned());
        if !self.headers.iter().any(|own| own.to_lowercase().starts_with("content-type:")) {
            self.headers.push("content-type: application/json".to_owned());
        }
    }
}

impl FollowedRequest {
    pub fn human(&self, args: &WhyArgs, theme: &Theme) -> String {
        let text = report::trace(&self.trace, theme, detail(args));
        let right = self.trace.verdict.unknown.as_deref();
        let right = right.and_then(|why| report::can_i(why, self.session.flags()));
        text + &right.map(|command| format!("       {command}\n")).unwrap_or_default()
    }

    pub fn exit(&self) -> Exit {
        exit(&self.trace).and(if self.broken { Exit::Usage } else { Exit::Good })
    }
}

fn detail(args: &WhyArgs) -> Detail {
    match args.verbose {
        Some(level) if level > 0 => Detail::More,
        _ if args.quiet => Detail::Verdict,
        _ => Detail::Steps,
    }
}

/// A list that decides and that the cluster does not give: what follows from its being empty is
/// not known.
fn blind(facts: &Facts, trace: &mut Trace) {
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
    let gap = facts.blind().into_iter().find(|(kind, ..)| decides(kind));
    if let (Some((.., why)), None) = (gap, &trace.verdict.unknown) {
        trace.verdict.status = None;
        trace.verdict.says = format!("cannot be predicted: {}", why.detail);
        trace.verdict.unknown = Some(why.detail);
        trace.verdict.possible.clear();
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
    if verdict.unknown.is_some() || trace.not_sent.is_some() {
        return Exit::Blind;
    }
    if trace.expected.as_ref().is_some_and(|own| own.met == Some(false)) {
        return Exit::Findings;
    }
    // A client that follows redirects ends there.
    if let Some(arrival) = &trace.arrives
        && (arrival.loops || arrival.status.is_some_and(|status| status >= 400))
    {
        return Exit::Findings;
    }
    let any = verdict.possible.iter().any(|p| p.share > 0.0 && bad(p.status));
    if any || bad(verdict.status) { Exit::Findings } else { Exit::Good }
}
