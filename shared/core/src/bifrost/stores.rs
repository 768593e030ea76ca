//! The databases that a configuration names.
//!
//! Source: facts/bifrost-versions.md, 2 and 3: what each store needs, and where `env.NAME` is read.

use super::setting::Setting;
use crate::gojson::{GoStruct, Id, JsonKind};
use crate::kube::Hidden;
use crate::workload::Release;

/// `config_store`, `logs_store` or `vector_store`.
#[derive(Debug, Clone, Default)]
pub struct StoreConfig {
    pub id: Option<Id>,
    pub enabled: Option<bool>,
    /// `type`.
    pub kind: Option<(String, Id)>,
    /// Whether `config` is there.
    pub configured: bool,
    /// `config.path`.
    pub path: Option<(String, Id)>,
    /// The members of `config` that say where the database is, and how to log in.
    pub fields: Vec<(&'static str, Setting)>,
}

const FIELDS: [&str; 10] = [
    "host",
    "port",
    "user",
    "password",
    "db_name",
    "ssl_mode",
    "scheme",
    "addr",
    "api_key",
    "index_host",
];

impl StoreConfig {
    pub(super) fn read(section: &GoStruct) -> StoreConfig {
        let config = section.inside("config");
        let field = |name: &'static str| Some((name, written(&config, name)?));
        StoreConfig {
            id: section.id(),
            enabled: section.flag("enabled").map(|(on, _)| on),
            kind: section.text("type"),
            configured: config.is_given(),
            path: config.text("path"),
            fields: FIELDS.into_iter().filter_map(field).collect(),
        }
    }

    /// Whether it is on, and of this type.
    pub fn is(&self, kind: &str) -> bool {
        self.enabled == Some(true) && self.kind.as_ref().is_some_and(|(own, _)| own == kind)
    }

    pub fn field(&self, name: &str) -> Option<&Setting> {
        self.fields.iter().find(|(own, _)| *own == name).map(|(_, setting)| setting)
    }

    /// The fields without which Bifrost exits, with the words of its message.
    pub fn needed(&self, is_logs: bool, release: Release) -> Vec<(&'static str, &'static str)> {
        let kind = self.kind.as_ref().map(|(kind, _)| kind.as_str()).unwrap_or_default();
        match kind {
            "postgres" => {
                let mut out = vec![
                    ("host", "postgres host is required"),
                    ("port", "postgres port is required"),
                    ("user", "postgres user is required"),
                    ("db_name", "postgres db name is required"),
                    ("ssl_mode", "postgres ssl mode is required"),
                ];
                // Later releases hand an empty password of the config store to the server.
                if is_logs || !release.since(1, 5, 0) {
                    out.push(("password", "postgres password is required"));
                }
                out
            }
            "weaviate" => vec![
                ("scheme", "weaviate scheme and host are required"),
                ("host", "weaviate scheme and host are required"),
            ],
            "redis" => vec![("addr", "redis addr is required")],
            "qdrant" => vec![("host", "qdrant host is required")],
            "pinecone" => vec![
                ("api_key", "pinecone api_key is required"),
                ("index_host", "pinecone index_host is required"),
            ],
            _ => Vec::new(),
        }
    }
}

/// A text, a number, or an object with `value` or `env_var`.
fn written(config: &GoStruct, name: &str) -> Option<Setting> {
    let id = config.last(name)?;
    let json = config.json();
    let text = match json.kind(id) {
        JsonKind::Text => json.text(id)?.into_owned(),
        JsonKind::Number => json.spelled(id).to_owned(),
        JsonKind::Object => {
            let given = GoStruct::of(json, id);
            let value = given.text("value").map(|(text, _)| text).filter(|text| !text.is_empty());
            value.or_else(|| {
                let (name, _) = given.text("env_var")?;
                Some(format!("env.{}", name.trim_start_matches("env.")))
            })?
        }
        _ => return None,
    };
    Some(Setting { text: Hidden::new(text), id })
}
