//! Values that only the product, the kubeconfig or the cluster knows.

use std::sync::mpsc;
use std::time::Duration;

use clap::{ArgMatches, FromArgMatches};
use clap_complete::engine::CompletionCandidate;
use igw_core::facts::views::Namespace;

use crate::check::checks_of;
use crate::cluster::config;
use crate::flags::{ClusterFlags, InputFlags, ScopeFlags};
use crate::product::Product;
use crate::session::{self, Opening, Session};

/// Whoever presses a key does not wait longer.
const LIMIT: Duration = Duration::from_secs(1);

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A check, by code.
    Check,
    Namespace,
    Context,
    Cluster,
    User,
    /// An object that is judged.
    Subject,
    /// What else a product has a name for.
    Other(&'static str),
}

/// The flags that were typed before.
#[derive(Clone, Default)]
pub struct TypedFlags {
    cluster: ClusterFlags,
    input: InputFlags,
    scope: ScopeFlags,
}

impl TypedFlags {
    pub fn of(matches: &ArgMatches) -> TypedFlags {
        // A command that has one flag of a group has all of them.
        let has = |flag| matches.try_contains_id(flag).is_ok();
        let mut flags = TypedFlags::default();
        if has("kubeconfig") {
            flags.cluster = ClusterFlags::from_arg_matches(matches).unwrap_or_default();
        }
        if has("files") {
            flags.input = InputFlags::from_arg_matches(matches).unwrap_or_default();
        }
        if has("all_namespaces") {
            flags.scope = ScopeFlags::from_arg_matches(matches).unwrap_or_default();
        }
        // The process does not end with it, but answers.
        flags.cluster.timeout = Some(Duration::ZERO);
        flags.cluster.request_timeout = Some(LIMIT);
        flags
    }
}

impl ValueKind {
    /// By the name of the argument.
    pub fn of(argument: &str) -> Option<ValueKind> {
        Some(match argument {
            "check" | "only" | "skip" => ValueKind::Check,
            "namespace" => ValueKind::Namespace,
            "context" => ValueKind::Context,
            "cluster" => ValueKind::Cluster,
            "user" => ValueKind::User,
            "names" => ValueKind::Subject,
            "model_name" => ValueKind::Other("model_name"),
            _ => return None,
        })
    }

    pub fn candidates(
        self,
        product: &'static dyn Product,
        flags: &TypedFlags,
    ) -> Vec<CompletionCandidate> {
        match self {
            ValueKind::Check => checks_of(product)
                .into_iter()
                .map(|check| CompletionCandidate::new(check.code).help(Some(check.name.into())))
                .collect(),
            ValueKind::Context | ValueKind::Cluster | ValueKind::User => {
                let names = config::names(flags.cluster.kubeconfig.as_deref());
                let [contexts, clusters, users] = names.unwrap_or_default();
                let own = match self {
                    ValueKind::Context => contexts,
                    ValueKind::Cluster => clusters,
                    _ => users,
                };
                own.into_iter().map(CompletionCandidate::new).collect()
            }
            ValueKind::Namespace | ValueKind::Subject | ValueKind::Other(_) => {
                let (flags, (say, said)) = (flags.clone(), mpsc::channel());
                let look = move || drop(say.send(self.looked_up(product, &flags)));
                std::thread::spawn(look);
                let names = said.recv_timeout(LIMIT).unwrap_or_default();
                names.into_iter().map(CompletionCandidate::new).collect()
            }
        }
    }

    /// What facts hold; nothing where they cannot be had.
    fn looked_up(self, product: &'static dyn Product, flags: &TypedFlags) -> Vec<String> {
        let opening = Opening::new(product, &flags.input, &flags.cluster, &flags.scope.namespace);
        let found = opening.and_then(session::open).and_then(|mut session| {
            let mut scope = flags.scope.scope(Vec::new())?;
            if self != ValueKind::Namespace {
                scope.namespace = judged(&session, flags).or(scope.namespace);
            }
            session.look(&scope, |facts| match self {
                ValueKind::Namespace => {
                    let all = facts.list::<Namespace>(None).items;
                    all.iter().map(|own| own.meta.name.clone()).collect()
                }
                ValueKind::Other(argument) => product.values_of(argument, facts),
                _ => product.subjects(facts).all.iter().map(|own| own.full_name()).collect(),
            })
        });
        let mut names: Vec<String> = found.unwrap_or_default();
        names.sort();
        names.dedup();
        names
    }
}

/// Of a cluster the namespace that the command would judge.
fn judged(session: &Session, flags: &TypedFlags) -> Option<String> {
    let home = session.home.as_ref().filter(|_| !flags.scope.all_namespaces)?;
    home.namespace.clone()
}
