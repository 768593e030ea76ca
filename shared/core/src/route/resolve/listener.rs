//! Which listener takes a request.

use super::super::gateway::Compiled;
use super::super::served_listener::ListenerAnswers;
use super::super::trace::*;
use super::super::{hostname, table};
use super::walk::{Walk, shown};
use crate::facts::Fact;

impl Walk<'_> {
    /// Picks the listeners whose route table answers; ends the trace when there is none.
    pub(super) fn listener(&mut self, compiled: &Compiled) -> Option<Vec<usize>> {
        let port = self.request.port;
        let on_port: Vec<usize> = (0..compiled.listeners.len())
            .filter(|&i| compiled.listeners[i].spec.port == port)
            .collect();
        if on_port.is_empty() {
            let says = format!("{} has no listener on port {port}", compiled.gateway.meta.title());
            self.end(None, AnsweredBy::None, &format!("{says}: the connection is refused"));
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
        let tls = compiled.listeners[first].serves == Fact::Known(ListenerAnswers::Https);
        let wants_tls = self.request.scheme == "https";
        if tls != wants_tls {
            let at = compiled.listeners[first].at();
            let says = match (tls, compiled.listeners[first].spec.protocol.as_str()) {
                (false, "HTTPS") => {
                    "the listener is HTTPS without tls, which kgateway serves as plain HTTP: the TLS handshake fails"
                }
                (false, _) => "the listener speaks plain HTTP: the TLS handshake fails",
                (true, _) => {
                    "the listener speaks TLS: a plain HTTP connection is closed without an answer"
                }
            };
            self.step(Stage::Listener, says, at);
            self.end(None, AnsweredBy::None, says);
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
            Fact::Known(ListenerAnswers::Closed(says)) => says.clone(),
            _ => format!("a {} listener does not answer HTTP", listener.spec.protocol),
        };
        self.step(Stage::Listener, &says, listener.at());
        let says = format!("port {} refuses connections: {says}", self.request.port);
        self.end(None, AnsweredBy::None, &says);
    }

    /// HTTPS: the name in the handshake picks the listener (gw:376-406).
    fn by_sni(&mut self, compiled: &Compiled, open: &[usize]) -> Option<usize> {
        let sni = self.request.sni.as_str();
        let best = best_listener(compiled, open, sni);
        if let Some(other) = self.taken_by_tls(compiled, best) {
            let listener = &compiled.listeners[other];
            let says = format!(
                "listener {} has protocol TLS and accepts the TLS name {sni}, but TLSRoutes are not modelled",
                listener.spec.name
            );
            self.step(Stage::Listener, &says, listener.at());
            self.cannot_say(&says);
            return None;
        }
        let Some(chosen) = best else {
            let says = format!("no listener accepts the TLS name {sni}: the connection is reset");
            self.end(None, AnsweredBy::None, &says);
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
                self.end(Some(421), AnsweredBy::Gateway, &says);
                None
            }
            None => {
                let says = format!("no listener of the port accepts Host {}", shown(&host));
                self.end(Some(404), AnsweredBy::Gateway, &says);
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
                    && listener.serves == Fact::Known(ListenerAnswers::OtherProtocol)
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
            self.end(Some(400), AnsweredBy::Gateway, "the Host header is not a host name");
            return None;
        };
        let best = best_listener(compiled, open, &host);
        if best.is_none() {
            let says = format!("no listener of the port accepts Host {}", shown(&host));
            self.end(Some(404), AnsweredBy::Gateway, &says);
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
                kind: listener.owner.kind.to_string(),
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
        let says = format!("{name} :{port} accepts {takes}");
        self.step(Stage::Listener, says, listener.at());
        if let Some(why) = &listener.supposed {
            self.step(
                Stage::Listener,
                format!("taken to be there and good: {}", why.detail),
                listener.at(),
            );
        }
    }
}

fn best_listener(compiled: &Compiled, among: &[usize], host: &str) -> Option<usize> {
    let takes = |&&i: &&usize| hostname::covers(compiled.listeners[i].hostname(), host);
    among
        .iter()
        .filter(takes)
        .max_by_key(|&&i| hostname::specificity(compiled.listeners[i].hostname()))
        .copied()
}
