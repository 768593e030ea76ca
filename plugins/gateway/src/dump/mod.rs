//! What an Envoy really has: the part of its admin interface's `config_dump` that decides which
//! request goes where.

mod compare;
mod read;

pub use compare::{ConfigDifference, compare};
pub use read::read;
use serde::Serialize;

/// Listeners, route tables and what was refused of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyDump {
    pub listeners: Vec<DumpedListener>,
    pub tables: Vec<DumpedTable>,
    pub refused: Vec<DumpedRefusal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DumpedListener {
    pub name: String,
    pub port: u16,
    /// The names of its route tables.
    pub tables: Vec<String>,
    /// When it was last changed, as Envoy writes it.
    pub updated: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DumpedTable {
    pub name: String,
    pub hosts: Vec<DumpedHost>,
    pub updated: Option<String>,
}

/// A virtual host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DumpedHost {
    pub name: String,
    pub domains: Vec<String>,
    pub routes: Vec<DumpedRoute>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DumpedRoute {
    /// Its name, which tells the HTTPRoute, rule and match that it is made of.
    pub name: String,
    /// `PathPrefix /v1`, and how many further conditions.
    pub matches: String,
    /// The cluster, or what else it answers.
    pub to: String,
}

/// An update that Envoy did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DumpedRefusal {
    /// `listener` or `route table`.
    pub what: &'static str,
    pub name: String,
    pub since: Option<String>,
    pub reason: String,
}

impl ProxyDump {
    /// The virtual hosts that answer at a port.
    pub fn hosts_at(&self, port: u16) -> Vec<&DumpedHost> {
        let own = self.listeners.iter().filter(|listener| listener.port == port);
        let names: Vec<&String> = own.flat_map(|listener| &listener.tables).collect();
        let tables = self.tables.iter().filter(|table| names.contains(&&table.name));
        tables.flat_map(|table| &table.hosts).collect()
    }
}

impl DumpedHost {
    /// Its domains without ports, which kgateway and Envoy Gateway add to some.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.domains.iter().map(|domain| match domain.rsplit_once(':') {
            Some((name, port)) if port == "*" || port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => domain.as_str(),
        })
    }
}
