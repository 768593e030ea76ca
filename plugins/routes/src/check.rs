//! `routes check`: all routes, judged.

use clap::Args as ClapArgs;
use igw::cli::{Common, FailOn, Output};
use igw::exit::{Exit, Failure};
use igw::load::{self, Loaded};
use igw::output;
use igw_core::check::{Check as Judge, Sink};
use igw_core::facts::views::{Gateway, HttpRoute};
use igw_core::facts::{Cx, Fact, Kind, Profile, Refused, Scope, Settings, Version};
use igw_core::finding::Assumption;
use igw_core::report::{
    Gap, GatewayLine, Human, InputSummary, ListenerLine, Located, Report, Summary, Tool,
};
use igw_core::route::gateway::{self, Running};
use igw_core::route::listener::Serves;
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::settle;

use crate::checks::ALL;

/// The flags of `check`.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Args {
    /// Output format
    #[arg(short, long, value_enum)]
    output: Option<Output>,
    /// Only these checks, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// All checks but these, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    skip: Vec<String>,
    /// From which severity on the exit code is 1
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<FailOn>,
    /// Exit 3 when a check could not be done, whatever the reason
    #[arg(long)]
    strict: bool,
}

impl Args {
    /// Flags before and after the word `check` add up.
    pub fn or(&self, other: Args) -> Args {
        Args {
            output: other.output.or(self.output),
            only: [self.only.as_slice(), &other.only].concat(),
            skip: [self.skip.as_slice(), &other.skip].concat(),
            fail_on: other.fail_on.or(self.fail_on),
            strict: self.strict || other.strict,
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

  # in CI: fail on warnings, too
  kubectl igw routes check -f manifests/ --fail-on warning")]
pub struct Check {
    /// HTTPRoutes to judge: NAME or NAMESPACE/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: Args,
}

/// Runs `check`.
pub fn run(common: &Common, args: &Args, names: &[String]) -> Result<Exit, Failure> {
    let checks = select(args)?;
    let mut loaded = load::load(common, crate::DEMO)?;
    let broken = loaded.complain();
    let scope = common.scope(names)?;
    // Nothing was read: the complaints say it all, and a verdict would look like a good one.
    if broken && loaded.store.objects == 0 && args.output.unwrap_or_default() == Output::Human {
        return Ok(Exit::Usage);
    }
    unknown_names(&loaded, &scope)?;
    let sinks = settle::settle(&checks, &mut loaded.store, &scope, &mut settle::Files);
    let report = report(&loaded, &sinks);
    match args.output.unwrap_or_default() {
        Output::Human => {
            let text = human(common, &loaded, &scope, &report, &sinks);
            output::print(&text)?;
            if common.demo && !common.quiet {
                output::print(&demo_trace(common, &loaded)?)?;
            }
        }
        machine => output::document(&report, machine)?,
    }
    let found = args.fail_on.unwrap_or_default().fails(report.worst());
    let blind = sinks
        .iter()
        .flat_map(Sink::gaps)
        .any(|gap| args.strict || gap.why.kind.is_failure() || !args.only.is_empty());
    let exits = [(broken, Exit::Usage), (found, Exit::Findings), (blind, Exit::Blind)];
    Ok(exits.iter().filter(|(is, _)| *is).fold(Exit::Good, |all, (_, one)| all.and(*one)))
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

/// The checks that the flags leave.
fn select(args: &Args) -> Result<Vec<&'static dyn Judge>, Failure> {
    for wanted in args.only.iter().chain(&args.skip) {
        if !ALL.iter().any(|check| check.meta().is(wanted)) {
            let known: Vec<&str> = ALL.iter().map(|check| check.meta().code).collect();
            let near = ALL
                .iter()
                .map(|check| check.meta())
                .map(|meta| (strsim::normalized_damerau_levenshtein(meta.name, wanted), meta))
                .filter(|(alike, meta)| *alike > 0.5 || meta.name.contains(wanted.as_str()))
                .max_by(|(a, _), (b, _)| a.total_cmp(b));
            let mut failure = Failure::usage(format!("there is no check {wanted}"));
            if let Some((_, meta)) = near {
                failure = failure.hint(format!("did you mean {} {}?", meta.code, meta.name));
            }
            return Err(failure.hint(format!("known: {}", known.join(" "))));
        }
    }
    let named = |list: &[String], check: &&dyn Judge| list.iter().any(|w| check.meta().is(w));
    let left: Vec<_> = ALL
        .iter()
        .copied()
        .filter(|check| args.only.is_empty() || named(&args.only, check))
        .filter(|check| !named(&args.skip, check))
        .collect();
    match left.is_empty() {
        true => Err(Failure::usage("--only and --skip leave no check to do")),
        false => Ok(left),
    }
}

fn unknown_names(loaded: &Loaded, scope: &Scope) -> Result<(), Failure> {
    let everything = Scope { namespace: scope.namespace.clone(), ..Scope::default() };
    let routes = Cx::new(&loaded.store, &everything).routes();
    for name in &scope.names {
        let known = routes.iter().any(|route| route.meta.is_called(name))
            || loaded.store.refused.iter().any(|refused| refused.meta.is_called(name));
        if !known {
            let mut near: Vec<String> = routes.iter().map(|r| r.meta.full_name()).collect();
            near.truncate(8);
            return Err(Failure::usage(format!("there is no HTTPRoute {name} in the input"))
                .hint(format!("there are: {}", near.join(" "))));
        }
    }
    Ok(())
}

fn report(loaded: &Loaded, sinks: &[Sink]) -> Report {
    let mut findings: Vec<Located> = sinks
        .iter()
        .flat_map(|sink| &sink.findings)
        .map(|finding| Located {
            finding: finding.clone(),
            location: loaded.locate(finding.origin, &finding.path),
        })
        .collect();
    findings.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    let mut gaps: Vec<_> = sinks.iter().flat_map(Sink::gaps).collect();
    gaps.sort();
    let count =
        |severity| findings.iter().filter(|located| located.finding.severity == severity).count();
    use igw_core::finding::Severity::{Error, Info, Warning};
    let summary = Summary {
        errors: count(Error),
        warnings: count(Warning),
        infos: count(Info),
        objects: loaded.store.objects,
        passed: sinks.iter().map(|sink| sink.passed).sum(),
        not_checked: gaps.len(),
    };
    let files = loaded.input.files.iter().map(|file| file.name.clone());
    Report {
        api_version: "igw.dev/v1alpha1",
        kind: "Report",
        tool: Tool { name: "kubectl-igw-routes", version: env!("CARGO_PKG_VERSION") },
        input: InputSummary {
            mode: loaded.mode,
            context: None,
            files: files.collect(),
            skipped: loaded.input.skipped,
        },
        assumptions: assumptions(loaded),
        findings,
        suppressed: Vec::new(),
        not_checked: gaps.into_iter().map(Gap::from).collect(),
        summary,
        predicted: None,
    }
}

/// What was taken for granted about the implementations.
fn assumptions(loaded: &Loaded) -> Vec<Assumption> {
    let everything = Scope::default();
    let cx = Cx::new(&loaded.store, &everything);
    let settings = &loaded.store.settings;
    let mut out = Vec::new();
    for gateway in cx.list::<Gateway>(None).items {
        match cx.profile(gateway).known() {
            Some(Profile::Kgateway { version, .. }) => {
                out.extend(about_kgateway(settings, version))
            }
            Some(Profile::Specification) => {
                let class = cx.class(gateway).known();
                let controller = class.map(|c| c.controller.as_str()).unwrap_or_default();
                let hint = match controller.starts_with("kgateway.dev/") {
                    true => "; kgateway's own name is kgateway.dev/kgateway",
                    false => "",
                };
                out.push(Assumption {
                    what: format!(
                        "controller {controller} follows the Gateway API's specification"
                    ),
                    why: format!("only kgateway was observed{hint}"),
                });
            }
            None => {}
        }
    }
    out.sort();
    out.dedup();
    out
}

fn about_kgateway(settings: &Settings, version: Version) -> Option<Assumption> {
    let said = settings.kgateway.or(settings.kgateway_seen).is_some();
    let (oldest, newest) = (Version { major: 2, minor: 2 }, Version::NEWEST_KGATEWAY);
    if !said {
        let why = "no Deployment of it is in the input; --assume kgateway=VERSION".to_owned();
        Some(Assumption { what: format!("kgateway {newest}"), why })
    } else if version < oldest || version > newest {
        let near = if version < oldest { oldest } else { newest };
        let why = format!("kgateway {oldest} to {newest} were observed");
        Some(Assumption { what: format!("kgateway {version} behaves as {near}"), why })
    } else {
        None
    }
}

fn human(
    common: &Common,
    loaded: &Loaded,
    scope: &Scope,
    report: &Report,
    sinks: &[Sink],
) -> String {
    let cx = Cx::new(&loaded.store, scope);
    let gateways = gateway_lines(&cx);
    let passed: Vec<_> = ALL
        .iter()
        .filter_map(|check| {
            let meta = check.meta();
            let sink = sinks.iter().find(|sink| sink.is_of(meta))?;
            Some((meta.code, meta.name, sink.passed))
        })
        .collect();
    Human {
        report,
        gateways: &gateways,
        namespace: scope.namespace.as_deref(),
        routes: cx.routes().len() + refused_routes(&cx),
        nouns: ("route", "HTTPRoute"),
        verbose: common.verbose,
        quiet: common.quiet,
        passed: &passed,
    }
    .render(&common.theme())
}

/// HTTPRoutes that the API server would refuse are judged, too.
fn refused_routes(cx: &Cx) -> usize {
    let is_route = |refused: &&Refused| {
        refused.kind == Some(Kind::HttpRoute) && cx.scope.contains(&refused.meta)
    };
    cx.store.refused.iter().filter(is_route).count()
}

/// The Gateways that judged routes lead to, with their listeners.
fn gateway_lines(cx: &Cx) -> Vec<GatewayLine> {
    let mut wanted: Vec<(String, String)> = cx
        .routes()
        .iter()
        .flat_map(|route: &&HttpRoute| gateway::parents_of(cx, route))
        .map(|parent| parent.gateway().meta.key())
        .collect();
    if cx.scope.names.is_empty() {
        let all = cx.list::<Gateway>(None).items.into_iter();
        wanted.extend(all.filter(|g| cx.scope.contains(&g.meta)).map(|g| g.meta.key()));
    }
    wanted.sort();
    wanted.dedup();
    let known = |key: &(String, String)| cx.get::<Gateway>(&key.0, &key.1).known();
    wanted.iter().filter_map(known).filter_map(|gateway| gateway_line(cx, gateway)).collect()
}

fn gateway_line(cx: &Cx, gateway: &Gateway) -> Option<GatewayLine> {
    let profile: Profile = cx.profile(gateway).known()?;
    let compiled = gateway::compile(cx, gateway, profile);
    let mut names: Vec<_> =
        compiled.attached.iter().map(|attached| attached.route.meta.full_name()).collect();
    names.sort();
    names.dedup();
    let listeners = compiled.listeners.iter().enumerate().map(|(index, listener)| {
        let running = matches!(compiled.running, Running::Yes);
        let known = !matches!(compiled.running, Running::Unknown(_))
            && !matches!(listener.serves, Fact::Unknown(_));
        let says = match (&compiled.running, &listener.serves) {
            (Running::No(_, says), _) => format!("nothing answers: {says}"),
            (Running::Unknown(why), _) => format!("not known: {}", why.detail),
            (_, Fact::Known(Serves::Closed(says))) => format!("closed: {says}"),
            (_, Fact::Known(Serves::PlainOnHttps)) => {
                "HTTPS without tls: served as plain HTTP".to_owned()
            }
            (_, Fact::Known(Serves::OtherProtocol)) => "carries no HTTP routes".to_owned(),
            (_, Fact::Unknown(why)) => format!("not known: {}", why.detail),
            _ => admits(listener.spec, compiled.attached_routes(index)),
        };
        ListenerLine {
            good: known.then_some(running && listener.is_open()),
            name: format!("{} :{}", listener.spec.name, listener.spec.port),
            says,
        }
    });
    Some(GatewayLine {
        title: gateway.meta.title(),
        profile: profile.to_string(),
        routes: names.len(),
        listeners: listeners.collect(),
    })
}

fn admits(listener: &igw_core::facts::views::Listener, routes: usize) -> String {
    let namespaces = match listener.allowed_routes.namespaces.from.as_str() {
        "All" => "all namespaces",
        "Same" => "its own namespace",
        "Selector" => "selected namespaces",
        _ => "no namespace",
    };
    let host = listener.hostname.as_ref().map(|h| format!(" for {h}")).unwrap_or_default();
    let routes = igw_core::words::count(routes, "route");
    format!("accepts routes from {namespaces}{host}, has {routes}")
}
