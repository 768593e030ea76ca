//! From Envoy's JSON (`envoy.admin.v3.ConfigDump`) to what is compared.

use igw_core::text;
use serde_json::Value;

use super::{DumpedHost, DumpedListener, DumpedRefusal, DumpedRoute, DumpedTable, ProxyDump};

/// Reads a dump; what is not about listeners and routes is skipped.
///
/// # Errors
/// Why it is no dump, in one clause.
pub fn read(dump: &str) -> Result<ProxyDump, String> {
    let whole: Value = serde_json::from_str(dump).map_err(|error| format!("not JSON: {error}"))?;
    let Some(configs) = whole["configs"].as_array() else {
        return Err("not a config_dump of Envoy: it has no list configs".to_owned());
    };
    let mut out = ProxyDump::default();
    for config in configs {
        let kind = config["@type"].as_str().and_then(|own| own.rsplit('.').next());
        match kind {
            Some("ListenersConfigDump") => listeners(config, &mut out),
            Some("RoutesConfigDump") => routes(config, &mut out),
            _ => {}
        }
    }
    Ok(out)
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value[name].as_array().into_iter().flatten()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn time(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn listeners(config: &Value, out: &mut ProxyDump) {
    for own in list(config, "dynamic_listeners") {
        refusal("listener", &own["name"], &own["error_state"], out);
        let state = &own["active_state"];
        out.listeners.extend(listener(&state["listener"], time(&state["last_updated"])));
    }
    for own in list(config, "static_listeners") {
        out.listeners.extend(listener(&own["listener"], time(&own["last_updated"])));
    }
}

fn listener(own: &Value, updated: Option<String>) -> Option<DumpedListener> {
    let port = own.pointer("/address/socket_address/port_value").and_then(Value::as_u64)?;
    let chains = list(own, "filter_chains").chain(Some(&own["default_filter_chain"]));
    let managers = chains.flat_map(|chain| list(chain, "filters")).map(|own| &own["typed_config"]);
    let tables = managers.filter_map(|own| {
        let named = own.pointer("/rds/route_config_name").or(own.pointer("/route_config/name"));
        named?.as_str().map(str::to_owned)
    });
    let mut tables: Vec<String> = tables.collect();
    tables.dedup();
    Some(DumpedListener {
        name: word(&own["name"]),
        port: u16::try_from(port).ok()?,
        tables,
        updated,
    })
}

fn routes(config: &Value, out: &mut ProxyDump) {
    for own in list(config, "dynamic_route_configs").chain(list(config, "static_route_configs")) {
        let table = &own["route_config"];
        refusal("route table", &table["name"], &own["error_state"], out);
        if table.is_object() {
            out.tables.push(DumpedTable {
                name: word(&table["name"]),
                hosts: list(table, "virtual_hosts").map(host).collect(),
                updated: time(&own["last_updated"]),
            });
        }
    }
}

fn refusal(what: &'static str, name: &Value, state: &Value, out: &mut ProxyDump) {
    let Some(reason) = state["details"].as_str() else { return };
    let known = state.pointer("/failed_configuration/name").map(word);
    out.refused.push(DumpedRefusal {
        what,
        name: known.unwrap_or_else(|| word(name)),
        since: time(&state["last_update_attempt"]),
        reason: text::clip(&text::clean(reason), 400),
    });
}

fn host(own: &Value) -> DumpedHost {
    let domains = list(own, "domains").filter_map(Value::as_str);
    DumpedHost {
        name: word(&own["name"]),
        domains: domains.map(str::to_owned).collect(),
        routes: list(own, "routes").map(route).collect(),
    }
}

fn route(own: &Value) -> DumpedRoute {
    DumpedRoute { name: word(&own["name"]), matches: matches(&own["match"]), to: to(own) }
}

fn matches(own: &Value) -> String {
    let of = |name: &str| own[name].as_str();
    let path = match (of("path"), of("path_separated_prefix"), of("prefix")) {
        (Some(path), ..) => format!("Exact {path}"),
        (_, Some(prefix), _) | (.., Some(prefix)) => format!("PathPrefix {prefix}"),
        _ => match own.pointer("/safe_regex/regex").and_then(Value::as_str) {
            Some(regex) => format!("RegularExpression {regex}"),
            None => "another match".to_owned(),
        },
    };
    let more = list(own, "headers").count() + list(own, "query_parameters").count();
    let path = text::clip(&text::clean(&path), 120);
    match more {
        0 => path,
        more => format!("{path} and {}", text::count(more, "condition")),
    }
}

fn to(own: &Value) -> String {
    let cluster = own.pointer("/route/cluster").and_then(Value::as_str).map(str::to_owned);
    let weighted = own.pointer("/route/weighted_clusters/clusters").and_then(Value::as_array);
    let weighted = weighted.map(|all| {
        let one = |one: &Value| {
            format!("{} ({})", word(&one["name"]), one["weight"].as_u64().unwrap_or(0))
        };
        all.iter().map(one).collect::<Vec<_>>().join(", ")
    });
    let answer = own.pointer("/direct_response/status").and_then(Value::as_u64);
    let answer = answer.map(|status| format!("answers {status} itself"));
    let redirect = own["redirect"].is_object().then(|| "a redirect".to_owned());
    let to = cluster.or(weighted).or(answer).or(redirect);
    text::clip(&text::clean(&to.unwrap_or_else(|| "something else".to_owned())), 160)
}
