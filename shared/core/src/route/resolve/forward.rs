//! What a backend gets, and what the client sees of it.

use super::super::outcome::Outcome;
use super::super::policy::{self, PolicyEffect};
use super::super::precedence::RankedMatch;
use super::super::request::Request;
use super::super::rule::{self, Arm};
use super::super::trace::*;
use super::super::{backend, rewrite};
use super::delegated::OnTheWay;
use super::walk::Walk;
use crate::facts::views::*;
use crate::route::profile::Profile;

impl Walk<'_> {
    /// Leaves open what the backend gets where implementations differ.
    pub(super) fn open_rewrites(
        &mut self,
        rule: &Rule,
        matched: &str,
        request: &Request,
        profile: &Profile,
    ) {
        let changes = rule.filters.iter().filter_map(|filter| match filter {
            Filter::UrlRewrite { rewrite } => rewrite.path.as_ref(),
            _ => None,
        });
        let mut open = changes.filter_map(|change| rewrite::is_open(change, matched, profile));
        if request.path != "/"
            && self.trace.verdict.unknown.is_none()
            && let Some(why) = open.next()
        {
            self.cannot_say(&why);
        }
    }

    pub(super) fn forwarded(
        &mut self,
        way: &OnTheWay,
        entry: &RankedMatch,
        request: &Request,
        profile: &Profile,
    ) {
        let mut out = Forwarded { host: request.host.clone(), ..Forwarded::default() };
        let mut path = request.path.clone();
        let policies = &way.policies;
        let (host_by, path_by) = (way.changes_host(), way.changes_path());
        for (of, i, filter) in way.filters() {
            let at = |field: &str| {
                let (route, rule) = way.rules[of];
                format!("{}, spec.rules[{rule}].{field}", route.meta.title())
            };
            match filter {
                Filter::RequestHeaderModifier { change } => {
                    let says = changes(change);
                    self.step(Stage::Filter, says, at(&format!("filters[{i}]")));
                    let pair = |h: &Header| {
                        let value = crate::mask::value(&h.name, &h.value);
                        // A percent sign begins a format, so a value has it twice (seen).
                        let value = match profile.is_envoy() {
                            true => value.replace("%%", "%"),
                            false => value.to_owned(),
                        };
                        (h.name.clone(), value)
                    };
                    out.set_headers.extend(change.set.iter().map(pair));
                    out.add_headers.extend(change.add.iter().map(pair));
                    out.remove_headers.extend(change.remove.iter().cloned());
                }
                Filter::UrlRewrite { rewrite } => {
                    if let Some(host) = rewrite.hostname.as_ref().filter(|_| host_by == Some(of)) {
                        out.host.clone_from(host);
                    }
                    let matched = &entry.one.path.value;
                    let new = rewrite
                        .path
                        .as_ref()
                        .filter(|_| path_by == Some(of))
                        .and_then(|c| rewrite::change_path(c, matched, &path, profile, false));
                    if let Some(new) = new {
                        let says = format!("rewrites {path} to {new}");
                        self.step(Stage::Filter, says, at(&format!("filters[{i}]")));
                        path = new;
                    }
                }
                Filter::ExternalAuth { .. } => {
                    let says =
                        "kgateway ignores the filter ExternalAuth: requests pass unauthenticated";
                    self.step(Stage::Filter, says, at(&format!("filters[{i}]")));
                }
                _ => {}
            }
        }
        let effects = policies.iter().flat_map(|p| p.effects.iter().map(move |e| (p, e)));
        let rewrites = effects.filter_map(|(p, e)| match e {
            PolicyEffect::RewritesPath(regex, new) => Some((p, regex, new)),
            _ => None,
        });
        // The first policy wins; the other is Overridden (seen).
        for (attached, regex, new) in rewrites.take(1) {
            let bytes = regex.replace_all(path.as_bytes(), new.as_bytes()).into_owned();
            let changed = String::from_utf8_lossy(&bytes).into_owned();
            let says = format!("urlRewrite rewrites {path} to {changed}");
            self.step(Stage::Policy, says, attached.object.to_string());
            path = changed;
        }
        (out.path, out.query) = rewrite::with_query(&path, request.query.as_deref());
        self.trace.forwarded = Some(out);
    }

    pub(super) fn arms(&mut self, arms: &[Arm], at: &dyn Fn(&str) -> String) {
        let mut open = None;
        for arm in arms {
            let judged = &arm.judged;
            let title = backend::title(arm.reference, &judged.namespace);
            let share = match arms.len() {
                1 => String::new(),
                _ => format!("{} of the requests go to ", crate::text::share(arm.share)),
            };
            let says = match (&judged.outcome, judged.says.as_str()) {
                (Outcome::Reached(_), "") => format!("{share}{title}"),
                (Outcome::Reached(_), says) => format!("{share}{title}, {says}"),
                (Outcome::Fails { status, .. }, says) => {
                    format!("{share}{title}: {status}, {says}")
                }
                (Outcome::Unknown, says) if judged.supposed => {
                    format!("{share}{title}, taken to be there and ready: {says}")
                }
                (Outcome::Unknown, says) => format!("{share}{title}: {says}"),
            };
            self.step(Stage::Backend, says, at(&format!("backendRefs[{}]", arm.index)));
            if judged.outcome == Outcome::Unknown && !judged.supposed && arm.share > 0.0 {
                open.get_or_insert_with(|| judged.says.clone());
            }
            let cause = match judged.outcome {
                Outcome::Fails { cause, .. } => cause,
                _ => None,
            };
            self.trace.backends.push(BackendShare {
                group: arm.reference.group.to_string(),
                kind: arm.reference.kind.to_string(),
                namespace: judged.namespace.clone(),
                name: arm.reference.name.clone(),
                port: arm.reference.port,
                share: arm.share,
                status: judged.status(),
                cause,
                code: None,
                says: judged.says.clone(),
                ready: match judged.outcome {
                    Outcome::Reached(ready) => ready,
                    _ => None,
                },
            });
        }
        if !arms
            .iter()
            .any(|arm| arm.share > 0.0 && !matches!(arm.judged.outcome, Outcome::Fails { .. }))
        {
            self.trace.forwarded = None;
        }
        if let Some(why) = open {
            return self.cannot_say(&why);
        }
        let shares = arms.iter().filter(|arm| arm.share > 0.0);
        let all =
            shares.map(|arm| Possible { status: arm.judged.status(), share: arm.share }).collect();
        self.split(all);
    }

    /// A share of requests that a policy answers itself.
    pub(super) fn faults(&mut self, policies: &[policy::AttachedPolicy]) {
        for attached in policies {
            for effect in &attached.effects {
                if let PolicyEffect::Answers { status, share, says } = effect
                    && *share > 0.0
                    && self.trace.verdict.unknown.is_none()
                {
                    self.step(Stage::Policy, says, attached.object.to_string());
                    let mut all = std::mem::take(&mut self.trace.verdict.possible);
                    all.iter_mut().for_each(|p| p.share *= 1.0 - share);
                    all.push(Possible { status: Some(*status), share: *share });
                    self.split(all);
                }
            }
        }
    }

    /// Adds up shares by status; the verdict is the largest share's, or the worse of equals.
    fn split(&mut self, all: Vec<Possible>) {
        let mut sums: std::collections::BTreeMap<Option<u16>, f64> = Default::default();
        for one in all {
            *sums.entry(one.status).or_default() += one.share;
        }
        let possible: Vec<_> =
            sums.into_iter().map(|(status, share)| Possible { status, share }).collect();
        let top = possible.iter().max_by(|a, b| {
            // Shares are sums of fractions: what differs by rounding only is equal.
            let (x, y) = ((a.share * 1e9).round(), (b.share * 1e9).round());
            x.total_cmp(&y).then(a.status.cmp(&b.status))
        });
        let status = top.and_then(|top| top.status);
        let by = if status == Some(200) { AnsweredBy::Backend } else { AnsweredBy::Gateway };
        let says = match possible.as_slice() {
            [_] => self.one_outcome(status),
            many => {
                let parts: Vec<String> = many
                    .iter()
                    .map(|p| {
                        let status = p.status.map_or("no answer".to_owned(), |s| s.to_string());
                        format!("{status} for {}", crate::text::share(p.share))
                    })
                    .collect();
                format!("the answer depends on the backend: {}", crate::text::list(&parts))
            }
        };
        let verdict = &mut self.trace.verdict;
        (verdict.status, verdict.by, verdict.says) = (status, by, says);
        verdict.possible = possible;
    }

    fn one_outcome(&self, status: Option<u16>) -> String {
        let used: Vec<_> = self.trace.backends.iter().filter(|b| b.share > 0.0).collect();
        let title = |b: &&BackendShare| {
            let port = b.port.map(|p| format!(":{p}")).unwrap_or_default();
            format!("{} {}{port}", b.kind, crate::kube::full_name(&b.namespace, &b.name))
        };
        let names: Vec<String> = used.iter().map(title).collect();
        match (status, used.as_slice()) {
            (Some(200), _) => {
                let path = self.trace.forwarded.as_ref().map_or("/", |f| f.path.as_str());
                {
                    let get = if names.len() == 1 { "gets" } else { "get" };
                    format!("{} {get} {} {path}", crate::text::list(&names), self.request.method)
                }
            }
            // Delegation to nothing is answered like a rule that was replaced (seen).
            (Some(500), [one]) if one.kind == "HTTPRoute" => {
                format!("{}: {}; the body is \"{}\"", names[0], one.says, rule::REPLACED_BODY)
            }
            (Some(500), [one]) => {
                format!("{}: {}{}", names[0], one.says, self.seen("Envoy: NC, empty body"))
            }
            (Some(503), [one]) => {
                let seen = self.seen("Envoy: UH, \"no healthy upstream\"");
                format!("{}: {}{seen}", names[0], one.says)
            }
            (_, [_, ..]) => {
                let each =
                    names.iter().zip(&used).map(|(name, one)| format!("{name}: {}", one.says));
                each.collect::<Vec<_>>().join("; ")
            }
            _ => "no backend takes the request".to_owned(),
        }
    }
}

/// Names of the headers that a filter changes; values may be secrets and are left out.
fn changes(change: &HeaderChange) -> String {
    let names = |list: &[Header]| list.iter().map(|h| h.name.clone()).collect::<Vec<_>>();
    let parts: Vec<String> = [
        ("sets", names(&change.set)),
        ("adds", names(&change.add)),
        ("removes", change.remove.clone()),
    ]
    .iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(verb, names)| format!("{verb} {}", crate::text::list(names)))
    .collect();
    format!("request headers: {}", parts.join(", "))
}
