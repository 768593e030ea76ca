//! What a climb is to try, and what carries its requests.

use super::judgement::ProbeTarget;
use super::key::ExporterKey;
use super::ladder::RungName;
use super::otlp::ProbeSpan;
use super::request::Server;
use super::scrub::Scrubber;
use crate::kube::Hidden;
use crate::wire::{Outgoing, Silence, WireReply};

/// Which server a request goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireEnd {
    Langfuse,
    /// Bifrost, which gets the chat request; never with the key of Langfuse.
    Chat,
}

/// What carries the requests, and has the time.
pub trait Wire {
    /// # Errors
    /// Why there is no answer.
    fn send(&mut self, end: WireEnd, request: &Outgoing) -> Result<WireReply, Silence>;
    fn pause(&mut self, millis: u64);
    /// Milliseconds since some moment.
    fn now(&self) -> u64;
    fn begin(&mut self, rung: RungName);
}

/// A chat request whose trace is looked up.
#[derive(Debug, Clone)]
pub struct ChatProbe {
    pub server: Server,
    pub target: String,
    pub model: String,
    pub span: ProbeSpan,
}

/// Why no key is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoKey {
    /// It was not given, or its use not agreed to.
    NotGiven(String),
    /// The exporter sends none.
    NotConfigured,
}

/// What is to be tried.
#[derive(Debug, Clone)]
pub struct ClimbPlan {
    pub server: Server,
    pub to: ProbeTarget,
    /// Path and query of the exporter's address, as they are.
    pub target: String,
    /// The exporter's headers besides Authorization.
    pub headers: Vec<(String, Hidden)>,
    /// The exporter's key, or why there is none.
    pub key: Result<ExporterKey, NoKey>,
    /// The span to write, or why none is written.
    pub write: Result<ProbeSpan, String>,
    pub chat: Option<ChatProbe>,
    /// How long a span may take to arrive.
    pub wait_millis: u64,
    /// What is taken out of every answer before anything looks at it.
    pub secrets: Scrubber,
}
