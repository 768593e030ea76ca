//! Where Envoy Gateway 1.9.1 is known to differ from what we predict by the specification.

/// A story, the place of a condition, and what is seen instead (`""`: nothing).
pub type Difference = (&'static str, &'static str, &'static str);

/// kgateway's own kinds, which this implementation does not have.
const FOREIGN: &[Difference] = &[
    ("delegated-to-nobody", "HTTPRoute models/root at front  ResolvedRefs", "False InvalidKind"),
    (
        "delegated-to-nobody-good",
        "HTTPRoute models/root at front  ResolvedRefs",
        "False InvalidKind",
    ),
    ("delegation-chosen-good", "HTTPRoute edge/root at front  ResolvedRefs", "False InvalidKind"),
    ("delegation-circle", "HTTPRoute edge/root at front  ResolvedRefs", "False InvalidKind"),
    ("delegation-circle-good", "HTTPRoute edge/root at front  ResolvedRefs", "False InvalidKind"),
    (
        "delegation-continued-good",
        "HTTPRoute edge/root at front  ResolvedRefs",
        "False InvalidKind",
    ),
    ("delegation-other-parent", "HTTPRoute edge/root at front  ResolvedRefs", "False InvalidKind"),
    (
        "delegation-other-parent-good",
        "HTTPRoute edge/root at front  ResolvedRefs",
        "False InvalidKind",
    ),
    ("delegation-passes-by", "HTTPRoute edge/root at front  ResolvedRefs", "False InvalidKind"),
    (
        "delegation-passes-by-good",
        "HTTPRoute edge/root at front  ResolvedRefs",
        "False InvalidKind",
    ),
    ("delegation-good", "HTTPRoute root/parent at root  ResolvedRefs", "False InvalidKind"),
    ("external-name-good", "HTTPRoute outside/provider at edge  ResolvedRefs", "False InvalidKind"),
    (
        "kgateway-backend-missing",
        "HTTPRoute saas-llm/hosted at outbound  ResolvedRefs",
        "False InvalidKind",
    ),
    (
        "kgateway-backend-missing-good",
        "HTTPRoute saas-llm/hosted at outbound  ResolvedRefs",
        "False InvalidKind",
    ),
    (
        "kgateway-backend-with-port",
        "HTTPRoute saas-llm/hosted at outbound  ResolvedRefs",
        "False InvalidKind",
    ),
    (
        "kgateway-backend-with-port-good",
        "HTTPRoute saas-llm/hosted at outbound  ResolvedRefs",
        "False InvalidKind",
    ),
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
    (
        "route-without-parent-good",
        "HTTPRoute tokens/front at edge  ResolvedRefs",
        "False InvalidKind",
    ),
    ("filter-of-no-kind", "HTTPRoute retry/chat at edge  Accepted", "False UnsupportedValue"),
    ("filter-of-no-kind-good", "HTTPRoute retry/chat at edge  Accepted", "False UnsupportedValue"),
    ("gateway-parameters-missing", "Gateway edge/front Accepted", "False InvalidParameters"),
    ("gateway-parameters-missing", "Gateway edge/front listener http Accepted", ""),
    ("gateway-parameters-missing", "Gateway edge/front listener http Programmed", ""),
    ("gateway-parameters-missing", "Gateway edge/front listener http ResolvedRefs", ""),
    ("gateway-parameters-missing", "HTTPRoute models/chat at front  Accepted", ""),
    ("gateway-parameters-missing", "HTTPRoute models/chat at front  ResolvedRefs", ""),
    ("gateway-parameters-missing-good", "Gateway edge/front Accepted", "False InvalidParameters"),
    ("gateway-parameters-missing-good", "Gateway edge/front listener http Accepted", ""),
    ("gateway-parameters-missing-good", "Gateway edge/front listener http Programmed", ""),
    ("gateway-parameters-missing-good", "Gateway edge/front listener http ResolvedRefs", ""),
    ("gateway-parameters-missing-good", "HTTPRoute models/chat at front  Accepted", ""),
    ("gateway-parameters-missing-good", "HTTPRoute models/chat at front  ResolvedRefs", ""),
];

/// BackendServers that an implementation may support, and this one does not.
const UNSUPPORTED: &[Difference] = &[
    ("inference-pool", "HTTPRoute pools/scheduled at pooled  ResolvedRefs", "False InvalidKind"),
    ("service-of-group-v1", "HTTPRoute vision/ocr at eyes  ResolvedRefs", "False InvalidKind"),
    ("external-name", "HTTPRoute outside/provider at edge  ResolvedRefs", "False UnsupportedValue"),
];

/// Reasons and conditions of its own.
const OWN: &[Difference] = &[
    (
        "backend-tls-without-ca",
        "HTTPRoute models/chat at front  ResolvedRefs",
        "False InvalidBackendTLS",
    ),
    (
        "one-value-takes-the-port-down",
        "HTTPRoute regex/ahead at edge  Accepted",
        "False UnsupportedValue",
    ),
    ("port-of-the-container", "HTTPRoute code/coder at code 80 ResolvedRefs", "False PortNotFound"),
    // A listener that is out of service leaves the Gateway's condition as it is …
    ("certificate-missing", "Gateway edge/edge Accepted", "True Accepted"),
    ("langfuse-shadowed", "Gateway hub/hub Accepted", "True Accepted"),
    ("all-listeners-closed", "Gateway docs/edge Accepted", "True Accepted"),
    // … unless it is HTTPS without `tls`, which gets no condition Accepted.
    ("https-without-tls", "Gateway plain/edge Accepted", "False ListenersNotValid"),
    ("https-without-tls", "Gateway plain/edge listener https Programmed", "False Invalid"),
    ("https-without-tls", "Gateway plain/edge listener https Accepted", ""),
    // Certificates are not read by us.
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
    // A rule whose expression does not compile is left out, and the rest of the route is served.
    ("regex-invalid", "HTTPRoute web/docs at other  Accepted", "True Accepted"),
    ("regex-invalid", "HTTPRoute web/docs at other  PartiallyInvalid", "True UnsupportedValue"),
    ("regex-invalid", "HTTPRoute web/shop at eg  Accepted", "True Accepted"),
    ("regex-invalid", "HTTPRoute web/shop at eg  PartiallyInvalid", "True UnsupportedValue"),
];

pub fn of(story: &str) -> impl Iterator<Item = &'static Difference> {
    let all = [FOREIGN, UNSUPPORTED, OWN].into_iter().flatten();
    all.filter(move |(name, _, _)| *name == story)
}
