//! What the API server serves: one request where it can tell all at once (Kubernetes 1.30,
//! "Aggregated discovery"), else one a group and version.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::kube::Resource;
use serde_json::Value;

use super::getter::Getter;
use crate::cluster::read_error::ReadError;

/// Servers since 1.26 answer everything at once.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServedApis {
    /// Versions by group and plural name.
    resources: BTreeMap<(String, String), Vec<String>>,
}

impl ServedApis {
    /// The version to read a resource in; `None` when it is not served. The core group is there
    /// on every server.
    pub fn version(&self, resource: &Resource) -> Option<&'static str> {
        if resource.group.is_empty() {
            return resource.versions.first().copied();
        }
        let key = (resource.group.to_owned(), resource.plural.to_owned());
        let served = self.resources.get(&key)?;
        resource.versions.iter().copied().find(|version| served.iter().any(|s| s == version))
    }

    fn add(&mut self, group: &str, version: &str, plural: &str) {
        let key = (group.to_owned(), plural.to_owned());
        self.resources.entry(key).or_default().push(version.to_owned());
    }
}

/// Asks what is served; `groups` are those that matter.
///
/// # Errors
/// When the server does not tell.
pub async fn discover(getter: &Getter, groups: &BTreeSet<&str>) -> Result<ServedApis, ReadError> {
    let (_, answer) = getter.get("/apis", AGGREGATED, ReadError::parse).await?;
    let mut served = ServedApis::default();
    match answer["kind"].as_str() {
        Some("APIGroupDiscoveryList") => {
            for group in list(&answer["items"]) {
                let name = group["metadata"]["name"].as_str().unwrap_or_default();
                for version in list(&group["versions"]) {
                    for resource in list(&version["resources"]) {
                        if let (Some(version), Some(plural)) =
                            (version["version"].as_str(), resource["resource"].as_str())
                        {
                            served.add(name, version, plural);
                        }
                    }
                }
            }
        }
        Some("APIGroupList") => {
            for group in list(&answer["groups"]) {
                let name = group["name"].as_str().unwrap_or_default();
                if groups.contains(name) {
                    older(getter, name, &group["versions"], &mut served).await?;
                }
            }
        }
        _ => return Err(ReadError::Broken("it is not a list of API groups".to_owned())),
    }
    Ok(served)
}

async fn older(
    getter: &Getter,
    group: &str,
    versions: &Value,
    served: &mut ServedApis,
) -> Result<(), ReadError> {
    for version in list(versions).filter_map(|version| version["version"].as_str()) {
        let path = format!("/apis/{group}/{version}");
        let answer = match getter.get(&path, "application/json", ReadError::parse).await {
            Ok((_, answer)) => answer,
            // Gone since, or served by an extension that is down: like a group that is not there.
            Err(ReadError::Status { code: 404 | 503, .. }) => continue,
            Err(error) => return Err(error),
        };
        for resource in list(&answer["resources"]) {
            if let Some(plural) = resource["name"].as_str() {
                served.add(group, version, plural);
            }
        }
    }
    Ok(())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
