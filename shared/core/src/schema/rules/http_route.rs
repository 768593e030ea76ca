//! The rules of an HTTPRoute.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::experimental::{self, external_auth};
use super::refuse::{Out, items, needs_port, refuse, text};
use crate::pointer;
use crate::schema::admission::Meant;
use crate::schema::patterns::duration_millis;

pub fn check(spec: &Value, experimental: bool, out: &mut Out) {
    parent_refs(spec, experimental, out);
    let rules = items(&spec["rules"]);
    let total: usize = rules.iter().map(|rule| items(&rule["matches"]).len()).sum();
    if total > 128 {
        let rule = "the total number of matches across all rules in a route must be less than 128";
        refuse(out, pointer!["spec", "rules"], rule);
    }
    let mut names = BTreeSet::new();
    for (i, rule) in rules.iter().enumerate() {
        let at = pointer!["spec", "rules", i];
        if experimental && rule["name"].is_string() && !names.insert(text(rule, "name")) {
            refuse(out, pointer!["spec", "rules"], "rule name must be unique within the route");
        }
        for (j, one) in items(&rule["matches"]).iter().enumerate() {
            path_value(&one["path"], format!("{at}/matches/{j}/path"), out);
        }
        filters(&rule["filters"], rule, &at, out);
        let redirects = items(&rule["filters"]).iter().any(|f| !f["requestRedirect"].is_null());
        if redirects && !items(&rule["backendRefs"]).is_empty() {
            let rule = "RequestRedirect filter must not be used together with backendRefs";
            refuse(out, at.clone(), rule);
        }
        for (j, backend) in items(&rule["backendRefs"]).iter().enumerate() {
            let place = format!("{at}/backendRefs/{j}");
            needs_port(backend, &place, out);
            filters(&backend["filters"], rule, &place, out);
        }
        timeouts(&rule["timeouts"], format!("{at}/timeouts"), out);
        experimental::rule(rule, &at, experimental, out);
    }
}

fn parent_refs(spec: &Value, experimental: bool, out: &mut Out) {
    let fields = if experimental { "sectionName or port" } else { "sectionName" };
    let mut earlier: HashMap<[&str; 4], SameParent> = HashMap::new();
    for (place, reference) in items(&spec["parentRefs"]).iter().enumerate() {
        let parent = ["group", "kind", "namespace", "name"].map(|key| text(reference, key));
        // The standard channel's rules do not look at the port.
        let port = match &reference["port"] {
            Value::Null => String::new(),
            port if experimental => port.to_string(),
            _ => String::new(),
        };
        let same = earlier.entry(parent).or_default();
        if let Some(fault) = same.fault(place, text(reference, "sectionName"), port) {
            let message = format!(
                "{fields} must be {fault} when parentRefs includes 2 or more references to the same parent"
            );
            refuse(out, pointer!["spec", "parentRefs", place], message);
        }
    }
}

/// The references to one parent so far, each with its place: a manifest may have thousands.
#[derive(Default)]
struct SameParent<'a> {
    /// The first by what they leave out: section, port.
    first: BTreeMap<(bool, bool), usize>,
    known: HashMap<(&'a str, String), usize>,
}

impl<'a> SameParent<'a> {
    /// What is wrong with one more, by the first that it is at odds with.
    fn fault(&mut self, place: usize, section: &'a str, port: String) -> Option<&'static str> {
        let own = (section.is_empty(), port.is_empty());
        let unlike = self.first.iter().filter(|(other, _)| **other != own).map(|(_, at)| *at).min();
        let key = (section, port);
        let alike = self.known.get(&key).copied();
        self.first.entry(own).or_insert(place);
        self.known.entry(key).or_insert(place);
        match (unlike, alike) {
            (Some(unlike), Some(alike)) if alike < unlike => Some("unique"),
            (Some(_), _) => Some("specified"),
            (None, Some(_)) => Some("unique"),
            (None, None) => None,
        }
    }
}

fn path_value(path: &Value, at: String, out: &mut Out) {
    let (kind, value) = (text(path, "type"), text(path, "value"));
    if kind == "RegularExpression" {
        return;
    }
    if let Some(fault) = path_fault(value) {
        let message = format!("{fault} when type one of ['Exact', 'PathPrefix']");
        refuse(out, at, message);
        if let Some(refusal) = out.last_mut() {
            let at = format!("{}/value", refusal.pointer);
            refusal.instead = absolute(value).map(|text| Meant::Text(at, text));
        }
    }
}

fn path_fault(value: &str) -> Option<String> {
    let contains = ["//", "/./", "/../", "%2f", "%2F", "#"].into_iter().find(|x| value.contains(x));
    let ends = ["/..", "/."].into_iter().find(|x| value.ends_with(x));
    if !value.starts_with('/') {
        return Some("value must be an absolute path and start with '/'".to_owned());
    }
    match (contains, ends) {
        (Some(part), _) => Some(format!("must not contain '{part}'")),
        (None, Some(part)) => Some(format!("must not end with '{part}'")),
        (None, None) if has_path_characters(value) => None,
        (None, None) => Some("must only contain valid characters of a path".to_owned()),
    }
}

/// A path with one slash where none or several are; not what is left of a URL.
fn absolute(value: &str) -> Option<String> {
    let names: Vec<&str> = value.split('/').filter(|name| !name.is_empty()).collect();
    let end = if value.ends_with('/') && !names.is_empty() { "/" } else { "" };
    let new = format!("/{}{end}", names.join("/"));
    (!value.is_empty() && !value.contains(':') && path_fault(&new).is_none()).then_some(new)
}

fn has_path_characters(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let hex = |k: usize| bytes.get(i + k).is_some_and(u8::is_ascii_hexdigit);
        match bytes[i] {
            b'%' if hex(1) && hex(2) => i += 3,
            b if b.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@".contains(&b) => i += 1,
            _ => return false,
        }
    }
    true
}

/// The union member of each filter type.
const MEMBERS: [(&str, &str); 8] = [
    ("RequestHeaderModifier", "requestHeaderModifier"),
    ("ResponseHeaderModifier", "responseHeaderModifier"),
    ("RequestMirror", "requestMirror"),
    ("RequestRedirect", "requestRedirect"),
    ("URLRewrite", "urlRewrite"),
    ("ExtensionRef", "extensionRef"),
    ("CORS", "cors"),
    ("ExternalAuth", "externalAuth"),
];

const ONCE: [&str; 5] =
    ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite", "CORS"];

fn filters(filters: &Value, rule: &Value, at: &str, out: &mut Out) {
    let filters = items(filters);
    let uses = |kind: &str| filters.iter().filter(|f| text(f, "type") == kind).count();
    for kind in ONCE {
        if uses(kind) > 1 {
            refuse(out, format!("{at}/filters"), format!("{kind} filter cannot be repeated"));
        }
    }
    if uses("RequestRedirect") > 0 && uses("URLRewrite") > 0 {
        let rule = "may specify either RequestRedirect or URLRewrite, but not both";
        refuse(out, format!("{at}/filters"), rule);
    }
    for (i, filter) in filters.iter().enumerate() {
        let place = format!("{at}/filters/{i}");
        let kind = text(filter, "type");
        for (name, member) in MEMBERS {
            if name == kind && filter[member].is_null() {
                let message = format!("filter.{member} must be specified for {name} filter.type");
                refuse(out, place.clone(), message);
            } else if name != kind && !filter[member].is_null() {
                let message =
                    format!("filter.{member} must be nil if the filter.type is not {name}");
                refuse(out, place.clone(), message);
            }
        }
        if let Some(code) = filter["requestRedirect"]["statusCode"].as_u64()
            && ![301, 302, 303, 307, 308].contains(&code)
        {
            let at = format!("{place}/requestRedirect/statusCode");
            refuse(out, at, format!("{code} is not one of: 301, 302, 303, 307, 308"));
        }
        for list in ["allowOrigins", "allowMethods", "allowHeaders"] {
            let values = items(&filter["cors"][list]);
            if values.len() > 1 && values.iter().any(|value| value == "*") {
                let rule = format!("{list} cannot contain '*' beside others");
                refuse(out, format!("{place}/cors/{list}"), rule);
            }
        }
        mirror_share(&filter["requestMirror"], &format!("{place}/requestMirror"), out);
        external_auth(&filter["externalAuth"], &format!("{place}/externalAuth"), out);
        needs_port(&filter["requestMirror"]["backendRef"], &format!("{place}/requestMirror"), out);
        for member in ["requestRedirect", "urlRewrite"] {
            path_change(&filter[member]["path"], rule, member, &place, at, out);
        }
    }
}

fn mirror_share(mirror: &Value, at: &str, out: &mut Out) {
    let fraction = &mirror["fraction"];
    if !mirror["percent"].is_null() && !fraction.is_null() {
        refuse(out, at.to_owned(), "only one of percent or fraction may be specified");
    }
    let (part, whole) = (fraction["numerator"].as_i64(), fraction["denominator"].as_i64());
    if part.zip(whole).is_some_and(|(part, whole)| part > whole) {
        let rule = "numerator must be less than or equal to denominator";
        refuse(out, format!("{at}/fraction"), rule);
    }
}

fn path_change(path: &Value, rule: &Value, member: &str, place: &str, at: &str, out: &mut Out) {
    if path.is_null() {
        return;
    }
    for (kind, field) in
        [("ReplaceFullPath", "replaceFullPath"), ("ReplacePrefixMatch", "replacePrefixMatch")]
    {
        let (is_type, has) = (text(path, "type") == kind, !path[field].is_null());
        if is_type && !has {
            let message = format!("{field} must be specified when type is set to '{kind}'");
            refuse(out, format!("{place}/{member}/path"), message);
        } else if !is_type && has {
            let message = format!("type must be '{kind}' when {field} is set");
            refuse(out, format!("{place}/{member}/path"), message);
        }
    }
    let matches = items(&rule["matches"]);
    let one_prefix = matches.len() == 1 && text(&matches[0]["path"], "type") == "PathPrefix";
    if !path["replacePrefixMatch"].is_null() && !one_prefix {
        let name = if member == "urlRewrite" { "URLRewrite" } else { "RequestRedirect" };
        let message = format!(
            "when using {name} filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified"
        );
        refuse(out, at.to_owned(), message);
    }
}

fn timeouts(timeouts: &Value, at: String, out: &mut Out) {
    let (Some(request), Some(backend)) = (
        duration_millis(text(timeouts, "request")),
        duration_millis(text(timeouts, "backendRequest")),
    ) else {
        return;
    };
    if request != 0 && backend > request {
        refuse(out, at, "backendRequest timeout cannot be longer than request timeout");
    }
}

#[cfg(test)]
mod tests {
    use super::absolute;

    #[test]
    fn only_slashes_are_put_right() {
        for (path, meant) in [("/v1//chat", "/v1/chat"), ("v1/", "/v1/"), ("//", "/")] {
            assert_eq!(absolute(path).as_deref(), Some(meant), "{path}");
        }
        for path in ["", "https://a.example/v1", "/v1/../x", "/a b//c", "/v1#x"] {
            assert_eq!(absolute(path), None, "{path}");
        }
    }
}
