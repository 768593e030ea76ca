//! `routes why`: one request, followed.

mod asked;
mod exit;
mod worlds;

use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::{MachineDocument, document};
use igw::product::Product;
use igw::session::{self, Opening, Session};
use igw_core::facts::{Facts, Scope};
use igw_core::kube::Kind;
use igw_core::report::{Detail, Theme, TraceEnd};
use igw_core::route::resolve::{after_redirects, expect, resolve};
use igw_core::route::trace::Trace;
use igw_core::{placeholder, report};

use super::send;
use crate::{ROUTES, codes};
pub use asked::WhyArgs;
use exit::exit;
use worlds::best_world;

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
        Output::Human => followed.human(args, None, &console.theme),
        machine => document(&MachineDocument::new("Trace", &followed.trace), machine)?,
    };
    console.put(&text, args.output)?;
    Ok(followed.exit())
}

/// What a cluster answers to a request, for `fix`: the trace with it, and the exit code of `why`.
///
/// # Errors
/// As `why`.
pub fn sent(
    url: &str,
    address: Option<&String>,
    read: &ReadFlags,
    console: &Console,
) -> Result<(Trace, Exit), Failure> {
    let followed = follow(&ROUTES, &WhyArgs::sent(url, address, read), console)?;
    let exit = exit(&followed.trace);
    Ok((followed.trace, exit))
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
    if let Some(live) = &mut session.live {
        live.read_pointing(&mut session.store);
    }
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

impl FollowedRequest {
    /// For people; `end`: how it goes on behind the gateway.
    pub fn human(&self, args: &WhyArgs, end: Option<&TraceEnd>, theme: &Theme) -> String {
        let text = report::trace(&self.trace, end, theme, detail(args));
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
