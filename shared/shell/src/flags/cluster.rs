//! kubectl's connection flags, under kubectl's names.

use std::time::Duration;

use clap::Args;
use igw_core::mask;

use crate::duration;

/// Where the flags stand in `--help`.
const HEADING: &str = "Cluster";

/// How to reach the cluster: the flags that kubectl has, too.
#[derive(Clone, Default, Args)]
pub struct ClusterFlags {
    /// Use this kubeconfig file instead of KUBECONFIG
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub kubeconfig: Option<String>,
    /// Use this context of the kubeconfig
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    pub context: Option<String>,
    /// Use this cluster of the kubeconfig
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    pub cluster: Option<String>,
    /// Use this user of the kubeconfig
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    pub user: Option<String>,
    /// Impersonate this user
    #[arg(long = "as", value_name = "NAME", help_heading = HEADING)]
    pub as_user: Option<String>,
    /// Impersonate this group (repeatable)
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    pub as_group: Vec<String>,
    /// Impersonate this UID
    #[arg(long, value_name = "UID", help_heading = HEADING)]
    pub as_uid: Option<String>,
    /// Authenticate with this bearer token
    #[arg(long, value_name = "TOKEN", hide_env_values = true, help_heading = HEADING)]
    pub token: Option<String>,
    /// Connect to this API server
    #[arg(short = 's', long, value_name = "URL", help_heading = HEADING)]
    pub server: Option<String>,
    /// Trust the authority in this certificate file
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub certificate_authority: Option<String>,
    /// Authenticate with this client certificate file
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub client_certificate: Option<String>,
    /// Use this client key file
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub client_key: Option<String>,
    /// Skip checking the API server's certificate
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help_heading = HEADING)]
    pub insecure_skip_tls_verify: Option<bool>,
    /// Check the API server's certificate against this name
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    pub tls_server_name: Option<String>,
    /// Limit one request: 30s, 2m; 0 means no limit
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = HEADING)]
    pub request_timeout: Option<Duration>,
    /// Limit the whole run; 0 means no limit [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = HEADING)]
    pub timeout: Option<Duration>,
    /// Limit one answer of the server, in MiB [default: 64]
    #[arg(long, value_name = "MIB", help_heading = HEADING)]
    pub max_answer: Option<usize>,
}

/// How many MiB an answer may have when nothing is said: a page of 500 objects, each of which is
/// limited to 1.5 MiB by etcd, has a tenth of that.
const MAX_ANSWER: usize = 64;

/// What a whole run may take when nothing is said.
const TIMEOUT: Duration = Duration::from_secs(300);

/// What one request may take when nothing is said: as long as the API server itself gives it
/// (kube-apiserver, `--request-timeout`).
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

impl ClusterFlags {
    /// The limit of one request; `None` is without limit.
    pub fn request_limit(&self) -> Option<Duration> {
        let wanted = self.request_timeout.unwrap_or(REQUEST_TIMEOUT);
        (!wanted.is_zero()).then_some(wanted)
    }

    /// How many bytes one answer may have, decoded.
    pub fn most_of_an_answer(&self) -> usize {
        self.max_answer.unwrap_or(MAX_ANSWER).saturating_mul(1 << 20)
    }

    /// The limit of the whole run; `None` is without limit.
    pub fn run_timeout(&self) -> Option<Duration> {
        let wanted = self.timeout.unwrap_or(TIMEOUT);
        (!wanted.is_zero()).then_some(wanted)
    }

    /// The flags that a command for the same cluster as the same person needs, ready to paste: never
    /// the token. `context` is the one that was found.
    pub fn repeat(&self, context: Option<&String>) -> String {
        let mut out = self.repeat_as_self(context);
        for (flag, value) in [("--as", &self.as_user), ("--as-uid", &self.as_uid)] {
            if let Some(value) = value {
                out.push_str(&format!(" {flag} {}", quoted(value)));
            }
        }
        for group in &self.as_group {
            out.push_str(&format!(" --as-group {}", quoted(group)));
        }
        out
    }

    /// The same without impersonation.
    pub fn repeat_as_self(&self, context: Option<&String>) -> String {
        let pairs = [
            ("--kubeconfig", &self.kubeconfig),
            ("--context", &context.cloned().or_else(|| self.context.clone())),
            ("--cluster", &self.cluster),
            ("--user", &self.user),
            ("--server", &self.server.as_deref().map(mask::address)),
        ];
        let given = pairs.into_iter().filter_map(|(flag, value)| Some((flag, value.as_ref()?)));
        given.map(|(flag, value)| format!(" {flag} {}", quoted(value))).collect()
    }
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    shlex::try_quote(word).map(|quoted| quoted.into_owned()).unwrap_or_default()
}

impl std::fmt::Debug for ClusterFlags {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterFlags").field("flags", &self.repeat(None)).finish_non_exhaustive()
    }
}
