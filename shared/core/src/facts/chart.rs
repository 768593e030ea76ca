//! What a release tells of its chart: its name, and the hosts of routes in its values.

use serde_json::Value;

/// The hosts in a chart's values that stand in a block called after routes or a gateway. Values
/// are a mapping, or the text of one.
pub(super) fn route_hosts(value: &Value, inside: bool, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            // A whole object may be among the values.
            let inside = inside || members.get("kind").is_some_and(|kind| kind == "HTTPRoute");
            for (key, member) in members {
                let word = key.to_ascii_lowercase();
                let names = ["host", "hosts", "hostname", "hostnames"].contains(&word.as_str());
                if inside && names {
                    texts(member, out);
                    continue;
                }
                let shaped = ["route", "gateway"].iter().any(|shape| word.contains(shape));
                route_hosts(member, inside || shaped, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| route_hosts(item, inside, out)),
        Value::String(text) if text.contains('\n') => hosts_in_text(text, out),
        _ => {}
    }
}

/// The hosts of routes in the values of a chart.
pub fn hosts_in_values(values: &Value) -> Vec<String> {
    let mut out = Vec::new();
    route_hosts(values, false, &mut out);
    out
}

fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.to_ascii_lowercase()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Value::Object(members) => {
            // `hosts: [{host: a}]`, `hosts: [{name: a}]`.
            let named = members.iter().filter(|(key, _)| ["host", "name"].contains(&key.as_str()));
            named.for_each(|(_, member)| texts(member, out));
        }
        _ => {}
    }
}

/// Values as a text: the lines below `hostnames:` after a line that names a route. A template is
/// no YAML, so nothing is parsed.
fn hosts_in_text(text: &str, out: &mut Vec<String>) {
    let lower = text.to_ascii_lowercase();
    if !["route", "gateway"].iter().any(|shape| lower.contains(shape)) {
        return;
    }
    let words = lower.split(|c: char| c.is_whitespace() || "[]{}\"',".contains(c));
    let hosts = words.filter(|word| {
        let body = word.strip_prefix("*.").unwrap_or(word);
        body.contains('.')
            && !body.starts_with('.')
            && body.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
            && body
                .rsplit('.')
                .next()
                .is_some_and(|top| top.bytes().all(|b| b.is_ascii_lowercase()))
    });
    out.extend(hosts.map(str::to_owned));
}

/// The name of the chart that a release or an Application installs.
pub(super) fn chart_of(object: &Value, kind: &str) -> Option<String> {
    let at = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    match kind {
        "HelmRelease" => {
            at("/spec/chart/spec/chart").or(at("/spec/chartRef/name")).or(Some(String::new()))
        }
        "HelmChart" => at("/spec/chart"),
        "Application" => at("/spec/source/chart").or(at("/spec/sources/0/chart")),
        "ApplicationSet" => at("/spec/template/spec/source/chart"),
        _ => None,
    }
}
