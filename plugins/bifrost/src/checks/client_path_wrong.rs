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
//! Safe: the path becomes `/v1`.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::instance::is_bifrost_image;
use igw_core::bifrost::instances;
use igw_core::bifrost::paths::{self, ClientPath};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Service, Workload};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::address::{AddressTarget, Url, target};
use igw_core::workload::standing;

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
                let Some(value) = var.value.as_ref().filter(|_| NAMES.contains(&var.name.as_str()))
                else {
                    continue;
                };
                let Some(url) = Url::parse(value.reveal()) else { continue };
                if !is_bifrost(facts, &workload.meta.namespace, &url) {
                    continue;
                }
                let path = format!("{}/chat/completions", url.path);
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
                    Finding::at(&workload.meta, place, igw_core::text::sentence(&title))
                        .explain("Bifrost answers 405 Method Not Allowed. The base URL of a client must end in /v1, or in a drop-in path such as /openai.")
                        .effect(status, 1.0, "every request of this client"),
                );
            }
        }
    }
}

const NAMES: [&str; 3] = ["OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_BASE_PATH"];

/// Whether an address is a Service that selects a Bifrost.
fn is_bifrost(facts: &Facts, namespace: &str, url: &Url) -> bool {
    let AddressTarget::Service { namespace, name, .. } = target(facts, namespace, url) else {
        return false;
    };
    let Some(service) = facts.get::<Service>(&namespace, &name).known() else { return false };
    let selects = |workload: &Workload| {
        !service.selector.is_empty()
            && service.selector.iter().all(|(k, v)| workload.pod_labels.get(k) == Some(v))
    };
    let judged = instances::all(facts).iter().filter_map(|instance| instance.workload.as_ref());
    judged.into_iter().any(selects)
        || facts.list::<Workload>(Some(&namespace)).items.into_iter().any(|workload| {
            selects(workload) && workload.images.iter().any(|image| is_bifrost_image(image))
        })
}
