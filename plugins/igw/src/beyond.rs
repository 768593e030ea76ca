//! What becomes of a request behind the gateway.

use igw::exit::Exit;
use igw_core::bifrost::chain::{Chain, Query};
use igw_core::bifrost::follow::follow;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::facts::Facts;
use igw_core::facts::views::Service;
use igw_core::report::{HopMark, TraceEnd, TraceHop};
use igw_core::route::trace::{BackendShare, Trace};
use igw_core::text;
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
    /// How it stands below the gateway's part of a trace; `None`: that part is all.
    pub fn end(&self) -> Option<TraceEnd> {
        match self {
            Beyond::Bifrost { title, chain } => Some(end_of(title, chain)),
            Beyond::Vllm { status, says } => Some(TraceEnd {
                status: *status,
                unknown: status.is_none().then(|| says.clone()),
                by: "by vLLM".to_owned(),
                says: says.clone(),
                hops: Vec::new(),
                ways: Vec::new(),
            }),
            Beyond::NotFollowed { .. } => None,
        }
    }

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
            says: format!("which names {title} serves cannot be seen"),
        },
        Some(names) if names.contains(&model) => {
            Beyond::Vllm { status: Some(200), says: format!("{title} serves {model}") }
        }
        Some(names) => Beyond::Vllm {
            status: Some(404),
            says: format!("{title} serves {}, not {model}", text::list(&names)),
        },
    })
}

/// A model's way through Bifrost, as the end of a trace.
fn end_of(title: &str, chain: &Chain) -> TraceEnd {
    let verdict = &chain.verdict;
    let hop = |mark, stage: &str, says: String| TraceHop { mark, stage: stage.to_owned(), says };
    let mut hops = vec![hop(HopMark::Good, "Bifrost", title.to_owned())];
    for own in &chain.hops {
        let at = if own.at.is_empty() { String::new() } else { format!("   ({})", own.at) };
        hops.push(hop(HopMark::Good, own.stage, format!("{}   {}{at}", own.name, own.says)));
    }
    if let Some(last) = hops.last_mut() {
        last.mark = HopMark::of(verdict.status, verdict.unknown.is_some());
    }
    let code = verdict.code.map(|code| format!(" ({code})")).unwrap_or_default();
    let reads = match (&verdict.message, verdict.by) {
        (Some(message), "upstream") => format!(". The client reads: {message}"),
        _ => String::new(),
    };
    TraceEnd {
        status: verdict.status,
        unknown: verdict.unknown.clone(),
        by: match verdict.by {
            "bifrost" => "by Bifrost".to_owned(),
            "upstream" => "by the upstream".to_owned(),
            _ => String::new(),
        },
        says: format!("{}{code}{reads}", verdict.says),
        hops,
        ways: igw_bifrost::ways(chain),
    }
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
