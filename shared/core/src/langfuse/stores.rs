//! What the web server and the worker have to share.

use super::part::{LangfusePart, PartValue};
use crate::mask;
use crate::workload::address::Url;

/// What breaks when they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreRole {
    Queue,
    Bucket,
    Traces,
    Database,
    Keys,
    Login,
}

impl StoreRole {
    /// What happens then.
    pub fn says(self) -> &'static str {
        match self {
            StoreRole::Queue => {
                "The web server queues a job in its Redis, and the worker waits for one in another."
            }
            StoreRole::Bucket => {
                "The web server puts the trace into its bucket, and the worker looks for it in another place."
            }
            StoreRole::Traces => {
                "The worker writes to a ClickHouse from which the web server does not read."
            }
            StoreRole::Database => "The worker looks up projects and keys in another PostgreSQL.",
            StoreRole::Keys => {
                "What the one has hashed or encrypted with it, the other cannot use."
            }
            StoreRole::Login => "The store lets in only the one that has its password.",
        }
    }
}

/// A setting that is not the same for both.
#[derive(Debug)]
pub struct StoreDifference {
    /// The variable of the worker, or of the web server where the worker has none.
    pub name: &'static str,
    pub what: StoreRole,
    /// Whether the values are secrets, and `web` and `worker` empty texts.
    pub secret: bool,
    /// What it is for the web server, as it may be shown; `None`: not set.
    pub web: Option<String>,
    pub worker: Option<String>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StoreForm {
    /// A host of the cluster.
    Host,
    /// An address with a host.
    Address,
    Text,
    Secret,
}

struct StoreRule {
    name: &'static str,
    what: StoreRole,
    form: StoreForm,
    /// What it is where nothing is set.
    default: Option<&'static str>,
}

const fn rule(
    name: &'static str,
    what: StoreRole,
    form: StoreForm,
    default: Option<&'static str>,
) -> StoreRule {
    StoreRule { name, what, form, default }
}

const RULES: [StoreRule; 21] = [
    rule("REDIS_CONNECTION_STRING", StoreRole::Queue, StoreForm::Address, None),
    rule("REDIS_HOST", StoreRole::Queue, StoreForm::Host, None),
    rule("REDIS_PORT", StoreRole::Queue, StoreForm::Text, Some("6379")),
    rule("REDIS_CLUSTER_NODES", StoreRole::Queue, StoreForm::Text, None),
    rule("REDIS_SENTINEL_NODES", StoreRole::Queue, StoreForm::Text, None),
    rule("REDIS_KEY_PREFIX", StoreRole::Queue, StoreForm::Text, Some("")),
    rule("LANGFUSE_S3_EVENT_UPLOAD_BUCKET", StoreRole::Bucket, StoreForm::Text, None),
    rule("LANGFUSE_S3_EVENT_UPLOAD_PREFIX", StoreRole::Bucket, StoreForm::Text, Some("")),
    rule("LANGFUSE_S3_EVENT_UPLOAD_ENDPOINT", StoreRole::Bucket, StoreForm::Address, None),
    rule("LANGFUSE_USE_AZURE_BLOB", StoreRole::Bucket, StoreForm::Text, Some("false")),
    rule("CLICKHOUSE_URL", StoreRole::Traces, StoreForm::Address, None),
    rule("CLICKHOUSE_DB", StoreRole::Traces, StoreForm::Text, Some("default")),
    rule("DATABASE_URL", StoreRole::Database, StoreForm::Address, None),
    rule("DATABASE_HOST", StoreRole::Database, StoreForm::Host, None),
    rule("DATABASE_NAME", StoreRole::Database, StoreForm::Text, None),
    rule("SALT", StoreRole::Keys, StoreForm::Secret, None),
    rule("ENCRYPTION_KEY", StoreRole::Keys, StoreForm::Secret, None),
    rule("LANGFUSE_MIGRATION_V4_WRITE_MODE", StoreRole::Traces, StoreForm::Text, Some("")),
    rule("REDIS_AUTH", StoreRole::Login, StoreForm::Secret, None),
    rule("CLICKHOUSE_PASSWORD", StoreRole::Login, StoreForm::Secret, None),
    rule("REDIS_SENTINEL_MASTER_NAME", StoreRole::Queue, StoreForm::Text, None),
];

/// What differs, and the names of what cannot be compared.
pub fn differences(
    web: &LangfusePart,
    worker: &LangfusePart,
) -> (Vec<StoreDifference>, Vec<&'static str>) {
    let (mut out, mut open) = (Vec::new(), Vec::new());
    for rule in RULES.iter().filter(|rule| matters(rule, web, worker)) {
        let own = |part: &LangfusePart| value(part, rule);
        match (own(web), own(worker)) {
            (StoreValue::Unknown, _) | (_, StoreValue::Unknown)
                if is_one_source(web, worker, rule.name) => {}
            (StoreValue::Unknown, _) | (_, StoreValue::Unknown) => open.push(rule.name),
            (one, other) if one == other => {}
            (one, other) => {
                let secret = rule.form == StoreForm::Secret;
                let texts = (shown(web, rule, &one), shown(worker, rule, &other));
                // A short name means another host in another namespace.
                let (web, worker) = match (one, other) {
                    (StoreValue::Text(one), StoreValue::Text(other))
                        if texts.0 == texts.1 && !secret =>
                    {
                        (Some(one), Some(other))
                    }
                    _ => texts,
                };
                out.push(StoreDifference { name: rule.name, what: rule.what, secret, web, worker });
            }
        }
    }
    out.extend(mixed_redis(web, worker));
    (out, open)
}

/// Where one of them names Redis by a connection string and the other one by its host.
fn mixed_redis(web: &LangfusePart, worker: &LangfusePart) -> Option<StoreDifference> {
    const WHOLE: &str = "REDIS_CONNECTION_STRING";
    let has = |part: &LangfusePart| part.value(WHOLE) != PartValue::Unset;
    if has(web) == has(worker) {
        return None;
    }
    let server = |part: &LangfusePart| {
        let namespace = &part.workload.meta.namespace;
        match part.value(WHOLE) {
            PartValue::Text(text) => {
                let place = place(text, namespace);
                Some(place.split('/').next().unwrap_or_default().to_owned())
            }
            PartValue::Unseen => None,
            PartValue::Unset => {
                let port = part.text("REDIS_PORT").unwrap_or("6379");
                Some(format!("{}:{port}", host(part.text("REDIS_HOST")?, namespace)))
            }
        }
    };
    let (one, other) = (server(web)?, server(worker)?);
    let name = if has(worker) { WHOLE } else { "REDIS_HOST" };
    (one != other).then_some(StoreDifference {
        name,
        what: StoreRole::Queue,
        secret: false,
        web: Some(one),
        worker: Some(other),
    })
}

/// Whether a rule decides: where one of them names a store in another way, or is not known to, the
/// single variables are not compared.
fn matters(rule: &StoreRule, web: &LangfusePart, worker: &LangfusePart) -> bool {
    let set = |part: &LangfusePart, name: &str| part.value(name) != PartValue::Unset;
    let other = match rule.name {
        "REDIS_HOST" | "REDIS_PORT" => "REDIS_CONNECTION_STRING",
        "REDIS_CONNECTION_STRING" => "REDIS_HOST",
        "DATABASE_HOST" | "DATABASE_NAME" => "DATABASE_URL",
        "DATABASE_URL" => "DATABASE_HOST",
        // Each may log in by a name and a password of its own, but not without one.
        "REDIS_AUTH" | "CLICKHOUSE_PASSWORD" => {
            let whole = "REDIS_CONNECTION_STRING";
            let in_whole = rule.name == "REDIS_AUTH" && (set(web, whole) || set(worker, whole));
            return set(web, rule.name) && !set(worker, rule.name) && !in_whole;
        }
        // One of them may have it by default only.
        "ENCRYPTION_KEY" | "SALT" => {
            return set(web, rule.name) && set(worker, rule.name);
        }
        _ => return set(web, rule.name) || set(worker, rule.name),
    };
    (set(web, rule.name) || set(worker, rule.name)) && !set(web, other) && !set(worker, other)
}

#[derive(Debug, PartialEq, Eq)]
enum StoreValue {
    Text(String),
    Unset,
    Unknown,
}

fn value(part: &LangfusePart, rule: &StoreRule) -> StoreValue {
    let namespace = &part.workload.meta.namespace;
    match (part.value(rule.name), rule.default) {
        (PartValue::Text(text), _) => StoreValue::Text(match rule.form {
            StoreForm::Host => host(text, namespace),
            StoreForm::Address => place(text, namespace),
            StoreForm::Text | StoreForm::Secret => text.trim_end_matches('/').to_owned(),
        }),
        (PartValue::Unset, Some(default)) => StoreValue::Text(default.to_owned()),
        (PartValue::Unset, None) => StoreValue::Unset,
        (PartValue::Unseen, _) => StoreValue::Unknown,
    }
}

/// A host of the cluster in its long form, without what is always the same.
fn host(text: &str, namespace: &str) -> String {
    let text = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let bare = text.trim_end_matches(".cluster.local").trim_end_matches(".svc");
    let is_address = bare.parse::<std::net::IpAddr>().is_ok();
    match bare.contains('.') || is_address || bare == "localhost" {
        true => bare.to_owned(),
        false => format!("{bare}.{namespace}"),
    }
}

/// Host, port and path of an address, without who logs in.
fn place(text: &str, namespace: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let usual = match scheme {
        "redis" | "rediss" => 6379,
        "postgres" | "postgresql" => 5432,
        "https" => 443,
        _ => 80,
    };
    let plain = format!("http://{rest}");
    let Some(url) = Url::parse(&plain) else { return text.to_owned() };
    let bare = rest.rsplit('@').next().unwrap_or_default();
    let authority = bare.split(['/', '?', '#']).next().unwrap_or_default();
    let port = if authority.contains(':') { url.port } else { usual };
    let path = match scheme {
        // The first database is what no number means.
        "redis" | "rediss" if url.path == "/0" => String::new(),
        _ => url.path,
    };
    format!("{}:{port}{path}", host(&url.host, namespace))
}

/// Whether both take a variable from the same entry of the same object.
fn is_one_source(web: &LangfusePart, worker: &LangfusePart, name: &str) -> bool {
    if web.workload.meta.namespace != worker.workload.meta.namespace {
        return false;
    }
    let written = |part: &LangfusePart| {
        let own = part.container().env.iter().find(|var| var.name == name).cloned();
        (own, part.container().env_from.clone())
    };
    let (one, other) = (written(web), written(worker));
    match (&one.0, &other.0) {
        (Some(one), Some(other)) => one.value_from == other.value_from && one.value == other.value,
        (None, None) => one.1 == other.1,
        _ => false,
    }
}

fn shown(part: &LangfusePart, rule: &StoreRule, seen: &StoreValue) -> Option<String> {
    let StoreValue::Text(text) = seen else { return None };
    Some(match (rule.form, part.text(rule.name)) {
        (StoreForm::Secret, _) => String::new(),
        (StoreForm::Address, Some(own)) => mask::address_or_key(own),
        (_, Some(own)) => crate::text::clip(own, 120),
        // The default.
        (_, None) if text.is_empty() => return None,
        (_, None) => text.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_in_several_forms() {
        assert_eq!(host("lf-redis", "tracing"), host("lf-redis.tracing.svc.cluster.local", "x"));
        assert_ne!(host("lf-redis", "tracing"), host("lf-redis.other", "tracing"));
        assert_eq!(host("10.0.0.1", "tracing"), "10.0.0.1");
        let same = |one: &str, other: &str| place(one, "tracing") == place(other, "tracing");
        assert!(same("redis://:a@r:6379/0", "redis://default:b@r.tracing.svc"));
        assert!(!same("redis://r/0", "redis://r/1"));
        assert!(same("http://ch:8123", "http://ch.tracing:8123/"));
        assert!(!same("postgresql://u:p@pg/a", "postgresql://u:p@pg/b"));
    }
}
