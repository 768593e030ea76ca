//! # A hostname of the route matches no listener
//!
//! ## What it means
//! A listener with a `hostname` serves only that host. A hostname of the route that does not
//! intersect with the hostname of any listener that the route may attach to is ignored.
//!
//! ## Why it matters
//! If no hostname matches, the route has `Accepted=False NoMatchingListenerHostname`; if only some
//! do, all conditions are True and nothing reports the others. Requests for them get 404.
//! `*.example.com` matches one or more labels before `example.com`, never `example.com` itself.
//!
//! ## Example
//! A listener for `*.example.com` and a route for `example.com`.
//!
//! ## Fix safety
//! Unsafe: which of the two is wrong is a decision. Offered are a listener for the hostname, beside an
//! HTTP listener that the route may use, and, where other hostnames of the route are served, to drop
//! this one.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 75-107; observed in kgateway main and 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::Listener;
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::Kind;
use igw_core::route::attach::{Attachment, ListenerFit};
use igw_core::route::followed::FollowedParent;
use igw_core::route::{followed, hostname, served_listener};
use igw_core::{page, placeholder, pointer, text};
use serde_json::{Value, json};

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0108",
    name: "hostname-no-intersection",
    severity: Severity::Error,
    needs: refs::OF_LISTENERS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for siblings in followed::parents(facts).chunk_by(|a, b| std::ptr::eq(a.route, b.route)) {
        for parent in siblings {
            judge(parent, siblings, out);
        }
    }
}

/// Judges a parentRef; `siblings` are all of its route.
fn judge(parent: &FollowedParent, siblings: &[FollowedParent], out: &mut Sink) {
    let Some(found) = refs::attachment(parent) else { return };
    let open = open(found);
    if open.is_empty() {
        return;
    }
    for (index, wanted) in parent.route.hostnames.iter().enumerate() {
        // Another parent may serve what this one does not.
        let elsewhere = || {
            let others = siblings.iter().filter_map(|other| refs::attachment(other));
            others.into_iter().any(|other| some_fits(&self::open(other), wanted))
        };
        // A variable on one side decides once it is filled in.
        let may_fit = || {
            open.iter().find(|fit| {
                let own = served_listener::hostname_of(fit.listener);
                placeholder::may_be_alike(own, wanted)
            })
        };
        if some_fits(&open, wanted) || elsewhere() {
            out.passed();
        } else if may_fit().is_some() {
            let why = Why::not_given(format!("hostname {wanted} is not filled in"));
            out.not_checked(Kind::HttpRoute, &parent.route.meta.namespace, why);
        } else {
            let none = parent.route.hostnames.iter().all(|wanted| !some_fits(&open, wanted));
            out.finding(finding(parent, found, &open, index, wanted, none));
        }
    }
}

fn some_fits(open: &[&ListenerFit], wanted: &str) -> bool {
    let own = |fit: &&ListenerFit| {
        hostname::intersect(served_listener::hostname_of(fit.listener), wanted).is_some()
    };
    open.iter().any(own)
}

/// The selected listeners that admit the route.
fn open<'f, 'a>(found: &'f Attachment<'a>) -> Vec<&'f ListenerFit<'a>> {
    found.fits.iter().filter(|fit| fit.lets_in()).collect()
}

fn finding(
    parent: &FollowedParent,
    found: &Attachment,
    open: &[&ListenerFit],
    index: usize,
    wanted: &str,
    none: bool,
) -> Finding {
    let closest = open.iter().max_by_key(|fit| {
        hostname::shared_labels(served_listener::hostname_of(fit.listener), wanted)
    });
    let closest =
        closest.map(|fit| (fit.listener.name.as_str(), served_listener::hostname_of(fit.listener)));
    let (name, own) = closest.unwrap_or_default();
    let apex = own.strip_prefix("*.").is_some_and(|suffix| suffix == wanted);
    let why = match apex {
        true => {
            format!("It matches one or more labels before {wanted}, never {wanted} itself.")
        }
        false => String::new(),
    };
    let status = match none {
        true => "The route gets Accepted=False NoMatchingListenerHostname.",
        false => {
            "Another hostname of the route is served, so all conditions are True, and nothing reports this one."
        }
    };
    let owner = found.parent.meta();
    let title = format!(
        "Requests for {wanted} get 404: no listener of {} accepts that hostname.",
        owner.title()
    );
    let listed: Vec<String> = open
        .iter()
        .map(|fit| {
            format!("{} ({})", fit.listener.name, served_listener::hostname_of(fit.listener))
        })
        .collect();
    let path = pointer!["spec", "hostnames", index];
    Finding::at(&parent.route.meta, path, title)
        .explain(
            format!("The closest listener is {name}, with hostname {own}. {why} {status}")
                .replace("  ", " "),
        )
        .label(format!("closest listener: {own}"))
        .effect(404, 1.0, format!("every request to {wanted}"))
        .evidence(
            format!("{}, spec.listeners[].hostname", owner.title()),
            text::some_of(&listed, 4),
        )
        .related(owner.reference())
        .repair(served(parent, found, open, index, none))
        .guide("1", None)
}

/// The most listeners that an object may have (its CRD).
const MOST_LISTENERS: usize = 64;

/// A listener of its own for the hostname, or a route without it.
fn served(
    parent: &FollowedParent,
    found: &Attachment,
    open: &[&ListenerFit],
    index: usize,
    none: bool,
) -> Option<Fix> {
    let (route, owner) = (&parent.route.meta, found.parent.meta());
    let wanted = parent.route.hostnames.get(index)?;
    let selects_all = parent.reference.section_name.is_none();
    let mut picks = Vec::new();
    let plain = open.iter().find(|fit| fit.listener.protocol == "HTTP");
    let new = plain.filter(|_| selects_all && found.fits.len() < MOST_LISTENERS);
    if let Some(new) = new.and_then(|fit| beside(fit.listener, wanted))
        && found.fits.iter().all(|fit| new["name"] != fit.listener.name.as_str())
    {
        let label = format!("{} gets a listener for {wanted}", owner.title());
        let sets = vec![Set::Insert("/spec/listeners".to_owned(), None, new)];
        picks.push(Pick::change("add", label, owner, sets));
    }
    // A route without any hostname would take all.
    if !none {
        let label = format!("{} is not for {wanted}", route.title());
        let sets = vec![Set::Drop(pointer!["spec", "hostnames", index])];
        picks.push(Pick::change("drop", label, route, sets));
    }
    let ask = format!("How is {wanted} to be served?");
    let choice = FixChoice { key: "hostname", ask, picks };
    let why = "the listener or the route may be wrong about the hostname".to_owned();
    Fix::choose(Safety::Unsafe(why), choice, |only| match only.map(|one| one.value.as_str()) {
        Some("add") => format!("add a listener for {wanted} to {}", owner.title()),
        Some(_) => format!("drop {wanted} from the hostnames of {}", route.title()),
        None => format!("make {wanted} of {} fit a listener", route.title()),
    })
}

/// A listener that is like another, for one hostname; a selector of namespaces that has expressions
/// is not copied.
fn beside(listener: &Listener, hostname: &str) -> Option<Value> {
    let allowed = &listener.allowed_routes;
    let namespaces = match &allowed.namespaces.selector {
        Some(own) if !own.match_expressions.is_empty() => return None,
        Some(own) if allowed.namespaces.from == "Selector" => {
            json!({ "from": "Selector", "selector": { "matchLabels": own.match_labels } })
        }
        _ => json!({ "from": allowed.namespaces.from }),
    };
    if !allowed.kinds.is_empty() {
        return None;
    }
    Some(json!({
        "name": hostname.replacen('*', "any", 1),
        "port": listener.port,
        "protocol": "HTTP",
        "hostname": hostname,
        "allowedRoutes": { "namespaces": namespaces },
    }))
}
