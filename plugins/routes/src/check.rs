//! `routes check`: all routes, judged.

use clap::Args as ClapArgs;
use igw::cli::{Common, ReportOutput};
use igw::exit::{Exit, Failure};
use igw::judge::{self, Judged};
use igw::load::{self, Loaded};
use igw::output;
use igw_core::facts::views::{Gateway, HttpRoute};
use igw_core::facts::{Cx, Kind, Profile, Refused, Scope, Version};
use igw_core::finding::Assumption;
use igw_core::report::{Human, Tool};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;

use crate::checks::ALL;
use crate::{overview, watch};

/// The flags of `check`.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Args {
    #[command(flatten)]
    judge: judge::Flags,
    /// A host by which clients ask: a finding if no route takes it (repeatable)
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// Look again whenever something changes, and tell what appears and what is gone; for people
    #[arg(long)]
    watch: bool,
}

impl Args {
    /// Flags before and after the word `check` add up.
    pub fn or(&self, other: &Args) -> Args {
        Args {
            judge: self.judge.or(&other.judge),
            host: [self.host.as_slice(), &other.host].concat(),
            watch: self.watch || other.watch,
        }
    }
}

/// Judge the routes.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  # two routes only
  kubectl igw routes check chat-route team-b/embed-route -f manifests/

  # one check only, as JSON
  kubectl igw routes check --only IGW0103 -f manifests/ -o json

  # what would this change do to the cluster? nothing is applied
  kubectl igw routes check -f change.yaml --overlay

  # in CI: fail on warnings, too
  kubectl igw routes check -f manifests/ --fail-on warning")]
pub struct Check {
    /// HTTPRoutes to judge: NAME or NAMESPACE/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: Args,
}

/// This program, as reports name it.
pub const TOOL: Tool = Tool { name: "kubectl-igw-routes", version: env!("CARGO_PKG_VERSION") };

/// Runs `check`.
pub fn run(common: &Common, args: &Args, names: &[String]) -> Result<Exit, Failure> {
    let plan = judge::plan(common, &args.judge, ALL)?;
    let mut loaded = load::load(common, crate::DEMO)?;
    let for_people = args.judge.format() == ReportOutput::Human;
    if args.watch {
        match &mut loaded.live {
            Some(live) if for_people && !common.overlay => live.remember(),
            Some(_) => {
                return Err(Failure::usage("--watch is for people, without -o and --overlay")
                    .hint("a script looks again by itself: kubectl igw routes -o json"));
            }
            None => {
                let why = "--watch needs a cluster: leave out -f, --bundle and --demo";
                return Err(Failure::usage(why));
            }
        }
    }
    for host in &args.host {
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/*?#@".contains(c)) {
            return Err(Failure::usage(format!("--host {host:?}: not a host name or address"))
                .hint("the name alone: --host api.example.com"));
        }
    }
    loaded.store.settings.hosts = args.host.clone();
    let settings = loaded.store.settings.clone();
    let broken = loaded.complain();
    let scope = loaded.scope(common, names)?;
    plan.gather(&mut loaded, &scope)?;
    // Nothing was read: the complaints say it all, and a verdict would look like a good one.
    if broken && loaded.store.objects == 0 && for_people {
        return Ok(Exit::Usage);
    }
    let mut judged = plan.run(TOOL, &mut loaded, &scope, Vec::new())?;
    unknown_names(&mut loaded, &scope)?;
    // Of a cluster the Gateways are known only now.
    judged.report.assumptions = assumptions(&Cx::new(&loaded.store, &Scope::default()));
    if for_people {
        output::print(&human(common, &loaded, &scope, &judged, common.quiet))?;
        if common.demo && !common.quiet {
            output::print(&demo_trace(common, &loaded)?)?;
        }
    } else {
        plan.print(&judged, &loaded)?;
    }
    if args.watch {
        return watch::run(common, &plan, loaded, &scope, &settings, judged);
    }
    let exit = plan.exit(&judged, broken);
    // The process ends here; giving back a large cluster piece by piece takes a while.
    std::mem::forget((judged, loaded));
    Ok(exit)
}

/// The request that the demo follows.
const DEMO_URL: &str = "http://api.example.com/langfuse/project/x";

/// The end of the demo: one request, followed.
fn demo_trace(common: &Common, loaded: &Loaded) -> Result<String, Failure> {
    let everything = Scope::default();
    let cx = Cx::new(&loaded.store, &everything);
    let request = Request::parse("GET", DEMO_URL, &[]).map_err(|bad| Failure::usage(bad.0))?;
    let trace = resolve(&cx, &request, None)
        .map_err(|_| Failure::usage("the example has more than one Gateway"))?;
    let text = igw_core::report::trace(&trace, &common.theme(), false);
    Ok(format!("\nOne of its requests:   kubectl igw routes why {DEMO_URL} --demo\n\n{text}"))
}

fn unknown_names(loaded: &mut Loaded, scope: &Scope) -> Result<(), Failure> {
    if scope.names.is_empty() {
        return Ok(());
    }
    let everything = Scope { namespace: scope.namespace.clone(), ..Scope::default() };
    let place = loaded.place();
    let unknown = |cx: &Cx| {
        let routes = cx.routes();
        // What may not be listed may still be there.
        if cx.list::<HttpRoute>(scope.namespace.as_deref()).gap.is_some() && place != "the input" {
            return None;
        }
        let name = scope.names.iter().find(|name| {
            !routes.iter().any(|route| route.meta.is_called(name))
                && !cx.store.refused.iter().any(|refused| refused.meta.is_called(name))
        })?;
        let mut near: Vec<String> = routes.iter().map(|r| r.meta.full_name()).collect();
        near.truncate(8);
        Some(
            Failure::usage(format!("there is no HTTPRoute {name} in {place}"))
                .hint(format!("there are: {}", near.join(" "))),
        )
    };
    match loaded.look(&everything, unknown)? {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

/// What was taken for granted about the implementations.
fn assumptions(cx: &Cx) -> Vec<Assumption> {
    let mut out = Vec::new();
    for gateway in cx.list::<Gateway>(None).items {
        match cx.profile(gateway).known() {
            Some(Profile::Kgateway { version, .. }) => out.extend(about_kgateway(cx, version)),
            Some(Profile::EnvoyGateway) => out.push(Assumption {
                what: "Envoy Gateway behaves as 1.9".to_owned(),
                why: "1.9 was observed, as far as clients see it".to_owned(),
            }),
            Some(Profile::Specification) => {
                let class = cx.class(gateway).known();
                let controller = class.map(|c| c.controller.as_str()).unwrap_or_default();
                out.push(Assumption {
                    what: format!(
                        "controller {controller} follows the Gateway API's specification"
                    ),
                    why: "only kgateway and Envoy Gateway were observed".to_owned(),
                });
            }
            None => {}
        }
    }
    out.sort();
    out.dedup();
    out
}

fn about_kgateway(cx: &Cx, version: Version) -> Option<Assumption> {
    let settings = &cx.store.settings;
    let where_not = match cx.store.world {
        Some(_) => "no Deployment of it is in the input",
        None => "no Deployment of it was found",
    };
    let said = settings.kgateway.or(settings.kgateway_seen).is_some();
    let (oldest, newest) = (Version::OLDEST_KGATEWAY, Version::NEWEST_KGATEWAY);
    if settings.whatever_version {
        let why = "each does the same here; which one runs was not asked";
        Some(Assumption { what: format!("kgateway {oldest} to {newest}"), why: why.to_owned() })
    } else if !said {
        let why = format!("{where_not}; --assume kgateway=VERSION");
        Some(Assumption { what: format!("kgateway {newest}"), why })
    } else if version < oldest || version > newest {
        let near = if version < oldest { oldest } else { newest };
        let why = format!("kgateway {oldest} to {newest} were observed");
        Some(Assumption { what: format!("kgateway {version} behaves as {near}"), why })
    } else {
        None
    }
}

/// The report for people; `quiet`: findings and the verdict only.
pub fn human(
    common: &Common,
    loaded: &Loaded,
    scope: &Scope,
    judged: &Judged,
    quiet: bool,
) -> String {
    let cx = Cx::new(&loaded.store, scope);
    let gateways = if quiet { Vec::new() } else { overview::gateway_lines(&cx) };
    let passed: Vec<_> =
        judged.sinks.iter().map(|sink| (sink.meta().code, sink.meta().name, sink.passed)).collect();
    Human {
        report: &judged.report,
        gateways: &gateways,
        namespace: scope.namespace.as_deref(),
        routes: cx.routes().len() + refused_routes(&cx),
        nouns: ("route", "HTTPRoute"),
        verbose: common.verbose,
        quiet,
        passed: &passed,
        flags: loaded.flags(),
    }
    .render(&common.theme())
}

/// HTTPRoutes that the API server would refuse are judged, too.
fn refused_routes(cx: &Cx) -> usize {
    let is_route = |refused: &&Refused| {
        let meta = &refused.meta;
        let stays = || cx.get::<HttpRoute>(&meta.namespace, &meta.name).known().is_some();
        refused.kind == Some(Kind::HttpRoute) && cx.scope.contains(meta) && !stays()
    };
    cx.store.refused.iter().filter(is_route).count()
}
