//! What a followed request means for a script.

use igw::exit::Exit;
use igw_core::route::trace::Trace;

/// 1 when the client sees an error or no answer, for all or for a share; 3 when nobody can say.
pub fn exit(trace: &Trace) -> Exit {
    let verdict = &trace.verdict;
    let bad = |status: Option<u16>| status.is_none_or(|status| status >= 400);
    if let Some(sent) = &trace.sent
        && (bad(sent.status) || sent.as_predicted == Some(false))
    {
        return Exit::Findings;
    }
    if verdict.unknown.is_some() || trace.not_sent.is_some() {
        return Exit::Blind;
    }
    if trace.expected.as_ref().is_some_and(|own| own.met == Some(false)) {
        return Exit::Findings;
    }
    // A client that follows redirects ends there.
    if let Some(arrival) = &trace.arrives
        && (arrival.loops || arrival.status.is_some_and(|status| status >= 400))
    {
        return Exit::Findings;
    }
    let any = verdict.possible.iter().any(|p| p.share > 0.0 && bad(p.status));
    if any || bad(verdict.status) { Exit::Findings } else { Exit::Good }
}
