//! The hostnames of a route table, found by the wildcard above them and by route.

use std::collections::{BTreeMap, HashMap};

use super::hostname;
use super::table::{Host, RouteTable};
use crate::facts::views::HttpRoute;

/// A hostname with what answers for it.
pub type NamedHost<'t, 'a> = (&'t str, &'t Host<'a>);

pub struct TableNames<'t, 'a> {
    /// By their letters from the last one on: what is under a wildcard stands together.
    reversed: BTreeMap<String, NamedHost<'t, 'a>>,
    of_routes: HashMap<*const HttpRoute, Vec<&'t str>>,
}

impl<'t, 'a> TableNames<'t, 'a> {
    pub fn of(table: &'t RouteTable<'a>) -> Self {
        let mut of_routes: HashMap<*const HttpRoute, Vec<&str>> = HashMap::new();
        let mut by_letters = BTreeMap::new();
        for (name, host) in &table.hosts {
            by_letters.insert(hostname::reversed(name), (name.as_str(), host));
            for route in host.routes() {
                of_routes.entry(std::ptr::from_ref(route)).or_default().push(name);
            }
        }
        TableNames { reversed: by_letters, of_routes }
    }

    /// The hostnames at which a route has a match.
    pub fn of_route(&self, route: &HttpRoute) -> &[&'t str] {
        self.of_routes.get(&std::ptr::from_ref(route)).map_or(&[], Vec::as_slice)
    }

    /// The hostnames under a wildcard, in order.
    pub fn inside(&self, wide: &str) -> Vec<NamedHost<'t, 'a>> {
        let start = hostname::reversed(wide.trim_start_matches('*'));
        let under = self.reversed.range(start.clone()..);
        let under = under.take_while(|(name, _)| name.starts_with(&start)).map(|(_, own)| *own);
        let mut out: Vec<NamedHost> = under
            .filter(|(name, _)| *name != wide && hostname::intersect(wide, name) == Some(*name))
            .collect();
        out.sort_by_key(|(name, _)| *name);
        out
    }
}
