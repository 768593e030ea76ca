//! For a 404: what would have matched if one thing were different.

use super::attach::{self, Acceptance, Followed};
use super::gateway::Compiled;
use super::matching::{self, Fit, Miss};
use super::precedence::{self, RankedMatch};
use super::profile::Profile;
use super::request::Request;
use super::trace::{MissReason, Name, NearMiss};
use super::{envoy, hostname};
use crate::facts::Facts;
use crate::facts::views::*;

/// How many near misses are worth reading.
const MOST: usize = 5;

struct Scored {
    score: (usize, usize),
    miss: NearMiss,
}

/// The near misses of a request that no match took, best first: what fails in one respect comes
/// before what fails in two.
pub fn find(
    facts: &Facts,
    compiled: &Compiled,
    request: &Request,
    host: &str,
    owner: Option<(&str, Vec<&HttpRoute>)>,
) -> Vec<NearMiss> {
    let routes = facts.list::<HttpRoute>(None).items;
    among(facts, compiled, request, host, owner, &routes)
}

/// The same among some routes.
pub fn among(
    facts: &Facts,
    compiled: &Compiled,
    request: &Request,
    host: &str,
    owner: Option<(&str, Vec<&HttpRoute>)>,
    routes: &[&HttpRoute],
) -> Vec<NearMiss> {
    let mut out: Vec<Scored> = Vec::new();
    for &route in routes {
        if let Some(problem) = hostname_problem(facts, compiled, route, request, host, &owner) {
            rules(compiled, route, request, problem, &mut out);
        }
    }
    out.sort_by(|a, b| {
        a.score
            .0
            .cmp(&b.score.0)
            .then(b.score.1.cmp(&a.score.1))
            .then_with(|| (&a.miss.route, a.miss.rule).cmp(&(&b.miss.route, b.miss.rule)))
    });
    out.truncate(MOST);
    out.into_iter().map(|scored| scored.miss).collect()
}

/// Who else takes a request, after the entry that has won it, and why each of them has lost.
pub fn beaten(
    request: &Request,
    entries: &[RankedMatch],
    winner: &RankedMatch,
    profile: &Profile,
) -> Vec<NearMiss> {
    let mut out: Vec<NearMiss> = Vec::new();
    for entry in entries {
        let place = (Name::from(&entry.route.meta), entry.rule);
        let of_winner = std::ptr::eq(entry.route, winner.route) && entry.rule == winner.rule;
        let told = out.iter().any(|miss| (&miss.route, miss.rule) == (&place.0, place.1));
        if of_winner || told || matching::test(request, &entry.one, profile) != Fit::Yes {
            continue;
        }
        let (one, why) =
            (matching::describe(&entry.one), precedence::reason(winner, entry, profile));
        let detail = format!("matches, too ({one}), and loses: {why}");
        let reason = MissReason { kind: "shadowed", detail };
        out.push(NearMiss { route: place.0, rule: place.1, reason });
        if out.len() == MOST {
            break;
        }
    }
    out
}

/// What keeps a route from being asked at all: `Some(None)` when nothing does, `None` when the
/// route has nothing to do with this Gateway.
#[allow(clippy::option_option, reason = "three answers: no business here, no problem, a problem")]
fn hostname_problem(
    facts: &Facts,
    compiled: &Compiled,
    route: &HttpRoute,
    request: &Request,
    host: &str,
    owner: &Option<(&str, Vec<&HttpRoute>)>,
) -> Option<Option<(MissReason, usize)>> {
    let own: Vec<_> = compiled.attached.iter().filter(|a| std::ptr::eq(a.route, route)).collect();
    if own.is_empty() {
        // A child has its matches by delegation; one that continues its parent's, other ones.
        let here = owner.as_ref().is_some_and(|(_, owners)| {
            owners.iter().any(|owner| std::ptr::eq(*owner, route)) && !route.inherits
        });
        if here {
            return Some(None);
        }
        let named =
            route.hostnames.is_empty() || route.hostnames.iter().any(|n| hostname::covers(n, host));
        return not_attached(facts, compiled, route)
            .filter(|_| named)
            .map(|detail| Some((MissReason { kind: "not-attached", detail }, 0)));
    }
    let here: Vec<_> =
        own.iter().filter(|a| compiled.listeners[a.listener].spec.port == request.port).collect();
    if here.is_empty() {
        let port = compiled.listeners[own[0].listener].spec.port;
        let detail = format!("is attached only to port {port}");
        return Some(Some((MissReason { kind: "port", detail }, 0)));
    }
    let names: Vec<&String> = here.iter().flat_map(|a| &a.hostnames).collect();
    let covering = names.iter().any(|n| hostname::covers(n, host));
    if !covering {
        let near = names.iter().map(|n| hostname::shared_labels(n, host)).max().unwrap_or(0);
        let listed: Vec<&str> = names.iter().map(|n| n.as_str()).collect();
        let detail = format!("is served only for {}", crate::text::some_of(&listed, 3));
        return Some(Some((MissReason { kind: "hostname", detail }, near)));
    }
    match owner {
        Some((pattern, owners)) if !owners.iter().any(|o| std::ptr::eq(*o, route)) => {
            let mine = if route.hostnames.is_empty() {
                "has no hostname".to_owned()
            } else {
                format!("has hostname {}", route.hostnames.join(", "))
            };
            let theirs: Vec<String> = owners.iter().map(|o| o.meta.full_name()).collect();
            let theirs = crate::text::some_of(&theirs, 2);
            let detail = format!(
                "{mine}; hostname {pattern} of HTTPRoute {theirs} takes all requests for {host}"
            );
            Some(Some((MissReason { kind: "shadowed", detail }, 10)))
        }
        _ => Some(None),
    }
}

/// Why a route that names this Gateway is not attached; `None` when it names another, or the
/// Gateway's namesake elsewhere.
fn not_attached(facts: &Facts, compiled: &Compiled, route: &HttpRoute) -> Option<String> {
    for reference in &route.parents {
        let namespace = reference.namespace_from(&route.meta);
        match attach::follow(facts, &route.meta, &route.hostnames, reference) {
            Followed::To(found) => {
                if !found.parent.gateway().meta.is_same(&compiled.gateway.meta) {
                    continue;
                }
                if let Acceptance::Refused(refusal) = found.outcome {
                    return Some(format!("is not attached: {}", refusal.reason()));
                }
            }
            Followed::NotFound | Followed::Unknown(_)
                if reference.name == compiled.gateway.meta.name =>
            {
                let title = compiled.gateway.meta.full_name();
                return Some(format!(
                    "names Gateway {namespace}/{}, but the Gateway is {title}",
                    reference.name
                ));
            }
            _ => {}
        }
    }
    None
}

fn rules(
    compiled: &Compiled,
    route: &HttpRoute,
    request: &Request,
    problem: Option<(MissReason, usize)>,
    out: &mut Vec<Scored>,
) {
    let refused = envoy::refuses(route);
    for (index, rule) in route.rules.iter().enumerate() {
        let broken = refused.iter().find(|own| own.rule == index && own.matcher && own.certain);
        let misses = matching::matches_of(rule)
            .iter()
            .map(|one| match matching::test(request, one, &compiled.profile) {
                Fit::Yes | Fit::Unknown(_) => Vec::new(),
                Fit::No(misses) => misses,
            })
            .min_by_key(Vec::len)
            .unwrap_or_default();
        // Two things wrong, one of them the path: not near at all.
        if problem.is_some() && misses.iter().any(|miss| miss.kind == "path") {
            continue;
        }
        let near = misses.iter().map(|m| m.near).sum::<usize>();
        let (count, bonus) = (misses.len(), near + problem.as_ref().map_or(0, |p| p.1));
        let reason = match (&problem, misses.as_slice()) {
            (Some((reason, _)), _) => reason.clone(),
            // What the expression was meant to take nobody can say.
            (None, [first, ..]) if let Some(broken) = broken => {
                MissReason { kind: first.kind, detail: format!("is not served: {}", broken.says) }
            }
            (None, [first, ..]) => MissReason { kind: first.kind, detail: wants(&misses) },
            (None, []) => continue,
        };
        let score = (count + usize::from(problem.is_some()), bonus);
        let miss = NearMiss { route: Name::from(&route.meta), rule: index, reason };
        out.push(Scored { score, miss });
    }
}

fn wants(misses: &[Miss]) -> String {
    let parts: Vec<&str> = misses.iter().map(|miss| miss.wants.as_str()).collect();
    format!("needs {}", crate::text::list(&parts))
}
