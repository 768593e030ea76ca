//! The databases that Bifrost connects to when it starts.

use super::config::Config;
use super::reference::{Held, held};
use crate::facts::Facts;
use crate::gojson::Id;
use crate::workload::address::{self, AddressTarget, Url};
use crate::workload::env::Environment;

/// A database that Bifrost connects to at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreHost {
    /// Where its address is written.
    pub at: Id,
    /// The member of the configuration.
    pub section: &'static str,
    pub host: String,
    pub to: AddressTarget,
}

impl StoreHost {
    /// Why nothing can be there; `None` if something may be.
    pub fn fault(&self) -> Option<String> {
        match &self.to {
            AddressTarget::NoService { namespace, name, .. } => Some(format!(
                "{} does not resolve: there is no Service {}",
                self.host,
                crate::kube::full_name(namespace, name)
            )),
            _ => None,
        }
    }
}

/// The databases of a configuration.
pub(super) fn of(
    facts: &Facts,
    namespace: &str,
    config: &Config,
    env: &Environment,
) -> Vec<StoreHost> {
    let sections = [
        ("config_store", &config.config_store),
        ("logs_store", &config.logs_store),
        ("vector_store", &config.vector_store),
    ];
    let mut out = Vec::new();
    for (section, store) in sections {
        let on = store.enabled == Some(true) && !store.is("sqlite");
        let named = ["host", "addr", "index_host"].into_iter().find_map(|name| store.field(name));
        let Some(setting) = named.filter(|_| on) else { continue };
        let Held::Text(host) = held(Some(setting), env) else { continue };
        let host = host.reveal();
        let address = match host.contains("://") {
            true => host.split_once("://").map_or(host, |(_, rest)| rest),
            false => host,
        };
        let Some(url) = Url::parse(&format!("http://{address}")) else { continue };
        let to = address::target(facts, namespace, &url);
        out.push(StoreHost { at: setting.id, section, host: url.host, to });
    }
    out
}
