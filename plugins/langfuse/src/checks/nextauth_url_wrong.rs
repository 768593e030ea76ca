//! # NEXTAUTH_URL is not the address of Langfuse
//!
//! ## What it means
//! Langfuse's login library takes from `NEXTAUTH_URL` where OAuth providers send people back to, where
//! sign-out leads, and whether cookies are Secure. It has to be the origin that browsers use; for an image
//! that is built for a base path, that and `/api/auth`.
//!
//! ## Why it matters
//! Not set, empty or without a scheme: the container listens and answers 500 to everything, also to its
//! probes. With another host or path, or http where Langfuse is published over https only, login
//! with a password works all the same, but OAuth ends at a 404 or nowhere, and sign-out at another host.
//!
//! ## Example
//! `NEXTAUTH_URL: https://tools.example.com/langfuse` for the prebuilt image: OAuth returns to
//! `/langfuse/callback/…`, which is 404.
//!
//! ## Fix safety
//! Unsafe: OAuth providers have to know the new address, too.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; next-auth 4, `utils/parse-url`.

use igw_core::bifrost::repairs::pod;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::base_path::{BasePath, base_path};
use igw_core::langfuse::installations::{self, Installation};
use igw_core::langfuse::site;
use igw_core::langfuse::{LangfusePart, PartValue, services};
use igw_core::route::hostname::covers;
use igw_core::workload::address::Url;
use igw_core::{mask, page, text};

use crate::ui::Ui;

pub static CHECK: Check = Check {
    code: "IGW0403",
    name: "nextauth-url-wrong",
    severity: Severity::Error,
    needs: &[
        Kind::Workload,
        Kind::ConfigMap,
        Kind::Service,
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
    ],
    page: page!(),
    run,
};

const NAME: &str = "NEXTAUTH_URL";

fn run(facts: &Facts, out: &mut Sink) {
    for own in installations::judged(facts) {
        let Some(web) = &own.web else { continue };
        let found = match web.value(NAME) {
            PartValue::Unseen => continue,
            // A container without any settings is a sketch, not an installation.
            PartValue::Unset if web.value("NEXTAUTH_SECRET") == PartValue::Unset => continue,
            PartValue::Unset => Some(dead(web, format!("{NAME} is not set"))),
            PartValue::Text(text) => match Url::parse(text) {
                None => Some(dead(web, format!("{NAME} is no address with http:// or https://"))),
                Some(url) => judged(facts, own, web, text, &url),
            },
        };
        match found {
            Some(finding) => out.finding(finding),
            None => out.passed(),
        }
    }
}

fn at(web: &LangfusePart, clause: &str) -> Finding {
    Finding::at(&web.workload.meta, web.variable_path(NAME), clause)
}

/// The server answers nothing but 500.
fn dead(web: &LangfusePart, clause: String) -> Finding {
    at(web, &format!("{clause}, and Langfuse answers 500 to everything"))
        .explain("The container listens and does not exit, but each request, also that of a probe, gets 500 Internal Server Error. Set it to the origin that browsers use, for example https://langfuse.example.com.")
        .label("not an address")
        .effect(500, 1.0, "all requests")
}

fn judged(
    facts: &Facts,
    own: &Installation,
    web: &LangfusePart,
    given: &str,
    url: &Url,
) -> Option<Finding> {
    let shown = mask::address(given);
    let origin =
        given[..given.len() - igw_core::langfuse::endpoint::raw_path(given).len()].to_owned();
    let base = base_path(web);
    let right = match &base {
        BasePath::Built(path) => format!("{path}/api/auth"),
        _ => String::new(),
    };
    let sites = hosts_of(facts, own);
    // The repair of a sub-path gives Langfuse another host, and sets this, too.
    let moves = sites.iter().any(|site| site.below) && !matches!(base, BasePath::Built(_));
    let fits = url.path == right || right.is_empty() && url.path == "/api/auth";
    if !fits && base != BasePath::Unsaid {
        let wanted = format!("{origin}{right}");
        let title = match &base {
            BasePath::Built(path) if url.path == *path => {
                format!(
                    "{NAME} is {shown}, and lacks /api/auth, which an image with a base path needs"
                )
            }
            BasePath::Built(path) => {
                format!("{NAME} is {shown}, but this image is built for {path}")
            }
            _ => format!("{NAME} is {shown}, but the prebuilt image serves at / only"),
        };
        let callback = format!("{}/callback/…", url.path);
        return Some(
            at(web, &title)
                .explain(format!("OAuth providers send people back to {callback}, which is 404. Login with a password works all the same, and no page moves because of it. The right value is {wanted}."))
                .label("has a path that is not served")
                .only(Severity::Warning)
                .repair(put(web, &wanted).filter(|_| !moves)),
        );
    }
    let mut here = sites.iter().filter(|site| covers_host(site, &url.host)).peekable();
    if !url.tls && here.peek().is_some() && here.all(|site| site.only_https) {
        let title = format!("{NAME} is {shown}, and routes publish Langfuse over https only");
        let wanted = format!("https://{}", given.trim_start_matches("http://"));
        return Some(
            at(web, &title)
                .explain("OAuth providers are given an address with http, which is redirected at best, and cookies are not Secure. Login with a password works all the same.")
                .label("http")
                .only(Severity::Warning)
                .repair(put(web, &wanted).filter(|_| !moves)),
        );
    }
    // Any host may be meant by a route without hostnames.
    if sites.is_empty() || sites.iter().any(|site| covers_host(site, &url.host)) {
        return None;
    }
    let hosts: Vec<&str> = sites.iter().map(|site| site.host.as_str()).collect();
    let local = ["localhost", "127.0.0.1", "::1"].contains(&url.host.as_str());
    let title =
        format!("{NAME} is {shown}, and routes publish Langfuse on {}", text::some_of(&hosts, 3));
    let explain = match local {
        true => {
            "OAuth providers send people back to their own machine, sign-out leads there, too, and cookies are not Secure. Login with a password works all the same."
        }
        false => {
            "OAuth providers send people back to a host that does not lead here, or not by these routes, and sign-out leads there, too. Login with a password works all the same."
        }
    };
    let only = match hosts.as_slice() {
        [only] if !moves && !only.starts_with('*') => Some(format!("https://{only}{right}")),
        _ => None,
    };
    Some(
        at(web, &title)
            .explain(explain)
            .label("another host")
            .only(Severity::Warning)
            .repair(only.and_then(|url| put(web, &url))),
    )
}

/// A host that publishes the UI of a Langfuse.
struct UiHost {
    host: String,
    /// Whether the UI is below a path that the image does not know.
    below: bool,
    /// Whether its listener terminates TLS, and no other one serves it.
    only_https: bool,
}

/// The hosts that publish the UI of this Langfuse.
fn hosts_of<'a>(facts: &Facts<'a>, own: &Installation) -> Vec<UiHost> {
    let leads = |ui: &Ui<'_, 'a>| {
        services::installation_behind(facts, &ui.web.namespace, &ui.web.name)
            .is_some_and(|found| std::ptr::eq(&*found, own))
    };
    let all = site::all(facts).iter().filter_map(|site| Ui::of(facts, site)).filter(leads);
    all.map(|ui| UiHost {
        host: ui.site.host.clone(),
        below: !ui.subs.is_empty() && !ui.root,
        only_https: ui.site.known && ui.site.scheme == "https",
    })
    .collect()
}

fn covers_host(own: &UiHost, host: &str) -> bool {
    own.host == "*" || covers(&own.host, host)
}

fn put(web: &LangfusePart, url: &str) -> Option<Fix> {
    let written = web.variable(NAME).is_some_and(|own| own.written);
    let meta = pod(&web.workload.meta).filter(|_| written)?;
    let at = format!("{}/value", web.variable_path(NAME));
    let title = format!("set {NAME} to {}", mask::address(url));
    let why = "OAuth providers have to know the new address, too";
    Some(Fix::unsafe_as(why, title).change(meta, vec![Set::Put(at, url.into())]))
}
