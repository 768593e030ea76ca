//! # Traces are sent where no Langfuse takes them
//!
//! ## What it means
//! The address of an exporter is followed as the pod would: its name is resolved in the namespace of
//! the pod, its port is looked up in the Service, and through a Gateway the routes decide. Langfuse
//! takes traces at `/api/public/otel/v1/traces` only, over plain HTTP on port 3000. Bifrost uses
//! `collector_url` exactly as it is written; the exporter `otlphttp` of an OpenTelemetry Collector
//! appends `/v1/traces` to `endpoint`, and nothing to `traces_endpoint`. `localhost` is the pod itself.
//!
//! ## Why it matters
//! Traces are lost, and only the exporter's own log shows it. Langfuse answers a wrong path with 404
//! and a page of HTML, `POST /` with 405, and a path with a superfluous slash with 308, which many
//! exporters do not follow.
//!
//! ## Example
//! `collector_url: http://langfuse-web.observability:3000/api/public/otel/v1/traces`, although Langfuse
//! lives in the namespace `langfuse`.
//!
//! ## Fix safety
//! Unsafe: where the traces are meant to go is taken from the Services that are known.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed;
//! opentelemetry-collector, `exporter/otlphttpexporter`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::destination::TraceDestination;
use igw_core::langfuse::endpoint::{PathFault, raw_path, with_path};
use igw_core::langfuse::exporters::{EndpointForm, ExporterKind};
use igw_core::langfuse::ways::{self, TraceWay};
use igw_core::workload::address::Url;
use igw_core::{mask, page, text};

use crate::repairs;

pub static CHECK: Check = Check {
    code: "IGW0501",
    name: "collector-url-wrong",
    severity: Severity::Warning,
    needs: &[
        Kind::Workload,
        Kind::BatchJob,
        Kind::TraceCollector,
        Kind::Service,
        Kind::ConfigMap,
        Kind::Secret,
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ListenerSet,
        Kind::ReferenceGrant,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::all(facts) {
        if way.is_grpc() {
            continue;
        }
        match judged(facts, way) {
            Some(finding) => out.finding(finding),
            None if matches!(way.to, Some(TraceDestination::Open(_))) => {
                let why = match &way.to {
                    Some(TraceDestination::Open(why)) => why.clone(),
                    _ => String::new(),
                };
                let why = igw_core::facts::Why::not_given(why);
                out.not_checked(Kind::Service, &way.exporter.namespace, why);
            }
            None => out.passed(),
        }
    }
}

fn judged(facts: &Facts, way: &TraceWay) -> Option<Finding> {
    let own = &way.exporter.endpoint;
    let url = way.exporter.url()?;
    let shown = mask::address_or_key(&url);
    let title = |says: String| own.finding(&says).related(way.exporter.subject.reference());
    let parsed = match Url::parse(&url) {
        Some(parsed) => parsed,
        None if own.literal.is_empty() => {
            let says =
                format!("{} is no address: it does not begin with http:// or https://", own.name);
            return Some(title(says).explain("Traces are lost; requests are not affected."));
        }
        None => return None,
    };
    match way.to.as_ref()? {
        TraceDestination::NoService { namespace, name, elsewhere } => {
            let mut says =
                format!("{} leads to Service {namespace}/{name}, which does not exist", own.name);
            if !elsewhere.is_empty() {
                says.push_str(&format!("; there is one in {}", text::some_of(elsewhere, 3)));
            }
            let explain = match parsed.host.contains('.') {
                false => format!(
                    "{} is a short name: a pod of {} looks for it in its own namespace. Traces are lost; requests are not affected.",
                    parsed.host, way.exporter.namespace
                ),
                true => "The name does not resolve. Traces are lost; requests are not affected."
                    .to_owned(),
            };
            let to = match elsewhere.as_slice() {
                [only] => Some(repairs::at_service(&url, &parsed, name, only)),
                _ => None,
            };
            let fix = repairs::endpoint(facts, way, to.as_deref());
            Some(title(says).explain(explain).label("no Service of this name").repair(fix))
        }
        TraceDestination::WrongPort { namespace, name, ports } => {
            let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
            let says = format!(
                "{} leads to port {} of Service {namespace}/{name}, which has only {}",
                own.name,
                parsed.port,
                text::some_of(&ports, 3)
            );
            let explain = "Nothing answers there, so traces are lost; requests are not affected.";
            Some(title(says).explain(explain).label("no such port"))
        }
        TraceDestination::Gateway { status, says } => {
            let status = status.map_or("no answer".to_owned(), |status| status.to_string());
            let title =
                title(format!("traces are posted to {shown}, and the gateway answers {status}"));
            Some(title.explain(format!(
                "{} Traces are lost; requests are not affected.",
                text::sentence(says)
            )))
        }
        TraceDestination::Web(arriving)
            if parsed.tls && arriving.by.is_none() && is_plain(facts, way) =>
        {
            let says = format!(
                "{} uses https, but port {} of Service {}/{} speaks plain HTTP",
                own.name, parsed.port, arriving.namespace, arriving.name
            );
            let to = way.exporter.given().map(|given| given.replacen("https://", "http://", 1));
            let fix = repairs::endpoint(facts, way, to.as_deref());
            let explain = "Langfuse answers a TLS handshake with 400 and closes the connection; traces are lost.";
            Some(title(says).explain(explain).label("https").repair(fix))
        }
        TraceDestination::Itself if way.exporter.alone => {
            let says = format!(
                "{} leads to {}, which is the pod itself, and no Langfuse runs in it",
                own.name, parsed.host
            );
            let explain = "In a pod, localhost is neither the node nor another pod. Traces are lost; requests are not affected. The address needs the name of Langfuse's Service and its namespace.";
            Some(title(says).explain(explain).label("the pod itself"))
        }
        TraceDestination::Outside(host) if host == "host.docker.internal" => {
            let says = format!("{} leads to {host}, a name that only Docker knows", own.name);
            let explain = "In a cluster the name does not resolve. Traces are lost; requests are not affected. The address needs the name of Langfuse's Service and its namespace.";
            Some(title(says).explain(explain).label("no such host"))
        }
        _ if way.exporter.kind.has_fields() => path(facts, way, &url, &shown),
        _ => None,
    }
}

/// The path of a field of a configuration; those of variables are another check's.
fn path(facts: &Facts, way: &TraceWay, url: &str, shown: &str) -> Option<Finding> {
    let own = &way.exporter.endpoint;
    let fault = way.fault()?;
    // A rewrite that doubles the path is told at the route.
    if fault == PathFault::Doubled && raw_path(url).matches("/v1/traces").count() < 2 {
        return None;
    }
    let status = fault.status();
    let wanted = match way.exporter.form {
        EndpointForm::Base => "/api/public/otel",
        _ => "/api/public/otel/v1/traces",
    };
    let says = match fault {
        PathFault::Root => format!("the path {wanted} is missing"),
        PathFault::Slashes => "it has a superfluous slash".to_owned(),
        PathFault::Doubled => "it has /v1/traces twice".to_owned(),
        PathFault::Short | PathFault::Other => format!("it must end in {wanted}"),
        PathFault::BasePath if way.base.path().is_empty() => {
            "this Langfuse serves at /, so nothing may stand before /api/public".to_owned()
        }
        PathFault::BasePath => {
            format!("this Langfuse is built for {}, which must come first", way.base.path())
        }
    };
    let to = with_path(url, &format!("{}{}", way.base.path(), igw_core::langfuse::TRACES_PATH));
    let fix = repairs::endpoint(facts, way, Some(&to));
    let title = format!("traces are posted to {shown}, and Langfuse answers {status}: {says}");
    let finding =
        own.finding(&title).label(format!("{status}")).related(way.exporter.subject.reference());
    if way.exporter.kind == ExporterKind::Bifrost {
        return Some(
            finding
                .explain("Bifrost uses collector_url exactly as it is written. Traces are lost; requests are not affected, and /api/plugins still says active.")
                .repair(fix)
                .guide("5", Some("it says that the plugin uses only the base path of collector_url")),
        );
    }
    let how = match way.exporter.form {
        EndpointForm::Base => format!("the Collector appends /v1/traces to {}", own.name),
        _ => format!("the Collector uses {} as it is written", own.name),
    };
    let right = way.right().unwrap_or_default();
    Some(
        finding
            .explain(format!(
                "{} The Collector drops these traces and logs the answer.",
                text::sentence(&how)
            ))
            .evidence("the right value", mask::address_or_key(&right)),
    )
}

/// Whether nothing beside Langfuse could speak TLS for it: no other container in its pods.
fn is_plain(facts: &Facts, way: &TraceWay) -> bool {
    let Some(arriving) = way.arriving().filter(|own| own.sure) else { return false };
    let behind = igw_core::workload::behind(facts, &arriving.namespace, &arriving.name);
    !behind.is_empty()
        && behind.iter().all(|own| own.template.as_ref().is_ok_and(|t| t.containers.len() == 1))
}
