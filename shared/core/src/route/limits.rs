//! The time limits of a rule that forwards: those that are written, and those that hold where
//! nothing is.

use serde::Serialize;

use super::others;
use super::policy::{AttachedPolicy, PolicyEffect};
use crate::facts::Facts;
use crate::facts::views::*;
use crate::route::profile::Profile;
use crate::schema::duration_millis;

/// What Envoy allows a whole answer where a route says nothing (its documentation of
/// `RouteAction.timeout`). Neither kgateway nor Envoy Gateway writes anything else by itself.
const ENVOY_REQUEST: u64 = 15_000;

/// How long a stream may be without a byte (Envoy's `stream_idle_timeout`).
const ENVOY_STREAM_IDLE: u64 = 300_000;

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    /// The whole request, until the last byte of the answer.
    Request,
    /// One try at the backend.
    BackendRequest,
    /// The time without a byte in either direction.
    StreamIdle,
    /// One of several tries that a policy asks for.
    Try,
    /// The whole of a stream to the backend.
    MaxStream,
}

/// A time limit on the way of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeLimit {
    pub kind: LimitKind,
    /// Milliseconds; `None`: no limit.
    pub millis: Option<u64>,
    /// Whether it is written somewhere, and not a default.
    pub written: bool,
    pub says: String,
    /// The field, empty for a default.
    pub at: String,
}

/// After which time the client loses an answer that is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerLimit {
    Millis(u64),
    Never,
    /// It depends on what is not modelled, or on the implementation.
    Unknown,
}

/// All limits of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLimits {
    pub all: Vec<TimeLimit>,
    pub answer: AnswerLimit,
}

/// The limits of a rule under the policies that are attached to its requests; `at` makes a place of
/// a field of the rule.
pub fn of(
    facts: &Facts,
    rule: &Rule,
    profile: &Profile,
    policies: &[AttachedPolicy],
    at: &dyn Fn(&str) -> String,
) -> RuleLimits {
    let mut all = Vec::new();
    let written = rule.timeouts.as_deref();
    let fields = [
        (LimitKind::Request, "request", written.and_then(|own| own.request.as_deref())),
        (
            LimitKind::BackendRequest,
            "backendRequest",
            written.and_then(|own| own.backend_request.as_deref()),
        ),
    ];
    for (kind, field, text) in fields {
        let millis = text.and_then(duration_millis);
        all.extend(millis.map(|millis| limit(kind, millis, &at(&format!("timeouts.{field}")))));
    }
    let of_rule = all.len();
    let tries = rule.retry.as_deref().map(|own| of_retry(own, &all, &at("retry")));
    for policy in policies {
        for effect in &policy.effects {
            if let PolicyEffect::Limits { request, stream_idle } = effect {
                let parts = [
                    (LimitKind::Request, "request", request),
                    (LimitKind::StreamIdle, "streamIdle", stream_idle),
                ];
                for (kind, field, text) in parts {
                    let millis = text.as_deref().and_then(duration_millis);
                    let at = format!("{}, spec.timeouts.{field}", policy.object);
                    all.extend(millis.map(|millis| limit(kind, millis, &at)));
                }
            }
        }
    }
    let whole: Vec<Option<u64>> =
        all.iter().filter(|own| own.kind != LimitKind::StreamIdle).map(|own| own.millis).collect();
    // Which of a rule's and a policy's limits counts was not observed.
    let rivals = of_rule > 0 && whole.len() > of_rule || of_rule == 0 && whole.len() > 1;
    let open = sets_limits(facts, profile);
    let answer = match whole.iter().flatten().min() {
        _ if rivals => AnswerLimit::Unknown,
        Some(millis) => AnswerLimit::Millis(*millis),
        // A limit of the tries alone that is none leaves the default, or does not.
        None if !whole.is_empty() && all[0].kind == LimitKind::BackendRequest => {
            AnswerLimit::Unknown
        }
        None if !whole.is_empty() => AnswerLimit::Never,
        None if profile.is_envoy() && open.is_none() => AnswerLimit::Millis(ENVOY_REQUEST),
        None => AnswerLimit::Unknown,
    };
    if profile.is_envoy() {
        let has = |kind| all.iter().any(|own: &TimeLimit| own.kind == kind);
        let unless = open.map(|kind| format!(", unless a {kind} sets another")).unwrap_or_default();
        let request = !has(LimitKind::Request) && !has(LimitKind::BackendRequest);
        let idle = !has(LimitKind::StreamIdle);
        if request {
            all.push(default(LimitKind::Request, ENVOY_REQUEST, &unless));
        }
        if idle {
            all.push(default(LimitKind::StreamIdle, ENVOY_STREAM_IDLE, &unless));
        }
    }
    all.extend(tries);
    RuleLimits { all, answer }
}

/// What a rule's `retry` makes of its limits: `backendRequest` is that of one try, and `request` that
/// of all together (the Gateway API's `HTTPRouteTimeouts` and `HTTPRouteRetry`). An answer that needs
/// longer than one try has is lost in each of them.
fn of_retry(retry: &Retry, written: &[TimeLimit], at: &str) -> TimeLimit {
    let of_kind = |kind| written.iter().find(|own| own.kind == kind).and_then(|own| own.millis);
    let (one, whole) = (of_kind(LimitKind::BackendRequest), of_kind(LimitKind::Request));
    let times = match retry.attempts {
        Some(1) => "once".to_owned(),
        Some(attempts) => format!("up to {attempts} times"),
        None => "as often as the implementation does".to_owned(),
    };
    let each = one.map(|one| format!(", each time for {}", time(one))).unwrap_or_default();
    let within = whole.map(|most| format!(", all within {}", time(most))).unwrap_or_default();
    let says = format!("retry: a try that fails is repeated {times}{each}{within}");
    TimeLimit { kind: LimitKind::Try, millis: one, written: true, says, at: at.to_owned() }
}

/// A kind in the input that may set limits and is not modelled.
fn sets_limits(facts: &Facts, profile: &Profile) -> Option<&'static str> {
    let kinds: &[&'static str] = match profile {
        Profile::EnvoyGateway => {
            &["BackendTrafficPolicy", "ClientTrafficPolicy", "EnvoyPatchPolicy"]
        }
        _ => &[],
    };
    kinds.iter().find(|kind| others::has_kind(facts, kind)).copied()
}

fn limit(kind: LimitKind, millis: u64, at: &str) -> TimeLimit {
    let millis = (millis > 0).then_some(millis);
    let says = match millis {
        Some(millis) => sentence(kind, millis, ""),
        None => format!("{}: no limit", name(kind)),
    };
    TimeLimit { kind, millis, written: true, says, at: at.to_owned() }
}

fn default(kind: LimitKind, millis: u64, unless: &str) -> TimeLimit {
    let says = sentence(kind, millis, &format!(" (Envoy's default{unless})"));
    TimeLimit { kind, millis: Some(millis), written: false, says, at: String::new() }
}

fn name(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Request => "request",
        LimitKind::BackendRequest => "backend request",
        LimitKind::StreamIdle => "idle stream",
        LimitKind::Try => "one try",
        LimitKind::MaxStream => "stream",
    }
}

fn sentence(kind: LimitKind, millis: u64, whose: &str) -> String {
    let end = match kind {
        LimitKind::StreamIdle => "without a byte for longer, it is 504, or cut off",
        _ => "an answer that takes longer is 504, or cut off if it has begun",
    };
    format!("{} {}{whose}: {end}", name(kind), time(millis))
}

/// A time as people say it: `15 s`, `5 min`.
pub fn time(millis: u64) -> String {
    match millis {
        _ if !millis.is_multiple_of(1_000) => format!("{millis} ms"),
        _ if !millis.is_multiple_of(60_000) || millis < 120_000 => format!("{} s", millis / 1_000),
        _ if !millis.is_multiple_of(3_600_000) => format!("{} min", millis / 60_000),
        _ => format!("{} h", millis / 3_600_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Scope, Store};

    #[test]
    fn times() {
        for (millis, said) in [
            (500, "500 ms"),
            (15_000, "15 s"),
            (60_000, "60 s"),
            (300_000, "5 min"),
            (7_200_000, "2 h"),
        ] {
            assert_eq!(time(millis), said);
        }
    }

    /// kgateway-observed.md 4: `0s` is no limit.
    #[test]
    fn what_is_written_and_what_is_not() {
        let (store, scope) = (Store::default(), Scope::default());
        let facts = Facts::new(&store, &scope);
        let of = |request: Option<&str>, backend: Option<&str>, profile: Profile| {
            let timeouts = (request.is_some() || backend.is_some()).then(|| {
                let text = |one: Option<&str>| one.map(str::to_owned);
                Box::new(Timeouts { request: text(request), backend_request: text(backend) })
            });
            let rule = Rule { timeouts, ..Rule::default() };
            of(&facts, &rule, &profile, &[], &|field| field.to_owned()).answer
        };
        for profile in [Profile::EnvoyGateway, Profile::Specification] {
            assert_eq!(of(Some("30s"), Some("20s"), profile), AnswerLimit::Millis(20_000));
            assert_eq!(of(Some("0s"), None, profile), AnswerLimit::Never);
            assert_eq!(of(Some("0s"), Some("2s"), profile), AnswerLimit::Millis(2_000));
            assert_eq!(of(None, Some("0s"), profile), AnswerLimit::Unknown);
        }
        assert_eq!(of(None, None, Profile::EnvoyGateway), AnswerLimit::Millis(15_000));
        assert_eq!(of(None, None, Profile::Specification), AnswerLimit::Unknown);
    }
}
