//! # A client posts to a path that Bifrost does not have
//!
//! ## What it means
//! A client of OpenAI's protocol appends `/chat/completions` to its base URL, which therefore ends
//! in `/v1`. The variables `OPENAI_BASE_URL` and `OPENAI_API_BASE` of workloads whose host is a
//! Service of Bifrost are looked at.
//!
//! ## Why it matters
//! Without `/v1`, or with two, Bifrost answers 405 `Method Not Allowed`; a slash at the end of the
//! path is 308. A 404 comes from the upstream only.
//!
//! ## Example
//! `OPENAI_BASE_URL: http://bifrost.gateway.svc.cluster.local:8080`.
//!
//! ## Fix safety
//! Safe: the path becomes `/v1`.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::bifrost::instance::{self, is_bifrost_image};
use igw_core::bifrost::paths::{self, Entry};
use igw_core::bifrost::target::{Target, Url, target};
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{Service, Workload};
use igw_core::facts::{Cx, Kind};
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

/// IGW0225.
pub struct ClientPathWrong;

static META: Meta = Meta {
    code: "IGW0225",
    name: "client-path-wrong",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Service],
    source: include_str!("client_path_wrong.rs"),
};

impl Check for ClientPathWrong {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for workload in cx.list::<Workload>(cx.scope.namespace.as_deref()).items {
            let Ok(template) = &workload.template else { continue };
            for (number, container) in template.containers.iter().enumerate() {
                for (at, var) in container.env.iter().enumerate() {
                    let Some(value) =
                        var.value.as_ref().filter(|_| NAMES.contains(&var.name.as_str()))
                    else {
                        continue;
                    };
                    let Some(url) = Url::parse(value.reveal()) else { continue };
                    if !is_bifrost(cx, &workload.meta.namespace, &url) {
                        continue;
                    }
                    let path = format!("{}/chat/completions", url.path);
                    let status = match paths::entry(&path) {
                        Entry::NotAllowed => 405,
                        _ => {
                            out.passed();
                            continue;
                        }
                    };
                    let place = format!("/spec/template/spec/containers/{number}/env/{at}/value");
                    let title = format!(
                        "{} makes the client post to {}, which Bifrost does not have",
                        var.name,
                        igw_core::words::clip(&path, 100)
                    );
                    out.finding(
                        Finding::at(&workload.meta, place, igw_core::words::sentence(&title))
                            .explain("Bifrost answers 405 Method Not Allowed. The base URL of a client ends in /v1, or in a drop-in such as /openai.")
                            .effect(status, 1.0, "every request of this client"),
                    );
                }
            }
        }
    }
}

const NAMES: [&str; 3] = ["OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_BASE_PATH"];

/// Whether an address is a Service that selects a Bifrost.
fn is_bifrost(cx: &Cx, namespace: &str, url: &Url) -> bool {
    let Target::Service { namespace, name, .. } = target(cx, namespace, url) else { return false };
    let Some(service) = cx.get::<Service>(&namespace, &name).known() else { return false };
    let selects = |workload: &Workload| {
        !service.selector.is_empty()
            && service.selector.iter().all(|(k, v)| workload.pod_labels.get(k) == Some(v))
    };
    let judged = instance::all(cx).iter().filter_map(|instance| instance.workload.as_ref());
    judged.into_iter().any(selects)
        || cx.list::<Workload>(Some(&namespace)).items.into_iter().any(|workload| {
            selects(workload) && workload.images.iter().any(|image| is_bifrost_image(image))
        })
}
