//! The status of a redirect that kgateway takes from the route's annotation
//! `kgateway.dev/http-redirect-status-code` (its `pkg/krtcollections/builtin.go`).

use crate::facts::views::*;

/// The codes that it takes.
const CODES: [u16; 5] = [301, 302, 303, 307, 308];

/// The status that the annotation gives to a rule's redirect, instead of the filter's own; `None`
/// when it says nothing of this rule.
///
/// # Errors
/// The annotation has a value for the rule that is no such status: kgateway replaces the rule.
pub fn of(route: &HttpRoute, rule: &Rule) -> Result<Option<u16>, String> {
    let Some(text) = &route.redirect_code else { return Ok(None) };
    let bad = |value: &str| {
        let value = crate::text::clip(&crate::text::clean(value), 20);
        Err(format!(
            "the annotation kgateway.dev/http-redirect-status-code says {value:?}, and only 301, 302, 303, 307 and 308 are possible"
        ))
    };
    for part in text.split(',').map(str::trim) {
        let value = match part.split('=').collect::<Vec<_>>().as_slice() {
            [name, value] => {
                let other = rule.name.as_deref().is_some_and(|own| own != *name);
                if other && !name.is_empty() {
                    continue;
                }
                value.trim()
            }
            _ => part,
        };
        return match value.parse::<u16>() {
            Ok(code) if CODES.contains(&code) => Ok(Some(code)),
            _ => bad(value),
        };
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let of = |text: &str, name: Option<&str>| {
            let route = HttpRoute { redirect_code: Some(text.to_owned()), ..HttpRoute::default() };
            let rule = Rule { name: name.map(str::to_owned), ..Rule::default() };
            of(&route, &rule).map_err(drop)
        };
        assert_eq!(of("307", None), Ok(Some(307)));
        assert_eq!(of("a=307, b=308", Some("b")), Ok(Some(308)));
        assert_eq!(of("a=307", Some("b")), Ok(None));
        assert_eq!(of("a=307", None), Ok(Some(307)));
        for bad in ["", "200", "a=abc", "x"] {
            assert_eq!(of(bad, None), Err(()), "{bad}");
        }
    }
}
