//! # A selector with app=kgateway selects no pod
//!
//! ## What it means
//! A Service selects pods with the label `app=kgateway`. No release of kgateway puts it on a pod: only
//! its CustomResourceDefinitions carry it. Controllers have `kgateway=kgateway` and
//! `app.kubernetes.io/name=kgateway`; proxies have `gateway.networking.k8s.io/gateway-name`, and are in
//! the namespace of their Gateway.
//!
//! ## Why it matters
//! The Service has no endpoints: metrics are not scraped, and requests to it are refused. In the same
//! way `kubectl logs -l app=kgateway` prints nothing, which looks like a silent controller.
//!
//! ## Example
//! `selector: {app: kgateway}` in a Service for metrics.
//!
//! ## Fix safety
//! Safe: the Service selected nothing before.
//!
//! ## Sources
//! Read: kgateway's chart, `_helpers.tpl`, of 2.0 to 2.4.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Pod, Service, Workload};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, Pairs};
use igw_core::page;

use crate::controllers::{self, Controller, Implementation};

pub static CHECK: Check = Check {
    code: "IGW0613",
    name: "labels-of-the-guide",
    severity: Severity::Warning,
    needs: &[Kind::GatewayClass, Kind::Gateway],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let of_kgateway = |own: &Controller| own.implementation == Implementation::Kgateway;
    let mut homes: Vec<&str> = controllers::find(facts)
        .iter()
        .filter(|own| of_kgateway(own))
        .map(|own| own.workload.meta.namespace.as_str())
        .collect();
    homes.dedup();
    for home in homes {
        let services = facts.list::<Service>(Some(home));
        if let Some(why) = services.gap.filter(|_| facts.store.world.is_none()) {
            out.not_checked(Kind::Service, home, why);
        }
        for service in services.items {
            if service.selector.get("app") != Some("kgateway") {
                continue;
            }
            match selects_something(facts, home, &service.selector) {
                true => out.passed(),
                false => out.finding(finding(service)),
            }
        }
    }
}

fn selects_something(facts: &Facts, namespace: &str, selector: &Pairs) -> bool {
    let wanted: Vec<(&str, &str)> = selector.iter().collect();
    let workloads = facts.select::<Workload>(Some(namespace), &wanted);
    let pods = facts.select::<Pod>(Some(namespace), &wanted);
    // What is not known may be there.
    let unknown = facts.store.world.is_none() && (workloads.gap.is_some() || pods.gap.is_some());
    unknown || !workloads.items.is_empty() || !pods.items.is_empty()
}

fn finding(service: &Service) -> Finding {
    let title =
        format!("{} selects no pod: kgateway's pods have no label app.", service.meta.title());
    let label = |name: &str, value: &str| Set::Put(format!("/spec/selector/{name}"), value.into());
    let sets = vec![Set::Drop("/spec/selector/app".to_owned()), label("kgateway", "kgateway")];
    Finding::at(&service.meta, "/spec/selector/app", title)
        .explain("The controller's pods have kgateway=kgateway and app.kubernetes.io/name=kgateway. Those of a proxy have gateway.networking.k8s.io/gateway-name=NAME, in the namespace of their Gateway.")
        .label("no pod has this label")
        .guide("6", Some("it selects the pods by app=kgateway"))
        .repair(Fix::safe(format!("select kgateway=kgateway in {}", service.meta.title())).change(&service.meta, sets))
}
