//! What the shell has to know of this product.

use igw::exit::Failure;
use igw::product::{self, Assumable, Product, Subjects};
use igw_core::check::Check;
use igw_core::facts::views::{Gateway, HttpRoute};
use igw_core::facts::{Facts, Maker, Other, Refused, Said};
use igw_core::finding::Assumption;
use igw_core::kube::{Kind, full_name};
use igw_core::reads::Reads;
use igw_core::report::{self, Noun, Theme, Tool, UnmodelledKind};
use igw_core::route::profile::{Profile, Validation, Version};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::said::GatewaySaid;
use igw_core::route::{class, followed, others};
use igw_core::schema::Channel;
use igw_core::text;

use crate::{checks, codes, head, hosts, reads};

pub struct Routes;

pub static ROUTES: Routes = Routes;

/// The request that the demo follows.
const DEMO_URL: &str = "http://api.example.com/langfuse/project/x";

impl Product for Routes {
    fn name(&self) -> &'static str {
        "routes"
    }

    fn tool(&self) -> Tool {
        Tool { name: "kubectl-igw-routes", version: env!("CARGO_PKG_VERSION") }
    }

    fn demo(&self) -> &'static str {
        include_str!("demo.yaml")
    }

    fn demo_is(&self) -> &'static str {
        "a gateway with a dozen faults"
    }

    fn checks(&self) -> &'static [&'static Check] {
        checks::ALL
    }

    fn reads(&self) -> &'static Reads {
        &reads::READS
    }

    fn assumable(&self) -> Vec<&'static Assumable> {
        const ALL: &[Assumable] = &[
            Assumable {
                what: "kgateway",
                values: "VERSION",
                say: |said, value| {
                    let version = Version::parse(value).ok_or("not a version like 2.4")?;
                    said.edit::<GatewaySaid>(|said| said.kgateway = Some(version));
                    Ok(())
                },
            },
            Assumable {
                what: "kgateway.validation",
                values: "standard|strict",
                say: |said, value| {
                    let validation = match value {
                        "strict" => Validation::Strict,
                        "standard" => Validation::Standard,
                        _ => return Err("not a known value"),
                    };
                    said.edit::<GatewaySaid>(|said| said.validation = validation);
                    Ok(())
                },
            },
            Assumable {
                what: "gateway-api",
                values: "standard|experimental",
                say: |said, value| {
                    let channel = match value {
                        "standard" => Channel::Standard,
                        "experimental" => Channel::Experimental,
                        _ => return Err("not a known value"),
                    };
                    said.edit::<Channel>(|said| *said = channel);
                    Ok(())
                },
            },
        ];
        ALL.iter().collect()
    }

    fn noun(&self) -> Noun {
        Noun { one: "route", kind: "HTTPRoute" }
    }

    fn types(&self) -> &'static [&'static str] {
        &["httproute", "httproutes", "httproute.gateway.networking.k8s.io"]
    }

    fn wants(&self) -> &'static str {
        "the manifests of the Gateway and its routes"
    }

    fn subjects(&self, facts: &Facts) -> Subjects {
        let routes = followed::routes(facts).into_iter().map(|route| route.meta.clone());
        // HTTPRoutes that the API server would refuse are judged, too.
        let is_route = |refused: &&Refused| {
            let meta = &refused.meta;
            let stays = || facts.get::<HttpRoute>(&meta.namespace, &meta.name).known().is_some();
            refused.kind == Some(Kind::HttpRoute) && facts.scope.contains(meta) && !stays()
        };
        let refused = facts.store.refused.iter().filter(is_route);
        Subjects {
            all: routes.chain(refused.map(|refused| refused.meta.clone())).collect(),
            gap: facts.list::<HttpRoute>(facts.scope.namespace.as_deref()).gap.is_some(),
        }
    }

    fn assumptions(&self, facts: &Facts) -> Vec<Assumption> {
        let mut out = Vec::new();
        for gateway in facts.list::<Gateway>(None).items {
            let given = class::of(facts, gateway).known().is_some();
            if let Some(whose) = class::usual(&gateway.class).filter(|_| !given)
                && facts.store.world.is_some()
            {
                out.push(Assumption {
                    what: format!("GatewayClass {} is that of {whose}", gateway.class),
                    why: "the class is not in the input".to_owned(),
                });
            }
            match class::profile(facts, gateway).known() {
                Some(Profile::Kgateway { version, .. }) => {
                    out.extend(about_kgateway(facts, version));
                }
                Some(Profile::EnvoyGateway) => out.push(Assumption {
                    what: "Envoy Gateway behaves like 1.9".to_owned(),
                    why: "1.9 was observed, from the client side only".to_owned(),
                }),
                Some(Profile::Specification) => {
                    let class = class::of(facts, gateway).known();
                    let controller = match class {
                        Some(class) => format!("controller {}", class.controller),
                        None => class::usual(&gateway.class).unwrap_or("a controller").to_owned(),
                    };
                    out.push(Assumption {
                        what: format!("{controller} follows the Gateway API specification"),
                        why: "only kgateway and Envoy Gateway were observed".to_owned(),
                    });
                }
                None => {}
            }
        }
        out.extend(facts.store.unread.iter().take(3).map(|why| Assumption {
            what: "no object of another kind changes an answer".to_owned(),
            why: why.detail.clone(),
        }));
        out.sort();
        out.dedup();
        out
    }

    fn head(&self, facts: &Facts, theme: &Theme) -> String {
        head::head(facts, theme)
    }

    fn not_modelled<'a>(&self, facts: &Facts<'a>) -> Vec<&'a Other> {
        others::in_the_way(facts)
    }

    fn unrendered(&self, facts: &Facts) -> Vec<UnmodelledKind> {
        let hosts = |makers: &[&Maker]| {
            let mut hosts: Vec<&str> =
                makers.iter().flat_map(|maker| &maker.hosts).map(String::as_str).collect();
            hosts.dedup();
            format!("which may make HTTPRoutes for {}", text::some_of(&hosts, 2))
        };
        let mut out = product::unrendered(facts, |maker| !maker.hosts.is_empty(), hosts);
        let unclear = facts.store.unclear.iter().filter(|((kind, namespace, _), _)| {
            let judged = facts.scope.namespace.as_ref();
            *kind == Kind::HttpRoute && judged.is_none_or(|own| own == namespace)
        });
        let routes: Vec<String> = unclear
            .map(|((_, namespace, name), own)| {
                format!("{} ({})", full_name(namespace, name), own.why.detail)
            })
            .collect();
        if !routes.is_empty() {
            let says = Some(text::some_of(&routes, 2));
            let (kind, objects) = ("HTTPRoute".to_owned(), routes.len());
            out.push(UnmodelledKind { kind, objects, says });
        }
        out
    }

    fn changes(&self) -> Vec<(Kind, &'static [&'static str])> {
        vec![
            (Kind::HttpRoute, &["patch"]),
            (Kind::Gateway, &["patch"]),
            (Kind::ReferenceGrant, &["create", "patch", "delete"]),
        ]
    }

    fn repeat(&self, said: &Said) -> Vec<String> {
        hosts::repeat(said)
    }

    fn repairs(&self) -> bool {
        true
    }

    fn end_of_demo(&self, facts: &Facts, theme: &Theme) -> Result<String, Failure> {
        let request = Request::parse("GET", DEMO_URL, &[]).map_err(|bad| Failure::usage(bad.0))?;
        let mut trace = resolve(facts, &request, None)
            .map_err(|_| Failure::usage("the example has more than one Gateway"))?;
        codes::fill(facts, &mut trace);
        let text = report::trace(&trace, None, theme, report::Detail::Steps);
        Ok(format!("\nOne of its requests:   kubectl igw routes why {DEMO_URL} --demo\n\n{text}"))
    }
}

fn about_kgateway(facts: &Facts, version: Version) -> Option<Assumption> {
    let where_not = match facts.store.world {
        Some(_) => "no Deployment of it is in the input",
        None => "no Deployment of it was found",
    };
    let (oldest, newest) = (Version::OLDEST_KGATEWAY, Version::NEWEST_KGATEWAY);
    if facts.store.said.of::<GatewaySaid>().version_does_not_matter {
        let why = "all of them do the same here, so the version was not looked up";
        Some(Assumption { what: format!("kgateway {oldest} to {newest}"), why: why.to_owned() })
    } else if class::kgateway_known(facts).is_none() {
        let why = format!("{where_not}; --assume kgateway=VERSION");
        Some(Assumption { what: format!("kgateway {newest}"), why })
    } else if version < oldest || version > newest {
        let near = if version < oldest { oldest } else { newest };
        let why = format!("kgateway {oldest} to {newest} were observed");
        Some(Assumption { what: format!("kgateway {version} behaves like {near}"), why })
    } else {
        None
    }
}
