//! Section 2: certificates of HTTPS listeners.

use super::world::{FRONT, gateway, parents, rows, secret};

fn https(reference: &str) -> String {
    gateway(&format!(
        "{{name: web, port: 80, protocol: HTTP, ALL}}, {{name: https, port: 443, \
         protocol: HTTPS, tls: {{certificateRefs: [{reference}]}}, ALL}}"
    )) + &parents(FRONT)
}

fn grant(from: &str) -> String {
    format!(
        "\n---\nkind: ReferenceGrant\nmetadata: {{name: grant, namespace: models}}\n\
         spec: {{from: [{{group: gateway.networking.k8s.io, kind: {from}, namespace: edge}}], \
         to: [{{group: '', kind: Secret}}]}}\n"
    )
}

const NOT_RESOLVED: &str =
    "Accepted=True/ListenersNotValid ResolvedRefs=False/ListenersNotResolved";
const BAD_CERTIFICATE: &str =
    "1 Accepted=False/Invalid Programmed=False/Invalid ResolvedRefs=False/InvalidCertificateRef";
const NOT_PERMITTED: &str =
    "1 Accepted=False/Invalid Programmed=False/Invalid ResolvedRefs=False/RefNotPermitted";

#[test]
fn certificates() {
    let invalid: &[(&str, &str)] = &[
        ("Gateway", NOT_RESOLVED),
        ("Gateway https", BAD_CERTIFICATE),
        ("Gateway web", "1 good"),
        ("HTTPRoute r", "good"),
        ("https://h.test/", "none"),
        ("http://h.test/", "200 chat"),
    ];
    let refused: &[(&str, &str)] = &[
        ("Gateway", NOT_RESOLVED),
        ("Gateway https", NOT_PERMITTED),
        ("https://h.test/", "none"),
        ("http://h.test/", "200 chat"),
    ];
    let good: &[(&str, &str)] =
        &[("Gateway", "good"), ("Gateway https", "1 good"), ("https://h.test/", "200 chat")];
    let far = || https("{name: tls, namespace: models}") + &secret("models", "tls", "h.test");
    let no_pem = "\n---\nkind: Secret\nmetadata: {name: tls, namespace: edge}\n\
                  type: kubernetes.io/tls\nstringData: {tls.crt: hello, tls.key: hello}\n";
    rows(
        "2.4",
        &[
            ("secret missing", https("{name: absent}"), invalid),
            (
                "kind ConfigMap",
                https("{name: tls, kind: ConfigMap}") + &secret("edge", "tls", "h.test"),
                invalid,
            ),
            ("no PEM", https("{name: tls}") + no_pem, invalid),
            ("other namespace", far(), refused),
            ("other namespace, grant from HTTPRoute", far() + &grant("HTTPRoute"), refused),
            ("other namespace, grant", far() + &grant("Gateway"), good),
            (
                "type Opaque",
                https("{name: tls}")
                    + &secret("edge", "tls", "h.test").replace("kubernetes.io/tls", "Opaque"),
                good,
            ),
            ("no references", https(""), &[("refused", "Gateway edge/front")]),
        ],
    );
}

#[test]
fn certificate_of_the_only_listener() {
    let front = gateway(
        "{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: absent}]}, ALL}",
    );
    rows(
        "2.4",
        &[(
            "the only listener",
            front + &parents(FRONT),
            &[
                ("Gateway", NOT_RESOLVED),
                ("Gateway https", BAD_CERTIFICATE),
                ("HTTPRoute r", "good"),
                ("https://h.test/", "none"),
            ],
        )],
    );
}

#[test]
fn https_without_tls_is_plain_http() {
    rows(
        "2.4",
        &[(
            "no tls",
            gateway("{name: https, port: 443, protocol: HTTPS, ALL}") + &parents(FRONT),
            &[("Gateway https", "1 good"), ("http://h.test:443/", "200 chat")],
        )],
    );
}
