//! Budgets and rate limits, as far as Bifrost refuses them at start.
//!
//! Source: facts/bifrost-versions.md, 1.3.

use super::config::Config;
use crate::gojson::{GoStruct, Id};
use crate::workload::Release;

/// What a limit has that Bifrost refuses, with its words.
pub(super) fn refused(config: &Config, release: Release) -> Option<(Id, String)> {
    let of = |id: Id| GoStruct::of(&config.json, id);
    let governance = config.section("governance");
    let keys: Vec<GoStruct> = governance.list("virtual_keys").into_iter().map(of).collect();
    let entries: Vec<GoStruct> =
        keys.iter().flat_map(|key| key.list("provider_configs")).map(of).collect();
    let owners = std::iter::once(&governance).chain(&keys).chain(&entries);
    let mut budgets = owners.flat_map(|owner| owner.list("budgets")).map(of);
    let budget = budgets.find_map(|budget| {
        let negative = budget.number("max_limit").filter(|(most, _)| *most < 0.0);
        let negative = negative
            .map(|(most, id)| (id, format!("budget max_limit cannot be negative: {most:.2}")));
        negative.or_else(|| duration(&budget, "reset_duration", release))
    });
    let mut limits = governance.list("rate_limits").into_iter().map(of);
    budget.or_else(|| {
        limits.find_map(|limit| {
            let fields = ["token_reset_duration", "request_reset_duration"];
            fields.into_iter().find_map(|field| duration(&limit, field, release))
        })
    })
}

fn duration(given: &GoStruct, field: &str, release: Release) -> Option<(Id, String)> {
    let (text, id) = given.text(field).filter(|(text, _)| !text.is_empty())?;
    let bad = !is_duration(&text, release);
    let says = || format!("invalid reset duration format: {}", crate::text::clip(&text, 40));
    bad.then(|| (id, says()))
}

/// A number with a unit of days or longer, or a duration as Go reads it.
fn is_duration(text: &str, release: Release) -> bool {
    let long: &[char] =
        if release.since(2, 0, 0) { &['d', 'w', 'M', 'Y', 'Q'] } else { &['d', 'w', 'M', 'Y'] };
    if let Some(number) = text.strip_suffix(long) {
        return number.parse::<u64>().is_ok();
    }
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    while !rest.is_empty() {
        let number =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let units = ["ns", "us", "µs", "ms", "s", "m", "h"];
        let after = &rest[number..];
        let unit = units.into_iter().filter(|unit| after.starts_with(unit)).max_by_key(|u| u.len());
        match unit {
            Some(unit) if rest[..number].parse::<f64>().is_ok() => rest = &after[unit.len()..],
            _ => return false,
        }
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let release = Release::new(1, 5, 16);
        for good in ["1h", "1.5h30m", "30d", "1M", "100ms", "0"] {
            assert!(is_duration(good, release), "{good}");
        }
        for bad in ["monthly", "1 day", "1Q", "h", "5", "1month", ""] {
            assert!(!is_duration(bad, release), "{bad}");
        }
    }
}
