//! What becomes of a request behind the gateway.

use igw::exit::Exit;
use igw_core::bifrost::chain::{Chain, Query};
use igw_core::bifrost::follow::follow;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::facts::Facts;
use igw_core::facts::views::Service;
use igw_core::route::trace::{BackendShare, Trace};
use igw_core::workload::vllm;
use serde::Serialize;

/// What stands behind the gateway, and what it answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Beyond {
    /// A Bifrost, and the model's way through it.
    Bifrost {
        /// Which one.
        title: String,
        chain: Box<Chain>,
    },
    /// A vLLM, asked directly.
    Vllm { status: Option<u16>, says: String },
    /// Why the request is not followed further.
    NotFollowed { says: String },
}

impl Beyond {
    /// The same codes as for an answer of the gateway.
    pub fn exit(&self) -> Exit {
        let (status, unknown) = match self {
            Beyond::Bifrost { chain, .. } => {
                (chain.verdict.status, chain.verdict.unknown.is_some())
            }
            Beyond::Vllm { status, .. } => (*status, status.is_none()),
            Beyond::NotFollowed { .. } => return Exit::Good,
        };
        match status {
            _ if unknown => Exit::Blind,
            Some(status) if status < 400 => Exit::Good,
            _ => Exit::Findings,
        }
    }
}

/// Follows a request that the gateway forwards, by the model that its body asks for; `None` if nothing
/// is forwarded.
pub fn beyond(facts: &Facts, trace: &Trace) -> Option<Beyond> {
    let forwarded = trace.forwarded.as_ref()?;
    let shares = trace.backends.iter().filter(|own| own.share > 0.0 && own.status == Some(200));
    let backend = shares.max_by(|a, b| a.share.total_cmp(&b.share))?;
    let says = |says: String| Some(Beyond::NotFollowed { says });
    if !(backend.group.is_empty() && backend.kind == "Service") {
        return says(format!("what {} {} does with it is not known", backend.kind, backend.name));
    }
    let bifrost = bifrost_behind(facts, backend);
    let server = vllm::behind(facts, &backend.namespace, &backend.name);
    if bifrost.is_none() && server.is_none() {
        return says(format!(
            "behind Service {}/{} is no Bifrost and no vLLM that is known: not followed further",
            backend.namespace, backend.name
        ));
    }
    let Some(model) = trace.request.body.as_deref().and_then(model_of) else {
        let hint = "to follow a model behind it: --model NAME, or -d '{\"model\": \"NAME\"}'";
        return says(hint.to_owned());
    };
    if let Some(instance) = bifrost {
        let query = Query { model, path: forwarded.path.clone(), ..Query::default() };
        let mut chain = Box::new(follow(facts, instance, &query));
        igw_bifrost::codes::fill(&mut chain);
        return Some(Beyond::Bifrost { title: igw_bifrost::instance_title(instance), chain });
    }
    let (workload, server) = server?;
    let title = workload.meta.title();
    Some(match server.names {
        None => Beyond::Vllm {
            status: None,
            says: format!("not known: which names {title} serves cannot be seen"),
        },
        Some(names) if names.contains(&model) => {
            Beyond::Vllm { status: Some(200), says: format!("200  {title} serves {model}") }
        }
        Some(names) => Beyond::Vllm {
            status: Some(404),
            says: format!("404  {title} serves {}, not {model}", names.join(", ")),
        },
    })
}

/// The Bifrost whose pods a Service selects.
fn bifrost_behind<'f>(facts: &'f Facts, backend: &BackendShare) -> Option<&'f Instance> {
    let service = facts.get::<Service>(&backend.namespace, &backend.name).known()?;
    instances::all(facts).iter().find(|instance| {
        let workload = instance.workload.as_ref();
        workload.is_some_and(|own| {
            own.meta.namespace == backend.namespace && service.selects(&own.pod_labels)
        })
    })
}

/// The model that a JSON body asks for.
fn model_of(body: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    body.get("model")?.as_str().map(str::to_owned)
}
