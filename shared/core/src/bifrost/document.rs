//! A text that is meant to be a config.json.

use super::config::Config;
use super::{shape, table};
use crate::gojson::{self, Json, JsonError, JsonKind};
use crate::kube::{Hidden, Meta};
use crate::placeholder;

/// A text that is meant to be a config.json.
#[derive(Debug)]
pub struct ConfigDocument {
    /// The object that holds it, or the file.
    pub object: Meta,
    /// The field of the object; empty for a file of its own.
    pub path: String,
    /// The text, without a byte-order mark.
    pub text: Hidden,
    pub bom: bool,
    pub config: Result<Config, JsonError>,
    /// Whether every value fits the field that it is decoded into.
    pub sound: bool,
}

impl ConfigDocument {
    /// Whether it is written in a Secret, rather than in the template of one.
    pub fn is_secret(&self) -> bool {
        self.object.kind == "Secret" && !self.path.starts_with("/spec/")
    }

    pub(super) fn new(object: &Meta, path: String, text: &Hidden, bom: bool) -> ConfigDocument {
        let bom = bom || text.reveal().starts_with('\u{feff}');
        let bare = text.reveal().trim_start_matches('\u{feff}');
        let config = match bom {
            // Go stops at the first byte of the mark, and takes it for a character.
            true => Err(JsonError {
                at: 0,
                says: "invalid character 'ï' looking for beginning of value".to_owned(),
                ours: false,
            }),
            false => match (gojson::parse(bare), placeholder::without_bare(bare)) {
                (Err(_), Some(filled)) => gojson::parse(&filled).map(Config::read),
                (read, _) => read.map(Config::read),
            },
        };
        let object = object.clone();
        // Releases differ in the words only.
        let fits = |config: &Config| {
            let root = matches!(config.json.kind(Json::ROOT), JsonKind::Object | JsonKind::Null);
            root && shape::mismatch(&config.json, &table::ROOT, super::OBSERVED[2]).is_none()
        };
        let sound = config.as_ref().is_ok_and(fits);
        ConfigDocument { object, path, text: Hidden::new(bare), bom, config, sound }
    }
}

/// Whether a text is JSON of another program: an object of which no key is one of Bifrost's, or
/// near one.
pub fn is_of_another_program(text: &str) -> bool {
    let Ok(json) = gojson::parse(text) else { return false };
    if json.kind(Json::ROOT) != JsonKind::Object || json.children(Json::ROOT).next().is_none() {
        return false;
    }
    let unknown = shape::unknown_keys(&json, &table::FILE, super::OBSERVED[2]);
    json.children(Json::ROOT).all(|key| {
        unknown.iter().any(|own| own.id == key && own.near.is_none() && own.since.is_none())
    })
}

/// Whether a text looks like a configuration of Bifrost.
pub fn looks_like_config(text: &str) -> bool {
    let json = text.trim_start_matches('\u{feff}').trim_start();
    if !json.starts_with(['{', '[', '/', '#']) {
        return false;
    }
    let lower = json.to_ascii_lowercase();
    lower.contains("\"providers\"") || lower.contains("getbifrost.ai/schema")
}
