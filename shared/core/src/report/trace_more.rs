//! What stands below a trace: what the real gateway answered, shares, other matches.

use std::fmt::Write as _;

use super::Theme;
use crate::finding::Severity;
use crate::kube::full_name;
use crate::route::trace::{AnsweredBy, BackendShare, Trace};
use crate::text;

/// What the real gateway answered.
pub fn sent(out: &mut String, trace: &Trace, theme: &Theme) {
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
pub fn expected(out: &mut String, trace: &Trace, theme: &Theme) {
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

/// What each share of the requests gets, the worst first.
pub fn arms(out: &mut String, trace: &Trace, theme: &Theme) {
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
        let _ = writeln!(out, "{}", theme.wrap(4, &text));
    }
}

/// What else matches, or nearly.
pub fn near_misses(out: &mut String, trace: &Trace, theme: &Theme) {
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
