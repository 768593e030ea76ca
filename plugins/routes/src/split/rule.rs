//! Which rule of a route is meant.

use igw::repair::WishRefusal;
use igw_core::facts::views::{Filter, HttpRoute, PathType, Rule};
use igw_core::text;

use super::arm::title_of;

/// The rule that has this path; without one the only rule, or the only one that `fits`.
pub fn pick(
    route: &HttpRoute,
    path: Option<&str>,
    fits: impl Fn(&Rule) -> bool,
) -> Result<usize, WishRefusal> {
    let title = route.meta.title();
    let all: Vec<usize> = (0..route.rules.len()).collect();
    let has = |at: &usize| path.is_none_or(|path| paths(&route.rules[*at]).any(|own| own == path));
    let found: Vec<usize> = all.iter().copied().filter(has).collect();
    let fitting: Vec<usize> = found.iter().copied().filter(|at| fits(&route.rules[*at])).collect();
    let refusal = match (found.as_slice(), fitting.as_slice(), path) {
        ([only], _, _) | (_, [only], _) => return backed(route, *only),
        ([], _, Some(path)) => WishRefusal::new(format!("no rule of {title} has the path {path}")),
        ([], _, None) => return Err(WishRefusal::new(format!("{title} has no rules"))),
        (some, _, Some(path)) => {
            WishRefusal::new(format!("{} rules of {title} have the path {path}", some.len()))
        }
        (some, _, None) => {
            let refusal = WishRefusal::new(format!("{title} has {} rules", some.len()));
            refusal.hint("--path PATH says which one")
        }
    };
    Err(all.iter().fold(refusal, |refusal, at| refusal.hint(line(route, *at))))
}

/// A rule that answers by itself has no backends (Gateway API: a redirect excludes backendRefs).
fn backed(route: &HttpRoute, at: usize) -> Result<usize, WishRefusal> {
    let redirects = |filter: &Filter| matches!(filter, Filter::RequestRedirect { .. });
    match route.rules[at].filters.iter().any(redirects) {
        true => {
            let title = route.meta.title();
            let what = format!("rule {at} of {title} redirects, so it has no backends");
            Err(WishRefusal::new(what).hint(line(route, at)))
        }
        false => Ok(at),
    }
}

/// The paths of a rule as they are written; without matches it is `/`.
fn paths(rule: &Rule) -> impl Iterator<Item = &str> {
    let all = rule.matches.is_empty().then_some("/");
    rule.matches.iter().map(|one| one.path.value.as_str()).chain(all)
}

/// `rule 1: PathPrefix /v1 → ml/llama:8000`
fn line(route: &HttpRoute, at: usize) -> String {
    let rule = &route.rules[at];
    let backends: Vec<String> =
        rule.backend_refs.iter().map(|own| title_of(own, &route.meta)).collect();
    format!("rule {at}: {} → {}", matches(rule), text::some_of(&backends, 4))
}

/// What a rule matches, in short.
pub fn matches(rule: &Rule) -> String {
    let said: Vec<String> = rule
        .matches
        .iter()
        .map(|one| {
            let kind = match one.path.kind {
                PathType::Exact => "Exact",
                PathType::PathPrefix => "PathPrefix",
                PathType::RegularExpression => "RegularExpression",
            };
            let method = one.method.as_ref().map(|method| format!("{method} "));
            let more = match one.headers.len() + one.query_params.len() {
                0 => "",
                _ => " with headers or parameters",
            };
            format!("{}{kind} {}{more}", method.unwrap_or_default(), one.path.value)
        })
        .collect();
    match said.is_empty() {
        true => "PathPrefix /".to_owned(),
        false => text::some_of(&said, 3),
    }
}
