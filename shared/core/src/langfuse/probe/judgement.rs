//! What an answer means.

use serde::Serialize;

use crate::langfuse::TRACES_PATH as TRACES;
use crate::wire::WireReply;

/// What a rung of the ladder came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RungMark {
    Proved,
    Failed,
    /// Asked, and the answer decides nothing.
    Unknown,
    NotDone,
}

/// The meaning of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub mark: RungMark,
    /// The cause, as a word for machines.
    pub cause: &'static str,
    /// One sentence.
    pub says: String,
    /// What to do, if anything.
    pub next: Option<String>,
}

impl Judgement {
    pub fn proved(cause: &'static str, says: impl Into<String>) -> Judgement {
        Judgement { mark: RungMark::Proved, cause, says: says.into(), next: None }
    }

    pub fn failed(
        cause: &'static str,
        says: impl Into<String>,
        next: impl Into<String>,
    ) -> Judgement {
        Judgement { mark: RungMark::Failed, cause, says: says.into(), next: Some(next.into()) }
    }

    pub fn unknown(
        cause: &'static str,
        says: impl Into<String>,
        next: impl Into<String>,
    ) -> Judgement {
        Judgement { mark: RungMark::Unknown, cause, says: says.into(), next: Some(next.into()) }
    }

    pub fn not_done(cause: &'static str, says: impl Into<String>) -> Judgement {
        Judgement { mark: RungMark::NotDone, cause, says: says.into(), next: None }
    }

    #[must_use]
    pub fn then(mut self, next: impl Into<String>) -> Judgement {
        self.next = Some(next.into());
        self
    }
}

/// Where a request goes, for sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeTarget {
    /// `scheme://host:port`
    pub origin: String,
    /// What stands before `/api/public` in the collector's path: a base path.
    pub base: String,
    /// The collector's path as it is configured.
    pub path: String,
    /// Whether a port-forward leads to a pod: no gateway is on the way.
    pub forwarded: bool,
}

impl ProbeTarget {
    /// The collector's address as it should be.
    pub fn right(&self) -> String {
        format!("{}{}{TRACES}", self.origin, self.base)
    }

    pub fn set_right(&self) -> String {
        format!("set collector_url to {}", self.right())
    }
}

/// A member of a JSON body, as text.
pub fn member(reply: &WireReply, name: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(&reply.body).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// Whether it is the 404 page of a Next.js application, of which Langfuse is one.
pub fn is_next_page(reply: &WireReply) -> bool {
    let html = reply.header("content-type").is_some_and(|own| own.contains("text/html"));
    let marks = ["This page could not be found", "/_next/static", "__NEXT_DATA__"];
    html && (reply.header("x-nextjs-cache").is_some()
        || marks.iter().any(|mark| reply.body.contains(mark)))
}

/// The name that an intermediary gives itself.
pub fn server(reply: &WireReply) -> String {
    match reply.header("server") {
        Some(name) => format!(" (server: {})", crate::text::clip(&crate::text::clean(name), 40)),
        None => String::new(),
    }
}

/// How a body begins, for sentences about an unknown answer.
pub fn beginning(reply: &WireReply) -> String {
    let body = crate::text::clean(reply.body.trim());
    match body.is_empty() {
        true => "an empty body".to_owned(),
        false => format!("the body {}", crate::text::clip(&body, 120)),
    }
}
