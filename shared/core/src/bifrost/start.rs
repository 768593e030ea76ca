//! Whether Bifrost starts with a configuration, as the recorded releases did.

use serde::Serialize;

use crate::facts::{ObjRef, Release};

use super::config::Config;
use super::decode::Struct;
use super::instance::{Instance, Way};
use super::json::{Id, Json, Kind};
use super::launch::Launch;
use super::rules::Rules as _;
use super::shape;
use super::stops;
use super::table;
use super::volume::{self, Writable};

/// What the container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// It opens its port.
    Listens,
    /// The process ends.
    Exits,
    /// It never gets to start.
    Hangs,
    /// Not known.
    Unknown,
}

/// A prediction: what, the check that tells the cause, and the words that Bifrost prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// What it does.
    pub start: Start,
    /// The check that tells why, unless it listens.
    pub code: Option<&'static str>,
    /// The message, or why it is not known.
    pub says: String,
    /// The value of the configuration that is the cause.
    pub cause: Option<Id>,
}

/// An entry of `predicted` in a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Predicted {
    /// The workload, ConfigMap or Secret; `None` for a file of its own.
    pub object: Option<ObjRef>,
    /// The version.
    pub version: Option<String>,
    /// What it does.
    pub start: Start,
    /// The check that tells why.
    pub code: Option<&'static str>,
    /// The message, or why it is not known.
    pub says: Option<String>,
}

/// What no file shows: facts of a pod, for who knows them.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// Why the data directory, or a database in it, cannot be used.
    pub data: Option<String>,
    /// Whether hosts outside of the cluster can be reached.
    pub internet: Option<bool>,
    /// Whether the price sheet can be reached, if it differs from that.
    pub prices: Option<bool>,
    /// Whether a database with price data is there from an earlier start.
    pub has_prices: bool,
    /// The ports of the pod itself at which somebody listens, if that is known.
    pub open_ports: Option<Vec<u16>>,
    /// Hosts of which the name does not resolve, whatever the Services say.
    pub unresolved: Vec<String>,
    /// What upstreams do instead of answering well.
    pub outage: Option<Outage>,
}

/// What an upstream does instead of answering well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// It answers this status, with text or JSON.
    Status(u16),
    /// It answers 200 with HTML.
    Html,
    /// It closes the connection.
    Reset,
    /// It accepts and is silent.
    Silent,
}

impl Prediction {
    fn listens() -> Prediction {
        Prediction { start: Start::Listens, code: None, says: String::new(), cause: None }
    }

    pub(super) fn exits(code: &'static str, says: impl Into<String>) -> Prediction {
        Prediction { start: Start::Exits, code: Some(code), says: says.into(), cause: None }
    }

    pub(super) fn unknown(says: impl Into<String>) -> Prediction {
        Prediction { start: Start::Unknown, code: None, says: says.into(), cause: None }
    }

    pub(super) fn because_of(mut self, id: Id) -> Prediction {
        self.cause = Some(id);
        self
    }
}

/// What an instance does, whatever of the possible versions it is.
pub fn predict(instance: &Instance, around: &Circumstances) -> Prediction {
    let mut all = instance.releases().into_iter().map(|release| of(instance, release, around));
    let Some(first) = all.next() else {
        return Prediction::unknown("no version is known");
    };
    match all.all(|other| other.start == first.start) {
        true => first,
        false => Prediction::unknown("it depends on the version; --assume bifrost=VERSION"),
    }
}

/// What an instance does in one release.
pub fn of(instance: &Instance, release: Release, around: &Circumstances) -> Prediction {
    match &instance.launch {
        Launch::Hangs(argument) => {
            let says = format!("the entry point turns around {argument} for ever");
            return Prediction { start: Start::Hangs, ..Prediction::exits("IGW0701", says) };
        }
        Launch::Exits(says) => return Prediction::exits("IGW0701", says),
        Launch::Unknown(why) => return Prediction::unknown(why),
        Launch::Runs(_) => {}
    }
    if let (Some(template), Some(container)) = (instance.template(), instance.container()) {
        match volume::writable(&instance.data, template, container) {
            Writable::No(why) => return Prediction::exits("IGW0702", why),
            Writable::UnlessRootOwned if around.data.is_none() => {
                let says = "whether its volume belongs to root is in no manifest";
                let code = Some("IGW0702");
                return Prediction { code, ..Prediction::unknown(says) };
            }
            _ => {}
        }
    }
    if let Some(why) = &around.data {
        return Prediction::exits("IGW0702", why);
    }
    match (&instance.document, &instance.way) {
        (None, Way::Unknown(why)) => Prediction::unknown(why),
        (None, _) | (_, Way::Elsewhere(_)) => prices(None, release, around),
        (Some(document), _) => match &document.config {
            Err(fault) if fault.ours => Prediction::unknown(&fault.says),
            Err(fault) => {
                let says = format!("failed to unmarshal schema: {}", fault.says);
                Prediction::exits("IGW0201", load(&says))
            }
            Ok(config) => configured(config, instance, release, around),
        },
    }
}

/// The beginning of every message about a configuration.
pub(super) fn load(says: &str) -> String {
    format!("failed to bootstrap server: failed to load config {says}")
}

fn configured(
    config: &Config,
    instance: &Instance,
    release: Release,
    around: &Circumstances,
) -> Prediction {
    let json = &config.json;
    if !matches!(json.kind(Json::ROOT), Kind::Object | Kind::Null) {
        let word = json.kind(Json::ROOT).word();
        let says = format!(
            "failed to unmarshal schema: json: cannot unmarshal {word} into Go value of type map[string]interface {{}}"
        );
        return Prediction::exits("IGW0201", load(&says)).because_of(Json::ROOT);
    }
    if let Some(found) = shape::mismatch(json, &table::ROOT, release) {
        let says =
            format!("failed to unmarshal config: failed to unmarshal config data: {}", found.says);
        return Prediction::exits(stops::mismatch_code(json, found.id), load(&says))
            .because_of(found.id);
    }
    if let Some(stopped) = stops::stores(config, instance) {
        return stopped;
    }
    if let Some(stopped) = stops::providers(config, release) {
        return stopped;
    }
    let governance = Struct::root(json).inside("governance");
    if let Some(section) = governance.id()
        && !config.has_database()
    {
        let says = "failed to bootstrap server: failed to initialize routes: failed to initialize governance handler: config store is required";
        return Prediction::exits("IGW0219", says).because_of(section);
    }
    prices(Some(config), release, around)
}

/// Whether price data is found; without it, releases from 1.5 on do not start.
fn prices(config: Option<&Config>, release: Release, around: &Circumstances) -> Prediction {
    if !release.needs_prices()
        || around.prices.or(around.internet) != Some(false)
        || has_price_file(config)
    {
        return Prediction::listens();
    }
    let kept = around.has_prices && config.is_none_or(Config::has_database);
    match kept {
        true => Prediction::listens(),
        false => Prediction::exits("IGW0220", "failed to initialize pricing manager"),
    }
}

/// Whether the configuration takes its price data from a file.
pub fn has_price_file(config: Option<&Config>) -> bool {
    let Some(config) = config else { return false };
    let pricing = config.section("framework").inside("pricing");
    pricing.text("pricing_url").is_some_and(|(url, _)| url.starts_with("file:"))
}
