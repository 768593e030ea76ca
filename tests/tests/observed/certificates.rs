//! Section 2, more: certificates.

use super::world::{FRONT, gateway, parents, rows, secret};

const BAD: &str =
    "Accepted=False/Invalid Programmed=False/Invalid ResolvedRefs=False/InvalidCertificateRef";
const NOT_PERMITTED: &str =
    "Accepted=False/Invalid Programmed=False/Invalid ResolvedRefs=False/RefNotPermitted";
const NOT_RESOLVED: &str =
    "Accepted=True/ListenersNotValid ResolvedRefs=False/ListenersNotResolved";

fn only_https(reference: &str) -> String {
    gateway(&format!(
        "{{name: https, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{reference}]}}, ALL}}"
    )) + &parents(FRONT)
}

/// A Secret whose key belongs to another certificate.
fn mixed() -> String {
    let (a, b) = (secret("edge", "tls", "h.test"), secret("edge", "tls", "h.test"));
    let key = |text: &str| {
        let start = text.find("tls.key: ").expect("a key");
        text[start..].to_owned()
    };
    a.replace(&key(&a), &key(&b))
}

fn grant(spec: &str) -> String {
    format!(
        "\n---\nkind: ReferenceGrant\nmetadata: {{name: g, namespace: models}}\nspec: {{{spec}}}\n"
    )
}

#[test]
fn the_only_listener_has_a_bad_certificate() {
    let invalid: Vec<(&str, String)> = vec![
        ("missing", only_https("{name: absent}")),
        ("key of another certificate", only_https("{name: tls}") + &mixed()),
        (
            "no PEM",
            only_https("{name: tls}")
                + "\n---\nkind: Secret\nmetadata: {name: tls, namespace: edge}\n\
                   type: kubernetes.io/tls\nstringData: {tls.crt: x, tls.key: x}\n",
        ),
        (
            "ConfigMap",
            only_https("{name: tls, kind: ConfigMap}")
                + "\n---\nkind: ConfigMap\nmetadata: {name: tls, namespace: edge}\ndata: {a: b}\n",
        ),
        (
            "the Secret is in the route's namespace",
            only_https("{name: tls}") + &secret("models", "tls", "h.test"),
        ),
    ];
    let listener = format!("1 {BAD}");
    for (name, yaml) in invalid {
        rows(
            "2.4",
            &[(
                name,
                yaml,
                &[
                    ("Gateway", NOT_RESOLVED),
                    ("Programmed of Gateway", "True"),
                    ("Gateway https", &listener),
                    ("HTTPRoute r", "good"),
                    ("https://h.test/", "none"),
                    ("http://h.test:443/", "none"),
                ],
            )],
        );
    }
}

#[test]
fn certificates_of_other_namespaces() {
    let far = |spec: &str| {
        only_https("{name: tls, namespace: models}")
            + &secret("models", "tls", "h.test")
            + &grant(spec)
    };
    let gateway_api = "group: gateway.networking.k8s.io";
    let from = format!("from: [{{{gateway_api}, kind: Gateway, namespace: edge}}]");
    let to = "to: [{group: '', kind: Secret}]";
    let listener = format!("1 {NOT_PERMITTED}");
    let refused: &[(&str, &str)] =
        &[("Gateway", NOT_RESOLVED), ("Gateway https", &listener), ("https://h.test/", "none")];
    let good: &[(&str, &str)] =
        &[("Gateway", "good"), ("Gateway https", "1 good"), ("https://h.test/", "200 chat")];
    rows(
        "2.4",
        &[
            (
                "grant from HTTPRoute",
                far(&format!("from: [{{{gateway_api}, kind: HTTPRoute, namespace: edge}}], {to}")),
                refused,
            ),
            (
                "grant from another namespace",
                far(&format!("from: [{{{gateway_api}, kind: Gateway, namespace: models}}], {to}")),
                refused,
            ),
            (
                "grant to another kind",
                far(&format!("{from}, to: [{{group: '', kind: ConfigMap}}]")),
                refused,
            ),
            (
                "grant to another name",
                far(&format!("{from}, to: [{{group: '', kind: Secret, name: x}}]")),
                refused,
            ),
            (
                "grant to this name",
                far(&format!("{from}, to: [{{group: '', kind: Secret, name: tls}}]")),
                good,
            ),
            ("grant", far(&format!("{from}, {to}")), good),
        ],
    );
}

#[test]
fn tls_that_the_api_server_refuses() {
    let refused: &[(&str, &str)] =
        &[("refused", "Gateway edge/front"), ("https://h.test/", "none")];
    let tls = |tls: &str| gateway(&format!("{{name: a, port: 443, protocol: HTTPS, tls: {tls}}}"));
    rows(
        "2.4",
        &[
            ("no references", tls("{mode: Terminate}"), refused),
            ("empty", tls("{}"), refused),
            ("empty list", tls("{certificateRefs: []}"), refused),
        ],
    );
}

#[test]
fn https_without_tls() {
    rows(
        "2.4",
        &[(
            "beside HTTP",
            gateway(
                "{name: web, port: 80, protocol: HTTP, ALL}, {name: https, port: 443, protocol: HTTPS, ALL}",
            ) + &parents(FRONT),
            &[
                ("Gateway", "good"),
                ("Gateway https", "1 good"),
                ("http://h.test:443/", "200 chat"),
                ("http://h.test/", "200 chat"),
                ("https://h.test/", "none"),
            ],
        )],
    );
}
