//! What `why` answers. The field names are machine output: contract.md, "Trace".

use std::collections::BTreeMap;

use serde::Serialize;

use super::limits::TimeLimit;
use super::outcome::BackendCause;
use super::request::Request;
use crate::kube::{Meta, ObjRef};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Name {
    pub namespace: String,
    pub name: String,
}

impl From<&Meta> for Name {
    fn from(meta: &Meta) -> Self {
        Name { namespace: meta.namespace.clone(), name: meta.name.clone() }
    }
}

/// The path of a request through the configuration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub request: Request,
    /// The Gateway, if one takes it.
    pub gateway: Option<Name>,
    /// The implementation whose rules were followed, e.g. `kgateway 2.4`.
    pub profile: Option<String>,
    /// The listener, if one takes it.
    pub listener: Option<ListenerName>,
    #[serde(rename = "match")]
    pub matched: Option<Matched>,
    pub verdict: Verdict,
    pub backends: Vec<BackendShare>,
    /// What a backend gets.
    pub forwarded: Option<Forwarded>,
    pub redirect: Option<RedirectTo>,
    /// Where a client that follows the redirect arrives, as far as that is at this Gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrives: Option<Arrival>,
    pub steps: Vec<Step>,
    /// What was taken for granted because the input does not say it; the status does not depend on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
    /// The time limits of a request that is forwarded.
    pub limits: Vec<TimeLimit>,
    /// Matches that nearly fit, or fit and have lost to another one; best first.
    pub near_misses: Vec<NearMiss>,
    /// What has a say and is not modelled.
    pub unmodelled: Vec<Unmodelled>,
    /// Whether the Service gets it that was expected to, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expectation>,
    /// What the real gateway answered, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// Why it was not asked, if it was to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_sent: Option<NotSent>,
}

/// A Service that is expected to get a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expectation {
    /// As it was given.
    pub service: String,
    /// Whether all of the request's shares go there; `None`: not known.
    pub met: Option<bool>,
    /// Why not.
    pub says: Option<String>,
}

/// A request that found no way to the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotSent {
    pub says: String,
    /// What to try.
    pub hints: Vec<String>,
}

/// The answer of the real gateway.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// The status; `None`: no HTTP answer.
    pub status: Option<u16>,
    /// Why there was no HTTP answer.
    pub error: Option<String>,
    pub millis: u64,
    /// Who answered, if Envoy's headers tell.
    pub by: Option<AnsweredBy>,
    /// Why an error is not recognised as the gateway's own.
    pub unlike_gateway: Option<String>,
    pub to: String,
    /// Whether it matches the prediction; `None` if there was none.
    pub as_predicted: Option<bool>,
    /// Possible explanations of a difference from the prediction.
    pub explained: Vec<String>,
}

impl Verdict {
    /// Whether an answer is what it says; `None`: it says nothing, or who answered cannot be told.
    /// 200 stands for whatever a backend answers.
    pub fn foretold(&self, status: Option<u16>, by: Option<AnsweredBy>) -> Option<bool> {
        if self.unknown.is_some() {
            return None;
        }
        let good = status.is_some_and(|status| status < 400);
        let is = |said: Option<u16>| match (said, by) {
            (Some(200), Some(by)) => Some(by == AnsweredBy::Backend || good),
            (Some(200), None) => (good || status.is_none()).then_some(good),
            (said, by) => Some(said == status && by != Some(AnsweredBy::Backend)),
        };
        let parts = self.possible.iter().filter(|p| p.share > 0.0).map(|p| is(p.status));
        let all: Vec<_> = std::iter::once(is(self.status)).chain(parts).collect();
        match all.contains(&Some(true)) {
            true => Some(true),
            false if all.contains(&None) => None,
            false => Some(false),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListenerName {
    pub owner: Owner,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// `Gateway` or `ListenerSet`.
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

/// The match that won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matched {
    pub route: Name,
    /// The hostname under which it is served, `*` for any.
    pub hostname: String,
    pub rule: usize,
    /// Index of the match in the rule.
    #[serde(rename = "match")]
    pub index: usize,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnsweredBy {
    Backend,
    Gateway,
    /// There is no HTTP answer.
    None,
}

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What the client sees; `None`: no HTTP answer, or unknown.
    pub status: Option<u16>,
    pub by: AnsweredBy,
    pub says: String,
    /// Why the outcome is unknown.
    pub unknown: Option<String>,
    /// All statuses with their shares, by status. Where only one of them is true and it is not known
    /// which (`unknown` says on what it depends), each has its own share.
    pub possible: Vec<Possible>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Possible {
    pub status: Option<u16>,
    /// Its share of the matching requests, 0 to 1.
    pub share: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackendShare {
    /// API group, empty for core.
    pub group: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
    pub port: Option<u16>,
    /// Share of the requests, 0 to 1.
    pub share: f64,
    /// The status that its share of clients sees, if known.
    pub status: Option<u16>,
    #[serde(skip)]
    pub cause: Option<BackendCause>,
    /// The check that explains the cause; whoever knows checks fills it in.
    pub code: Option<&'static str>,
    /// One clause about it.
    #[serde(skip)]
    pub says: String,
    /// Number of ready endpoints, if known.
    #[serde(skip)]
    pub ready: Option<usize>,
}

/// What a backend gets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forwarded {
    pub host: String,
    /// Path without query.
    pub path: String,
    #[serde(serialize_with = "super::request::mask_query")]
    pub query: Option<String>,
    pub set_headers: BTreeMap<String, String>,
    pub add_headers: BTreeMap<String, String>,
    pub remove_headers: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedirectTo {
    pub status: u16,
    pub location: String,
}

/// The end of a way of redirects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// How many redirects the client follows until then.
    pub redirects: usize,
    /// The last Location.
    pub location: String,
    /// What it gets there; `None`: no HTTP answer, or it is not known, or the way never ends.
    pub status: Option<u16>,
    /// Whether the way never ends.
    pub loops: bool,
    pub says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Listener,
    Hostname,
    Rule,
    Filter,
    Backend,
    Policy,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub stage: Stage,
    pub says: String,
    /// The field it follows from.
    pub at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    pub route: Name,
    pub rule: usize,
    pub reason: MissReason,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissReason {
    /// `hostname`, `path`, `method`, `header`, `query`, `not-attached`, `shadowed` or `port`.
    pub kind: &'static str,
    pub detail: String,
}

/// Something that may affect the request but is not modelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmodelled {
    pub object: ObjRef,
    pub says: String,
}
