//! # A variable for traces has the wrong part of the address
//!
//! ## What it means
//! `OTEL_EXPORTER_OTLP_ENDPOINT` and `TRACELOOP_BASE_URL` are bases: the SDK appends `/v1/traces`, so
//! that the value for Langfuse ends in `/api/public/otel`. `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is used
//! as it is, and needs all of `/api/public/otel/v1/traces`. `LANGFUSE_HOST` (also `LANGFUSE_BASE_URL`,
//! `LANGFUSE_OTEL_HOST`) is the origin only. Kubernetes replaces `$(NAME)` of variables that come
//! before; `${NAME}` stays as it is written. LiteLLM's callback `langfuse_otel` reads
//! `LANGFUSE_OTEL_HOST` and `LANGFUSE_HOST` only, and without both it sends to Langfuse's cloud in the
//! US.
//!
//! ## Why it matters
//! Langfuse answers 404 with a page of HTML (405 to `POST /`, 308 to a superfluous slash, which many
//! exporters do not follow), and the traces are lost. What LiteLLM sends to the cloud holds prompts and
//! answers.
//!
//! ## Example
//! `OTEL_EXPORTER_OTLP_ENDPOINT: http://langfuse-web:3000/api/public/otel/v1/traces` is posted to
//! `…/v1/traces/v1/traces`.
//!
//! ## Fix safety
//! Unsafe: another program may read the same variable.
//!
//! ## Sources
//! OpenTelemetry, "OTLP Exporter", endpoint URLs for OTLP/HTTP; Langfuse 4.16.0, as observed; LiteLLM,
//! `litellm/integrations/langfuse/langfuse_otel.py`.

use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::endpoint::{PathFault, raw_path};
use igw_core::langfuse::exporters::{self, EndpointForm, LiteLlmHost, LiteLlmProxy};
use igw_core::langfuse::ways::{self, TraceWay};
use igw_core::langfuse::{installations, litellm};
use igw_core::{mask, page, text};

use crate::repairs;

pub static CHECK: Check = Check {
    code: "IGW0509",
    name: "endpoint-variable-wrong",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let all = ways::all(facts).iter().filter(|way| !way.exporter.kind.has_fields());
    for way in all {
        if let Some(finding) = literal(way) {
            out.finding(finding);
        } else if way.is_grpc() {
            continue;
        } else if let Some(finding) = path(facts, way) {
            out.finding(finding);
        } else if way.exporter.url().is_some() {
            out.passed();
        }
    }
    for proxy in exporters::proxies(facts) {
        cloud(facts, proxy, out);
    }
}

/// LiteLLM sends to Langfuse's cloud, as nothing says where else.
fn cloud(facts: &Facts, proxy: &LiteLlmProxy, out: &mut Sink) {
    let Some(config) = proxy.configs.iter().find(|own| own.calls(litellm::OTLP)) else { return };
    match proxy.host() {
        LiteLlmHost::Set => out.passed(),
        LiteLlmHost::Unknown => {
            let detail = format!(
                "whether LANGFUSE_OTEL_HOST or LANGFUSE_HOST is set for {}",
                proxy.pods.meta.title()
            );
            out.not_checked(Kind::Secret, &proxy.pods.meta.namespace, Why::not_given(detail));
        }
        LiteLlmHost::Unset => {
            // Without a Langfuse of one's own the cloud may be meant.
            let own = installations::all(facts).iter().find_map(|own| own.meta());
            let beside = match proxy.other {
                Some(name) => format!(" {name}, which is set, is not read by it."),
                None => String::new(),
            };
            let title = "LiteLLM's callback langfuse_otel sends prompts to Langfuse's cloud in the US, as no LANGFUSE_OTEL_HOST is set.";
            let mut finding = Finding::at(&config.map.meta, config.path.clone(), title)
                .explain(format!("Without LANGFUSE_OTEL_HOST and LANGFUSE_HOST it posts to us.cloud.langfuse.com, with prompts and answers.{beside} Set LANGFUSE_OTEL_HOST to the origin of the Langfuse that is meant."))
                .label("no host for langfuse_otel")
                .related(proxy.pods.meta.reference());
            finding = match own {
                Some(meta) => finding.related(meta.reference()),
                None => finding.only(Severity::Info),
            };
            out.finding(finding);
        }
    }
}

/// A reference that nothing replaces.
fn literal(way: &TraceWay) -> Option<Finding> {
    let own = &way.exporter.endpoint;
    let first = own.literal.first()?;
    let name = first.trim_start_matches(['$', '{', '(']).trim_end_matches(['}', ')']);
    let why = match first.starts_with("${") {
        true => format!(
            "Kubernetes does not expand ${{{name}}}; it expands $({name}), if the variable comes before this one."
        ),
        false => format!(
            "Kubernetes expands $({name}) only if a variable of this name comes before this one in the list."
        ),
    };
    let title = format!("{} holds {first} as it is written", own.name);
    Some(
        own.finding(&title)
            .explain(format!("{why} The address is not valid, and traces are lost."))
            .label("is not expanded"),
    )
}

fn path(facts: &Facts, way: &TraceWay) -> Option<Finding> {
    let exporter = &way.exporter;
    let own = &exporter.endpoint;
    let fault = way.fault()?;
    let url = exporter.url()?;
    let routed = way.arriving().is_some_and(|own| own.by.is_some());
    // A rewrite that doubles the path is told at the route.
    if routed && fault == PathFault::Doubled && raw_path(&url).matches("/v1/traces").count() < 2 {
        return None;
    }
    let (status, shown) = (fault.status(), mask::address_or_key(&url));
    let right = way.right().unwrap_or_default();
    let how = match exporter.form {
        EndpointForm::Verbatim => format!("{} is used as it is: nothing is appended", own.name),
        EndpointForm::Base => format!("{} is a base: the SDK appends /v1/traces", own.name),
        EndpointForm::Host => {
            format!("{} is the origin only: the SDK appends /api/public/otel/v1/traces", own.name)
        }
    };
    let why = match fault {
        PathFault::Doubled => "so /v1/traces is there twice",
        PathFault::Slashes => "and a slash is superfluous",
        PathFault::Root => "so the path /api/public/otel/v1/traces is missing",
        PathFault::BasePath => "and the base path of this Langfuse is another one",
        PathFault::Short | PathFault::Other => {
            "and Langfuse takes traces at /api/public/otel/v1/traces only"
        }
    };
    let lost = match fault {
        PathFault::Slashes => {
            "The client has to follow the redirect with a POST, which many exporters do not; then traces are lost."
        }
        _ => "Traces are lost; the program itself is not affected.",
    };
    let from = slash_source(way, fault);
    let title = format!("traces of {} are posted to {shown}, which is {status}", own.name);
    let fix = repairs::endpoint(facts, way, way.right().as_deref());
    Some(
        own.finding(&title)
            .explain(text::clip(&format!("{how}, {why}. {lost}{from}"), 600))
            .label(format!("{status}"))
            .evidence("the right value", mask::address_or_key(&right))
            .repair(fix),
    )
}

/// The variable whose slash is one too many, where the value refers to others.
fn slash_source(way: &TraceWay, fault: PathFault) -> String {
    let inner = way.exporter.given().map(raw_path).unwrap_or_default();
    match fault == PathFault::Slashes && inner.contains("//") {
        true => " Remove the slash at the end of the host that stands before the path (for example LANGFUSE_HOST).".to_owned(),
        false => String::new(),
    }
}
