//! Who uses a cluster, and what they may do.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::cluster::LabCluster;
use super::identity::User;

impl LabCluster {
    pub fn admin(&self) -> &User {
        &self.admin
    }

    /// Somebody new, with the rights of their groups and no others.
    pub fn user(&self, name: &str, groups: &[&str]) -> Result<User, String> {
        self.authority.kubeconfig(self.home(), &self.server, name, groups)
    }

    /// Lets somebody do `verbs` with resources (`pods`, `httproutes.gateway.networking.k8s.io`)
    /// in a namespace, or everywhere.
    pub fn allow(
        &self,
        user: &User,
        namespace: Option<&str>,
        verbs: &[&str],
        resources: &[&str],
    ) -> Result<(), String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("lab-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let rule = |resource: &&str| {
            let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
            json!({"apiGroups": [group], "resources": [plural], "verbs": verbs})
        };
        let rules: Vec<Value> = resources.iter().map(rule).collect();
        let kind = if namespace.is_some() { "Role" } else { "ClusterRole" };
        let api = "rbac.authorization.k8s.io";
        let metadata = json!({"name": name, "namespace": namespace});
        let role = json!({"apiVersion": format!("{api}/v1"), "kind": kind,
            "metadata": metadata, "rules": rules});
        let binding = json!({"apiVersion": format!("{api}/v1"), "kind": format!("{kind}Binding"),
            "metadata": metadata, "roleRef": {"apiGroup": api, "kind": kind, "name": name},
            "subjects": [{"apiGroup": api, "kind": "User", "name": user.name}]});
        for object in [role, binding] {
            self.create(&object).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    pub fn kubectl(&self) -> Command {
        let mut command = Command::new(self.programs.program("kube", "kubectl"));
        command.env("KUBECONFIG", &self.admin.kubeconfig);
        // Its caches belong to the run.
        command.env("KUBECACHEDIR", self.home().join("cache")).env("HOME", self.home());
        command
    }
}
