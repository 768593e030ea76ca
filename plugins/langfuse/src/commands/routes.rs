//! `langfuse routes`: the route that Langfuse needs.

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::document;
use igw::session::{self, Opening};
use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, Service};
use igw_core::kube::full_name;
use igw_core::langfuse::{WEB_PORT, installations, services};
use igw_core::text;
use serde_json::{Value, json};

use crate::{LANGFUSE, checks, grant};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # the route of a Langfuse with a hostname of its own (recommended)
  kubectl igw langfuse routes --host langfuse.example.com

  # for an image that is built with NEXT_PUBLIC_BASE_PATH=/langfuse
  kubectl igw langfuse routes --host tools.example.com --base-path /langfuse

  # nothing is read if all is said
  kubectl igw langfuse routes --host langfuse.example.com --service tracing/langfuse-web \\
    --gateway edge/front | kubectl apply -f -")]
pub struct LangfuseRoutesArgs {
    /// Publish Langfuse on this hostname
    #[arg(long, value_name = "HOST")]
    host: String,
    /// Path for which the image is built; default: /
    #[arg(long, value_name = "PATH")]
    base_path: Option<String>,
    /// Service of the web server: NAMESPACE/NAME, with :PORT
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// Gateway of the route: NAMESPACE/NAME
    #[arg(long, value_name = "GATEWAY")]
    gateway: Option<String>,
    /// Namespace of the route; default: the Service's
    #[arg(long, value_name = "NAMESPACE")]
    route_namespace: Option<String>,
    #[command(flatten)]
    read: ReadFlags,
}

/// A Service of the web server, and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WebTarget {
    namespace: String,
    name: String,
    port: u16,
}

/// An object by namespace and name.
type FullName = (String, String);

pub fn run(args: &LangfuseRoutesArgs, console: &Console) -> Result<Exit, Failure> {
    let host = args.host.trim().to_ascii_lowercase();
    let label = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !host.trim_start_matches("*.").split('.').all(label) {
        return Err(Failure::usage(format!("\"{}\" is not a hostname", text::clean(&args.host))));
    }
    let base = args.base_path.as_deref().unwrap_or_default().trim_end_matches('/');
    if !base.is_empty() && !base.starts_with('/') {
        return Err(Failure::usage("--base-path begins with a slash".to_owned()));
    }
    let said = args.service.as_deref().map(service).transpose()?;
    let front = args.gateway.as_deref().map(full).transpose()?;
    let (web, gateway) = match (said, front) {
        (Some(web), Some(gateway)) => (web, gateway),
        (said, front) => found(args, console, said, front)?,
    };
    let namespace = args.route_namespace.clone().unwrap_or_else(|| web.namespace.clone());
    let mut all = vec![route(&host, base, &namespace, &web, &gateway)];
    if namespace != web.namespace {
        all.push(grant::object(&namespace, &web.namespace, &web.name));
    }
    let mut out = Vec::new();
    for object in &all {
        out.push(document(object, Output::Yaml)?);
    }
    console.print(&out.join("---\n"))?;
    for line in beside(&host, base, &web) {
        console.note(&line);
    }
    Ok(Exit::Good)
}

fn full(given: &str) -> Result<FullName, Failure> {
    match given.split_once('/') {
        Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => {
            Ok((namespace.to_owned(), name.to_owned()))
        }
        _ => Err(Failure::usage(format!("\"{}\" is not NAMESPACE/NAME", text::clean(given)))),
    }
}

fn service(given: &str) -> Result<WebTarget, Failure> {
    let (place, port) = match given.split_once(':') {
        Some((place, port)) => {
            let number = port.parse::<u16>();
            let bad = |_| Failure::usage(format!("\"{}\" is not a port", text::clean(port)));
            (place, number.map_err(bad)?)
        }
        None => (given, WEB_PORT),
    };
    let (namespace, name) = full(place)?;
    Ok(WebTarget { namespace, name, port })
}

/// What is not said, by what is read.
fn found(
    args: &LangfuseRoutesArgs,
    console: &Console,
    said: Option<WebTarget>,
    front: Option<FullName>,
) -> Result<(WebTarget, FullName), Failure> {
    let mut scope = args.read.scope.clone();
    scope.widest(&args.read.input);
    let mut session = session::open(Opening::of(&LANGFUSE, &args.read)?)?;
    session.complain(console);
    let asked = session.scope(&scope, &[])?;
    let asked = session.gather_readable(checks::ALL, asked, &scope, console)?;
    session.lay();
    let (webs, gateways) = session.look(&asked, |facts| (webs(facts), gateways(facts)))?;
    let web = match said {
        Some(said) => said,
        None => only(webs, "Service of Langfuse's web server", "--service", |own| {
            full_name(&own.namespace, &own.name)
        })?,
    };
    let gateway = match front {
        Some(front) => front,
        None => only(gateways, "Gateway", "--gateway", |own| full_name(&own.0, &own.1))?,
    };
    Ok((web, gateway))
}

fn only<T>(
    mut all: Vec<T>,
    what: &str,
    flag: &str,
    name: impl Fn(&T) -> String,
) -> Result<T, Failure> {
    let names: Vec<String> = all.iter().map(name).collect();
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(Failure::blind(format!("no {what} is known: give {flag}"))),
        (Some(_), false) => Err(Failure::usage(format!(
            "there is more than one {what} ({}): give {flag}",
            text::some_of(&names, 5)
        ))),
    }
}

fn webs(facts: &Facts) -> Vec<WebTarget> {
    let mut out: Vec<WebTarget> = Vec::new();
    for own in installations::judged(facts).filter(|own| own.web.is_some()) {
        for service in facts.list::<Service>(Some(&own.namespace)).items {
            let selects = own.web.iter().any(|web| service.selects(&web.workload.pod_labels));
            let port = service.ports.first().map_or(WEB_PORT, |port| port.port);
            let meta = &service.meta;
            if selects && !services::is_headless(service) {
                let (namespace, name) = (meta.namespace.clone(), meta.name.clone());
                out.push(WebTarget { namespace, name, port });
            }
        }
    }
    out
}

fn gateways(facts: &Facts) -> Vec<FullName> {
    facts.list::<Gateway>(None).items.into_iter().map(|own| own.meta.key()).collect()
}

fn route(
    host: &str,
    base: &str,
    namespace: &str,
    web: &WebTarget,
    (home, gateway): &FullName,
) -> Value {
    let mut reference = json!({ "name": web.name });
    if web.namespace != namespace {
        reference["namespace"] = json!(web.namespace);
    }
    reference["port"] = json!(web.port);
    let path = if base.is_empty() { "/" } else { base };
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": { "name": "langfuse", "namespace": namespace },
        "spec": {
            "parentRefs": [{ "name": gateway, "namespace": home }],
            "hostnames": [host],
            "rules": [{
                "matches": [{ "path": { "type": "PathPrefix", "value": path } }],
                "backendRefs": [reference],
            }],
        },
    })
}

/// What has to be set beside the route.
fn beside(host: &str, base: &str, web: &WebTarget) -> Vec<String> {
    let host = host.replacen("*.", "NAME.", 1);
    let auth = if base.is_empty() { String::new() } else { format!("{base}/api/auth") };
    let traces = format!(
        "http://{}.{}.svc.cluster.local:{}{base}{}",
        web.name,
        web.namespace,
        web.port,
        igw_core::langfuse::TRACES_PATH
    );
    let mut out = vec![format!(
        "set NEXTAUTH_URL of the web server to https://{host}{auth} (http:// without TLS)"
    )];
    if !base.is_empty() {
        out.push(format!("the image has to be built with NEXT_PUBLIC_BASE_PATH={base}: the prebuilt one serves at / only"));
        out.push(format!(
            "its probes ask for {base}/api/public/health and {base}/api/public/ready"
        ));
    }
    out.push(format!("exporters in the cluster need no route: {traces}"));
    out
}
