//! Where Envoy Gateway 1.9.1 is known to differ from what we predict of it.

/// A story, the place of a condition, and what is seen instead (`""`: nothing).
pub type Difference = (&'static str, &'static str, &'static str);

const ALL: &[Difference] = &[
    // A condition of its own: two routes claim the same.
    (
        "same-path-twice",
        "HTTPRoute models/archive at front  RouteRulesOverlap",
        "True RouteRulesOverlap",
    ),
    (
        "same-path-twice",
        "HTTPRoute models/chat at front  RouteRulesOverlap",
        "True RouteRulesOverlap",
    ),
    // What certificates name is not looked at by us.
    (
        "hostname-without-https-good",
        "Gateway api/edge listener apex OverlappingTLSConfig",
        "True OverlappingCertificates",
    ),
    (
        "hostname-without-https-good",
        "Gateway api/edge listener wildcard OverlappingTLSConfig",
        "True OverlappingCertificates",
    ),
];

pub fn of(story: &str) -> impl Iterator<Item = &'static Difference> {
    ALL.iter().filter(move |(name, _, _)| *name == story)
}
