//! Which requests of Langfuse's UI arrive at it by a host.

use igw_core::facts::Facts;
use igw_core::facts::views::{HttpRoute, PathType};
use igw_core::langfuse::base_path::{self, BasePath};
use igw_core::langfuse::services;
use igw_core::langfuse::site::{RoutedWeb, Site, SiteAnswer, web_of};
use igw_core::route::path::trimmed_prefix;

/// Paths that the UI requests, the most telling first, and one of its requests.
pub const NEEDED: [(&str, &str); 17] = [
    ("/_next", "/_next/static/chunks/main.js"),
    ("/api/trpc", "/api/trpc/projects.byId"),
    ("/project", "/project/x/traces"),
    ("/auth", "/auth/sign-in"),
    ("/api/auth", "/api/auth/session"),
    ("/api/public", "/api/public/health"),
    ("/api/project", "/api/project/x/visit"),
    ("/icon.svg", "/icon.svg"),
    ("/favicon.ico", "/favicon.ico"),
    ("/organization", "/organization/x"),
    ("/setup", "/setup"),
    ("/onboarding", "/onboarding"),
    ("/account", "/account/settings"),
    ("/trace", "/trace/x"),
    ("/public", "/public/traces/x"),
    ("/assets", "/assets/x.svg"),
    ("/api/chatCompletion", "/api/chatCompletion"),
];

/// First segments of paths that are Langfuse's own.
const OWN: [&str; 24] = [
    "_next",
    "api",
    "auth",
    "project",
    "organization",
    "setup",
    "onboarding",
    "account",
    "public",
    "trace",
    "icon.svg",
    "icon256.png",
    "icon512.png",
    "favicon.ico",
    "favicon-16x16.png",
    "favicon-32x32.png",
    "apple-touch-icon.png",
    "wordart-black.svg",
    "wordart-white.svg",
    "assets",
    "generated",
    ".well-known",
    "background-migrations",
    "v4-migration",
];

/// Langfuse below a path of a host.
pub struct SubPath<'a> {
    pub prefix: String,
    pub route: &'a HttpRoute,
    pub rule: usize,
    /// Whether the prefix is taken off before Langfuse gets the path.
    pub stripped: bool,
}

/// Something else that gets a request of the UI.
pub struct Shadow<'a> {
    pub path: &'static str,
    pub backend: String,
    pub route: &'a HttpRoute,
    pub rule: usize,
    /// Whether a rule for Langfuse takes the path, too, and loses.
    pub lost: bool,
}

/// What of the UI a host publishes.
pub struct Ui<'s, 'a> {
    pub site: &'s Site<'a>,
    pub web: RoutedWeb,
    pub base: BasePath,
    /// Whether `/` leads to Langfuse as it is.
    pub root: bool,
    /// Whether single paths of the UI do.
    pub listed: bool,
    pub subs: Vec<SubPath<'a>>,
    /// Needed paths at the root that no rule takes.
    pub missing: Vec<&'static str>,
    /// Needed paths at the root that something else takes.
    pub shadowed: Vec<Shadow<'a>>,
    /// Whether some could not be judged.
    pub open: bool,
}

impl<'s, 'a> Ui<'s, 'a> {
    /// `None`: the host publishes APIs only, or nothing of Langfuse.
    pub fn of(facts: &Facts<'a>, site: &'s Site<'a>) -> Option<Ui<'s, 'a>> {
        let first = site.ways(facts).next()?;
        let web = web_of(facts, first.route, first.rule)?;
        let behind = services::installation_behind(facts, &web.namespace, &web.name);
        let base = base_path::of(behind.as_deref());
        let mut ui = Ui {
            root: matches!(site.answer(facts, "/"), SiteAnswer::Web { path, .. } if path == "/"),
            site,
            web,
            base,
            listed: false,
            subs: Vec::new(),
            missing: Vec::new(),
            shadowed: Vec::new(),
            open: false,
        };
        for entry in site.ways(facts) {
            let value = match entry.one.path.kind {
                PathType::RegularExpression => literal(&entry.one.path.value),
                _ => entry.one.path.value.as_str(),
            };
            let prefix = trimmed_prefix(value);
            let first = prefix.trim_start_matches('/').split('/').next().unwrap_or_default();
            if first.is_empty() {
                continue;
            }
            if OWN.contains(&first) {
                ui.listed |= !prefix.starts_with("/api/public");
            } else if !ui.subs.iter().any(|own| own.prefix == prefix) {
                ui.subs.extend(sub_path(facts, site, prefix));
            }
        }
        if !ui.root && !ui.listed && ui.subs.is_empty() {
            return None;
        }
        ui.at_root(facts);
        Some(ui)
    }

    fn at_root(&mut self, facts: &Facts<'a>) {
        for (path, request) in NEEDED {
            match self.site.answer(facts, request) {
                SiteAnswer::Web { path: arrives, .. } if arrives == request => {}
                SiteAnswer::Web { .. } | SiteAnswer::Nothing => self.missing.push(path),
                SiteAnswer::Other { route, rule, backend } => {
                    let lost = self.site.ways(facts).any(|entry| {
                        let own = trimmed_prefix(&entry.one.path.value);
                        entry.one.path.kind != PathType::RegularExpression
                            && (own == "/" || igw_core::route::path::under(own, request))
                    });
                    self.shadowed.push(Shadow { path, backend, route, rule, lost });
                }
                SiteAnswer::Open => self.open = true,
            }
        }
    }

    /// All needed paths at the root that do not arrive.
    pub fn lacking(&self) -> Vec<&'static str> {
        let all = NEEDED.iter().map(|(path, _)| *path);
        all.filter(|path| {
            self.missing.contains(path) || self.shadowed.iter().any(|own| own.path == *path)
        })
        .collect()
    }
}

/// What an expression of a path begins with in any case.
fn literal(expression: &str) -> &str {
    let bare = expression.trim_start_matches('^');
    let end = bare.find(['(', '[', '.', '*', '+', '?', '|', '{', '\\', '$']);
    &bare[..end.unwrap_or(bare.len())]
}

fn sub_path<'a>(facts: &Facts<'a>, site: &Site<'a>, prefix: &str) -> Option<SubPath<'a>> {
    let page = format!("{prefix}/auth/sign-in");
    let answer = match site.answer(facts, &page) {
        // A rule for the prefix alone, as Exact.
        SiteAnswer::Nothing => site.answer(facts, prefix),
        found => found,
    };
    let SiteAnswer::Web { route, rule, path } = answer else { return None };
    let stripped = path != page && path != prefix;
    if prefix.contains("/api/") || prefix.ends_with("/api") || path.contains("/api/") {
        return None;
    }
    Some(SubPath { prefix: prefix.to_owned(), route, rule, stripped })
}

/// What a person sees when these paths do not arrive.
pub fn sees(lacking: &[&str]) -> String {
    let lacks = |path: &str| lacking.contains(&path);
    let mut out = Vec::new();
    if lacks("/_next") {
        out.push(
            "the page shows \"Loading ...\" and nothing else, because scripts and styles get 404",
        );
    } else {
        if lacks("/api/auth") {
            out.push("no login is possible");
        }
        if lacks("/api/trpc") {
            out.push("every read fails: Tracing says \"Waiting for first trace\" even when there are traces");
        }
        if lacks("/project") || lacks("/auth") {
            out.push("reload, deep links and sign-out get 404");
        }
        if out.is_empty() {
            out.push("parts of the UI get 404");
        }
    }
    let text = out.join("; ");
    format!("{}{}.", text[..1].to_ascii_uppercase(), &text[1..])
}

/// What to do instead.
pub const ADVICE: &str = "Give Langfuse a hostname of its own with the prefix /, or build an image with NEXT_PUBLIC_BASE_PATH and route its prefix without a rewrite.";

/// Whether the web server serves a path without a slash at its end: one that answers a probe.
pub fn is_own_path(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    match first {
        "" => true,
        // Of the APIs only what is public answers without a login.
        "api" => ["/api/public/health", "/api/public/ready"].contains(&path),
        _ => OWN.contains(&first),
    }
}
