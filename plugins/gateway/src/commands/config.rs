//! `gateway config`: what the proxy really has, compared with what the rules predict.

use std::io::Read as _;

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::{MachineDocument, document};
use igw::probe::{self, Via};
use igw::session::{self, Opening, Session};
use igw_core::facts::{Facts, Scope};
use igw_core::kube::ObjRef;
use igw_core::report::Theme;
use igw_core::route::followed::{self, Front};
use igw_core::route::gateway::Running;
use igw_core::route::hostname;
use serde::Serialize;

use crate::dump::{self, ConfigDifference, ProxyDump};
use crate::{GATEWAY, controllers, proxies};

/// Compare what the proxy of a Gateway has with what the rules predict: listeners, virtual hosts and
/// routes, and the updates that it refused.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # ask a pod of the proxy, through a port-forward to its admin port (GET /config_dump)
  kubectl igw gateway config gw/public

  # the same for one host
  kubectl igw gateway config gw/public --host api.example.com

  # compare a saved dump with manifests
  kubectl igw gateway config -f manifests/ --dump dump.json")]
pub struct GatewayConfigArgs {
    /// The Gateway: NAME or NAMESPACE/NAME; default: the only one
    #[arg(value_name = "GATEWAY")]
    gateway: Option<String>,
    /// Read Envoy's config_dump from this file (-: stdin), not from the proxy
    #[arg(long, value_name = "FILE")]
    dump: Option<String>,
    /// Show only what answers for this host
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    output: Output,
    #[command(flatten)]
    read: ReadFlags,
}

/// What a proxy has, and what differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProxyComparison {
    gateway: ObjRef,
    proxy: ProxyDump,
    differences: Vec<ConfigDifference>,
    /// Why not all of it was compared.
    not_compared: Vec<String>,
}

/// Envoy's admin port, on the loopback of the proxies of kgateway and of Envoy Gateway.
const ADMIN: u16 = 19000;

/// A dump of a proxy with more than that is none.
const MOST: u64 = 256 << 20;

pub fn run(args: &GatewayConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let saved = args.dump.as_deref().map(saved).transpose()?;
    let mut session = session::open(Opening::of(&GATEWAY, &args.read)?)?;
    let broken = session.complain(console);
    session.lay();
    let dump = match saved {
        Some(dump) => dump,
        None => asked(&mut session, args)?,
    };
    let mut dump = dump::read(&dump).map_err(|why| {
        let from =
            args.dump.as_ref().map_or("the proxy".to_owned(), |file| format!("--dump {file}"));
        Failure::usage(format!("{from}: {why}"))
    })?;
    let place = session.place();
    let found = session.look(&Scope::default(), |facts| compared(facts, args, &dump))?;
    let found = found.map_err(|words| Failure::usage(format!("{words} in {place}")))?;
    if let Some(host) = &args.host {
        for table in &mut dump.tables {
            table.hosts.retain(|own| own.names().any(|name| takes(name, host)));
        }
    }
    let found = ProxyComparison { proxy: dump, ..found };
    let text = match args.output {
        Output::Human => human(&found, &console.theme),
        machine => document(&MachineDocument::new("ProxyConfig", &found), machine)?,
    };
    console.put(&text, args.output)?;
    Ok(match (broken, found.differences.is_empty()) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Good,
        (false, false) => Exit::Findings,
    })
}

/// What a pod of the proxy answers.
fn asked(session: &mut Session, args: &GatewayConfigArgs) -> Result<String, Failure> {
    if session.live.is_none() {
        let hint = "kubectl port-forward -n NAMESPACE deployment/GATEWAY 19000, then curl -s http://127.0.0.1:19000/config_dump";
        return Err(Failure::usage("there is no proxy to ask: give --dump FILE").hint(hint));
    }
    let place = session.place();
    let pod = session.look(&Scope::default(), |facts| {
        controllers::find(facts);
        let front = chosen(facts, args)?;
        let (gateway, profile) = (front.compiled.gateway, front.compiled.profile);
        let pods = proxies::of(facts, gateway, profile).map(|pods| pods.items).unwrap_or_default();
        let ready = pods.iter().find(|pod| pod.ready == Some(true)).or(pods.first());
        let pod = ready.map(|pod| (pod.meta.namespace.clone(), pod.meta.name.clone()));
        pod.ok_or_else(|| format!("no pod of the proxy of {} is known", gateway.meta.title()))
    })?;
    let (namespace, name) = pod.map_err(|words| Failure::usage(format!("{words} in {place}")))?;
    let Some(live) = &session.live else {
        return Err(Failure::usage("there is no proxy to ask: give --dump FILE"));
    };
    let way = Via::Pod { namespace, name, port: ADMIN };
    probe::document("/config_dump", &way, live, args.read.cluster.request_limit())
}

fn saved(file: &str) -> Result<String, Failure> {
    let mut out = String::new();
    let read = match file {
        "-" => std::io::stdin().take(MOST).read_to_string(&mut out),
        _ => std::fs::File::open(file).and_then(|own| own.take(MOST).read_to_string(&mut out)),
    };
    read.map_err(|error| Failure::usage(format!("--dump {file}: cannot be read: {error}")))?;
    Ok(out)
}

fn takes(pattern: &str, host: &str) -> bool {
    pattern == "*" || hostname::covers(pattern, host)
}

/// The Gateway that is meant.
fn chosen<'s>(facts: &'s Facts<'_>, args: &GatewayConfigArgs) -> Result<&'s Front<'s>, String> {
    let named = |front: &&Front| {
        args.gateway.as_ref().is_none_or(|name| front.compiled.gateway.meta.is_called(name))
    };
    let found: Vec<&Front> = followed::gateways(facts).iter().filter(named).collect();
    match found.as_slice() {
        [] => Err("there is no such Gateway with a known controller".to_owned()),
        [only] => Ok(*only),
        more => {
            let names: Vec<String> =
                more.iter().map(|front| front.compiled.gateway.meta.full_name()).collect();
            Err(format!("name one of the Gateways {}", igw_core::text::some_of(&names, 6)))
        }
    }
}

fn compared(
    facts: &Facts,
    args: &GatewayConfigArgs,
    dump: &ProxyDump,
) -> Result<ProxyComparison, String> {
    // Its image tells which release's rules hold.
    controllers::find(facts);
    let front = chosen(facts, args)?;
    let mut not_compared = Vec::new();
    match &front.compiled.running {
        Running::Yes => {}
        Running::No(_, says) => not_compared.push(format!("no proxy is predicted: {says}")),
        Running::Unknown(why) => not_compared.push(why.detail.clone()),
    }
    let undecided = front.compiled.undecided.iter();
    not_compared
        .extend(undecided.map(|(route, why)| format!("{}: {}", route.meta.title(), why.detail)));
    let refused = front.tables.iter().flat_map(|(_, table)| &table.refused);
    not_compared.extend(refused.map(|(route, value)| {
        format!(
            "Envoy is predicted to refuse its port: {} (IGW0126, {})",
            value.says,
            route.meta.title()
        )
    }));
    let wanted = |pattern: &str| args.host.as_ref().is_none_or(|host| takes(pattern, host));
    let differences = match &front.compiled.running {
        Running::No(..) => Vec::new(),
        _ => dump::compare(front, dump, wanted),
    };
    let gateway = front.compiled.gateway.meta.reference();
    not_compared.sort();
    not_compared.dedup();
    Ok(ProxyComparison { gateway, proxy: ProxyDump::default(), differences, not_compared })
}

fn human(found: &ProxyComparison, theme: &Theme) -> String {
    use igw_core::finding::Severity;
    use igw_core::text::{clean, count};
    let mut out = String::new();
    let bad = theme.severity(Severity::Error, theme.glyph(Severity::Error));
    out.push_str(&format!("{}\n", theme.bold(&clean(&found.gateway.to_string()))));
    for listener in &found.proxy.listeners {
        let since =
            listener.updated.as_ref().map(|own| format!(", since {own}")).unwrap_or_default();
        out.push_str(&clean(&format!("  listener {} :{}{since}", listener.name, listener.port)));
        out.push('\n');
        let tables = found.proxy.tables.iter().filter(|own| listener.tables.contains(&own.name));
        for table in tables {
            let since =
                table.updated.as_ref().map(|own| format!(", since {own}")).unwrap_or_default();
            let hosts = count(table.hosts.len(), "virtual host");
            out.push_str(&clean(&format!("    route table {}, {hosts}{since}", table.name)));
            out.push('\n');
            for host in &table.hosts {
                out.push_str(&clean(&format!("      {}", host.domains.join(", "))));
                out.push('\n');
                for route in &host.routes {
                    out.push_str(&clean(&format!("        {}  {}", route.matches, route.to)));
                    out.push('\n');
                }
            }
        }
    }
    for refusal in &found.proxy.refused {
        let since = refusal.since.as_ref().map(|own| format!(" at {own}")).unwrap_or_default();
        let says = format!("refused {} {}{since}: {}", refusal.what, refusal.name, refusal.reason);
        out.push_str(&format!("  {bad} {}\n", theme.after(4, 4, &clean(&says))));
    }
    for difference in &found.differences {
        let host = match difference.host.as_str() {
            "" => String::new(),
            host => format!(" {host}"),
        };
        let says = format!(":{}{host}: {}", difference.port, difference.says);
        out.push_str(&format!("  {bad} {}\n", theme.after(4, 4, &clean(&says))));
    }
    for why in &found.not_compared {
        out.push_str(&format!("  {} {}\n", theme.dot(), theme.after(4, 4, &clean(why))));
    }
    let verdict = match (found.differences.len(), found.proxy.refused.len()) {
        (0, 0) if found.not_compared.is_empty() => {
            "The proxy has what the rules predict.".to_owned()
        }
        (0, 0) => "No difference seen; not all of it was compared.".to_owned(),
        (0, refused) => format!("{} refused.", count(refused, "update")),
        (different, _) => {
            format!("{} from what the rules predict.", count(different, "difference"))
        }
    };
    out.push_str(&format!("\n{verdict}\n"));
    out
}
