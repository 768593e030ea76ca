//! A stand-in for the pages of Langfuse: a small static site in the layout that Next.js gives to its
//! web server, so that what a gateway leads to it, and what it does not, can be asked for.

use super::answer::GivenAnswer;

/// A request for each path that the web server of 4.16 has, by what it is: static files, what the pages
/// read, and the pages themselves. All are at the root, whatever the browser's address is.
pub const REQUESTS: [&str; 43] = [
    "/_next/static/chunks/main.js",
    "/icon.svg",
    "/icon256.png",
    "/icon512.png",
    "/favicon.ico",
    "/favicon-16x16.png",
    "/favicon-32x32.png",
    "/apple-touch-icon.png",
    "/android-chrome-192x192.png",
    "/wordart-black.svg",
    "/wordart-white.svg",
    "/assets/logo.svg",
    "/generated/api/openapi.yml",
    "/.well-known/mcp.json",
    "/api/auth/session",
    "/api/trpc/projects.byId",
    "/api/public/health",
    "/api/chatCompletion",
    "/api/in-app-agent/chat",
    "/api/dashboard/execute",
    "/api/project/x/visit",
    "/api/traces/x",
    "/api/billing/x",
    "/api/support/x",
    "/api/feedback",
    "/api/admin/x",
    "/api/well-known/mcp",
    "/",
    "/auth/sign-in",
    "/setup",
    "/onboarding",
    "/organization/x",
    "/project/x",
    "/project/x/traces",
    "/account/settings",
    "/public/traces/x",
    "/trace/x",
    "/background-migrations",
    "/v4-migration",
    "/api/auth/callback/google",
    "/_next/static/css/main.css",
    "/_next/data/build/project.json",
    "/_next/image",
];

/// What the site has at a path; all else is the page that Next.js has for what is not found.
pub(super) fn page(path: &str) -> GivenAnswer {
    if !REQUESTS.contains(&path) {
        return GivenAnswer::next_page();
    }
    let kind = match path.rsplit_once('.').map(|(_, end)| end) {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("png" | "ico") => "image/png",
        Some("json") => "application/json",
        _ if path.starts_with("/api/") => "application/json",
        _ => "text/html; charset=utf-8",
    };
    GivenAnswer::new(200, Some(kind), path)
}
