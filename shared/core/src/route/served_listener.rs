//! A listener with what decides whether it answers.

use super::condition::Condition;
use crate::facts::views::*;
use crate::facts::{Fact, Why};
use crate::kube::Meta;

/// How a listener's port answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenerAnswers {
    Http,
    Https,
    /// An HTTPS listener without `tls`: kgateway serves it as plain HTTP (seen).
    PlainOnHttps,
    /// Not HTTP at all: TCP, UDP or TLS routes, which are not modelled.
    OtherProtocol,
    /// Nothing answers; the reason completes "… because".
    Closed(String),
}

/// A listener of a Gateway or of one of its ListenerSets, as the implementation sees it.
#[derive(Debug, Clone)]
pub struct ServedListener<'a> {
    /// The Gateway or ListenerSet that has it.
    pub owner: &'a Meta,
    /// Index in the owner's `spec.listeners`.
    pub index: usize,
    pub spec: &'a Listener,
    pub conditions: Vec<Condition>,
    /// `supportedKinds`, group and kind.
    pub kinds: Vec<(String, String)>,
    pub serves: Fact<ListenerAnswers>,
    /// In files: what is not in the input and taken to be good, so that the listener answers.
    pub supposed: Option<Why>,
}

impl ServedListener<'_> {
    /// The hostname, `*` for any.
    pub fn hostname(&self) -> &str {
        hostname_of(self.spec)
    }

    /// `Gateway ns/name, spec.listeners[i]`.
    pub fn at(&self) -> String {
        format!("{}, spec.listeners[{}]", self.owner.title(), self.index)
    }

    /// Whether something that is not known decides about its conditions.
    pub fn hangs_on_the_unknown(&self) -> bool {
        matches!(self.serves, Fact::Unknown(_)) || self.supposed.is_some()
    }

    /// Whether requests are answered here.
    pub fn is_open(&self) -> bool {
        matches!(
            self.serves,
            Fact::Known(
                ListenerAnswers::Http | ListenerAnswers::Https | ListenerAnswers::PlainOnHttps
            )
        )
    }
}

/// The hostname of a listener, `*` for any.
pub fn hostname_of(listener: &Listener) -> &str {
    listener.hostname.as_deref().filter(|h| !h.is_empty()).unwrap_or(super::hostname::ANY)
}
