//! The command that shows a missing right.

use crate::text;

/// What to type to see that a right is missing, out of a reason that ends with
/// `forbidden: VERB RESOURCE in namespace NAME`. `flags` lead kubectl to the same cluster as the
/// same person; each begins with a space.
pub fn can_i(reason: &str, flags: &str) -> Option<String> {
    let (_, asked) = reason.split_once("forbidden: ")?;
    let (what, place) = match asked.split_once(" in ") {
        None => (asked, String::new()),
        Some((what, "all namespaces")) => (what, " -A".to_owned()),
        Some((what, place)) => (what, format!(" -n {}", place.strip_prefix("namespace ")?)),
    };
    // To kubectl, what stands behind the slash is a name.
    let what = what.replace("pods/log", "pods --subresource=log");
    Some(text::clean(&format!("kubectl{flags} auth can-i {what}{place}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_asked_as_whoever_missed_it() {
        let told = |reason: &str| can_i(reason, " --as ann").unwrap_or_default();
        assert_eq!(
            told("forbidden: list services in all namespaces"),
            "kubectl --as ann auth can-i list services -A"
        );
        assert_eq!(
            told("Gateway a/b: forbidden: get gateways.gateway.networking.k8s.io/b in namespace a"),
            "kubectl --as ann auth can-i get gateways.gateway.networking.k8s.io/b -n a"
        );
        assert_eq!(
            told("forbidden: list namespaces"),
            "kubectl --as ann auth can-i list namespaces"
        );
        assert_eq!(
            told("forbidden: get pods/log in namespace a"),
            "kubectl --as ann auth can-i get pods --subresource=log -n a"
        );
        assert_eq!(told("list services in all namespaces: no answer within 1 s"), "");
    }
}
