//! From a request to a verdict.

use super::backend::{self, Worth};
use super::gateway::{self, Compiled, Running};
use super::hostname;
use super::listener::Serves;
use super::matching::{self, Fit};
use super::near_miss;
use super::path;
use super::policy::{self, Effect, OnGateway};
use super::precedence::Entry;
use super::request::Request;
use super::rewrite;
use super::rule::{self, Action, Arm};
use super::table::{self, Host, Table};
use super::trace::*;
use crate::facts::views::*;
use crate::facts::{Cx, Fact, Meta, Profile};

/// Why a request cannot even be traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untraceable {
    /// Several Gateways listen on the port: `ns/name` of each.
    Ambiguous(Vec<String>),
    /// `--gateway` names none that is known.
    NoSuchGateway(String),
}

/// Follows a request through a Gateway: the one named, else the only one that listens on the
/// request's port.
///
/// # Errors
/// When the Gateway cannot be told.
pub fn resolve(
    cx: &Cx,
    request: &Request,
    wanted: Option<(&str, &str)>,
) -> Result<Trace, Untraceable> {
    let mut walk = Walk::new(request);
    let gateway = match wanted {
        Some((namespace, name)) => match cx.get::<Gateway>(namespace, name).known() {
            Some(gateway) => gateway,
            None => return not_there(cx, walk, namespace, name),
        },
        None => match candidates(cx, request.port).as_slice() {
            [one] => one,
            [] => return Ok(walk.nothing(&nobody_listens(cx, request))),
            many => {
                let names = many.iter().map(|g| g.meta.full_name()).collect();
                return Err(Untraceable::Ambiguous(names));
            }
        },
    };
    walk.trace.gateway = Some(name(&gateway.meta));
    let profile = match cx.profile(gateway) {
        Fact::Known(profile) => profile,
        Fact::Absent => {
            let says = format!(
                "no controller serves {}: GatewayClass {} does not exist, so there is no proxy",
                gateway.meta.title(),
                gateway.class
            );
            return Ok(walk.nothing(&says));
        }
        Fact::Unknown(why) => return Ok(walk.unknown(&why.detail)),
    };
    let compiled = gateway::compile(cx, gateway, profile);
    walk.through(cx, &compiled);
    Ok(walk.trace)
}

fn not_there(cx: &Cx, walk: Walk, namespace: &str, name: &str) -> Result<Trace, Untraceable> {
    let full = format!("{namespace}/{name}");
    let refused = cx
        .store
        .refused
        .iter()
        .find(|r| r.kind == Some(crate::facts::Kind::Gateway) && r.meta.full_name() == full);
    match refused {
        Some(refused) => {
            let first = refused.refusals.first();
            let why = first
                .map(|r| format!("{} {}", crate::facts::pointer::dotted(&r.pointer), r.message));
            let why = why.unwrap_or_default();
            Ok(walk.nothing(&format!("the API server refuses Gateway {full}: {why}")))
        }
        None => Err(Untraceable::NoSuchGateway(full)),
    }
}

fn candidates<'a>(cx: &Cx<'a>, port: u16) -> Vec<&'a Gateway> {
    let all = cx.list::<Gateway>(None).items;
    let listens = |listeners: &[Listener]| listeners.iter().any(|l| l.port == port);
    let sets = cx.list::<ListenerSet>(None).items;
    all.into_iter()
        .filter(|gateway| {
            listens(&gateway.listeners)
                || sets.iter().any(|set| {
                    let namespace = set.parent.namespace.as_ref().unwrap_or(&set.meta.namespace);
                    set.parent.name == gateway.meta.name
                        && *namespace == gateway.meta.namespace
                        && listens(&set.listeners)
                })
        })
        .collect()
}

fn nobody_listens(cx: &Cx, request: &Request) -> String {
    let gateways = cx.list::<Gateway>(None).items;
    if gateways.is_empty() {
        return "there is no Gateway".to_owned();
    }
    let ports: std::collections::BTreeSet<u16> =
        gateways.iter().flat_map(|g| &g.listeners).map(|l| l.port).collect();
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    let port = request.port;
    format!(
        "no Gateway listens on port {port} (there are listeners on {})",
        crate::words::list(&ports)
    )
}

fn name(meta: &Meta) -> Name {
    Name { namespace: meta.namespace.clone(), name: meta.name.clone() }
}

/// A trace in the making.
struct Walk<'r> {
    request: &'r Request,
    trace: Trace,
}

impl<'r> Walk<'r> {
    fn new(request: &'r Request) -> Self {
        let verdict = Verdict {
            status: None,
            by: By::None,
            says: String::new(),
            unknown: None,
            possible: Vec::new(),
        };
        let trace = Trace {
            request: request.clone(),
            gateway: None,
            listener: None,
            matched: None,
            verdict,
            backends: Vec::new(),
            forwarded: None,
            redirect: None,
            steps: Vec::new(),
            near_misses: Vec::new(),
            unmodelled: Vec::new(),
        };
        Walk { request, trace }
    }

    fn step(&mut self, stage: Stage, says: impl Into<String>, at: impl Into<String>) {
        self.trace.steps.push(Step { stage, says: says.into(), at: at.into() });
    }

    fn end(&mut self, status: Option<u16>, by: By, says: &str) {
        let verdict = &mut self.trace.verdict;
        (verdict.status, verdict.by, verdict.says) = (status, by, says.to_owned());
        verdict.possible = match status {
            Some(_) => vec![Possible { status, share: 1.0 }],
            None => Vec::new(),
        };
    }

    fn nothing(mut self, says: &str) -> Trace {
        self.end(None, By::None, says);
        self.trace
    }

    fn unknown(mut self, why: &str) -> Trace {
        self.cannot_say(why);
        self.trace
    }

    fn cannot_say(&mut self, why: &str) {
        self.end(None, By::Gateway, "this cannot be said");
        self.trace.verdict.unknown = Some(why.to_owned());
    }

    fn through(&mut self, cx: &Cx, compiled: &Compiled) {
        let gateway = compiled.gateway.meta.title();
        match &compiled.running {
            Running::Yes => {}
            Running::No(reason, says) => {
                let says =
                    format!("there is no proxy: {gateway} is not accepted ({reason}), {says}");
                return self.end(None, By::None, &says);
            }
            Running::Unknown(why) => return self.cannot_say(&why.detail),
        }
        if let OnGateway::ProxyProtocol(policy) = &compiled.policy {
            let says = "connections that do not begin with a PROXY protocol header are reset";
            self.step(Stage::Policy, says, policy.to_string());
            return self.end(None, By::None, says);
        }
        self.refused_objects(cx);
        let Some(group) = self.listener(compiled) else {
            return;
        };
        let Some(host) = hostname::of_header(&self.request.host) else {
            return self.end(Some(400), By::Gateway, "the Host header is no host name");
        };
        let mut request = self.request.clone();
        if compiled.profile.is_kgateway() {
            match path::normalise(&request.path) {
                Some(path) if path != request.path => {
                    let says = format!("the path is normalised to {path}");
                    self.step(Stage::Listener, says, format!("{gateway}, its proxy"));
                    request.path = path;
                }
                Some(_) => {}
                None => return self.end(Some(400), By::Gateway, "the path is not a valid path"),
            }
        }
        let table = table::build(compiled, &group);
        if self.refused_by_envoy(compiled, &table) {
            return;
        }
        self.undecided(compiled, &request, &host);
        if self.trace.verdict.unknown.is_some() {
            return;
        }
        let Some((pattern, entry)) = table.choose(&host) else {
            let says = format!("no route of this port has a hostname that takes {}", shown(&host));
            self.step(Stage::Hostname, &says, gateway);
            self.trace.near_misses = near_miss::find(cx, compiled, &request, &host, None);
            return self.not_found(&says);
        };
        self.hostname(compiled, pattern, entry, &host);
        self.rule(cx, compiled, &request, &host, pattern, entry);
    }

    /// Objects that the API server would refuse count as not there; the trace says so.
    fn refused_objects(&mut self, cx: &Cx) {
        use crate::facts::Kind;
        let counts = |kind| {
            matches!(
                kind,
                Some(
                    Kind::HttpRoute
                        | Kind::ListenerSet
                        | Kind::ReferenceGrant
                        | Kind::TrafficPolicy
                        | Kind::ListenerPolicy
                )
            )
        };
        let host = hostname::of_header(&self.request.host).unwrap_or_default();
        let concerns = |names: &[String]| {
            names.is_empty() || names.iter().any(|name| hostname::covers(name, &host))
        };
        let refused = cx.store.refused.iter().filter(|r| counts(r.kind) && concerns(&r.hostnames));
        for refused in refused.take(5) {
            let Some(first) = refused.refusals.first() else {
                continue;
            };
            let field = crate::facts::pointer::dotted(&first.pointer);
            let says =
                format!("{} counts as not there: the API server refuses it", refused.meta.title());
            self.step(Stage::Rule, says, format!("{}, {field}", refused.meta.title()));
        }
    }

    fn not_found(&mut self, says: &str) {
        let says = format!("{says} (Envoy: NR route_not_found, empty body)");
        self.end(Some(404), By::Gateway, &says);
    }

    /// Picks the listeners whose route table answers; ends the trace when there is none.
    fn listener(&mut self, compiled: &Compiled) -> Option<Vec<usize>> {
        let port = self.request.port;
        let on_port: Vec<usize> = (0..compiled.listeners.len())
            .filter(|&i| compiled.listeners[i].spec.port == port)
            .collect();
        if on_port.is_empty() {
            let says = format!("{} has no listener on port {port}", compiled.gateway.meta.title());
            self.end(None, By::None, &format!("{says}: the connection is refused"));
            return None;
        }
        for &i in &on_port {
            if let Fact::Unknown(why) = &compiled.listeners[i].serves {
                self.cannot_say(&why.detail);
                return None;
            }
        }
        let open: Vec<usize> =
            on_port.iter().copied().filter(|&i| compiled.listeners[i].is_open()).collect();
        let Some(&first) = open.first() else {
            self.closed(compiled, on_port[0]);
            return None;
        };
        let tls = compiled.listeners[first].serves == Fact::Known(Serves::Https);
        let wants_tls = self.request.scheme == "https";
        if tls != wants_tls {
            let at = compiled.listeners[first].at();
            let says = match (tls, compiled.listeners[first].spec.protocol.as_str()) {
                (false, "HTTPS") => {
                    "the listener is HTTPS without tls, which kgateway serves as plain HTTP: the TLS handshake fails"
                }
                (false, _) => "the listener speaks plain HTTP: the TLS handshake fails",
                (true, _) => "the listener speaks TLS: plain HTTP is closed without an answer",
            };
            self.step(Stage::Listener, says, at);
            self.end(None, By::None, says);
            return None;
        }
        let chosen = if wants_tls {
            self.by_sni(compiled, &open)?
        } else if compiled.profile.is_kgateway() {
            // Envoy has one table for all plain listeners of the port.
            let group = table::group(compiled, first);
            self.name_listener(compiled, &group);
            return Some(group);
        } else {
            self.by_host(compiled, &open)?
        };
        self.took(compiled, chosen);
        Some(vec![chosen])
    }

    fn closed(&mut self, compiled: &Compiled, listener: usize) {
        let listener = &compiled.listeners[listener];
        let says = match &listener.serves {
            Fact::Known(Serves::Closed(says)) => says.clone(),
            _ => format!("a {} listener answers no HTTP", listener.spec.protocol),
        };
        self.step(Stage::Listener, &says, listener.at());
        let says = format!("port {} refuses connections: {says}", self.request.port);
        self.end(None, By::None, &says);
    }

    /// HTTPS: the name in the handshake picks the listener (gw:376-406).
    fn by_sni(&mut self, compiled: &Compiled, open: &[usize]) -> Option<usize> {
        let sni = self.request.sni.as_str();
        let best = best_listener(compiled, open, sni);
        if let Some(other) = self.taken_by_tls(compiled, best) {
            let listener = &compiled.listeners[other];
            let says = format!(
                "listener {} has protocol TLS and takes the TLS name {sni}, and TLSRoutes are not modelled",
                listener.spec.name
            );
            self.step(Stage::Listener, &says, listener.at());
            self.cannot_say(&says);
            return None;
        }
        let Some(chosen) = best else {
            let says = format!("no listener takes the TLS name {sni}: the connection is reset");
            self.end(None, By::None, &says);
            return None;
        };
        if compiled.profile.is_kgateway() {
            return Some(chosen);
        }
        // The Host must fit the listener, too; another listener's Host is misdirected.
        let host = hostname::of_header(&self.request.host).unwrap_or_default();
        match best_listener(compiled, open, &host) {
            Some(other) if other == chosen => Some(chosen),
            Some(other) => {
                let says = format!(
                    "Host {host} belongs to listener {}, and the TLS name {sni} to listener {}",
                    compiled.listeners[other].spec.name, compiled.listeners[chosen].spec.name
                );
                self.step(Stage::Listener, &says, compiled.listeners[other].at());
                self.end(Some(421), By::Gateway, &says);
                None
            }
            None => {
                let says = format!("no listener of the port takes Host {}", shown(&host));
                self.end(Some(404), By::Gateway, &says);
                None
            }
        }
    }

    /// A TLS listener of the port whose hostname fits the TLS name better than that of the best
    /// HTTPS listener. What kgateway makes of such a pair was not seen.
    fn taken_by_tls(&self, compiled: &Compiled, best: Option<usize>) -> Option<usize> {
        if compiled.profile.is_kgateway() {
            return None;
        }
        let tls: Vec<usize> = (0..compiled.listeners.len())
            .filter(|&i| {
                let listener = &compiled.listeners[i];
                listener.spec.port == self.request.port
                    && listener.spec.protocol == "TLS"
                    && listener.serves == Fact::Known(Serves::OtherProtocol)
            })
            .collect();
        let specificity = |i: usize| hostname::specificity(compiled.listeners[i].hostname());
        best_listener(compiled, &tls, &self.request.sni)
            .filter(|&tls| best.is_none_or(|best| specificity(tls) > specificity(best)))
    }

    /// The specification's choice for plain HTTP: the most specific listener, and only its
    /// routes (gw:196-216).
    fn by_host(&mut self, compiled: &Compiled, open: &[usize]) -> Option<usize> {
        let Some(host) = hostname::of_header(&self.request.host) else {
            self.end(Some(400), By::Gateway, "the Host header is no host name");
            return None;
        };
        let best = best_listener(compiled, open, &host);
        if best.is_none() {
            let says = format!("no listener of the port takes Host {}", shown(&host));
            self.end(Some(404), By::Gateway, &says);
        }
        best
    }

    fn name_listener(&mut self, compiled: &Compiled, group: &[usize]) {
        let host = hostname::of_header(&self.request.host).unwrap_or_default();
        if let Some(best) = best_listener(compiled, group, &host).or(group.first().copied()) {
            self.took(compiled, best);
        }
    }

    fn took(&mut self, compiled: &Compiled, chosen: usize) {
        let listener = &compiled.listeners[chosen];
        self.trace.listener = Some(ListenerName {
            owner: Owner {
                kind: listener.owner.kind.clone(),
                namespace: listener.owner.namespace.clone(),
                name: listener.owner.name.clone(),
            },
            name: listener.spec.name.clone(),
        });
        let takes = match listener.hostname() {
            hostname::ANY => "any host".to_owned(),
            name => name.to_owned(),
        };
        let (name, port) = (&listener.spec.name, listener.spec.port);
        let says = format!("{name} :{port} takes {takes}");
        self.step(Stage::Listener, says, listener.at());
    }

    /// In standard validation one refused value takes the whole table down (observed 5).
    fn refused_by_envoy(&mut self, compiled: &Compiled, table: &Table) -> bool {
        if !compiled.profile.is_kgateway() || compiled.profile.is_strict() {
            return false;
        }
        let Some((route, refused)) =
            table.refused.iter().max_by_key(|(_, refused)| refused.certain)
        else {
            return false;
        };
        let at =
            format!("{}, {}", route.meta.title(), crate::facts::pointer::dotted(&refused.pointer));
        self.step(Stage::Policy, &refused.says, at.clone());
        if refused.certain {
            let says = format!(
                "Envoy refuses the whole route table of port {} because of {at}: a proxy that starts has no routes, one that runs keeps the old ones",
                self.request.port
            );
            self.end(Some(404), By::Gateway, &says);
        } else {
            self.cannot_say(&format!("{} ({at})", refused.says));
        }
        true
    }

    /// Routes whose attachment is open make the answer open when they could matter.
    fn undecided(&mut self, compiled: &Compiled, request: &Request, host: &str) {
        let could = |route: &HttpRoute| {
            let named = route.hostnames.is_empty()
                || route.hostnames.iter().any(|h| hostname::covers(h, host));
            named
                && (!route.hostnames.is_empty()
                    || route.rules.iter().flat_map(matching::matches_of).any(|one| {
                        !matches!(matching::test(request, &one, &compiled.profile), Fit::No(_))
                    }))
        };
        if let Some((route, why)) = compiled.undecided.iter().find(|(route, _)| could(route)) {
            self.cannot_say(&format!("{}: {}", route.meta.title(), why.detail));
        }
    }

    fn hostname(&mut self, compiled: &Compiled, pattern: &str, entry: &Host, host: &str) {
        let routes = routes_of(entry);
        let names: Vec<String> = routes.iter().map(|r| r.meta.full_name()).collect();
        let claimed = crate::words::count(routes.len().max(entry.others.len()), "route");
        let says = match pattern {
            hostname::ANY => format!(
                "{} is taken by {claimed} without hostname: {}",
                shown(host),
                crate::words::some_of(&names, 4)
            ),
            _ => format!("{pattern} is claimed by {claimed}: {}", crate::words::some_of(&names, 4)),
        };
        let at = entry.listeners.first().map(|&l| compiled.listeners[l].at()).unwrap_or_default();
        self.step(Stage::Hostname, says, at);
    }

    fn rule(
        &mut self,
        cx: &Cx,
        compiled: &Compiled,
        request: &Request,
        host: &str,
        pattern: &str,
        entry: &Host,
    ) {
        if request.is_grpc() && !entry.others.is_empty() {
            return self.cannot_say(&format!(
                "{} may take this gRPC call, and GRPCRoutes are not modelled",
                entry.others[0].meta.title()
            ));
        }
        for candidate in &entry.entries {
            match matching::test(request, &candidate.one, &compiled.profile) {
                Fit::Yes => return self.won(cx, compiled, request, pattern, entry, candidate),
                Fit::No(_) => {}
                Fit::Unknown(says) => return self.cannot_say(&says),
            }
        }
        let routes = routes_of(entry);
        let rules: usize = routes.iter().map(|r| r.rules.len()).sum();
        let what = match rules {
            1 => "the only rule does not match".to_owned(),
            n => format!("none of the {n} rules matches"),
        };
        let says = format!("{what} {} {}", request.method, request.target());
        let names: Vec<String> = routes.iter().map(|r| r.meta.title()).collect();
        self.step(Stage::Rule, &says, crate::words::some_of(&names, 3));
        let claiming = routes.len();
        let owner = Some((pattern, routes));
        self.trace.near_misses = near_miss::find(cx, compiled, request, host, owner);
        let shadowed = self.trace.near_misses.iter().find(|m| m.reason.kind == "shadowed");
        let says = match shadowed {
            Some(miss) => format!(
                "hostname {pattern} is claimed by {}, and {what}; HTTPRoute {}/{} would match, but is shadowed",
                if claiming == 1 { "another route" } else { "other routes" },
                miss.route.namespace,
                miss.route.name
            ),
            None => says,
        };
        self.not_found(&says);
    }

    fn won(
        &mut self,
        cx: &Cx,
        compiled: &Compiled,
        request: &Request,
        pattern: &str,
        host: &Host,
        entry: &Entry,
    ) {
        let (route, index) = (entry.route, entry.rule);
        let rule = &route.rules[index];
        self.trace.matched = Some(Matched {
            route: name(&route.meta),
            hostname: pattern.to_owned(),
            rule: index,
            index: entry.index,
        });
        let at = format!("{}, spec.rules[{index}].matches[{}]", route.meta.title(), entry.index);
        let says = format!("rule {} matches: {}", index + 1, matching::describe(&entry.one));
        self.step(Stage::Rule, says, at);
        if let OnGateway::Replaced(policy, says) = &compiled.policy {
            self.step(Stage::Policy, says, policy.to_string());
            return self.replaced(says);
        }
        let listener = host.listeners.first().map(|&l| &compiled.listeners[l]);
        let policies = match listener.filter(|_| compiled.profile.is_kgateway()) {
            None => Vec::new(),
            Some(listener) => {
                let path = policy::Path {
                    gateway: &compiled.gateway.meta,
                    owner: listener.owner,
                    listener: &listener.spec.name,
                    route: &route.meta,
                    rule: rule.name.as_deref(),
                };
                policy::traffic(cx, &path, Some(request), &rule::extension_refs(rule))
            }
        };
        if let Some(says) = self.replaced_by_policy(&policies) {
            return self.replaced(&says);
        }
        self.act(cx, compiled, request, entry, &policies);
    }

    fn replaced_by_policy(&mut self, policies: &[policy::Attached]) -> Option<String> {
        for attached in policies {
            for effect in &attached.effects {
                if let Effect::Replaces(says) = effect {
                    self.step(Stage::Policy, says, attached.object.to_string());
                    return Some(format!("{}: {says}", attached.object));
                }
            }
        }
        None
    }

    fn replaced(&mut self, says: &str) {
        let says =
            format!("kgateway replaced the rule ({says}); the body is \"{}\"", rule::REPLACED_BODY);
        self.end(Some(500), By::Gateway, &says);
    }

    fn act(
        &mut self,
        cx: &Cx,
        compiled: &Compiled,
        request: &Request,
        entry: &Entry,
        policies: &[policy::Attached],
    ) {
        let (route, index) = (entry.route, entry.rule);
        let rule = &route.rules[index];
        let at = |field: &str| format!("{}, spec.rules[{index}].{field}", route.meta.title());
        let action = rule::action(cx, route, index, &compiled.profile);
        if let Action::Replaced(says) = &action {
            self.step(Stage::Filter, says, at("filters"));
            return self.replaced(says);
        }
        if self.answered_by_policy(policies) {
            return;
        }
        if request.is_preflight() && self.preflight(rule, request, &at("filters")) {
            return;
        }
        match action {
            Action::Replaced(_) => {}
            Action::Unknown(says) => self.cannot_say(&says),
            Action::Error(status, says) => {
                self.step(Stage::Backend, &says, at("backendRefs"));
                self.end(Some(status), By::Gateway, &says);
            }
            Action::Direct { status, says } => {
                self.step(Stage::Filter, &says, at("filters"));
                self.end(Some(status), By::Gateway, &says);
            }
            Action::Redirect(redirect) => {
                let status = redirect.status_code.unwrap_or(302);
                let matched = &entry.one.path.value;
                let location = rewrite::location(redirect, matched, request, &compiled.profile);
                let says = format!("redirects to {location}");
                self.step(Stage::Filter, &says, at("filters"));
                self.trace.redirect = Some(RedirectTo { status, location });
                self.end(Some(status), By::Gateway, &says);
            }
            Action::Forward(arms) => {
                self.forwarded(rule, entry, request, &compiled.profile, policies, &at);
                self.arms(&arms, &at);
                self.faults(policies);
            }
        }
    }

    /// Ends the trace when a policy's part in it cannot be seen.
    fn answered_by_policy(&mut self, policies: &[policy::Attached]) -> bool {
        let mut open = None;
        for attached in policies {
            for effect in &attached.effects {
                match effect {
                    Effect::MayAnswer(says) => {
                        self.trace.unmodelled.push(Unmodelled {
                            object: attached.object.clone(),
                            says: says.clone(),
                        });
                        open.get_or_insert(format!("{}: {says}", attached.object));
                    }
                    Effect::Changes(says) => self
                        .trace
                        .unmodelled
                        .push(Unmodelled { object: attached.object.clone(), says: says.clone() }),
                    Effect::Answers { status, share, says } if *share >= 1.0 => {
                        self.step(Stage::Policy, says, attached.object.to_string());
                        self.end(Some(*status), By::Gateway, says);
                        return true;
                    }
                    _ => {}
                }
            }
        }
        if let Some(why) = &open {
            self.cannot_say(why);
        }
        open.is_some()
    }

    /// A share of requests that a policy answers itself.
    fn faults(&mut self, policies: &[policy::Attached]) {
        for attached in policies {
            for effect in &attached.effects {
                if let Effect::Answers { status, share, says } = effect
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

    fn preflight(&mut self, rule: &Rule, request: &Request, at: &str) -> bool {
        let cors = rule.filters.iter().find_map(|filter| match filter {
            Filter::Cors { cors } => Some(cors),
            _ => None,
        });
        let Some(cors) = cors else { return false };
        let origin = request.header_values("origin").next().unwrap_or_default();
        if !cors.allow_origins.iter().any(|allowed| origin_fits(allowed, origin)) {
            return false;
        }
        let says = format!("the gateway answers the preflight request of {origin} itself");
        self.step(Stage::Filter, &says, at);
        self.end(Some(200), By::Gateway, &says);
        true
    }

    fn forwarded(
        &mut self,
        rule: &Rule,
        entry: &Entry,
        request: &Request,
        profile: &Profile,
        policies: &[policy::Attached],
        at: &dyn Fn(&str) -> String,
    ) {
        let mut out = Forwarded { host: request.host.clone(), ..Forwarded::default() };
        let mut path = request.path.clone();
        for (i, filter) in rule.filters.iter().enumerate() {
            match filter {
                Filter::RequestHeaderModifier { change } => {
                    let pair = |h: &Header| {
                        let value = crate::words::masked(&h.name, &h.value);
                        (h.name.clone(), value.to_owned())
                    };
                    out.set_headers.extend(change.set.iter().map(pair));
                    out.add_headers.extend(change.add.iter().map(pair));
                    out.remove_headers.extend(change.remove.iter().cloned());
                }
                Filter::UrlRewrite { rewrite } => {
                    if let Some(host) = &rewrite.hostname {
                        out.host.clone_from(host);
                    }
                    let matched = &entry.one.path.value;
                    let new = rewrite
                        .path
                        .as_ref()
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
            Effect::RewritesPath(regex, new) => Some((p, regex, new)),
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

    fn arms(&mut self, arms: &[Arm], at: &dyn Fn(&str) -> String) {
        let mut open = None;
        for arm in arms {
            let judged = &arm.judged;
            let title = backend::title(arm.reference, &judged.namespace);
            let share = match arms.len() {
                1 => String::new(),
                _ => format!("{} of the requests go to ", crate::words::share(arm.share)),
            };
            let says = match (&judged.worth, judged.says.as_str()) {
                (Worth::Reached(_), "") => format!("{share}{title}"),
                (Worth::Reached(_), says) => format!("{share}{title}, {says}"),
                (Worth::Fails { status, .. }, says) => format!("{share}{title}: {status}, {says}"),
                (Worth::Unknown, says) => format!("{share}{title}: {says}"),
            };
            self.step(Stage::Backend, says, at(&format!("backendRefs[{}]", arm.index)));
            if judged.worth == Worth::Unknown && arm.share > 0.0 {
                open.get_or_insert_with(|| judged.says.clone());
            }
            let code = match judged.worth {
                Worth::Fails { code, .. } => code.map(str::to_owned),
                _ => None,
            };
            self.trace.backends.push(BackendShare {
                group: arm.reference.group.clone(),
                kind: arm.reference.kind.clone(),
                namespace: judged.namespace.clone(),
                name: arm.reference.name.clone(),
                port: arm.reference.port,
                share: arm.share,
                status: judged.status(),
                code,
                says: judged.says.clone(),
                ready: match judged.worth {
                    Worth::Reached(ready) => ready,
                    _ => None,
                },
            });
        }
        if let Some(why) = open {
            return self.cannot_say(&why);
        }
        let shares = arms.iter().filter(|arm| arm.share > 0.0);
        let all =
            shares.map(|arm| Possible { status: arm.judged.status(), share: arm.share }).collect();
        self.split(all);
    }

    /// Adds up shares by status; the verdict is the largest share's, of equals the worse.
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
        let by = if status == Some(200) { By::Backend } else { By::Gateway };
        let says = match possible.as_slice() {
            [_] => self.one_outcome(status),
            many => {
                let parts: Vec<String> = many
                    .iter()
                    .map(|p| {
                        let status = p.status.map_or("no answer".to_owned(), |s| s.to_string());
                        format!("{status} for {}", crate::words::share(p.share))
                    })
                    .collect();
                format!("the answer depends on the backend: {}", crate::words::list(&parts))
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
            format!("{} {}/{}{port}", b.kind, b.namespace, b.name)
        };
        let names: Vec<String> = used.iter().map(title).collect();
        match (status, used.as_slice()) {
            (Some(200), _) => {
                let path = self.trace.forwarded.as_ref().map_or("/", |f| f.path.as_str());
                format!("{} gets {} {path}", crate::words::list(&names), self.request.method)
            }
            (Some(500), [one]) => format!("{}: {} (Envoy: NC, empty body)", names[0], one.says),
            (Some(503), [one]) => {
                format!("{}: {} (Envoy: UH, \"no healthy upstream\")", names[0], one.says)
            }
            (_, [_, ..]) => {
                let each =
                    names.iter().zip(&used).map(|(name, one)| format!("{name}: {}", one.says));
                each.collect::<Vec<_>>().join("; ")
            }
            _ => "no backend takes it".to_owned(),
        }
    }
}

fn routes_of<'a>(host: &Host<'a>) -> Vec<&'a HttpRoute> {
    let mut routes: Vec<&HttpRoute> = Vec::new();
    for entry in &host.entries {
        if !routes.iter().any(|r| std::ptr::eq(*r, entry.route)) {
            routes.push(entry.route);
        }
    }
    routes.sort_by_key(|r| r.meta.full_name());
    routes
}

fn best_listener(compiled: &Compiled, among: &[usize], host: &str) -> Option<usize> {
    let takes = |&&i: &&usize| hostname::covers(compiled.listeners[i].hostname(), host);
    among
        .iter()
        .filter(takes)
        .max_by_key(|&&i| hostname::specificity(compiled.listeners[i].hostname()))
        .copied()
}

/// A CORS origin pattern: `*`, or one with a `*` in it.
fn origin_fits(allowed: &str, origin: &str) -> bool {
    match allowed.split_once('*') {
        None => allowed == origin,
        Some((start, end)) => {
            origin.len() >= start.len() + end.len()
                && origin.starts_with(start)
                && origin.ends_with(end)
        }
    }
}

/// A host as people read it.
fn shown(host: &str) -> &str {
    if host.is_empty() { "the empty host" } else { host }
}
