//! # A base path is set for the prebuilt image
//!
//! ## What it means
//! `NEXT_PUBLIC_BASE_PATH` is compiled into Langfuse when its image is built. Set at run time for the
//! prebuilt image it moves nothing but cookies and the redirects of the login.
//!
//! ## Why it matters
//! Pages, scripts and APIs stay at `/`, but the session cookie gets the path, and after a login with a
//! password the sign-in page comes again, without any message.
//!
//! ## Example
//! Image `langfuse/langfuse:3` with `NEXT_PUBLIC_BASE_PATH: /langfuse`.
//!
//! ## Fix safety
//! Safe: without the variable, login works again at `/`; nothing was served below the path.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed with a browser; `web/Dockerfile` (ARG NEXT_PUBLIC_BASE_PATH).

use igw_core::bifrost::repairs::pod;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::{LangfusePart, installations};
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0402",
    name: "subpath-stock-image",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::ConfigMap],
    page: page!(),
    run,
};

const NAME: &str = "NEXT_PUBLIC_BASE_PATH";

fn run(facts: &Facts, out: &mut Sink) {
    for own in installations::judged(facts) {
        let Some(web) = own.web.as_ref().filter(|web| web.is_stock()) else { continue };
        match web.text(NAME) {
            None | Some("/") => out.passed(),
            Some(path) => out.finding(finding(web, path)),
        }
    }
}

fn finding(web: &LangfusePart, path: &str) -> Finding {
    let path = text::clip(path, 80);
    let at = web.variable_path(NAME);
    let title = format!("{NAME} is {path}, but the prebuilt image serves at / only.");
    let written = web.container().env.iter().filter(|var| var.name == NAME).count() == 1;
    let fix = pod(&web.workload.meta)
        .filter(|_| written && at.contains("/env/"))
        .map(|meta| Fix::safe(format!("remove {NAME}")).change(meta, vec![Set::Drop(at.clone())]));
    Finding::at(&web.workload.meta, at, title)
        .explain(format!("The base path is compiled in when the image is built. At run time it only moves cookies and redirects: pages and APIs stay at /, and after a login the sign-in page comes again without any message. Remove it and use a hostname of its own, or build an image with it and route {path} without a rewrite."))
        .label("has no effect but on cookies")
        .repair(fix)
        .guide("4", Some("it does not name what the prebuilt image can do"))
}
