//! # Langfuse's paths are claimed for every host
//!
//! ## What it means
//! A route without hostnames sends common paths (`/api/public`, `/_next`, `/api/auth`, `/icon.svg` …) to
//! Langfuse, and another program behind the same Gateway is published without hostnames, too, by a
//! shorter prefix. Where no such program is known, it is said for information.
//!
//! ## Why it matters
//! The longer prefix wins for every host: requests of the other program for these paths go to Langfuse.
//! Many web frameworks use `/_next`, `/api/auth` and `/api/public`.
//!
//! ## Example
//! `langfuse-route` without hostnames and with `/_next`, beside a portal at `/`.
//!
//! ## Fix safety
//! Show only: which hostname Langfuse has is not known.
//!
//! ## Sources
//! Gateway API, precedence of matches; the guide's section 4 leaves the hostname out.

use std::collections::BTreeSet;

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::site::{self, web_of};
use igw_core::route::path::{trimmed_prefix, under};
use igw_core::route::precedence::RankedMatch;
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0404",
    name: "prefix-claimed-for-every-host",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    page: page!(),
    run,
};

/// Paths that many web frameworks have.
const COMMON: [&str; 5] = ["/_next", "/api/auth", "/api/public", "/icon.svg", "/favicon.ico"];

fn run(facts: &Facts, out: &mut Sink) {
    for site in site::all(facts).iter().filter(|site| site.host == "*") {
        let ways: Vec<_> =
            site.ways(facts).filter(|own| facts.scope.contains(&own.route.meta)).collect();
        let others: Vec<_> = site
            .entries
            .iter()
            .filter(|own| web_of(facts, own.route, own.rule).is_none())
            .collect();
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let mut losers = BTreeSet::new();
        for way in &ways {
            let prefix = trimmed_prefix(&way.one.path.value);
            let loses = others.iter().filter(|own| {
                let other = trimmed_prefix(&own.one.path.value);
                other != prefix && (other == "/" || under(other, prefix))
            });
            for own in loses {
                taken.insert(prefix);
                losers.insert(own.route.meta.title());
            }
        }
        let Some(way) = ways.first().filter(|_| !taken.is_empty()) else {
            match common(&ways) {
                Some(finding) => out.finding(finding),
                None => out.passed(),
            }
            continue;
        };
        let taken: Vec<&str> = taken.into_iter().collect();
        let losers: Vec<String> = losers.into_iter().collect();
        let title = format!(
            "{} is sent to Langfuse on every host, also where {} has the rest.",
            text::some_of(&taken, 4),
            text::some_of(&losers, 2)
        );
        out.finding(
            Finding::at(&way.route.meta, "/spec", title)
                .explain("The route has no hostnames, and the longer prefix wins: requests of the other program for these paths go to Langfuse. Set the hostname of Langfuse in spec.hostnames.")
                .label("no hostnames")
                .evidence("paths", taken.join(" "))
                .guide("4", Some("its route has no hostnames")),
        );
    }
}

/// Paths that other programs use, too, without one that is known to lose them.
fn common(ways: &[&RankedMatch]) -> Option<Finding> {
    let is_common = |way: &&&RankedMatch| COMMON.contains(&trimmed_prefix(&way.one.path.value));
    let way = ways.iter().find(is_common)?;
    let paths: BTreeSet<&str> =
        ways.iter().filter(is_common).map(|way| trimmed_prefix(&way.one.path.value)).collect();
    let paths: Vec<&str> = paths.into_iter().collect();
    let title = format!("{} are sent to Langfuse on every host.", text::some_of(&paths, 4))
        .replace(" are ", if paths.len() == 1 { " is " } else { " are " });
    Some(
        Finding::at(&way.route.meta, "/spec", title)
            .explain("The route has no hostnames. The next program that is published behind this Gateway without hostnames loses these paths. Set the hostname of Langfuse in spec.hostnames.")
            .label("no hostnames")
            .only(Severity::Info)
            .guide("4", Some("its route has no hostnames")),
    )
}
