//! Certificates of authorities, and Secrets that refer to an SDS server (`getCaCertsFromCARefs`).

use serde_json::Value;

use crate::facts::views::*;
use crate::facts::{Fact, Facts, Why};
use crate::route::others;

/// The type of a Secret that refers to an SDS server.
const SDS: &str = "gateway.envoyproxy.io/sds";

/// `Absent`: no fault; `Known`: what is wrong.
pub type TrustFault = Fact<String>;

/// Why no certificate of an authority can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distrust {
    /// The reason in the condition of a listener.
    pub reason: &'static str,
    pub says: String,
}

/// What is wrong with references to certificates of authorities in a namespace.
pub fn authorities(facts: &Facts, references: &[Value], namespace: &str) -> TrustFault {
    let home = |reference| (reference, namespace);
    of_namespaces(facts, references.iter().map(home)).map(|distrust| distrust.says)
}

/// The same, each reference with the namespace that it means.
pub fn of_namespaces<'v>(
    facts: &Facts,
    references: impl Iterator<Item = (&'v Value, &'v str)>,
) -> Fact<Distrust> {
    let distrust = |reason, says| Fact::Known(Distrust { reason, says });
    let wrong = |says: String| distrust("InvalidCACertificateRef", says);
    match entries(facts, references) {
        Fact::Absent => Fact::Absent,
        Fact::Unknown(why) => Fact::Unknown(why),
        Fact::Known(says) if says == NONE => distrust("InvalidCACertificateKind", says),
        Fact::Known(says) => wrong(says),
    }
}

const NONE: &str = "no certificate of an authority is named";

fn entries<'v>(
    facts: &Facts,
    references: impl Iterator<Item = (&'v Value, &'v str)>,
) -> TrustFault {
    let (mut any, mut plain, mut sds) = (false, false, false);
    for (reference, namespace) in references {
        let name = reference["name"].as_str().unwrap_or_default();
        let title = |kind: &str| format!("{kind} {namespace}/{name}");
        let missing = |kind: &str| Fact::Known(format!("{} does not exist", title(kind)));
        let unknown =
            |why: Why, kind: &str| Fact::Unknown(Why { detail: why.about(&title(kind)), ..why });
        match reference["kind"].as_str().unwrap_or_default() {
            "ConfigMap" => match facts.get::<ConfigMap>(namespace, name) {
                Fact::Absent => return missing("ConfigMap"),
                Fact::Unknown(why) => return unknown(why, "ConfigMap"),
                Fact::Known(map) => {
                    let keys = map.data.iter().filter(|(_, own)| own.member == "data");
                    if !holds_one(keys.map(|(key, _)| key.as_str())) {
                        return Fact::Known(format!("{} has no certificate", title("ConfigMap")));
                    }
                    (any, plain) = (true, true);
                }
            },
            "Secret" => match facts.get::<Secret>(namespace, name) {
                Fact::Absent => return missing("Secret"),
                Fact::Unknown(why) => return unknown(why, "Secret"),
                Fact::Known(secret) if secret.kind == SDS => {
                    match sds_fault(secret) {
                        Fact::Absent if sds => {
                            return Fact::Known("two Secrets refer to an SDS server".to_owned());
                        }
                        Fact::Absent => {}
                        fault => return fault,
                    }
                    (any, sds) = (true, true);
                }
                Fact::Known(secret) => {
                    match &secret.data {
                        None => {
                            let says = format!("the entries of {}", title("Secret"));
                            return Fact::Unknown(Why::not_given(says + " are not given"));
                        }
                        Some(data) if !holds_one(data.keys().map(String::as_str)) => {
                            return Fact::Known(format!("{} has no certificate", title("Secret")));
                        }
                        Some(_) => {}
                    }
                    (any, plain) = (true, true);
                }
            },
            "ClusterTrustBundle" => {
                let (group, kind) = ("certificates.k8s.io", "ClusterTrustBundle");
                match others::named(facts, group, kind, "", name) {
                    Fact::Known(()) => {}
                    Fact::Absent => return Fact::Known(format!("{kind} {name} does not exist")),
                    Fact::Unknown(why) => return Fact::Unknown(why),
                }
                (any, plain) = (true, true);
            }
            _ => {}
        }
    }
    match (any, plain && sds) {
        (false, _) => Fact::Known(NONE.to_owned()),
        (true, true) => Fact::Known("certificates and an SDS server are mixed".to_owned()),
        (true, false) if sds => allowed_by_settings(),
        (true, false) => Fact::Absent,
    }
}

pub fn is_sds(secret: &Secret) -> bool {
    secret.kind == SDS
}

/// What is wrong with the Secret of a client certificate.
pub fn client(facts: &Facts, namespace: &str, name: &str) -> TrustFault {
    let title = format!("Secret {namespace}/{name}");
    match facts.get::<Secret>(namespace, name) {
        Fact::Absent => Fact::Known(format!("{title} does not exist")),
        Fact::Unknown(why) => Fact::Unknown(Why { detail: why.about(&title), ..why }),
        Fact::Known(secret) if secret.kind == SDS => match sds_fault(secret) {
            Fact::Absent => allowed_by_settings(),
            fault => fault,
        },
        Fact::Known(_) => Fact::Absent,
    }
}

/// Envoy Gateway takes Secrets of an SDS server only if its own settings say so
/// (`SDSSecretRefEnabled`); by default they do not.
fn allowed_by_settings() -> TrustFault {
    let says = "whether Envoy Gateway's settings allow Secrets of an SDS server";
    Fact::Unknown(Why::not_given(format!("{says} (extensionApis.enableSDSSecretRef) is not known")))
}

/// `getFirstMatchOrFirstFromData`.
fn holds_one<'k>(keys: impl Iterator<Item = &'k str>) -> bool {
    let keys: Vec<&str> = keys.collect();
    keys.len() == 1 || keys.iter().any(|key| ["ca.crt", "tls.crt"].contains(key))
}

/// `NewSDSConfig`.
fn sds_fault(secret: &Secret) -> TrustFault {
    let Some(data) = &secret.data else {
        let says = format!("the entries of {} are not given", secret.meta.title());
        return Fact::Unknown(Why::not_given(says));
    };
    let missing = ["secretName", "url"].iter().find(|key| !data.contains_key(**key));
    match missing {
        Some(key) => Fact::Known(format!("{} has no entry {key}", secret.meta.title())),
        None => Fact::Absent,
    }
}
