//! Requests that one route hands on to another.

use super::super::backend;
use super::super::delegation::{DelegationFault, Visit};
use super::super::gateway::Compiled;
use super::super::inherited;
use super::super::matching::{self, Fit};
use super::super::policy::{self, AttachedPolicy, PolicyEffect};
use super::super::precedence::RankedMatch;
use super::super::request::Request;
use super::super::rule::{self, Action};
use super::super::table::Host;
use super::super::trace::*;
use super::walk::Walk;
use crate::facts::Facts;
use crate::facts::views::*;
use crate::route::profile::Profile;

/// What applies to a request beside its rule: what its rule has by delegation, and policies.
pub(super) struct OnTheWay<'a> {
    /// The rule that has won it, and then those that have handed it on, the nearest first.
    pub(super) rules: Vec<(&'a HttpRoute, usize)>,
    pub(super) policies: Vec<AttachedPolicy>,
    /// What of it cannot be judged.
    pub(super) unknown: Option<String>,
}

impl<'a> OnTheWay<'a> {
    /// `policies` are those of the Gateway and of the rule.
    pub(super) fn of(
        facts: &Facts,
        entry: &RankedMatch<'a>,
        mut policies: Vec<AttachedPolicy>,
        request: &Request,
    ) -> Self {
        let mut rules = vec![(entry.route, entry.rule)];
        let Some(visit) = entry.visit().filter(|visit| !visit.via.is_empty()) else {
            return OnTheWay { rules, policies, unknown: None };
        };
        let rule = &entry.route.rules[entry.rule];
        let more = inherited::inherited(facts, &visit.via, entry.route, rule, Some(request));
        rules.extend(more.rules);
        policies.extend(more.policies);
        let mut out = OnTheWay { rules, policies, unknown: more.unknown };
        for (what, one) in [("rewrites", true), ("timeouts", false)] {
            let has = |(route, index): &&(&HttpRoute, usize)| {
                let rule = &route.rules[*index];
                let rewrites = |own: &Filter| matches!(own, Filter::UrlRewrite { .. });
                if one { rule.filters.iter().any(rewrites) } else { rule.timeouts.is_some() }
            };
            let merged = out
                .rules
                .iter()
                .skip(1)
                .find(|own| own.0.priority == PolicyPriority::Merged && has(own));
            if let Some((route, _)) = merged
                && out.rules.iter().filter(has).count() > 1
            {
                let title = route.meta.title();
                let says = format!(
                    "{title} and a route under it both have {what}, and how they are merged is not modelled"
                );
                out.unknown.get_or_insert(says);
            }
        }
        out
    }

    /// The place in `rules` of the one that counts of those that have something: the lowest, unless
    /// one above it comes first by its annotation.
    fn counts(&self, has: impl Fn(&Rule) -> bool) -> Option<usize> {
        let mut found = None;
        for (at, (route, index)) in self.rules.iter().enumerate() {
            let first = at > 0 && route.priority == PolicyPriority::Parent;
            if has(&route.rules[*index]) && (found.is_none() || first) {
                found = Some(at);
            }
        }
        found
    }

    fn rewrites(&self, has: impl Fn(&Rewrite) -> bool) -> Option<usize> {
        self.counts(|rule| {
            rule.filters.iter().any(|own| match own {
                Filter::UrlRewrite { rewrite } => has(rewrite),
                _ => false,
            })
        })
    }

    /// The place of the rule that says by which name the backend is asked.
    pub(super) fn changes_host(&self) -> Option<usize> {
        self.rewrites(|own| own.hostname.is_some())
    }

    /// The place of the rule that rewrites the path.
    pub(super) fn changes_path(&self) -> Option<usize> {
        self.rewrites(|own| own.path.is_some())
    }

    pub(super) fn has_cors(&self) -> Option<(&'a HttpRoute, usize)> {
        let cors = |rule: &Rule| rule.filters.iter().any(|own| matches!(own, Filter::Cors { .. }));
        self.counts(cors).map(|at| self.rules[at])
    }

    pub(super) fn has_timeouts(&self) -> Option<(&'a HttpRoute, usize)> {
        self.counts(|rule| rule.timeouts.is_some()).map(|at| self.rules[at])
    }

    /// All filters, each with the place of its rule and its index there.
    pub(super) fn filters(&self) -> impl Iterator<Item = (usize, usize, &'a Filter)> {
        self.rules.iter().enumerate().flat_map(|(of, (route, index))| {
            let filters = route.rules[*index].filters.iter().enumerate();
            filters.map(move |(at, filter)| (of, at, filter))
        })
    }
}

impl Walk<'_> {
    /// Says how a request comes to a child.
    pub(super) fn handed_on(&mut self, entry: &RankedMatch) {
        let Some(visit) = entry.visit() else { return };
        let next = visit.via.iter().skip(1).map(|hop| hop.route).chain([visit.route]);
        for (hop, next) in visit.via.iter().zip(next) {
            let one = matching::matches_of(&hop.route.rules[hop.rule]).into_iter().nth(hop.index);
            let says = format!(
                "rule {} matches: {}, and delegates to {}",
                hop.rule + 1,
                one.map(|one| matching::describe(&one)).unwrap_or_default(),
                next.meta.title()
            );
            let (title, rule, index) = (hop.route.meta.title(), hop.rule, hop.index);
            self.step(Stage::Rule, says, format!("{title}, spec.rules[{rule}].matches[{index}]"));
        }
    }

    /// Says which rule hands a request on that no child takes: it answers nothing itself (seen).
    pub(super) fn handed_to_nobody(&mut self, compiled: &Compiled, request: &Request, host: &Host) {
        for root in host.roots() {
            let flat = compiled.flats.get(&std::ptr::from_ref(root));
            let mut visits = flat.iter().flat_map(|flat| &flat.visits);
            let hands_on = visits.find(|visit| {
                visit.delegates
                    && visit.via.is_empty()
                    && matching::test(request, &visit.one, &compiled.profile) == Fit::Yes
            });
            if let Some(&Visit { rule, index, .. }) = hands_on {
                let title = root.meta.title();
                let says = format!(
                    "rule {} of {title} delegates it, and no route that it delegates to takes it",
                    rule + 1
                );
                self.step(
                    Stage::Rule,
                    says,
                    format!("{title}, spec.rules[{rule}].matches[{index}]"),
                );
            }
        }
    }

    /// Ends at a rule that cannot hand requests on: kgateway replaces it, whatever else it has.
    pub(super) fn not_handed_on(
        &mut self,
        route: &HttpRoute,
        index: usize,
        position: usize,
        says: &str,
    ) {
        let reference = &route.rules[index].backend_refs[position];
        let namespace = reference.namespace_from(&route.meta).to_owned();
        let title = backend::title(reference, &namespace);
        self.step(
            Stage::Backend,
            format!("{title}: 500, {says}"),
            format!("{}, spec.rules[{index}].backendRefs[{position}]", route.meta.title()),
        );
        self.trace.backends.push(BackendShare {
            group: reference.group.to_string(),
            kind: reference.kind.to_string(),
            namespace,
            name: reference.name.clone(),
            port: reference.port,
            share: 1.0,
            status: Some(500),
            cause: Some(super::super::outcome::BackendCause::NotFound),
            code: None,
            says: says.to_owned(),
            ready: None,
        });
        let says = format!("{title}: {says}; the body is \"{}\"", rule::REPLACED_BODY);
        self.end(Some(500), AnsweredBy::Gateway, &says);
    }
}

/// Why a rule that hands a request on may be replaced as a whole: for what it has beside its children.
pub(super) fn may_be_replaced(
    facts: &Facts,
    compiled: &Compiled,
    request: &Request,
    host: &Host,
) -> Option<String> {
    let profile = &compiled.profile;
    let roots = host.roots().into_iter();
    let flats = roots.filter_map(|root| compiled.flats.get(&std::ptr::from_ref(root)));
    let mut fitting = flats.flat_map(|flat| &flat.visits).filter(|visit| {
        visit.delegates && !matches!(matching::test(request, &visit.one, profile), Fit::No(_))
    });
    fitting.find_map(|visit| {
        let rule = &visit.route.rules[visit.rule];
        let says = match rule::instead(facts, visit.route, visit.rule, profile) {
            Some(Action::Replaced(says) | Action::Unknown(says)) => Some(says),
            _ => {
                let path = policy::Path::of_route(&visit.route.meta, rule);
                let all = policy::traffic(facts, &path, Some(request)).into_iter();
                all.flat_map(|own| own.effects).find_map(|effect| match effect {
                    PolicyEffect::Replaces(says) => Some(says),
                    _ => None,
                })
            }
        }?;
        Some(format!("{}, which delegates, is at fault itself: {says}", visit.route.meta.title()))
    })
}

/// Why a route that is not known may take a request by delegation.
pub(super) fn may_take(
    entries: &[RankedMatch],
    request: &Request,
    profile: &Profile,
) -> Option<String> {
    entries.iter().find_map(|entry| {
        let faults = entry.visit().map(|visit| visit.faults.as_slice()).unwrap_or_default();
        let says = faults.iter().find_map(|(_, fault)| match fault {
            DelegationFault::Open { says, .. } => Some(says),
            DelegationFault::Broken { .. } => None,
        })?;
        // A child that continues its parent's path may take more than that.
        let mut wide = entry.one.clone();
        match wide.path.kind {
            PathType::Exact => wide.path.kind = PathType::PathPrefix,
            PathType::RegularExpression => wide.path = PathMatch::default(),
            PathType::PathPrefix => {}
        }
        (!matches!(matching::test(request, &wide, profile), Fit::No(_))).then(|| says.clone())
    })
}
