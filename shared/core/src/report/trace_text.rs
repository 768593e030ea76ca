//! A trace as a person reads it: ux.md.

use std::fmt::Write as _;

use super::Theme;
use crate::finding::Severity;
use crate::kube::full_name;
use crate::route::trace::{AnsweredBy, BackendShare, Stage, Trace};
use crate::{mask, text};

/// How much of a trace is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Verdict,
    Steps,
    /// With what else matches.
    More,
}

pub fn trace(trace: &Trace, theme: &Theme, detail: Detail) -> String {
    let quiet = detail == Detail::Verdict;
    let mut out = String::new();
    let request = &trace.request;
    let line = format!("{} {}", request.method, text::clean(&request.typed));
    let _ = writeln!(out, "{}\n", theme.bold(&line));
    if let Some(gateway) = &trace.gateway {
        let by = trace.profile.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
        let name = format!("{}{by}", full_name(&gateway.namespace, &gateway.name));
        row(&mut out, theme, "Gateway", &text::clean(&name));
    }
    let steps = if quiet { &[][..] } else { &trace.steps };
    for step in steps {
        let stage = match step.stage {
            Stage::Listener => "listener",
            Stage::Hostname => "hostname",
            Stage::Rule => "rule",
            Stage::Filter => "filter",
            Stage::Backend => "backend",
            Stage::Policy => "policy",
        };
        // The Gateway is named above; of its fields the path is enough.
        let at = match (step.stage, step.at.split_once(", ")) {
            (_, _) if quiet || step.at.is_empty() => String::new(),
            (Stage::Listener | Stage::Hostname, Some((_, field))) => format!("   ({field})"),
            _ => format!("   ({})", step.at),
        };
        row(&mut out, theme, stage, &format!("{}{at}", step.says));
    }
    for assumed in trace.assumed.iter().filter(|_| !quiet) {
        row(&mut out, theme, "assumed", assumed);
    }
    for limit in trace.limits.iter().filter(|_| !quiet) {
        let at = if limit.at.is_empty() { String::new() } else { format!("   ({})", limit.at) };
        row(&mut out, theme, "limit", &format!("{}{at}", limit.says));
    }
    let rule = if theme.unicode { "────────" } else { "--------" };
    let _ = writeln!(out, "  {rule}");
    verdict(&mut out, trace, theme);
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
    out
}

fn row(out: &mut String, theme: &Theme, head: &str, text: &str) {
    let wrapped = theme.wrap(12, text);
    let _ = writeln!(out, "  {head:<10}{}", wrapped.trim_start());
}

fn verdict(out: &mut String, trace: &Trace, theme: &Theme) {
    let verdict = &trace.verdict;
    if let Some(why) = &verdict.unknown {
        let _ = writeln!(out, "{}", theme.wrap(2, &format!("not known, because {why}")));
        return;
    }
    let status = verdict.status.map_or("no answer".to_owned(), |status| status.to_string());
    let good = verdict.status.is_some_and(|status| status < 400) && verdict.possible.len() < 2;
    let painted = match good {
        true => theme.good(&status),
        false => theme.severity(Severity::Error, &status),
    };
    let by = match verdict.by {
        AnsweredBy::Gateway => " by the gateway",
        AnsweredBy::Backend | AnsweredBy::None => "",
    };
    let says = theme.wrap(
        2 + status.chars().count() + 2,
        &format!(
            "{}{}",
            by.trim_start(),
            match by {
                "" => verdict.says.clone(),
                _ => format!(": {}", verdict.says),
            }
        ),
    );
    let _ = writeln!(out, "  {painted}  {}", says.trim_start());
    if verdict.possible.len() > 1 {
        arms(out, trace, theme);
    }
    if let Some(forwarded) = &trace.forwarded
        && verdict.status == Some(200)
    {
        let query =
            forwarded.query.as_ref().map(|q| format!("?{}", mask::query(q))).unwrap_or_default();
        let text = format!(
            "as {} {}{query}, Host {}",
            trace.request.method, forwarded.path, forwarded.host
        );
        let ready: Vec<_> = trace.backends.iter().filter_map(|b| b.ready).collect();
        let ready = match ready.as_slice() {
            [one] if trace.backends.len() == 1 => {
                format!(" ({})", text::count(*one, "ready endpoint"))
            }
            _ => String::new(),
        };
        let _ = writeln!(out, "{}", theme.wrap(7, &format!("{text}{ready}")));
    }
}

/// What the real gateway answered.
fn sent(out: &mut String, trace: &Trace, theme: &Theme) {
    if let Some(not_sent) = &trace.not_sent {
        let text = format!("not sent: {}", text::clean(&not_sent.says));
        let _ = writeln!(out, "{}", theme.wrap(2, &text));
        for hint in &not_sent.hints {
            let _ = writeln!(out, "    hint:  {}", text::clean(hint));
        }
    }
    let Some(sent) = &trace.sent else { return };
    let answer = match (&sent.status, &sent.error) {
        (Some(status), _) => status.to_string(),
        (None, why) => format!("no answer ({})", why.as_deref().unwrap_or_default()),
    };
    let by = match sent.by {
        Some(AnsweredBy::Backend) => " by the backend",
        Some(AnsweredBy::Gateway) => " by the gateway",
        Some(AnsweredBy::None) | None => "",
    };
    let (end, severity) = match sent.as_predicted {
        Some(true) if sent.by == Some(AnsweredBy::Gateway) && sent.status >= Some(400) => {
            ("as predicted (body and headers are the gateway's)", None)
        }
        Some(true) => ("as predicted", None),
        Some(false) => ("NOT as predicted", Some(Severity::Error)),
        None => ("cannot be compared with the prediction", None),
    };
    let unlike = sent.unlike_gateway.as_ref();
    let unlike = unlike.map(|why| format!("answered by something else ({}), ", text::clean(why)));
    let text = format!(
        "sent: {answer}{by} in {} ms through {}, {}{end}",
        sent.millis,
        sent.to,
        unlike.unwrap_or_default()
    );
    let text = theme.wrap(2, &text);
    let _ = match severity {
        Some(severity) => writeln!(out, "{}", theme.severity(severity, &text)),
        None => writeln!(out, "{text}"),
    };
    for explained in &sent.explained {
        let wrapped = theme.wrap(6, &text::clean(explained));
        let _ = writeln!(out, "    {} {}", theme.dot(), wrapped.trim_start());
    }
}

/// Whether the Service gets the request that was expected to.
fn expected(out: &mut String, trace: &Trace, theme: &Theme) {
    let Some(expected) = &trace.expected else { return };
    let service = text::clean(&expected.service);
    let says = expected.says.as_deref().unwrap_or_default();
    let text = match expected.met {
        Some(true) => format!("expected: Service {service}, which gets it"),
        Some(false) => format!("expected: Service {service}, but {says}"),
        None => format!("expected: Service {service}: {says}"),
    };
    let text = theme.wrap(2, &text);
    let _ = match expected.met {
        Some(false) => writeln!(out, "{}", theme.severity(Severity::Error, &text)),
        _ => writeln!(out, "{text}"),
    };
}

fn arms(out: &mut String, trace: &Trace, theme: &Theme) {
    let mut arms: Vec<&BackendShare> = trace.backends.iter().filter(|b| b.share > 0.0).collect();
    arms.sort_by_key(|arm| std::cmp::Reverse(arm.status));
    for arm in arms {
        let status = arm.status.map_or("?".to_owned(), |status| status.to_string());
        let port = arm.port.map(|port| format!(":{port}")).unwrap_or_default();
        let says = match arm.says.as_str() {
            "" => String::new(),
            says => format!(", {says}"),
        };
        let text = format!(
            "{status}  {} to {} {}{port}{says}",
            text::share(arm.share),
            arm.kind,
            full_name(&arm.namespace, &arm.name)
        );
        let _ = writeln!(out, "{}", theme.wrap(7, &text));
    }
}

fn near_misses(out: &mut String, trace: &Trace, theme: &Theme) {
    if trace.near_misses.is_empty() {
        return;
    }
    let head = if trace.matched.is_some() { "Other matches:" } else { "Would match, but …" };
    let _ = writeln!(out, "\n  {head}");
    for (index, miss) in trace.near_misses.iter().enumerate() {
        let text = format!(
            "HTTPRoute {}, rule {} {}",
            full_name(&miss.route.namespace, &miss.route.name),
            miss.rule + 1,
            miss.reason.detail
        );
        let wrapped = theme.wrap(6, &text);
        let _ = writeln!(out, "  {:>2}. {}", index + 1, wrapped.trim_start());
    }
}
