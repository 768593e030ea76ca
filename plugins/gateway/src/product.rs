//! What the shell has to know of this product.

use igw::product::{Assumable, Product, Subjects};
use igw_core::check::Check;
use igw_core::facts::Facts;
use igw_core::facts::views::{ChartRelease, Gateway};
use igw_core::finding::Assumption;
use igw_core::kube::Kind;
use igw_core::reads::Reads;
use igw_core::report::{Noun, Theme, Tool};

use crate::{checks, controllers, head, judged};

pub struct GatewayProduct;

pub static GATEWAY: GatewayProduct = GatewayProduct;

static READS: Reads = Reads {
    needs: &[Kind::GatewayClass, Kind::Gateway, Kind::GatewayParameters, Kind::EnvoyProxy],
    // Classes and parameters serve Gateways of every namespace.
    everywhere: &[Kind::Gateway, Kind::GatewayParameters],
    logs: true,
    ..Reads::NONE
};

impl Product for GatewayProduct {
    fn name(&self) -> &'static str {
        "gateway"
    }

    fn tool(&self) -> Tool {
        Tool { name: "kubectl-igw-gateway", version: env!("CARGO_PKG_VERSION") }
    }

    fn demo(&self) -> &'static str {
        include_str!("demo.yaml")
    }

    fn demo_is(&self) -> &'static str {
        "a kgateway with half a dozen faults"
    }

    fn checks(&self) -> &'static [&'static Check] {
        checks::ALL
    }

    fn reads(&self) -> &'static Reads {
        &READS
    }

    fn assumable(&self) -> Vec<&'static Assumable> {
        Vec::new()
    }

    fn noun(&self) -> Noun {
        Noun { one: "object", kind: "Gateway" }
    }

    fn types(&self) -> &'static [&'static str] {
        &[
            "gateway",
            "gateways",
            "gtw",
            "gatewayclass",
            "gatewayclasses",
            "gc",
            "deployment",
            "deployments",
            "deploy",
        ]
    }

    fn wants(&self) -> &'static str {
        "the manifests of Gateways, their classes and kgateway's controller"
    }

    fn subjects(&self, facts: &Facts) -> Subjects {
        let controllers = controllers::find(facts).into_iter().map(|own| &own.workload.meta);
        let controllers = controllers.filter(|meta| judged::serves_all(facts, meta));
        let releases = facts.store.known::<ChartRelease>().filter(|own| own.chart == "kgateway");
        let releases = releases.map(|own| &own.meta).filter(|meta| judged::serves_all(facts, meta));
        let classes = judged::classes(facts).into_iter().map(|class| &class.meta);
        let gateways = judged::gateways(facts).into_iter().map(|gateway| &gateway.meta);
        Subjects {
            all: controllers.chain(releases).chain(classes).chain(gateways).cloned().collect(),
            gap: facts.list::<Gateway>(facts.scope.namespace.as_deref()).gap.is_some(),
        }
    }

    fn serves_every_namespace(&self) -> bool {
        true
    }

    fn assumptions(&self, facts: &Facts) -> Vec<Assumption> {
        let unknown = |own: &controllers::Controller| own.version.is_none();
        let all = controllers::find(facts).into_iter().filter(unknown);
        let out = all.map(|own| Assumption {
            what: format!(
                "{} behaves like every release of {}",
                own.workload.meta.title(),
                own.implementation.name()
            ),
            why: "its image has no tag that is a release".to_owned(),
        });
        out.collect()
    }

    fn head(&self, facts: &Facts, theme: &Theme) -> String {
        head::head(facts, theme)
    }

    fn changes(&self) -> Vec<(Kind, &'static [&'static str])> {
        vec![
            (Kind::Gateway, &["patch"]),
            (Kind::GatewayClass, &["patch"]),
            (Kind::Service, &["patch"]),
        ]
    }

    fn repairs(&self) -> bool {
        true
    }
}
