//! One Service of a split, as it is written on the command line.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use igw_core::facts::views::BackendRef;
use igw_core::kube::{Meta, full_name};
use serde_json::{Map, Value};

/// The highest weight of a backendRef (Gateway API, `BackendRef.weight`).
const HIGHEST: u32 = 1_000_000;

const FORM: &str = "write [NAMESPACE/]SERVICE:PORT=WEIGHT, e.g. ml/llama:8000=90";

/// `[NS/]SERVICE:PORT=WEIGHT`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitArm {
    /// The route's own if absent.
    pub namespace: Option<String>,
    pub name: String,
    pub port: u16,
    pub weight: u32,
}

/// `[NS/]SERVICE[:PORT]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptArm {
    namespace: Option<String>,
    name: String,
    port: Option<u16>,
}

impl FromStr for SplitArm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (target, weight) =
            text.rsplit_once('=').ok_or_else(|| format!("the weight is missing; {FORM}"))?;
        let weight = weight
            .parse()
            .map_err(|_| format!("the weight {weight:?} is not a number from 0 to {HIGHEST}"))?;
        if weight > HIGHEST {
            return Err(format!("the weight {weight} is more than {HIGHEST}"));
        }
        let KeptArm { namespace, name, port } = target.parse()?;
        let port = port.ok_or_else(|| format!("the port is missing; {FORM}"))?;
        Ok(SplitArm { namespace, name, port, weight })
    }
}

impl Display for SplitArm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = full_name(self.namespace.as_deref().unwrap_or_default(), &self.name);
        write!(f, "{name}:{}={}", self.port, self.weight)
    }
}

impl Display for KeptArm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title(""))
    }
}

impl FromStr for KeptArm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (namespace, rest) = match text.split_once('/') {
            Some((namespace, rest)) => (Some(namespace), rest),
            None => (None, text),
        };
        let (name, port) = match rest.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (rest, None),
        };
        for part in namespace.into_iter().chain([name]) {
            if !is_label(part) {
                return Err(format!("{part:?} is not a name of a namespace or Service; {FORM}"));
            }
        }
        let port = match port.map(|port| (port, port.parse::<u16>())) {
            None => None,
            Some((_, Ok(port))) if port > 0 => Some(port),
            Some((port, _)) => return Err(format!("the port {port:?} is not from 1 to 65535")),
        };
        Ok(KeptArm { namespace: namespace.map(str::to_owned), name: name.to_owned(), port })
    }
}

/// RFC 1123, a label.
fn is_label(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(good)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl SplitArm {
    /// Its namespace in a route of this one.
    pub fn namespace_in<'a>(&'a self, home: &'a str) -> &'a str {
        self.namespace.as_deref().unwrap_or(home)
    }

    /// `ns/name:port`
    pub fn title(&self, home: &str) -> String {
        format!("{}:{}", full_name(self.namespace_in(home), &self.name), self.port)
    }

    /// Whether a reference leads to the same port of the same Service.
    pub fn is(&self, reference: &BackendRef, route: &Meta) -> bool {
        is_service(reference)
            && reference.name == self.name
            && reference.namespace_from(route) == self.namespace_in(&route.namespace)
            && reference.port == Some(self.port)
    }

    /// As an item of `backendRefs`.
    pub fn reference(&self, home: &str) -> Value {
        let mut out = Map::new();
        out.insert("name".to_owned(), self.name.clone().into());
        let namespace = self.namespace_in(home);
        if namespace != home {
            out.insert("namespace".to_owned(), namespace.into());
        }
        out.insert("port".to_owned(), self.port.into());
        out.insert("weight".to_owned(), self.weight.into());
        out.into()
    }
}

impl KeptArm {
    /// Whether a reference is meant.
    pub fn is(&self, reference: &BackendRef, route: &Meta) -> bool {
        let home = self.namespace.as_deref().unwrap_or(&route.namespace);
        reference.name == self.name
            && reference.namespace_from(route) == home
            && (self.port.is_none() || self.port == reference.port)
    }

    pub fn title(&self, home: &str) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", full_name(self.namespace.as_deref().unwrap_or(home), &self.name))
    }
}

fn is_service(reference: &BackendRef) -> bool {
    reference.group.is_empty() && reference.kind == "Service"
}

/// A reference as people write it: `ns/name:port`; of another kind than Service with the kind.
pub fn title_of(reference: &BackendRef, route: &Meta) -> String {
    let name = full_name(reference.namespace_from(route), &reference.name);
    let port = reference.port.map(|port| format!(":{port}")).unwrap_or_default();
    match is_service(reference) {
        true => format!("{name}{port}"),
        false => format!("{} {name}{port}", reference.kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        let arm = |text: &str| SplitArm::from_str(text);
        let good = arm("ml/llama:8000=90").expect("an arm");
        assert_eq!((good.title("gw").as_str(), good.weight), ("ml/llama:8000", 90));
        assert_eq!(arm("llama:80=1").expect("an arm").title("gw"), "gw/llama:80");
        for (text, says) in [
            ("ml/llama:8000", "the weight is missing"),
            ("ml/llama:8000=half", "the weight \"half\" is not a number"),
            ("ml/llama:8000=-1", "the weight \"-1\" is not a number"),
            ("ml/llama:8000=1000001", "is more than 1000000"),
            ("ml/llama=90", "the port is missing"),
            ("ml/llama:http=90", "the port \"http\" is not from 1 to 65535"),
            ("ml/llama:0=90", "the port \"0\" is not"),
            ("ml/:80=90", "\"\" is not a name"),
            ("ml/a/b:80=90", "\"a/b\" is not a name"),
            ("ml/Llama:80=90", "\"Llama\" is not a name"),
        ] {
            let why = arm(text).expect_err(text);
            assert!(why.contains(says), "{text}: {why}");
        }
    }
}
