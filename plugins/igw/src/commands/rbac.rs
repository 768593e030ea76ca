//! `kubectl igw rbac`: the rights that these commands need, and no other.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::ColourFlag;
use igw::product::Product;
use igw_core::kube::{Kind, Resource};
use serde_json::{Value, json};

use crate::{PRODUCTS, TOGETHER};

/// The name of the role and its binding.
const NAME: &str = "kubectl-igw";

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # the rights that reading needs, in all namespaces, for a group
  kubectl igw rbac --group platform | kubectl apply -f -

  # only of one product, and in one namespace; with the rights that repairs need
  kubectl igw rbac --product routes --namespace gw --fix --user ann")]
pub struct RbacArgs {
    /// Grant only what this product needs
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// Grant also what repairs and undo need
    #[arg(long)]
    fix: bool,
    /// Grant also what why --send needs: a port-forward to the gateway
    #[arg(long)]
    send: bool,
    /// Grant it in this namespace only, as far as that can be
    #[arg(short, long, value_name = "NS")]
    namespace: Option<String>,
    /// Bind it to this user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Bind it to this group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    #[command(flatten)]
    pub colour: ColourFlag,
}

/// Verbs by resource.
type Rights = BTreeMap<Right, BTreeSet<&'static str>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Right {
    group: &'static str,
    plural: &'static str,
    is_cluster_scoped: bool,
}

pub fn run(args: &RbacArgs, console: &Console) -> Result<Exit, Failure> {
    let product = match &args.product {
        None => &TOGETHER as &dyn Product,
        Some(name) => PRODUCTS.iter().find(|own| own.name() == name).copied().ok_or_else(|| {
            let names: Vec<&str> = PRODUCTS.iter().map(|own| own.name()).collect();
            Failure::usage(format!("--product {name}: there is no such product"))
                .hint(format!("there are: {}", names.join(", ")))
        })?,
    };
    let rights = rights(product, args.fix, args.send);
    let documents = manifests(&rights, args);
    let mut out = Vec::new();
    for document in &documents {
        let yaml = igw::output::document(document, igw::flags::Output::Yaml)?;
        out.push(yaml);
    }
    console.print(&out.join("---\n"))?;
    Ok(Exit::Good)
}

/// What a product reads, changes and sends.
fn rights(product: &dyn Product, fix: bool, send: bool) -> Rights {
    let checks = product.checks().iter().flat_map(|check| check.needs);
    let kinds: BTreeSet<Kind> = checks.chain(product.reads().needs).copied().collect();
    // What checks ask for on the way, and who judges whether an object is there.
    let looked_up = [Kind::Namespace, Kind::Secret, Kind::ConfigMap, Kind::Workload, Kind::Pod];
    let mut out = Rights::new();
    for kind in kinds.into_iter().chain(looked_up).collect::<BTreeSet<_>>() {
        let verbs: &[&str] = match kind {
            // Never listed: by name, where an object refers to one.
            Kind::Secret => &["get"],
            _ => &["get", "list", "watch"],
        };
        for resource in kind.resources() {
            allow(&mut out, resource, kind.is_cluster_scoped(), verbs);
        }
    }
    for resource in product.reads().counted {
        allow(&mut out, resource, false, &["get", "list", "watch"]);
    }
    if product.reads().pointing {
        let (group, plural) = ("apiextensions.k8s.io", "customresourcedefinitions");
        let definitions = Resource::new(group, &["v1"], plural, "CustomResourceDefinition");
        allow(&mut out, &definitions, true, &["list"]);
    }
    if product.reads().logs {
        let right = Right { group: "", plural: "pods/log", is_cluster_scoped: false };
        out.entry(right).or_default().insert("get");
    }
    if fix {
        for (kind, verbs) in product.changes() {
            for resource in kind.resources() {
                allow(&mut out, resource, kind.is_cluster_scoped(), verbs);
            }
        }
    }
    if send {
        let right = Right { group: "", plural: "pods/portforward", is_cluster_scoped: false };
        out.entry(right).or_default().extend(["create", "get"]);
    }
    out
}

fn allow(out: &mut Rights, resource: &Resource, is_cluster_scoped: bool, verbs: &[&'static str]) {
    let right = Right { group: resource.group, plural: resource.plural, is_cluster_scoped };
    out.entry(right).or_default().extend(verbs);
}

/// The roles and their bindings.
fn manifests(rights: &Rights, args: &RbacArgs) -> Vec<Value> {
    let mut subjects = Vec::new();
    for (kind, name) in [("User", &args.user), ("Group", &args.group)] {
        if let Some(name) = name {
            subjects.push(json!({
                "kind": kind, "name": name, "apiGroup": "rbac.authorization.k8s.io",
            }));
        }
    }
    let mut out = Vec::new();
    let mut role = |namespace: Option<&str>, rights: Vec<(&Right, &BTreeSet<&str>)>| {
        if rights.is_empty() {
            return;
        }
        let (role, binding) = match namespace {
            Some(_) => ("Role", "RoleBinding"),
            None => ("ClusterRole", "ClusterRoleBinding"),
        };
        let mut metadata = json!({ "name": NAME });
        if let Some(namespace) = namespace {
            metadata["namespace"] = namespace.into();
        }
        let api_version = "rbac.authorization.k8s.io/v1";
        out.push(json!({
            "apiVersion": api_version, "kind": role, "metadata": metadata, "rules": rules(&rights),
        }));
        if !subjects.is_empty() {
            out.push(json!({
                "apiVersion": api_version, "kind": binding, "metadata": metadata,
                "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": NAME },
                "subjects": subjects,
            }));
        }
    };
    match args.namespace.as_deref() {
        None => role(None, rights.iter().collect()),
        Some(namespace) => {
            let (wide, narrow) = rights.iter().partition(|(right, _)| right.is_cluster_scoped);
            role(None, wide);
            role(Some(namespace), narrow);
        }
    }
    out
}

/// Rights with the same group and verbs are one rule.
fn rules(rights: &[(&Right, &BTreeSet<&str>)]) -> Vec<Value> {
    let mut rules: BTreeMap<(&str, &BTreeSet<&str>), Vec<&str>> = BTreeMap::new();
    for (right, verbs) in rights {
        rules.entry((right.group, verbs)).or_default().push(right.plural);
    }
    let rule = |((group, verbs), plurals): ((&str, &BTreeSet<&str>), Vec<&str>)| json!({ "apiGroups": [group], "resources": plurals, "verbs": verbs });
    rules.into_iter().map(rule).collect()
}
