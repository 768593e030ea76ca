//! Filters that change headers (`processRequestHeaderModifierFilter` and its like for responses).

use super::route_fault::RouteFault;
use crate::facts::views::{Header, HeaderChange};

/// Whether filters of a rule have changed any header so far, in one direction.
#[derive(Debug, Default)]
pub struct HeadersChanged(bool);

impl HeadersChanged {
    /// What a further filter adds, and what is wrong with it.
    pub fn apply(&mut self, change: &HeaderChange, kind: &str) -> Option<RouteFault> {
        let headers = [(&change.add, "add"), (&change.set, "set")];
        let written = headers.iter().flat_map(|(list, verb)| list.iter().map(move |h| (h, *verb)));
        let faults: Vec<Option<String>> = written
            .map(|(header, verb)| bad_header(header, verb))
            .chain(change.remove.iter().map(|name| bad_name(name, "remove")))
            .collect();
        self.0 |= faults.iter().any(Option::is_none);
        let first = faults.iter().flatten().next();
        // A filter with nothing good in it is a fault even where its values are only missing.
        match (faults.is_empty(), self.0, first) {
            (false, false, _) => Some(RouteFault::refusal(format!("{kind} changes no header"))),
            (_, _, Some(says)) => Some(RouteFault::refusal(format!("{kind} {says}"))),
            _ => None,
        }
    }
}

fn bad_header(header: &Header, verb: &str) -> Option<String> {
    let named = bad_name(&header.name, verb);
    let value = || {
        let shown = crate::text::clean(&header.name);
        format!("cannot {verb} header {shown} with this value")
    };
    named.or_else(|| (!is_value(&header.value)).then(value))
}

/// `isModifiableHeader`.
fn bad_name(name: &str, verb: &str) -> Option<String> {
    if name.is_empty() {
        return Some(format!("cannot {verb} a header without a name"));
    }
    let fixed = name.contains(['/', ':']) || name.eq_ignore_ascii_case("host");
    fixed.then(|| format!("cannot {verb} header {}", crate::text::clean(name)))
}

/// `HeaderValueRegexp`: visible characters of ASCII, and single blanks between them.
fn is_value(value: &str) -> bool {
    let visible = |word: &str| !word.is_empty() && word.bytes().all(|b| (b'!'..=b'~').contains(&b));
    value.split([' ', '\t']).all(visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.into(), value: value.into() }
    }

    fn of(add: Vec<Header>, remove: &[&str]) -> Option<RouteFault> {
        let remove = remove.iter().map(|name| (*name).to_owned()).collect();
        let change = HeaderChange { add, remove, ..HeaderChange::default() };
        HeadersChanged::default().apply(&change, "RequestHeaderModifier")
    }

    #[test]
    fn values_are_visible_with_single_blanks() {
        for (value, good) in [
            ("a", true),
            ("max-age=1, public", true),
            ("a  b", false),
            (" a", false),
            ("a\t", false),
            ("", false),
            ("grün", false),
        ] {
            assert_eq!(of(vec![header("x-a", value)], &[]).is_none(), good, "{value:?}");
        }
    }

    #[test]
    fn some_headers_are_fixed() {
        assert_eq!(of(vec![header("x-a", "b")], &["x-b"]), None);
        for name in ["Host", ":path", "a/b", ""] {
            assert!(of(vec![header("x-a", "b")], &[name]).is_some(), "{name}");
        }
        assert_eq!(of(Vec::new(), &[]), None, "an empty filter does nothing");
    }
}
