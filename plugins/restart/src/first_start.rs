//! Variables that a program takes at its first start alone: its database keeps what they made.

use igw_core::facts::views::{ConfigSource, Container, Workload};
use igw_core::workload::image::image_name;

use crate::drift::Drift;

/// A program, and its variables of that kind.
struct FirstStartRule {
    /// The last part of the image's name is, or begins with, this.
    image: &'static str,
    /// Whole names, or with `*` their beginnings.
    variables: &'static [&'static str],
    keeps: &'static str,
    then: &'static str,
}

/// Langfuse 3 and 4, as observed: a changed secret with the same public key is ignored without a word.
/// The images of PostgreSQL, MySQL and MariaDB: only with an empty data directory.
const RULES: [FirstStartRule; 4] = [
    FirstStartRule {
        image: "langfuse",
        variables: &["LANGFUSE_INIT_*"],
        keeps: "Langfuse makes what is not there, and leaves a user or a key pair of the same public key as it is",
        then: "make a new key pair in the project's settings, or change public and secret key together; a changed public key alone ends with 500 to everything",
    },
    FirstStartRule {
        image: "postgres",
        variables: &["POSTGRES_*", "POSTGRESQL_*"],
        keeps: "PostgreSQL takes them when its data directory is empty",
        then: "change it in the database as well (ALTER ROLE), before its clients are restarted",
    },
    FirstStartRule {
        image: "mysql",
        variables: &["MYSQL_*"],
        keeps: "MySQL takes them when its data directory is empty",
        then: "change it in the database as well (ALTER USER), before its clients are restarted",
    },
    FirstStartRule {
        image: "mariadb",
        variables: &["MARIADB_*", "MYSQL_*"],
        keeps: "MariaDB takes them when its data directory is empty",
        then: "change it in the database as well (ALTER USER), before its clients are restarted",
    },
];

/// What of a drift a restart does not bring.
pub struct KeptFromFirstStart {
    pub variables: Vec<String>,
    /// Whether the object holds nothing else for the workload.
    pub alone: bool,
    pub keeps: &'static str,
    pub then: &'static str,
}

/// The variables of a drift that count at the first start alone.
pub fn of(workload: &Workload, drift: &Drift) -> Option<KeptFromFirstStart> {
    let template = workload.template.as_ref().ok()?;
    let holds_data = !workload.claims.is_empty()
        || template.volumes.iter().any(|own| own.persistent_volume_claim.is_some());
    template.containers.iter().find_map(|container| {
        let last = image_name(&container.image).0;
        let last = last.rsplit('/').next().unwrap_or_default();
        let beside = ["exporter", "operator", "backup"].iter().any(|own| last.contains(own));
        let rule = RULES.iter().find(|rule| last.starts_with(rule.image) && !beside)?;
        // Langfuse's data are elsewhere; a database without a volume begins anew.
        if rule.image != "langfuse" && !holds_data {
            return None;
        }
        let all = taken(container, drift);
        let is_of = |name: &&str| rule.variables.iter().any(|own| fits(own, name));
        let variables: Vec<String> = all.iter().copied().filter(is_of).map(str::to_owned).collect();
        let whole = container.env_from.iter().any(|own| {
            let (map, secret) = (own.config_map_ref.as_ref(), own.secret_ref.as_ref());
            map.map(|own| &own.name).or(secret.map(|own| &own.name)) == Some(&drift.object.name)
        });
        let alone = variables.len() == all.len() && !whole;
        (!variables.is_empty()).then_some(KeptFromFirstStart {
            variables,
            alone,
            keeps: rule.keeps,
            then: rule.then,
        })
    })
}

/// The variables of a container that a drift's object gives.
fn taken<'c>(container: &'c Container, drift: &Drift) -> Vec<&'c str> {
    let of_object = |var: &&igw_core::facts::views::EnvVar| {
        let from = var.value_from.as_ref();
        let key = match drift.source {
            ConfigSource::ConfigMap => from.and_then(|own| own.config_map_key_ref.as_ref()),
            ConfigSource::Secret => from.and_then(|own| own.secret_key_ref.as_ref()),
        };
        key.is_some_and(|key| key.name == drift.object.name)
    };
    container.env.iter().filter(of_object).map(|var| var.name.as_str()).collect()
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}
