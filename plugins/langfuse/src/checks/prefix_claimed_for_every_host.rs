//! # Langfuse's paths are claimed for every host
//!
//! ## What it means
//! A route without hostnames sends common paths (`/api/public`, `/_next`, `/api/auth`, `/icon.svg` …) to
//! Langfuse, and another program behind the same Gateway is published without hostnames, too, by a
//! shorter prefix.
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
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0404",
    name: "prefix-claimed-for-every-host",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    page: page!(),
    run,
};

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
            out.passed();
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
