//! Which rules a Gateway follows: by its class, and by what was said and seen of its controller.

use super::profile::{Profile, Version};
use super::said::GatewaySaid;
use crate::facts::views::{Gateway, GatewayClass, Workload};
use crate::facts::{Ask, Derive, Fact, Facts, Memo, Said, Why, WhyKind};
use crate::kube::Kind;
use crate::reads::Doubt;

/// The class of a Gateway.
///
/// A running kgateway has made the class `kgateway`, and controllerName cannot be changed: the
/// API server refuses a manifest that says otherwise, so that it counts as not given (seen).
pub fn of<'a>(facts: &Facts<'a>, gateway: &Gateway) -> Fact<&'a GatewayClass> {
    let said = facts.store.said.of::<GatewaySaid>();
    let running = said.kgateway.is_some() && gateway.class == "kgateway";
    match facts.get::<GatewayClass>("", &gateway.class) {
        Fact::Known(class)
            if running && class.controller != GatewayClass::KGATEWAY && !class.meta.stored =>
        {
            Fact::Unknown(Why::not_given("the class that kgateway created is not in the input"))
        }
        other => other,
    }
}

/// The kgateway that is there, as far as it was looked for.
struct Seen(Option<Version>);

better_any::tid!(Seen);

impl<'a> Derive<'a> for Seen {
    fn derive(facts: &Facts<'a>) -> Self {
        let images = facts.store.known::<Workload>().flat_map(|workload| &workload.images);
        Seen(images.filter_map(|image| version_of(image)).last())
    }
}

/// The version of a kgateway controller by its image, `…/kgateway-dev/kgateway:v2.4.0`.
pub fn version_of(image: &str) -> Option<Version> {
    let (name, tag) = image.rsplit_once(':')?;
    name.ends_with("kgateway-dev/kgateway").then(|| Version::parse(tag)).flatten()
}

/// The kgateway version that was said, or seen.
pub fn kgateway_known(facts: &Facts) -> Option<Version> {
    let said = facts.store.said.of::<GatewaySaid>();
    said.kgateway.or(said.supposed).or(facts.derived::<Seen>().0)
}

/// The rules of every Gateway of kgateway.
pub fn kgateway(facts: &Facts) -> Profile {
    Profile::Kgateway {
        version: kgateway_known(facts).unwrap_or(Version::NEWEST_KGATEWAY),
        validation: facts.store.said.of::<GatewaySaid>().validation,
    }
}

/// A profile in words, with the version as far as it was looked for.
pub fn say(facts: &Facts, profile: &Profile) -> String {
    match profile {
        Profile::Kgateway { .. }
            if facts.store.said.of::<GatewaySaid>().version_does_not_matter =>
        {
            let (oldest, newest) = (Version::OLDEST_KGATEWAY, Version::NEWEST_KGATEWAY);
            format!("kgateway {oldest} to {newest}")
        }
        other => other.to_string(),
    }
}

/// The profiles that were asked for: every route of a Gateway asks for the same.
#[derive(Default)]
struct GatewayProfiles(Memo<*const Gateway, Fact<Profile>>);

better_any::tid!(GatewayProfiles);

impl<'a> Derive<'a> for GatewayProfiles {
    fn derive(_: &Facts<'a>) -> Self {
        GatewayProfiles::default()
    }
}

/// Whose class it most likely is that has this name: what controllers, their charts and their
/// guides call it.
pub fn usual(class: &str) -> Option<&'static str> {
    Some(match class {
        "cilium" => "Cilium",
        "istio" | "istio-remote" | "istio-waypoint" | "istio-east-west" => "Istio",
        "envoy" | "envoy-gateway" | "envoy-gateway-class" | "eg" => "Envoy Gateway",
        "nginx" | "nginx-gateway" => "NGINX Gateway Fabric",
        "traefik" => "Traefik",
        "contour" => "Contour",
        "kong" => "Kong",
        "haproxy" => "HAProxy",
        "agentgateway" => "agentgateway",
        name if name.starts_with("gke-l7-") => "GKE",
        "amazon-vpc-lattice" => "the AWS Gateway API Controller",
        "azure-alb-external" => "Application Gateway for Containers",
        _ => return None,
    })
}

/// What a Gateway of the AWS Gateway API Controller is (its documentation, "Gateway API Controller
/// user guide"): listeners and hostnames do not decide there which route gets a request.
fn lattice() -> Fact<Profile> {
    let detail = "it is a VPC Lattice service network, where each HTTPRoute is a service with a domain of its own: that is not modelled".to_owned();
    Fact::Unknown(Why { kind: WhyKind::NotAsked, detail })
}

/// Whether listeners of a class have their certificates elsewhere than in `tls`: in annotations, or
/// in the cloud.
pub fn keeps_certificates(class: &str) -> bool {
    matches!(usual(class), Some("GKE" | "the AWS Gateway API Controller"))
}

/// Whether the listeners of a Gateway have the ports of the proxy itself, which clients may know by
/// others: Traefik's are those of its entryPoints (its documentation, "Kubernetes Gateway API"), and
/// its chart's Service leads 80 to 8000.
pub fn has_ports_of_its_own(facts: &Facts, gateway: &Gateway) -> bool {
    match of(facts, gateway) {
        Fact::Known(class) => class.controller == GatewayClass::TRAEFIK,
        _ => usual(&gateway.class) == Some("Traefik"),
    }
}

/// The rules that a Gateway follows, by its class.
///
/// `Absent` means that no controller serves it: the class is missing, or no controller is called
/// so. The choice is contract.md's ("Profile").
pub fn profile<'a>(facts: &Facts<'a>, gateway: &'a Gateway) -> Fact<Profile> {
    let GatewayProfiles(known) = facts.derived();
    known.get(&std::ptr::from_ref(gateway), || worked_out(facts, gateway))
}

fn worked_out(facts: &Facts, gateway: &Gateway) -> Fact<Profile> {
    if gateway.class == "kgateway-waypoint" {
        let detail = "it is a waypoint of a mesh: that is not modelled".to_owned();
        return Fact::Unknown(Why { kind: WhyKind::NotAsked, detail });
    }
    let said = facts.store.said.of::<GatewaySaid>();
    match of(facts, gateway) {
        Fact::Known(class) if class.controller == GatewayClass::KGATEWAY => {
            Fact::Known(kgateway(facts))
        }
        Fact::Known(class) if class.is_misnamed() => Fact::Absent,
        Fact::Known(class) if class.controller == GatewayClass::ENVOY_GATEWAY => {
            Fact::Known(Profile::EnvoyGateway)
        }
        Fact::Known(class) if class.controller == GatewayClass::LATTICE => lattice(),
        Fact::Known(_) => Fact::Known(Profile::Specification),
        // Controllers and their charts make these, so files rarely hold them.
        Fact::Absent | Fact::Unknown(_)
            if facts.store.world.is_some() && usual(&gateway.class).is_some() =>
        {
            match usual(&gateway.class) {
                Some("Envoy Gateway") => Fact::Known(Profile::EnvoyGateway),
                Some("the AWS Gateway API Controller") => lattice(),
                _ => Fact::Known(Profile::Specification),
            }
        }
        // kgateway makes this class itself, so files rarely hold it.
        Fact::Absent if gateway.class == "kgateway" && facts.store.world.is_some() => {
            Fact::Known(kgateway(facts))
        }
        Fact::Absent => Fact::Absent,
        Fact::Unknown(_) if gateway.class == "kgateway" => Fact::Known(kgateway(facts)),
        // `--assume kgateway=..` speaks for a class that is not given, but a name that is
        // one slip away from `kgateway` is more likely to be that slip.
        Fact::Unknown(_)
            if said.kgateway.is_some()
                && strsim::damerau_levenshtein(&gateway.class, "kgateway") > 2 =>
        {
            Fact::Known(kgateway(facts))
        }
        Fact::Unknown(why) if why.kind != WhyKind::NotGiven => Fact::Unknown(why),
        Fact::Unknown(_) => Fact::Unknown(Why::not_given(format!(
            "GatewayClass {} is not in the input",
            gateway.class
        ))),
    }
}

/// Which kgateway runs: its Deployment tells, in whatever namespace it is (its chart labels it so
/// in all versions).
pub const VERSION: Doubt = Doubt {
    open: |facts| {
        let classes = facts.list::<GatewayClass>(None).items;
        let serves = classes.iter().any(|class| class.controller == GatewayClass::KGATEWAY)
            || facts.list::<Gateway>(None).items.iter().any(|g| g.class == "kgateway");
        let (label, value) = ("kgateway".to_owned(), "kgateway".to_owned());
        let ask = Ask::Select { kind: Kind::Workload, namespace: None, label, value };
        (serves && kgateway_known(facts).is_none()).then_some(ask)
    },
    answers: Version::KGATEWAYS.len(),
    suppose: |said, answer| {
        said.edit::<GatewaySaid>(|said| {
            said.supposed = answer.map(|answer| Version::KGATEWAYS[answer]);
        });
    },
    does_not_matter: |said: &mut Said, same| {
        said.edit::<GatewaySaid>(|said| said.version_does_not_matter = same);
    },
};
