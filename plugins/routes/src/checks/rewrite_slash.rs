//! # A prefix rewrite gets the slashes wrong
//!
//! ## What it means
//! The specification defines how `ReplacePrefixMatch` treats slashes; kgateway passes prefix and
//! replacement to Envoy almost unchanged. So a replacement that ends with `/` doubles the slash,
//! one for the prefix `/` that does not end with it joins two path segments, an empty one is
//! ignored, and one without a leading slash makes a request line that no server accepts. Up to
//! kgateway 2.2, a prefix with a trailing slash does not match the path without it.
//!
//! ## Why it matters
//! The backend gets a path that it does not know and answers 404 or 400, or redirects forever. All
//! conditions are True.
//!
//! ## Example
//! Prefix `/foo`, replacement `/xyz/`: `/foo/bar` arrives as `/xyz//bar`. Write `/xyz`.
//!
//! ## Fix safety
//! Unsafe: clients and backends may depend on the current behaviour.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 1151-1205; observed in kgateway main, 2.3 and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute, PathChange, PathType, Rule};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::Fix;
use igw_core::kube::{Kind, pointer};
use igw_core::route::path::trimmed_prefix;
use igw_core::route::precedence::RankedMatch;
use igw_core::route::profile::Profile;
use igw_core::route::table::Host;
use igw_core::route::{followed, matching, rewrite, rule};
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
    code: "IGW0118",
    name: "rewrite-slash",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        let profile = followed::profile_of(facts, route);
        if !profile.is_kgateway() {
            open_rewrites(route, &profile, out);
            continue;
        }
        for (index, rule) in route.rules.iter().enumerate() {
            for (position, filter) in rule.filters.iter().enumerate() {
                judge(route, index, position, filter, &profile, out);
            }
            if profile.kgateway_before(2, 3) {
                without_slash(facts, route, index, rule, &profile, out);
            }
        }
    }
}

/// What the specification leaves open, and implementations do differently.
fn open_rewrites(route: &HttpRoute, profile: &Profile, out: &mut Sink) {
    for (index, rule) in route.rules.iter().enumerate() {
        let prefix = &matching::matches_of(rule)[0].path.value;
        for (position, filter) in rule.filters.iter().enumerate() {
            let Filter::UrlRewrite { rewrite } = filter else { continue };
            let Some(change @ PathChange::ReplacePrefixMatch { value }) = &rewrite.path else {
                continue;
            };
            if rewrite::is_open(change, prefix, profile).is_none() {
                continue;
            }
            let at = pointer!["spec", "rules", index, "filters", position, "urlRewrite", "path"];
            let title = format!(
                "A request for /x may arrive at the backend as {value}x, not as {value}/x: the prefix is / and the replacement does not end with a slash."
            );
            out.finding(
                Finding::at(&route.meta, format!("{at}/replacePrefixMatch"), title)
                    .only(Severity::Warning)
                    .explain(format!("The specification does not say how the two are joined, and Istio, for one, joins them without a slash. Write {value}/ as the replacement where the implementation does so."))
                    .label(format!("/x may become {value}x"))
                    .guide("4", None),
            );
        }
    }
}

struct Deviation {
    request: String,
    arrives: String,
    meant: String,
}

fn judge(
    route: &HttpRoute,
    index: usize,
    position: usize,
    filter: &Filter,
    profile: &Profile,
    out: &mut Sink,
) {
    let (change, redirect, field) = match filter {
        Filter::UrlRewrite { rewrite } => (&rewrite.path, false, "urlRewrite"),
        Filter::RequestRedirect { redirect } => (&redirect.path, true, "requestRedirect"),
        _ => return,
    };
    let Some(change @ PathChange::ReplacePrefixMatch { value }) = change else { return };
    let rule = &route.rules[index];
    let prefix = &matching::matches_of(rule)[0].path.value;
    let Some(found) = deviation(change, prefix, profile, redirect) else {
        out.passed();
        return;
    };
    let Deviation { request, arrives, meant } = &found;
    let what = match redirect {
        true => {
            format!("A client that requests {request} is redirected to {arrives}, not to {meant}")
        }
        false => {
            format!("A request for {request} arrives at the backend as {arrives}, not as {meant}")
        }
    };
    let better = if value.is_empty() {
        Some("/".to_owned())
    } else if !value.starts_with('/') {
        Some(format!("/{value}"))
    } else if !arrives.contains("//") {
        Some(format!("{value}/"))
    } else {
        (value != "/").then(|| trimmed_prefix(value).to_owned())
    };
    let (why, how, severity) = if value.is_empty() {
        let how = "Write / as the replacement to strip the prefix.".to_owned();
        ("an empty replacement is ignored", how, Severity::Warning)
    } else if !value.starts_with('/') {
        let how = format!(
            "Write /{value}. Servers answer 400 to a request line without a leading slash."
        );
        let severity = if redirect { Severity::Warning } else { Severity::Error };
        ("the replacement does not begin with a slash", how, severity)
    } else if arrives.contains("//") && value == "/" {
        (
            "a redirect to / keeps the slash that follows the prefix",
            "Redirect with ReplaceFullPath instead.".to_owned(),
            Severity::Warning,
        )
    } else if arrives.contains("//") {
        let how = format!("Write {} as the replacement.", trimmed_prefix(value));
        ("the replacement ends with a slash", how, Severity::Warning)
    } else {
        let how = format!("Write {value}/ as the replacement.");
        ("the prefix ends with a slash and the replacement does not", how, Severity::Warning)
    };
    let at = pointer!["spec", "rules", index, "filters", position, field, "path"];
    out.finding(
        Finding::at(&route.meta, format!("{at}/replacePrefixMatch"), format!("{what}: {why}."))
            .only(severity)
            .explain(format!(
                "{profile} passes prefix and replacement to Envoy almost unchanged. {how}"
            ))
            .label(format!("{request} becomes {arrives}"))
            .repair(
                better.map(|better| replaced(route, &format!("{at}/replacePrefixMatch"), &better)),
            )
            .effect(
                if severity == Severity::Error { 400 } else { 200 },
                1.0,
                rule::requests(route, rule),
            )
            .guide("4", None),
    );
}

/// Another replacement.
fn replaced(route: &HttpRoute, at: &str, better: &str) -> Fix {
    let title = format!("set {} of {} to {better}", pointer::dotted(at), route.meta.title());
    Fix::unsafe_as("clients and backends may depend on the current paths", title).put(
        &route.meta,
        at,
        better,
    )
}

/// The first sample path that the profile changes differently from the specification.
fn deviation(
    change: &PathChange,
    prefix: &str,
    profile: &Profile,
    redirect: bool,
) -> Option<Deviation> {
    let trimmed = trimmed_prefix(prefix);
    let start = if trimmed == "/" { "" } else { trimmed };
    let samples = [format!("{start}/x"), format!("{start}/")];
    samples.into_iter().find_map(|request| {
        let changed = |profile: &Profile| {
            let path = rewrite::change_path(change, prefix, &request, profile, redirect);
            path.unwrap_or_else(|| request.clone())
        };
        let (arrives, meant) = (changed(profile), changed(&Profile::Specification));
        (arrives != meant).then_some(Deviation { request, arrives, meant })
    })
}

/// Up to kgateway 2.2: a prefix with a trailing slash leaves out the path without it, and no other
/// match takes that.
fn without_slash(
    facts: &Facts,
    route: &HttpRoute,
    index: usize,
    rule: &Rule,
    profile: &Profile,
    out: &mut Sink,
) {
    for (position, one) in rule.matches.iter().enumerate() {
        let value = one.path.value.as_str();
        let bare = trimmed_prefix(value);
        if one.path.kind != PathType::PathPrefix || bare == value {
            continue;
        }
        let tables = followed::gateways(facts).iter().flat_map(|front| &front.tables);
        let hosts = tables.flat_map(|(_, table)| table.hosts.values());
        let own: Vec<&Host> = hosts.filter(|host| host.has(route)).collect();
        if own.iter().any(|host| somebody_takes(host, bare, profile)) {
            out.passed();
        }
        if own.iter().all(|host| somebody_takes(host, bare, profile)) {
            continue;
        }
        let path = pointer!["spec", "rules", index, "matches", position, "path", "value"];
        let title = format!("{bare} without the slash gets 404: the prefix is {value}.");
        out.finding(
            Finding::at(&route.meta, path, title)
                .explain(format!("{profile} compares a prefix with a trailing slash as plain text; from 2.3 on, it also matches {bare}. Write {bare}."))
                .label("ends with a slash")
                .effect(404, 1.0, format!("exactly {bare}"))
                .guide("4", Some("it matches /langfuse/ but calls /langfuse")),
        );
    }
}

/// Whether any match of a hostname takes a path, or might.
fn somebody_takes(host: &Host, path: &str, profile: &Profile) -> bool {
    let takes =
        |entry: &RankedMatch| matching::path_fits(path, &entry.one.path, profile) != Ok(false);
    host.entries.iter().any(takes)
}
