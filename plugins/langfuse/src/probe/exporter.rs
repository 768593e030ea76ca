//! The exporter that is probed: its address, its headers and its key.

use igw::exit::Failure;
use igw::session::Session;
use igw_core::facts::{Facts, Scope};
use igw_core::kube::Hidden;
use igw_core::langfuse::exporters::{ExporterKind, TraceExporter};
use igw_core::langfuse::headers;
use igw_core::langfuse::probe::key::ExporterKey;
use igw_core::langfuse::probe::plan::NoKey;
use igw_core::langfuse::ways;
use igw_core::text;
use igw_core::workload::variables::UNSEEN;

use super::aim::Aim;

/// The one exporter in scope that is meant for Langfuse.
///
/// # Errors
/// When there is none, or several.
pub fn only(session: &mut Session, scope: &Scope) -> Result<Aim, Failure> {
    let mut all = session.look(scope, aims)?;
    let place = session.place();
    match all.len() {
        1 => Ok(all.swap_remove(0)),
        0 => {
            let none = format!("nothing that sends traces to Langfuse was found in {place}");
            let failure = Failure::usage(none)
                .hint("give the URL to which it posts: kubectl igw langfuse probe URL");
            Err(match session.live.is_some() {
                true => failure
                    .hint("a configuration in a Secret is read with --key-from exporter")
                    .hint("other namespaces: -n NAMESPACE, or -A"),
                false => failure,
            })
        }
        n => {
            let names: Vec<String> = all.iter().filter_map(|aim| aim.exporter.clone()).collect();
            let failure =
                Failure::usage(format!("{n} exporters send traces to Langfuse; choose one"));
            Err(failure
                .hint(format!("they are {}", text::some_of(&names, 6)))
                .hint("name one (TYPE/NAME), or give the URL to which it posts"))
        }
    }
}

/// All exporters in scope that are meant for Langfuse and have an address.
fn aims(facts: &Facts) -> Vec<Aim> {
    let mut out: Vec<Aim> = Vec::new();
    for way in ways::all(facts) {
        let Some(aim) = aim(&way.exporter) else { continue };
        if !out.contains(&aim) {
            out.push(aim);
        }
    }
    out
}

fn aim(exporter: &TraceExporter) -> Option<Aim> {
    let url = exporter.url()?;
    let sent = headers::sent(exporter);
    let is_key = |name: &str| name.eq_ignore_ascii_case("authorization");
    let key = sent.iter().find(|own| is_key(&own.name)).map(|own| own.value.reveal());
    // What is not known may be a key.
    let seen = |text: &str| !text.contains(UNSEEN);
    let unseen = exporter.open || exporter.headers.iter().any(|own| own.known().is_none());
    let own_variables = matches!(exporter.kind, ExporterKind::LangfuseSdk | ExporterKind::LiteLlm);
    let key = match key {
        Some(value) if seen(value) => Ok(ExporterKey::new(value)),
        None if !unseen && !own_variables && !exporter.has_keys => Err(NoKey::NotConfigured),
        _ if own_variables => Err(NoKey::NotGiven(
            "this program makes its header of two variables: --key-from secret/NAME or env"
                .to_owned(),
        )),
        _ => Err(NoKey::NotGiven(
            "what the exporter sends as Authorization is not known here".to_owned(),
        )),
    };
    let others = sent.iter().filter(|own| !is_key(&own.name) && seen(own.value.reveal()));
    Some(Aim {
        url: Hidden::new(url),
        exporter: Some(exporter.subject.title()),
        namespace: Some(exporter.namespace.clone()),
        headers: others.map(|own| (own.name.clone(), own.value.clone())).collect(),
        key,
    })
}
