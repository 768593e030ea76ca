//! Whether Bifrost starts with a configuration, as the recorded releases did.

use super::cause::Cause;
use super::config::Config;
use super::instance::{Delivery, Instance};
use super::launch::Launch;
use super::prediction::{Circumstances, Prediction, Start, load};
use super::rules::Rules as _;
use super::{refusals, shape, table};
use crate::gojson::{GoStruct, Json, JsonKind};
use crate::workload::Release;
use crate::workload::volume::{self, Writable};

/// What an instance does, for every version that it may be.
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
            let says = format!("the entry point loops forever on argument {argument}");
            return Prediction { start: Start::Hangs, ..Prediction::exits(Cause::Arguments, says) };
        }
        Launch::Exits(says) => return Prediction::exits(Cause::Arguments, says),
        Launch::Unknown(why) => return Prediction::unknown(why),
        Launch::Runs(_) => {}
    }
    if let Some(found) = instance.blocked.first() {
        let says = format!("{}: the container is never created", found.says);
        return Prediction { start: Start::Hangs, ..Prediction::exits(found.cause, says) };
    }
    let mut doubt = None;
    if let (Some(template), Some(container)) = (instance.template(), instance.container()) {
        match volume::writable(&instance.data, template, container, instance.app_dir()) {
            Writable::No(why) => return Prediction::exits(Cause::DataNotWritable, why),
            Writable::UnlessRootOwned if around.data.is_none() => {
                let says = "no manifest shows whether its volume belongs to root";
                let cause = Some(Cause::DataNotWritable);
                doubt = Some(Prediction { cause, ..Prediction::unknown(says) });
            }
            Writable::Unknown(why) if around.data.is_none() => {
                doubt = Some(Prediction::unknown(format!(
                    "no manifest shows whether its data directory is writable: {why}"
                )));
            }
            _ => {}
        }
    }
    if let Some(why) = &around.data {
        return Prediction::exits(Cause::DataNotWritable, why);
    }
    let found = match (&instance.document, &instance.delivery) {
        (_, Delivery::Directory(_)) => {
            let says = "failed to read config file: read config.json: is a directory";
            Prediction::exits(Cause::NotMounted, load(says))
        }
        (None, Delivery::Unknown(why)) => Prediction::unknown(why),
        (None, _) | (_, Delivery::Elsewhere(_)) => prices(None, release, around),
        (Some(document), _) => match &document.config {
            Err(fault) if fault.ours => Prediction::unknown(&fault.says),
            Err(fault) => {
                let says = format!("failed to unmarshal schema: {}", fault.says);
                Prediction::exits(Cause::NotJson, load(&says))
            }
            Ok(config) => configured(config, instance, release, around),
        },
    };
    found.unless(doubt)
}

fn configured(
    config: &Config,
    instance: &Instance,
    release: Release,
    around: &Circumstances,
) -> Prediction {
    let json = &config.json;
    if !matches!(json.kind(Json::ROOT), JsonKind::Object | JsonKind::Null) {
        let word = json.kind(Json::ROOT).word();
        let says = format!(
            "failed to unmarshal schema: json: cannot unmarshal {word} into Go value of type map[string]interface {{}}"
        );
        return Prediction::exits(Cause::NotJson, load(&says)).because_of(Json::ROOT);
    }
    if let Some(found) = shape::mismatch(json, &table::ROOT, release) {
        let says =
            format!("failed to unmarshal config: failed to unmarshal config data: {}", found.says);
        return Prediction::exits(refusals::mismatch_cause(json, found.id), load(&says))
            .because_of(found.id);
    }
    let mut doubt = None;
    if let Some(stopped) = refusals::stores(config, instance, release, &mut doubt) {
        return stopped;
    }
    if let Some(stopped) = refusals::providers(config, release) {
        return stopped;
    }
    if let Some(stopped) = refusals::virtual_keys(config, release, &mut doubt) {
        return stopped;
    }
    let governance = GoStruct::root(json).inside("governance");
    if let Some(section) = governance.id()
        && !config.has_database()
    {
        let says = "failed to bootstrap server: failed to initialize routes: failed to initialize governance handler: config store is required";
        return Prediction::exits(Cause::NoConfigStore, says).because_of(section);
    }
    let found = prices(Some(config), release, around);
    found.unless(doubt)
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
        false => Prediction::exits(Cause::NoPrices, "failed to initialize pricing manager"),
    }
}

/// Whether the configuration takes its price data from a file.
pub fn has_price_file(config: Option<&Config>) -> bool {
    let Some(config) = config else { return false };
    let pricing = config.section("framework").inside("pricing");
    pricing.text("pricing_url").is_some_and(|(url, _)| url.starts_with("file:"))
}
