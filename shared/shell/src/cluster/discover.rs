//! What the API server serves: one request where it can tell all at once (Kubernetes 1.30,
//! "Aggregated discovery"), else one a group and version.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::request::Getter;
use super::resource::Resource;
use super::trouble::Trouble;

/// Everything in one answer, by servers since 1.26.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// The served resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// By group and plural name the versions.
    resources: BTreeMap<(String, String), Vec<String>>,
}

impl Served {
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
pub async fn discover(getter: &Getter, groups: &BTreeSet<&str>) -> Result<Served, Trouble> {
    let (_, answer) = getter.get("/apis", AGGREGATED, parse).await?;
    let mut served = Served::default();
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
        _ => return Err(Trouble::Broken("it is no list of API groups".to_owned())),
    }
    Ok(served)
}

async fn older(
    getter: &Getter,
    group: &str,
    versions: &Value,
    served: &mut Served,
) -> Result<(), Trouble> {
    for version in list(versions).filter_map(|version| version["version"].as_str()) {
        let path = format!("/apis/{group}/{version}");
        let answer = match getter.get(&path, "application/json", parse).await {
            Ok((_, answer)) => answer,
            // Gone since, or served by an extension that is down: like a group that is not there.
            Err(Trouble::Status { code: 404 | 503, .. }) => continue,
            Err(trouble) => return Err(trouble),
        };
        for resource in list(&answer["resources"]) {
            if let Some(plural) = resource["name"].as_str() {
                served.add(group, version, plural);
            }
        }
    }
    Ok(())
}

/// A JSON answer.
///
/// # Errors
/// When it is none; its text is not shown.
pub fn parse(body: &[u8]) -> Result<Value, Trouble> {
    serde_json::from_slice(body).map_err(|error| not_json(&error))
}

/// What is wrong with an answer that is no JSON.
pub fn not_json(error: &serde_json::Error) -> Trouble {
    Trouble::Broken(match error.is_eof() {
        true => "it breaks off".to_owned(),
        false => format!("it is no JSON, at line {} column {}", error.line(), error.column()),
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
