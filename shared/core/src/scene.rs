//! What checks look at: the facts, and what several of them derive from those, worked out once.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::{Deref, Range};

use crate::facts::views::*;
use crate::facts::{Cx, Fact, Profile, Scope, Store};
use crate::pointer;
use crate::route::attach::{self, Followed, Outcome};
use crate::route::backend::{self, Judged};
use crate::route::gateway::{self, Compiled};
use crate::route::grant::Crossing;
use crate::route::rule;
use crate::route::table::{self, Table};

/// The facts of a run with what follows from them. It derefs to [`Cx`], so that whatever takes the
/// facts takes a scene.
pub struct Scene<'a> {
    cx: Cx<'a>,
    gateways: OnceCell<Vec<Front<'a>>>,
    parents: OnceCell<Vec<Parent<'a>>>,
    backends: OnceCell<Vec<Backend<'a>>>,
    profiles: OnceCell<HashMap<*const HttpRoute, Profile>>,
}

/// A Gateway whose rules are known, with the route tables of its ports.
#[derive(Debug)]
pub struct Front<'a> {
    /// The Gateway, followed in all directions.
    pub compiled: Compiled<'a>,
    /// Its tables, each with its port.
    pub tables: Vec<(u16, Table<'a>)>,
}

/// A parentRef in its place.
pub struct Parent<'a> {
    /// The route.
    pub route: &'a HttpRoute,
    /// The reference.
    pub reference: &'a ParentRef,
    /// Its index in `parentRefs`.
    pub index: usize,
    /// Where it leads.
    pub followed: Followed<'a>,
    /// Which of [`Scene::backends`] are the route's.
    backends: Range<usize>,
}

/// A backendRef in its place.
pub struct Backend<'a> {
    /// The route.
    pub route: &'a HttpRoute,
    /// Index of the rule.
    pub index: usize,
    /// The rule.
    pub rule: &'a Rule,
    /// The reference.
    pub reference: &'a BackendRef,
    /// Its index in the rule's `backendRefs`.
    pub position: usize,
    /// The rules that it follows.
    pub profile: Profile,
    /// The share of the rule's requests, 0 to 1.
    pub share: f64,
    /// Whether any request can reach the rule: some parent takes the route, or may take it.
    pub attached: bool,
    /// What grants it; `None` for a reference that stays in its namespace.
    pub grant: Option<Fact<&'a ReferenceGrant>>,
    /// What it is worth.
    pub judged: Judged,
}

impl Parent<'_> {
    /// Pointer to it.
    pub fn path(&self) -> String {
        pointer!["spec", "parentRefs", self.index]
    }
}

impl Backend<'_> {
    /// Pointer to it.
    pub fn path(&self) -> String {
        pointer!["spec", "rules", self.index, "backendRefs", self.position]
    }

    /// The reference across namespaces that it makes, if it makes one.
    pub fn crossing(&self) -> Option<Crossing<'_>> {
        backend::crossing(&self.route.meta, self.reference)
    }

    /// Whether it stays in its namespace or is granted: only then is it followed.
    pub fn is_granted(&self) -> bool {
        self.grant.as_ref().is_none_or(|grant| matches!(grant, Fact::Known(_)))
    }
}

impl<'a> Deref for Scene<'a> {
    type Target = Cx<'a>;

    fn deref(&self) -> &Cx<'a> {
        &self.cx
    }
}

impl<'a> Scene<'a> {
    /// The scene of a store.
    pub fn new(store: &'a Store, scope: &'a Scope) -> Self {
        Scene {
            cx: Cx::new(store, scope),
            gateways: OnceCell::new(),
            parents: OnceCell::new(),
            backends: OnceCell::new(),
            profiles: OnceCell::new(),
        }
    }

    /// The facts alone.
    pub fn into_cx(self) -> Cx<'a> {
        self.cx
    }

    /// The Gateways whose rules are known.
    pub fn gateways(&self) -> &[Front<'a>] {
        self.gateways.get_or_init(|| {
            let known = |gateway: &'a Gateway| Some((gateway, self.cx.profile(gateway).known()?));
            let all = self.cx.list::<Gateway>(None).items.into_iter().filter_map(known);
            let front = |(gateway, profile)| {
                let compiled = gateway::compile(&self.cx, gateway, profile);
                let tables = tables(&compiled);
                Front { compiled, tables }
            };
            all.map(front).collect()
        })
    }

    /// Every parentRef of the judged routes, followed.
    pub fn parents(&self) -> &[Parent<'a>] {
        self.parents.get_or_init(|| {
            let routes = self.cx.routes();
            let mut out = Vec::with_capacity(routes.iter().map(|route| route.parents.len()).sum());
            let mut first = 0;
            for route in routes {
                let count: usize = route.rules.iter().map(|rule| rule.backend_refs.len()).sum();
                let backends = first..first + count;
                first += count;
                for (index, reference) in route.parents.iter().enumerate() {
                    let followed =
                        attach::follow(&self.cx, &route.meta, &route.hostnames, reference);
                    let backends = backends.clone();
                    out.push(Parent { route, reference, index, followed, backends });
                }
            }
            out
        })
    }

    /// The rules that a route's parents follow, as [`gateway::profile_of`].
    pub fn profile_of(&self, route: &HttpRoute) -> Profile {
        let profiles = self.profiles.get_or_init(|| {
            let of = |parent: &Parent| match &parent.followed {
                Followed::To(found) => Some((std::ptr::from_ref(parent.route), found.profile)),
                _ => None,
            };
            // Of several parents the first one counts: it comes last here.
            self.parents().iter().rev().filter_map(of).collect()
        });
        let known = profiles.get(&std::ptr::from_ref(route)).copied();
        known.unwrap_or_else(|| gateway::profile_of(&self.cx, route))
    }

    /// Every backendRef of the judged routes, followed.
    pub fn backends(&self) -> &[Backend<'a>] {
        self.backends.get_or_init(|| {
            let routes = self.cx.routes();
            let rules = routes.iter().flat_map(|route| &route.rules);
            let mut out = Vec::with_capacity(rules.map(|rule| rule.backend_refs.len()).sum());
            let mut own = self.parents();
            for route in routes {
                let (mine, rest) = own.split_at(route.parents.len());
                own = rest;
                self.backends_of(route, mine, &mut out);
            }
            out
        })
    }

    /// What a backend of a parent's route is worth by these rules, as [`backend::judge_of`].
    pub fn judged<'s>(
        &'s self,
        parent: &Parent,
        rule: &Rule,
        reference: &BackendRef,
        profile: &Profile,
    ) -> Cow<'s, Judged> {
        let mut own = self.backends()[parent.backends.clone()].iter();
        match own.find(|own| std::ptr::eq(own.reference, reference) && own.profile == *profile) {
            Some(own) => Cow::Borrowed(&own.judged),
            None => Cow::Owned(backend::judge_of(&self.cx, parent.route, rule, reference, profile)),
        }
    }

    fn backends_of(
        &self,
        route: &'a HttpRoute,
        parents: &[Parent<'a>],
        out: &mut Vec<Backend<'a>>,
    ) {
        let cx = &self.cx;
        let profile = self.profile_of(route);
        let attached =
            parents.iter().any(|parent| may_take(&parent.followed)) || is_child(cx, route);
        for (index, rule) in route.rules.iter().enumerate() {
            for (j, reference) in rule.backend_refs.iter().enumerate() {
                let crossing = backend::crossing(&route.meta, reference);
                out.push(Backend {
                    route,
                    index,
                    rule,
                    reference,
                    position: j,
                    profile,
                    share: rule::share(rule, j, &profile),
                    attached,
                    grant: crossing.map(|crossing| crossing.permitted(cx, profile.is_kgateway())),
                    judged: backend::judge_of(cx, route, rule, reference, &profile),
                });
            }
        }
    }
}

/// Whether a parent takes a route, or may: what is not known is not held against it.
fn may_take(followed: &Followed) -> bool {
    match followed {
        Followed::To(found) => !matches!(found.outcome, Outcome::Refused(_)),
        Followed::Unknown(_) => true,
        Followed::OtherKind | Followed::NotFound | Followed::NotServed(_) => false,
    }
}

/// Whether another route delegates to this one.
pub fn is_child(cx: &Cx, child: &HttpRoute) -> bool {
    cx.store.delegates
        && cx.list::<HttpRoute>(None).items.iter().any(|parent| gateway::delegates(parent, child))
}

/// The route tables of a Gateway, each with its port.
fn tables<'a>(compiled: &Compiled<'a>) -> Vec<(u16, Table<'a>)> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for listener in (0..compiled.listeners.len()).filter(|&i| compiled.listeners[i].is_open()) {
        // By the specification each listener stands alone (gw:196-216).
        let group = match compiled.profile.is_kgateway() {
            true => table::group(compiled, listener),
            false => vec![listener],
        };
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let port = |group: &Vec<usize>| compiled.listeners[group[0]].spec.port;
    groups.iter().map(|group| (port(group), table::build(compiled, group))).collect()
}
