//! The repair of a sub-path: a hostname of Langfuse's own.

use igw_core::facts::Facts;
use igw_core::facts::views::HttpRoute;
use igw_core::fix::{Fix, Set};
use igw_core::langfuse::services;
use igw_core::langfuse::site::web_of;
use igw_core::workload::address::Url;
use serde_json::json;

use crate::ui::Ui;

/// Gives a route a hostname of its own and the prefix `/`; `None` where it serves other things, too, or
/// nothing says which hostname that could be.
pub fn fix(facts: &Facts, ui: &Ui, route: &HttpRoute) -> Option<Fix> {
    let all_lead = (0..route.rules.len()).all(|rule| web_of(facts, route, rule).is_some());
    if !all_lead || ui.site.host.starts_with('*') {
        return None;
    }
    let behind = services::installation_behind(facts, &ui.web.namespace, &ui.web.name);
    let web = behind.as_ref().and_then(|own| own.web.as_ref());
    let set = web.and_then(|web| web.text("NEXTAUTH_URL")).and_then(Url::parse);
    // The URL that Langfuse is told is its own, unless it is the shared one.
    let own = set.map(|url| url.host).filter(|host| *host != ui.site.host && host.contains('.'));
    let host = match own {
        Some(host) => host,
        None => format!("langfuse.{}", ui.site.host.split_once('.')?.1),
    };
    let backend = route.rules.first()?.backend_refs.first()?;
    let mut reference = json!({ "name": backend.name });
    if let Some(namespace) = &backend.namespace {
        reference["namespace"] = json!(namespace);
    }
    if let Some(port) = backend.port {
        reference["port"] = json!(port);
    }
    let rules = json!([{
        "matches": [{ "path": { "type": "PathPrefix", "value": "/" } }],
        "backendRefs": [reference],
    }]);
    let sets = vec![
        Set::Put("/spec/hostnames".to_owned(), json!([host])),
        Set::Put("/spec/rules".to_owned(), rules),
    ];
    let title = format!("give Langfuse the hostname {host}, with all of /");
    let mut fix = Fix::unsafe_as(
        format!(
            "{} no longer leads to Langfuse, and {host} needs an entry in the DNS",
            ui.site.host
        ),
        title,
    )
    .change(&route.meta, sets);
    if let Some(web) = web {
        let at = web.variable_path("NEXTAUTH_URL");
        let written = web.variable("NEXTAUTH_URL").is_some_and(|own| own.written);
        let set = web.text("NEXTAUTH_URL").map(|text| text.trim_end_matches('/').to_owned());
        let right = set.as_deref() == Some(&format!("https://{host}"));
        let pod = igw_core::bifrost::repairs::pod(&web.workload.meta).filter(|_| written && !right);
        if let Some(meta) = pod {
            let url = json!(format!("https://{host}"));
            fix = fix.change(meta, vec![Set::Put(format!("{at}/value"), url)]);
        }
    }
    Some(fix)
}
