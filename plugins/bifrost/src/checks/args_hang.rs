//! # The arguments keep Bifrost from starting
//!
//! ## What it means
//! The image's entry point reads settings from variables (`APP_DIR`, `APP_PORT`, `APP_HOST`,
//! `LOG_LEVEL`, `LOG_STYLE`). With two or more arguments it looks for `-port` and `-host`, and
//! turns every other one around for ever. With `command: ["/app/main"]` the flags are Bifrost's
//! own: there it listens on localhost unless `-host` says otherwise.
//!
//! ## Why it matters
//! The pod is Running, writes nothing, burns a whole CPU, and its port is closed: the gateway in
//! front answers 503.
//!
//! ## Example
//! `args: ["-app-dir", "/app/data"]`: leave them out; the directory is `APP_DIR`, and `/app/data`
//! is its default.
//!
//! ## Fix safety
//! Safe: remove `args`, set `APP_DIR` if the directory is another one.
//!
//! ## Sources
//! Entry points of Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3 under dash and ash, as seen. The
//! guide has these arguments.

use igw_core::bifrost::instance;
use igw_core::bifrost::launch::Launch;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::facts::Why;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

/// IGW0701.
pub struct ArgsHang;

static META: Meta = Meta {
    code: "IGW0701",
    name: "args-hang",
    severity: Severity::Error,
    needs: &[Kind::Workload],
    source: include_str!("args_hang.rs"),
};

impl Check for ArgsHang {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx) {
            let given = instance.workload.is_some() || cx.store.settings.args.is_some();
            let path = match instance.container() {
                Some(container) if container.args.is_some() => instance.container_path("/args"),
                Some(container) if container.command.is_some() => {
                    instance.container_path("/command")
                }
                Some(_) => instance.container_path(""),
                None => String::new(),
            };
            match &instance.launch {
                Launch::Hangs(argument) => {
                    let title =
                        format!("the entry point hangs at {}", igw_core::words::clip(argument, 40));
                    out.finding(
                        instance
                            .at_workload(path, title)
                            .explain("With two or more arguments it looks for -port and -host and turns every other one around for ever: no output, a whole CPU, a closed port. Remove args; the directory is the variable APP_DIR.")
                            .effect(503, 1.0, "every request by way of a gateway")
                            .guide("2", Some("its Deployment has these arguments")),
                    );
                }
                Launch::Exits(says) => {
                    let title =
                        format!("Bifrost ends at once: {}", igw_core::words::clip(says, 80));
                    out.finding(instance.at_workload(path, title));
                }
                Launch::Runs(flags) if flags.local_only && given => {
                    let title = "Bifrost listens on localhost only";
                    out.finding(
                        instance
                            .at_workload(path, title)
                            .explain("Without -host it listens on localhost, and its Service gets connection refused. Add -host 0.0.0.0, or the variable BIFROST_HOST.")
                            .effect(503, 1.0, "every request by way of a gateway"),
                    );
                }
                Launch::Runs(_) => out.passed(),
                Launch::Unknown(why) => {
                    let why = Why::not_given(why.clone());
                    out.not_checked(Kind::Workload, &instance.namespace, why);
                }
            }
        }
    }
}
