//! # A prefix rewrite gets the slashes wrong
//!
//! ## What it means
//! The specification says how `ReplacePrefixMatch` treats slashes; kgateway hands prefix and
//! replacement to Envoy nearly as they are. So a replacement that ends with `/` doubles the slash,
//! one for the prefix `/` that does not end with it glues two words together, an empty one is left
//! out altogether, and one without a leading slash makes a request line that no server takes. Up
//! to kgateway 2.2 a prefix with a trailing slash does not match the path without it.
//!
//! ## Why it matters
//! The backend gets a path that it does not know and answers 404 or 400, or redirects for ever.
//! All conditions are True.
//!
//! ## Example
//! Prefix `/foo`, replacement `/xyz/`: `/foo/bar` arrives as `/xyz//bar`. Write `/xyz`.
//!
//! ## Fix safety
//! Unsafe: clients and backends may have come to live with it.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 1151-1205; kgateway main, 2.3, 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{Filter, HttpRoute, PathChange, PathType, Rule};
use igw_core::facts::{Kind, Profile};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::path::trimmed_prefix;
use igw_core::route::precedence::Entry;
use igw_core::route::table::Host;
use igw_core::route::{matching, rewrite, rule};
use igw_core::scene::Scene;

/// IGW0118.
pub struct RewriteSlash;

static META: Meta = Meta {
    code: "IGW0118",
    name: "rewrite-slash",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("rewrite_slash.rs"),
};

impl Check for RewriteSlash {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for route in cx.routes() {
            let profile = cx.profile_of(route);
            if !profile.is_kgateway() {
                continue;
            }
            for (index, rule) in route.rules.iter().enumerate() {
                for (position, filter) in rule.filters.iter().enumerate() {
                    judge(route, index, position, filter, &profile, out);
                }
                if profile.kgateway_before(2, 3) {
                    without_slash(cx, route, index, rule, &profile, out);
                }
            }
        }
    }
}

/// How a path comes out, and how it should.
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
        true => format!("A client that asks for {request} is sent to {arrives}, not to {meant}"),
        false => {
            format!("A request for {request} arrives at the backend as {arrives}, not as {meant}")
        }
    };
    let (why, how, severity) = if value.is_empty() {
        let how = "Write / as the replacement to strip the prefix.".to_owned();
        ("an empty replacement is left out", how, Severity::Warning)
    } else if !value.starts_with('/') {
        let how = format!(
            "Write /{value}. Servers answer 400 to a request line without a leading slash."
        );
        let severity = if redirect { Severity::Warning } else { Severity::Error };
        ("the replacement does not begin with a slash", how, severity)
    } else if arrives.contains("//") && value == "/" {
        (
            "a redirect to / keeps the slash that follows the prefix",
            "Redirect by the full path instead.".to_owned(),
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
                "{profile} hands prefix and replacement to Envoy nearly as they are. {how}"
            ))
            .label(format!("{request} becomes {arrives}"))
            .effect(
                if severity == Severity::Error { 400 } else { 200 },
                1.0,
                rule::requests(route, rule),
            )
            .guide("4", None),
    );
}

/// The first sample path that the profile changes in another way than the specification.
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
    cx: &Scene,
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
        let tables = cx.gateways().iter().flat_map(|front| &front.tables);
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
                .explain(format!("{profile} compares a prefix with a trailing slash as plain text; from 2.3 on {bare} fits, too. Write {bare}."))
                .label("ends with a slash")
                .effect(404, 1.0, format!("exactly {bare}"))
                .guide("4", Some("it matches /langfuse/ and calls /langfuse")),
        );
    }
}

/// Whether any match of a hostname takes a path, or may.
fn somebody_takes(host: &Host, path: &str, profile: &Profile) -> bool {
    let takes = |entry: &Entry| matching::path_fits(path, &entry.one.path, profile) != Ok(false);
    host.entries.iter().any(takes)
}
