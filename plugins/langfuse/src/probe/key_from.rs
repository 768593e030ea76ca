//! `--key-from`: where the key comes from, which is read only when that is said or agreed to.

use std::collections::BTreeMap;

use igw::exit::Failure;
use igw::session::Session;
use igw_core::facts::views::{DataEntry, Secret};
use igw_core::facts::{Fact, Scope};
use igw_core::langfuse::probe::key::ExporterKey;
use igw_core::text;

/// The source of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFrom {
    /// What the exporter itself sends.
    Exporter,
    /// `LANGFUSE_PUBLIC_KEY` and `LANGFUSE_SECRET_KEY` of this process.
    Env,
    Secret {
        namespace: Option<String>,
        name: String,
        entry: Option<String>,
    },
}

impl KeyFrom {
    /// Reads `exporter`, `env`, `[secret/][NAMESPACE/]NAME[:ENTRY]`.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<KeyFrom, String> {
        match text {
            "exporter" => return Ok(KeyFrom::Exporter),
            "env" => return Ok(KeyFrom::Env),
            _ => {}
        }
        let name = text.strip_prefix("secret/").unwrap_or(text);
        let (name, entry) = match name.split_once(':') {
            Some((name, entry)) => (name, Some(entry.to_owned())),
            None => (name, None),
        };
        let (namespace, name) = match name.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, name),
        };
        let is_name = |text: &str| {
            let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
            !text.is_empty() && text.bytes().all(fits)
        };
        // What is no name may be a key that was pasted: it is not repeated.
        if !is_name(name) || namespace.as_deref().is_some_and(|own| !is_name(own)) {
            return Err("write exporter, env or secret/[NAMESPACE/]NAME[:ENTRY]".to_owned());
        }
        Ok(KeyFrom::Secret { namespace, name: name.to_owned(), entry })
    }

    /// In words, for the report.
    pub fn title(&self, home: &str) -> String {
        match self {
            KeyFrom::Exporter => "the exporter's own header".to_owned(),
            KeyFrom::Env => "LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY".to_owned(),
            KeyFrom::Secret { namespace, name, .. } => {
                format!("Secret {}/{name}", namespace.as_deref().unwrap_or(home))
            }
        }
    }
}

/// The key of the environment.
///
/// # Errors
/// When one of its variables is missing.
pub fn of_env() -> Result<ExporterKey, Failure> {
    let own = |name: &str| {
        std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or_else(|| {
            Failure::usage(format!("--key-from env: the variable {name} is not set"))
                .hint("export LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY")
        })
    };
    Ok(ExporterKey::of_pair(&own("LANGFUSE_PUBLIC_KEY")?, &own("LANGFUSE_SECRET_KEY")?))
}

/// The key in a Secret of the cluster or of the files.
///
/// # Errors
/// When the Secret cannot be read, or has no pair that can be told from its other entries.
pub fn of_secret(
    session: &mut Session,
    namespace: &str,
    name: &str,
    entry: Option<&str>,
) -> Result<ExporterKey, Failure> {
    if let Some(live) = &mut session.live {
        live.open_secrets(&mut session.store);
    }
    let title = format!("Secret {namespace}/{name}");
    let found =
        session.look(&Scope::default(), |facts| match facts.get::<Secret>(namespace, name) {
            Fact::Known(secret) => Ok(secret.data.clone()),
            Fact::Absent => Err(None),
            Fact::Unknown(why) => Err(Some(why.detail)),
        })?;
    let data = match found {
        Ok(Some(data)) => data,
        Ok(None) => return Err(Failure::blind(format!("{title} has no content here"))),
        Err(None) => {
            return Err(Failure::usage(format!("there is no {title}"))
                .hint(format!("kubectl get secrets -n {namespace}")));
        }
        Err(Some(why)) => {
            return Err(Failure::blind(format!("{title} cannot be read"))
                .cause(why)
                .hint(format!("kubectl auth can-i get secret/{name} -n {namespace}")));
        }
    };
    of_entries(&data, entry).map_err(|why| {
        let entries: Vec<&str> = data.keys().map(String::as_str).collect();
        Failure::usage(format!("{title}: {why}"))
            .hint(format!("its entries: {}", text::some_of(&entries, 8)))
            .hint(format!(
                "name one that holds a whole header: --key-from secret/{namespace}/{name}:ENTRY"
            ))
    })
}

fn of_entries(
    data: &BTreeMap<String, DataEntry>,
    entry: Option<&str>,
) -> Result<ExporterKey, &'static str> {
    let text = |entry: &DataEntry| entry.text.as_ref().map(|own| own.reveal().to_owned());
    if let Some(name) = entry {
        let own = data.get(name).ok_or("there is no such entry")?;
        let own = text(own).ok_or("the entry holds no text")?;
        // The user says that it is one.
        return Ok(header_in(&own).unwrap_or_else(|| ExporterKey::new(own)));
    }
    let plain = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
    };
    let half = |ending: &str, start: &str| -> Vec<String> {
        let named = data.iter().filter(|(name, _)| plain(name).ends_with(ending));
        let named: Vec<String> = named.filter_map(|(_, own)| text(own)).collect();
        if !named.is_empty() {
            return named;
        }
        data.values().filter_map(text).filter(|own| own.starts_with(start)).collect()
    };
    let (public, secret) = (half("publickey", "pk-"), half("secretkey", "sk-"));
    match (&public[..], &secret[..]) {
        ([public], [secret]) => return Ok(ExporterKey::of_pair(public, secret)),
        ([_, _, ..], _) | (_, [_, _, ..]) => return Err("it holds several keys"),
        _ => {}
    }
    let headers: Vec<ExporterKey> =
        data.values().filter_map(text).filter_map(|own| header_in(&own)).collect();
    match &headers[..] {
        [only] => Ok(only.clone()),
        [] => Err("it holds neither a public and a secret key nor an Authorization header"),
        _ => Err("it holds several Authorization headers"),
    }
}

/// A header by itself, or in a list as `OTEL_EXPORTER_OTLP_HEADERS` has it.
fn header_in(text: &str) -> Option<ExporterKey> {
    let begins = |text: &str| {
        ["basic ", "bearer "].iter().any(|own| text.to_ascii_lowercase().starts_with(own))
    };
    if begins(text) {
        return Some(ExporterKey::new(text));
    }
    text.split(',').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let value = value.trim().replace("%20", " ");
        let is_it = name.trim().eq_ignore_ascii_case("authorization") && begins(&value);
        is_it.then(|| ExporterKey::new(value))
    })
}

#[cfg(test)]
mod tests {
    use igw_core::kube::Hidden;

    use super::*;

    fn data(entries: &[(&str, &str)]) -> BTreeMap<String, DataEntry> {
        let own = |text: &str| DataEntry { member: "data", text: Some(Hidden::new(text)) };
        entries.iter().map(|(name, text)| ((*name).to_owned(), own(text))).collect()
    }

    fn header(entries: &[(&str, &str)], entry: Option<&str>) -> Result<String, &'static str> {
        of_entries(&data(entries), entry).map(|key| key.header().reveal().to_owned())
    }

    #[test]
    fn a_pair_is_found_by_names_then_by_forms() {
        let pair = Ok("Basic cGstMTpzay0y".to_owned());
        assert_eq!(header(&[("publicKey", "pk-1"), ("secret-key", "sk-2")], None), pair);
        assert_eq!(
            header(&[("LANGFUSE_PUBLIC_KEY", "pk-1"), ("LANGFUSE_SECRET_KEY", "sk-2")], None),
            pair
        );
        assert_eq!(header(&[("a", "pk-1"), ("b", "sk-2"), ("c", "x")], None), pair);
        assert_eq!(header(&[("auth", "Basic cGstMTpzay0y")], None), pair);
        let list = [("headers", "x=1,Authorization=Basic%20cGstMTpzay0y")];
        assert_eq!(header(&list, None), pair);
        assert_eq!(header(&list, Some("headers")), pair);
        assert_eq!(header(&list, Some("other")), Err("there is no such entry"));
        assert_eq!(header(&[("a", "sk-1"), ("b", "sk-2")], None), Err("it holds several keys"));
        assert!(header(&[("salt", "x")], None).is_err());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let secret = |namespace: Option<&str>, name: &str, entry: Option<&str>| {
            let own = |text: Option<&str>| text.map(str::to_owned);
            Ok(KeyFrom::Secret {
                namespace: own(namespace),
                name: name.to_owned(),
                entry: own(entry),
            })
        };
        assert_eq!(KeyFrom::parse("env"), Ok(KeyFrom::Env));
        assert_eq!(KeyFrom::parse("secret/lf"), secret(None, "lf", None));
        assert_eq!(KeyFrom::parse("secret/a/lf:auth"), secret(Some("a"), "lf", Some("auth")));
        assert!(KeyFrom::parse("Basic cGstMTpzay0y").is_err());
        assert!(KeyFrom::parse("pk_1:sk_2").is_err());
    }
}
