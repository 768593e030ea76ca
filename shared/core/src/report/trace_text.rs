//! A trace as a person reads it: ux.md. The verdict first, then one line a hop.

use std::fmt::Write as _;

use super::Theme;
use super::trace_more::{arms, expected, near_misses, sent};
use crate::finding::Severity;
use crate::kube::full_name;
use crate::route::trace::{AnsweredBy, Stage, Step, Trace};
use crate::{mask, text};

/// How much of a trace is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Verdict,
    Steps,
    /// With what else matches.
    More,
}

/// How a hop went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HopMark {
    Good,
    Bad,
    /// Not known.
    Open,
    /// Nothing that can go well or not.
    None,
}

impl HopMark {
    /// Where it ends with this answer; `is_open`: whether that is not known.
    pub fn of(status: Option<u16>, is_open: bool) -> HopMark {
        match status {
            _ if is_open => HopMark::Open,
            Some(status) if status < 400 => HopMark::Good,
            _ => HopMark::Bad,
        }
    }
}

/// One line of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceHop {
    pub mark: HopMark,
    pub stage: String,
    pub says: String,
}

/// What becomes of a request behind the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceEnd {
    /// What the client gets in the end; `None`: no answer, or unknown.
    pub status: Option<u16>,
    /// Why that is not known.
    pub unknown: Option<String>,
    /// Who answers.
    pub by: String,
    pub says: String,
    pub hops: Vec<TraceHop>,
    /// What can be done, each a line.
    pub ways: Vec<String>,
}

/// A trace; `end`: how it goes on behind the gateway.
pub fn trace(trace: &Trace, end: Option<&TraceEnd>, theme: &Theme, detail: Detail) -> String {
    let mut out = String::new();
    head(&mut out, trace, end, theme);
    if detail != Detail::Verdict {
        for hop in hops(trace) {
            row(&mut out, theme, &hop);
        }
        for hop in end.iter().flat_map(|end| &end.hops) {
            row(&mut out, theme, hop);
        }
    }
    sent(&mut out, trace, theme);
    expected(&mut out, trace, theme);
    // What has lost to the match is of interest to those who ask for it.
    if trace.matched.is_none() || detail == Detail::More {
        near_misses(&mut out, trace, theme);
    }
    for unmodelled in &trace.unmodelled {
        let text = format!("not modelled: {}: {}", unmodelled.object, unmodelled.says);
        let _ = writeln!(out, "{}", theme.wrap(2, &text));
    }
    for way in end.iter().flat_map(|end| &end.ways) {
        let wrapped = theme.wrap(4, way);
        let _ = writeln!(out, "  - {}", wrapped.trim_start());
    }
    out
}

/// The verdict, by whom, of which request; then why.
fn head(out: &mut String, trace: &Trace, end: Option<&TraceEnd>, theme: &Theme) {
    let verdict = &trace.verdict;
    let by = match verdict.by {
        AnsweredBy::Gateway => "by the gateway",
        AnsweredBy::Backend => "from the backend",
        AnsweredBy::None => "",
    };
    let (status, unknown, by, says) = match end {
        Some(end) => (end.status, &end.unknown, end.by.as_str(), &end.says),
        None => (verdict.status, &verdict.unknown, by, &verdict.says),
    };
    let split: Vec<String> = match end {
        None => statuses(trace),
        Some(_) => Vec::new(),
    };
    let (mark, answer) = match (unknown, status) {
        (None, _) if split.len() > 1 => (HopMark::Bad, split.join(" or ")),
        (Some(_), _) => (HopMark::of(status, true), "not known".to_owned()),
        (None, Some(code)) => (HopMark::of(status, false), format!("{code}  {by}")),
        (None, None) => (HopMark::of(status, false), "no answer".to_owned()),
    };
    let glyph = glyph(theme, mark);
    let answer = answer.trim_end();
    let painted = match mark {
        HopMark::Good => theme.good(answer),
        HopMark::Bad => theme.severity(Severity::Error, answer),
        HopMark::Open | HopMark::None => theme.bold(answer),
    };
    let request = format!("{} {}", trace.request.method, text::clean(&trace.request.typed));
    let width = answer.chars().count() + 2 + request.chars().count();
    let gap = match theme.width.checked_sub(width) {
        Some(gap) if gap >= 3 => " ".repeat(gap.min(8)),
        _ => "\n  ".to_owned(),
    };
    let _ = writeln!(out, "{glyph} {painted}{gap}{}", theme.bold(&request));
    let because = unknown.as_ref().map(|why| format!("not known, because {why}"));
    let _ = writeln!(out, "{}", theme.wrap(2, because.as_ref().unwrap_or(says)));
    if split.len() > 1 && unknown.is_none() {
        arms(out, trace, theme);
    }
    if end.is_none() && verdict.status == Some(200) && unknown.is_none() {
        forwarded(out, trace, theme);
    }
}

/// The statuses that shares of the requests get, each once, the worst first.
fn statuses(trace: &Trace) -> Vec<String> {
    let shares = trace.verdict.possible.iter().filter(|own| own.share > 0.0).rev();
    shares.map(|own| own.status.map_or("no answer".to_owned(), |own| own.to_string())).collect()
}

/// What a backend gets.
fn forwarded(out: &mut String, trace: &Trace, theme: &Theme) {
    let Some(forwarded) = &trace.forwarded else { return };
    let query =
        forwarded.query.as_ref().map(|q| format!("?{}", mask::query(q))).unwrap_or_default();
    let (method, path) = (&trace.request.method, &forwarded.path);
    let text = format!("as {method} {path}{query}, Host {}", forwarded.host);
    let ready: Vec<_> = trace.backends.iter().filter_map(|b| b.ready).collect();
    let ready = match ready.as_slice() {
        [one] if trace.backends.len() == 1 => {
            format!(" ({})", text::count(*one, "ready endpoint"))
        }
        _ => String::new(),
    };
    let _ = writeln!(out, "{}", theme.wrap(2, &format!("{text}{ready}")));
}

/// The way to the backend, or to what answers before one.
fn hops(trace: &Trace) -> Vec<TraceHop> {
    let mut out = Vec::new();
    let hop = |mark, stage: &str, says: String| TraceHop { mark, stage: stage.to_owned(), says };
    if let Some(gateway) = &trace.gateway {
        let by = trace.profile.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
        let name = format!("{}{by}", full_name(&gateway.namespace, &gateway.name));
        out.push(hop(HopMark::Good, "Gateway", name));
    }
    let backends = trace.steps.iter().filter(|step| step.stage == Stage::Backend).count();
    let mut arms = trace.backends.iter().filter(|_| backends == trace.backends.len());
    let last = trace.steps.len().saturating_sub(1);
    for (number, step) in trace.steps.iter().enumerate() {
        let arm = if step.stage == Stage::Backend { arms.next() } else { None };
        let mark = match arm {
            Some(arm) => HopMark::of(arm.status, arm.status.is_none()),
            None if number == last => {
                HopMark::of(trace.verdict.status, trace.verdict.unknown.is_some())
            }
            None => HopMark::Good,
        };
        out.push(hop(mark, stage(step), says(step)));
    }
    out.extend(trace.assumed.iter().map(|own| hop(HopMark::None, "assumed", own.clone())));
    out.extend(trace.limits.iter().map(|limit| {
        let at = if limit.at.is_empty() { String::new() } else { format!("   ({})", limit.at) };
        hop(HopMark::None, "limit", format!("{}{at}", limit.says))
    }));
    out
}

fn stage(step: &Step) -> &'static str {
    match step.stage {
        Stage::Listener => "listener",
        Stage::Hostname => "hostname",
        Stage::Rule => "rule",
        Stage::Filter => "filter",
        Stage::Backend => "backend",
        Stage::Policy => "policy",
    }
}

fn says(step: &Step) -> String {
    // The Gateway is named above; of its fields the path is enough.
    let at = match (step.stage, step.at.split_once(", ")) {
        _ if step.at.is_empty() => String::new(),
        (Stage::Listener | Stage::Hostname, Some((_, field))) => format!("   ({field})"),
        _ => format!("   ({})", step.at),
    };
    format!("{}{at}", step.says)
}

fn row(out: &mut String, theme: &Theme, hop: &TraceHop) {
    let wrapped = theme.wrap(14, &text::clean(&hop.says));
    let (glyph, stage) = (glyph(theme, hop.mark), &hop.stage);
    let _ = writeln!(out, "  {glyph} {stage:<9} {}", wrapped.trim_start());
}

fn glyph(theme: &Theme, mark: HopMark) -> String {
    match mark {
        HopMark::Good => theme.good(theme.tick()),
        HopMark::Bad => theme.severity(Severity::Error, theme.glyph(Severity::Error)),
        HopMark::Open => theme.severity(Severity::Warning, "?"),
        HopMark::None => " ".to_owned(),
    }
}
