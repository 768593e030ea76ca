//! # A single ClickHouse is used as a cluster
//!
//! ## What it means
//! `CLICKHOUSE_CLUSTER_ENABLED` is true by default: the migrations create tables `ON CLUSTER`, as
//! replicated tables, which needs a cluster named `default` and ZooKeeper or ClickHouse Keeper. The
//! ClickHouse that the input shows is one server without a Keeper.
//!
//! ## Why it matters
//! The first migration fails («There is no Zookeeper configuration in server config»), the web server
//! does not start, and the migration is left dirty.
//!
//! ## Example
//! A StatefulSet `clickhouse` with one replica, and no `CLICKHOUSE_CLUSTER_ENABLED: "false"`.
//!
//! ## Fix safety
//! Unsafe: a database that was migrated with the flag stays one of a cluster.
//!
//! ## Sources
//! Langfuse, documentation of ClickHouse; `packages/shared/clickhouse/migrations` (clustered,
//! unclustered).

use igw_core::bifrost::repairs::pod;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::{LangfusePart, PartValue, installations};
use igw_core::page;
use igw_core::workload::address::{AddressTarget, Url, target};
use igw_core::workload::behind;
use serde_json::json;

pub static CHECK: Check = Check {
    code: "IGW0415",
    name: "clickhouse-cluster-flag",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Service, Kind::ConfigMap],
    page: page!(),
    run,
};

const NAME: &str = "CLICKHOUSE_CLUSTER_ENABLED";

fn run(facts: &Facts, out: &mut Sink) {
    for web in installations::judged(facts).filter_map(|own| own.web.as_ref()) {
        let on = match web.value(NAME) {
            PartValue::Unset => true,
            PartValue::Text(text) => text != "false",
            PartValue::Unseen => continue,
        };
        match single(facts, web).filter(|_| on) {
            Some(server) => out.finding(finding(web, server)),
            None => out.passed(),
        }
    }
}

/// The only server of ClickHouse, if it is known to be the only one.
fn single<'a>(facts: &Facts<'a>, web: &LangfusePart) -> Option<&'a Workload> {
    let url = Url::parse(web.text("CLICKHOUSE_URL")?)?;
    let namespace = &web.workload.meta.namespace;
    let AddressTarget::Service { namespace, name, .. } = target(facts, namespace, &url) else {
        return None;
    };
    let behind = behind(facts, &namespace, &name);
    let [only] = behind[..] else { return None };
    let template = only.template.as_ref().ok()?;
    let is_server = template.containers.iter().any(|own| own.image.contains("clickhouse"));
    // Its configuration may have a Keeper inside of it.
    let configured = template.volumes.iter().any(|volume| {
        volume.config_map.is_some() || volume.secret.is_some() || volume.projected.is_some()
    });
    let all = facts.list::<Workload>(Some(&namespace)).items;
    let keeps = |own: &&Workload| {
        let names = own.images.iter().map(String::as_str).chain([own.meta.name.as_str()]);
        names.into_iter().any(|name| name.contains("keeper") || name.contains("zookeeper"))
    };
    let alone = is_server && !configured && only.replicas == 1 && !all.iter().any(keeps);
    alone.then_some(only)
}

fn finding(web: &LangfusePart, server: &Workload) -> Finding {
    let title = format!(
        "{NAME} is true by default, but {} is a single ClickHouse without a Keeper.",
        server.meta.title()
    );
    let written = web.variable(NAME).is_some_and(|own| own.written);
    let fix =
        pod(&web.workload.meta).filter(|_| written || web.variable(NAME).is_none()).map(|meta| {
            let set = match written {
                true => Set::Put(format!("{}/value", web.variable_path(NAME)), "false".into()),
                false => Set::Insert(
                    web.container_path("/env"),
                    None,
                    json!({ "name": NAME, "value": "false" }),
                ),
            };
            let why = "a database that was migrated with it stays one of a cluster";
            Fix::unsafe_as(why, format!("set {NAME} to false")).change(meta, vec![set])
        });
    Finding::at(&web.workload.meta, web.variable_path(NAME), title)
        .explain("The migrations create replicated tables ON CLUSTER default, which needs ZooKeeper or ClickHouse Keeper: the first one fails, and the web server does not start. Set it to \"false\" for a single server.")
        .label("true by default")
        .related(server.meta.reference())
        .repair(fix)
}
