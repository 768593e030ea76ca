//! What `why` answers. The field names are machine output: contract.md, "Trace".

use std::collections::BTreeMap;

use serde::Serialize;

use super::request::Request;
use crate::facts::{Meta, ObjRef};

/// A namespace and a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Name {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl From<&Meta> for Name {
    fn from(meta: &Meta) -> Self {
        Name { namespace: meta.namespace.clone(), name: meta.name.clone() }
    }
}

/// The way of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The request.
    pub request: Request,
    /// The Gateway, if one takes it.
    pub gateway: Option<Name>,
    /// The implementation whose rules were followed, e.g. `kgateway 2.4`.
    pub profile: Option<String>,
    /// The listener, if one takes it.
    pub listener: Option<ListenerName>,
    /// The match that won.
    #[serde(rename = "match")]
    pub matched: Option<Matched>,
    /// The end of it.
    pub verdict: Verdict,
    /// The backends of the rule.
    pub backends: Vec<BackendShare>,
    /// What a backend gets.
    pub forwarded: Option<Forwarded>,
    /// Where the client is sent.
    pub redirect: Option<RedirectTo>,
    /// How it came to this.
    pub steps: Vec<Step>,
    /// What would have matched, best first.
    pub near_misses: Vec<NearMiss>,
    /// What has a say and is not modelled.
    pub unmodelled: Vec<Unmodelled>,
    /// What the real gateway answered, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
}

/// The answer of the real gateway.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// The status; `None`: no HTTP answer.
    pub status: Option<u16>,
    /// Why there was no HTTP answer.
    pub error: Option<String>,
    /// How long it took.
    pub millis: u64,
    /// Who answered, where Envoy's headers tell.
    pub by: Option<By>,
    /// Where it was sent to.
    pub to: String,
    /// Whether that is what was predicted; `None`: nothing was.
    pub as_predicted: Option<bool>,
    /// What may explain the difference.
    pub explained: Vec<String>,
}

impl Verdict {
    /// Whether an answer is what it says; `None`: it says nothing, or who answered cannot be told.
    /// 200 stands for whatever a backend answers.
    pub fn foretold(&self, status: Option<u16>, by: Option<By>) -> Option<bool> {
        if self.unknown.is_some() {
            return None;
        }
        let good = status.is_some_and(|status| status < 400);
        let is = |said: Option<u16>| match (said, by) {
            (Some(200), Some(by)) => Some(by == By::Backend || good),
            (Some(200), None) => (good || status.is_none()).then_some(good),
            (said, by) => Some(said == status && by != Some(By::Backend)),
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

/// A listener by owner and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListenerName {
    /// The Gateway or ListenerSet.
    pub owner: Owner,
    /// The listener's name.
    pub name: String,
}

/// The owner of a listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// `Gateway` or `ListenerSet`.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// The match that won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matched {
    /// The HTTPRoute.
    pub route: Name,
    /// The hostname under which it is served, `*` for any.
    pub hostname: String,
    /// Index of the rule.
    pub rule: usize,
    /// Index of the match in the rule.
    #[serde(rename = "match")]
    pub index: usize,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A backend.
    Backend,
    /// The gateway itself.
    Gateway,
    /// Nobody: there is no HTTP answer.
    None,
}

/// The end of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What the client sees; `None`: no HTTP answer, or not known.
    pub status: Option<u16>,
    /// Who answers.
    pub by: By,
    /// One sentence.
    pub says: String,
    /// Why it cannot be said.
    pub unknown: Option<String>,
    /// All statuses with their shares, by status.
    pub possible: Vec<Possible>,
}

/// A possible status.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Possible {
    /// The status.
    pub status: Option<u16>,
    /// Its share of the matching requests, 0 to 1.
    pub share: f64,
}

/// A backend's part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackendShare {
    /// API group, empty for core.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Port.
    pub port: Option<u16>,
    /// Share of the requests, 0 to 1.
    pub share: f64,
    /// What its share of clients sees, if known.
    pub status: Option<u16>,
    /// The check that explains it.
    pub code: Option<String>,
    /// One clause about it.
    #[serde(skip)]
    pub says: String,
    /// How many endpoints are ready, if known.
    #[serde(skip)]
    pub ready: Option<usize>,
}

/// What a backend gets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forwarded {
    /// Host header.
    pub host: String,
    /// Path without query.
    pub path: String,
    /// Query.
    #[serde(serialize_with = "super::request::mask_query")]
    pub query: Option<String>,
    /// Headers replaced.
    pub set_headers: BTreeMap<String, String>,
    /// Headers appended to.
    pub add_headers: BTreeMap<String, String>,
    /// Headers removed.
    pub remove_headers: Vec<String>,
}

/// A redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedirectTo {
    /// Status.
    pub status: u16,
    /// The Location header.
    pub location: String,
}

/// The stages of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The listener is found.
    Listener,
    /// The hostname is found.
    Hostname,
    /// The rule is found.
    Rule,
    /// A filter acts.
    Filter,
    /// A backend gets it.
    Backend,
    /// A policy acts.
    Policy,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The stage.
    pub stage: Stage,
    /// What happens.
    pub says: String,
    /// The field it follows from.
    pub at: String,
}

/// Something that would have matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    /// The HTTPRoute.
    pub route: Name,
    /// Index of the rule.
    pub rule: usize,
    /// What is in the way.
    pub reason: MissReason,
}

/// What is in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissReason {
    /// `hostname`, `path`, `method`, `header`, `query`, `not-attached`, `shadowed` or `port`.
    pub kind: &'static str,
    /// A sentence.
    pub detail: String,
}

/// Something that has a say and is not modelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmodelled {
    /// The object.
    pub object: ObjRef,
    /// What it may do.
    pub says: String,
}
