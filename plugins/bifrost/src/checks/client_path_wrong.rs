//! # A client posts to a path that Bifrost does not have
//!
//! ## What it means
//! A client of the OpenAI API appends `/chat/completions` to its base URL, which must therefore end
//! in `/v1`. The check reads the variables `OPENAI_BASE_URL` and `OPENAI_API_BASE` of workloads if
//! their host is a Service of Bifrost.
//!
//! ## Why it matters
//! Without `/v1`, or with `/v1` twice, Bifrost answers 405 `Method Not Allowed`; a slash at the end
//! of the path gets 308. A 404 comes only from the upstream.
//!
//! ## Example
//! `OPENAI_BASE_URL: http://bifrost.gateway.svc.cluster.local:8080`.
//!
//! ## Fix safety
//! Safe: the path becomes `/v1`, or `/anthropic`.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::instance::{Instance, is_bifrost_image};
use igw_core::bifrost::instances;
use igw_core::bifrost::paths::{self, ClientPath};
use igw_core::bifrost::repairs;
use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Service, Workload};
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::Fix;
use igw_core::kube::{Kind, Meta};
use igw_core::page;
use igw_core::workload::address::{AddressTarget, Url, target};
use igw_core::workload::{Release, standing};

pub static CHECK: Check = Check {
    code: "IGW0225",
    name: "client-path-wrong",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for workload in standing(facts, facts.scope.namespace.as_deref()) {
        let Ok(template) = &workload.template else { continue };
        for (number, container) in template.containers.iter().enumerate() {
            for (at, var) in container.env.iter().enumerate() {
                let known = NAMES.iter().find(|(name, _)| *name == var.name);
                let (Some(value), Some((_, appended))) = (&var.value, known) else { continue };
                let Some(url) = Url::parse(value.reveal()) else { continue };
                let Some(releases) = releases(facts, &workload.meta.namespace, &url) else {
                    continue;
                };
                let path = format!("{}{appended}", url.path);
                // Whether later releases have Anthropic's paths without a prefix is not known.
                if path == "/v1/messages" && releases.iter().any(|own| own.since(2, 1, 0)) {
                    let why = "whether Bifrost 2.1 has this path was not observed".to_owned();
                    out.not_checked(Kind::Workload, &workload.meta.namespace, Why::not_given(why));
                    continue;
                }
                let status = match paths::entry(&path) {
                    ClientPath::NotAllowed => 405,
                    _ => {
                        out.passed();
                        continue;
                    }
                };
                let place = format!("/spec/template/spec/containers/{number}/env/{at}/value");
                let title = format!(
                    "{} makes the client post to {}, which Bifrost does not have",
                    var.name,
                    igw_core::text::clip(&path, 100)
                );
                out.finding(
                    Finding::at(&workload.meta, &*place, title)
                        .explain(match *appended {
                            "/v1/messages" => "Bifrost answers 405 Method Not Allowed. The base URL of an Anthropic client must end in /anthropic.",
                            _ => "Bifrost answers 405 Method Not Allowed. The base URL of a client must end in /v1, or in a drop-in path such as /openai.",
                        })
                        .effect(status, 1.0, "every request of this client")
                        .repair(better(&workload.meta, &place, value.reveal(), appended)),
                );
            }
        }
    }
}

/// The variables that clients read, and what they append to the address.
const NAMES: [(&str, &str); 4] = [
    ("OPENAI_BASE_URL", "/chat/completions"),
    ("OPENAI_API_BASE", "/chat/completions"),
    ("OPENAI_BASE_PATH", "/chat/completions"),
    ("ANTHROPIC_BASE_URL", "/v1/messages"),
];

/// The releases of the Bifrosts that a Service at an address selects; `None` if it selects none.
fn releases(facts: &Facts, namespace: &str, url: &Url) -> Option<Vec<Release>> {
    let AddressTarget::Service { namespace, name, .. } = target(facts, namespace, url) else {
        return None;
    };
    let service = facts.get::<Service>(&namespace, &name).known()?;
    let selects = |workload: &Workload| {
        workload.meta.namespace == namespace && service.selects(&workload.pod_labels)
    };
    let judged = instances::all(facts).iter();
    let judged: Vec<&Instance> =
        judged.filter(|own| own.workload.as_ref().is_some_and(selects)).collect();
    if !judged.is_empty() {
        return Some(judged.iter().flat_map(|own| own.releases()).collect());
    }
    let others = standing(facts, Some(&namespace)).into_iter();
    let runs = |workload: &&Workload| {
        selects(workload) && workload.images.iter().any(|image| is_bifrost_image(image))
    };
    others.into_iter().any(|workload| runs(&workload)).then(Vec::new)
}

/// The same server with the path that it has.
fn better(meta: &Meta, place: &str, url: &str, appended: &str) -> Option<Fix> {
    let at = url.find("://")? + 3;
    let host = url[at..].find('/').map_or(url.len(), |end| at + end);
    if url.contains(['@', '?', '#']) || repairs::pod(meta).is_none() {
        return None;
    }
    let path = if appended == "/v1/messages" { "/anthropic" } else { "/v1" };
    let to = format!("{}{path}", &url[..host]);
    Some(Fix::safe(repairs::set_to(place, &to)).put(meta, place, to))
}
