//! What a user can say to `langfuse probe`.

use std::time::Duration;

use clap::Args;
use igw::exit::Failure;
use igw::flags::{Output, ReadFlags};
use igw::session::Session;
use igw_core::langfuse::probe::request::Server;
use igw_core::mask;

use crate::probe::aim::Aim;
use crate::probe::key_from::KeyFrom;
use crate::probe::way;

/// Ask Langfuse what becomes of an exporter's traces.
///
/// A ladder of six rungs, each of which rests on those before it: service (the name in collector_url
/// is a Service with ready endpoints), health (Langfuse runs), projects (the key is valid), export
/// (an empty export to the exporter's exact address), write (--write: one span, read back) and
/// through (--through: one chat request through Bifrost, and its trace).
///
/// Requests go through a port-forward to a pod of the Service in collector_url, or, where that is
/// not a Service of the cluster, straight from this machine. A port-forward skips DNS and
/// NetworkPolicies. Redirects are reported and not followed, and the key is never shown.
///
/// The key is used only if you say so: by --key-from, or when asked. A key that Langfuse refuses is
/// sent once, since Langfuse remembers an unknown pair for 300 s and every try extends that.
#[derive(Debug, Args)]
#[command(mut_arg("timeout", |own| own.help(TIMEOUT_HELP)))]
#[command(after_help = "\
Examples:
  # where does the way of the traces end? without a key, nothing is written
  kubectl igw langfuse probe

  # the same with the key that the exporter sends
  kubectl igw langfuse probe deployment/bifrost -n ai --key-from exporter

  # write one span, and wait until it can be read
  kubectl igw langfuse probe --key-from secret/langfuse-keys --write

  # an address that this machine can reach, with LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY
  kubectl igw langfuse probe http://localhost:3000/api/public/otel/v1/traces --key-from env

  # the exporter's address through a port-forward of your own
  kubectl igw langfuse probe http://langfuse-web.langfuse.svc:3000/api/public/otel/v1/traces --address 127.0.0.1:3000

  # one chat request through Bifrost (it may cost money), and its trace
  kubectl igw langfuse probe --key-from exporter --through ai/bifrost --model openai/glm-5

Exit codes: 0 no problem seen, 1 a rung fails, 2 usage, 3 a rung could not be decided.")]
pub struct ProbeArgs {
    /// What sends traces (NAME, NAMESPACE/NAME or TYPE/NAME), or the exact URL it posts to
    #[arg(value_name = "EXPORTER|URL")]
    pub target: Option<String>,
    /// Write one span, and wait until it can be read
    #[arg(long)]
    pub write: bool,
    /// Send one chat request through this Bifrost, and find its trace
    #[arg(long, value_name = "SERVICE|URL", requires = "model")]
    pub through: Option<String>,
    /// Set the model of the chat request
    #[arg(long, value_name = "NAME", requires = "through")]
    pub model: Option<String>,
    /// Use this key: exporter, env or secret/[NS/]NAME[:ENTRY]
    #[arg(long, value_name = "FROM", value_parser = KeyFrom::parse)]
    pub key_from: Option<KeyFrom>,
    /// Connect to this address instead of the one in the URL
    #[arg(long, value_name = "HOST:PORT")]
    pub address: Option<String>,
    /// Agree to the chat request of --through without being asked
    #[arg(short, long)]
    pub yes: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    pub output: Output,
    #[command(flatten)]
    pub read: ReadFlags,
}

const TIMEOUT_HELP: &str =
    "Wait this long for an answer (at most 30s) and for a trace [default: 60s]";

impl ProbeArgs {
    pub fn wait(&self) -> Duration {
        self.read.cluster.timeout.unwrap_or(Duration::from_secs(60))
    }

    /// What is read: the limit of the ladder is not one of reading.
    pub fn reading(&self) -> ReadFlags {
        let mut read = self.read.clone();
        read.cluster.timeout = Some(Duration::ZERO);
        read
    }
}

/// # Errors
/// When it is no address.
pub fn check_address(address: Option<&str>) -> Result<(), Failure> {
    let Some(address) = address else { return Ok(()) };
    let parts = address.rsplit_once(':');
    let parts = parts.filter(|(host, _)| !host.is_empty() && !host.contains(['@', '/']));
    match parts.is_some_and(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0)) {
        true => Ok(()),
        false => {
            let shown = mask::address(address);
            Err(Failure::usage(format!("--address {shown}: not of the form HOST:PORT")))
        }
    }
}

/// Whether objects have to be read: a URL that this machine reaches needs none.
pub fn needs_session(args: &ProbeArgs, given: Option<&Aim>) -> bool {
    let inside = |url: &str| {
        let server = Server::of(url);
        server.is_none_or(|(server, _)| way::is_cluster_name(&server.name))
    };
    let aim_inside = match given {
        Some(aim) => inside(aim.url.reveal()) && args.address.is_none(),
        None => true,
    };
    let through = args.through.as_deref().is_some_and(inside);
    let input = &args.read.input;
    let of_input = input.has_files() || input.demo || input.bundle.is_some();
    aim_inside || through || of_input || matches!(args.key_from, Some(KeyFrom::Secret { .. }))
}

/// The namespace that names without one are in.
pub fn home(args: &ProbeArgs, session: Option<&Session>) -> String {
    let of_cluster = session.and_then(|own| own.home.as_ref()?.namespace.clone());
    args.read.scope.namespace.clone().or(of_cluster).unwrap_or_else(|| "default".to_owned())
}
