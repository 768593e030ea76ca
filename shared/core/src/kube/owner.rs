//! Who else writes an object, so that a change of it in the cluster would not last or is not wanted there.

use serde_json::Value;

/// A program that has the object under its care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectOwner {
    pub keeper: ObjectKeeper,
    /// `Argo CD application shop`, `Helm release bifrost`.
    pub name: String,
    /// Where the change belongs, completing "change it …".
    pub instead: String,
}

/// What kind of program that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectKeeper {
    /// An application of Argo CD, by name where that is known.
    ArgoCd(Option<String>),
    Flux,
    /// Writes when somebody runs it, and puts nothing back by itself.
    Helm,
    /// A controller that makes the object of another one.
    Controller,
}

impl ObjectOwner {
    /// The owner of an object as it is stored; none is known of an object that only people write.
    ///
    /// The marks are those that the programs set: Argo CD's tracking annotation and label and its field
    /// manager, the labels of Flux' kustomize- and helm-controller, Helm's `managed-by` with the release,
    /// OLM's `olm.owner`, and the controller among the `ownerReferences`.
    pub fn of(object: &Value) -> Option<ObjectOwner> {
        let metadata = &object["metadata"];
        let (labels, annotations) = (&metadata["labels"], &metadata["annotations"]);
        let text = |of: &Value, key: &str| {
            of[key].as_str().filter(|own| !own.is_empty()).map(str::to_owned)
        };
        let owned = |keeper, name: String, instead: &str| {
            Some(ObjectOwner { keeper, name, instead: instead.to_owned() })
        };
        let references = metadata["ownerReferences"].as_array();
        let controller = references.into_iter().flatten().find(|own| own["controller"] == true);
        if let Some(own) = controller {
            let name = format!("{} {}", word(&own["kind"]), word(&own["name"]));
            let instead = format!("in {name}, which makes it");
            return owned(ObjectKeeper::Controller, name, &instead);
        }
        // `application:group/kind:namespace/name`
        let tracked = text(annotations, "argocd.argoproj.io/tracking-id")
            .and_then(|id| id.split(':').next().map(str::to_owned));
        if let Some(name) = tracked.or_else(|| text(labels, "argocd.argoproj.io/instance")) {
            return owned(
                ObjectKeeper::ArgoCd(Some(name.clone())),
                format!("Argo CD application {name}"),
                "in the source of the application",
            );
        }
        for (key, namespace, what) in [
            (
                "kustomize.toolkit.fluxcd.io/name",
                "kustomize.toolkit.fluxcd.io/namespace",
                "Kustomization",
            ),
            ("helm.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/namespace", "HelmRelease"),
        ] {
            let Some(name) = text(labels, key) else { continue };
            let home = text(labels, namespace).map(|home| format!("{home}/")).unwrap_or_default();
            return owned(
                ObjectKeeper::Flux,
                format!("Flux {what} {home}{name}"),
                "in the repository that Flux reads",
            );
        }
        if let Some(name) = text(labels, "olm.owner") {
            return owned(
                ObjectKeeper::Controller,
                format!("OLM {name}"),
                "in the operator's own resource",
            );
        }
        if labels["app.kubernetes.io/managed-by"] == "Helm" {
            let release = text(annotations, "meta.helm.sh/release-name");
            let name = release.map_or("Helm".to_owned(), |name| format!("Helm release {name}"));
            return owned(ObjectKeeper::Helm, name, "in the values of the release");
        }
        let managers = metadata["managedFields"].as_array().into_iter().flatten();
        let mut managers = managers.filter_map(|own| own["manager"].as_str());
        let known = managers.find_map(|own| MANAGERS.iter().find(|(name, _)| *name == own))?;
        let keeper = match known.1 {
            "Flux" => ObjectKeeper::Flux,
            _ => ObjectKeeper::ArgoCd(None),
        };
        owned(keeper, known.1.to_owned(), "in the repository that it reads")
    }
}

/// Field managers of programs that put back what others change.
const MANAGERS: [(&str, &str); 3] = [
    ("argocd-controller", "Argo CD"),
    ("kustomize-controller", "Flux"),
    ("helm-controller", "Flux"),
];

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(metadata: &Value) -> Option<String> {
        ObjectOwner::of(&json!({ "metadata": metadata })).map(|own| own.name)
    }

    #[test]
    fn owners_are_known_by_their_marks() {
        let tracking = json!({"annotations": {"argocd.argoproj.io/tracking-id":
            "shop:gateway.networking.k8s.io/HTTPRoute:gw/chat"}});
        assert_eq!(name(&tracking).as_deref(), Some("Argo CD application shop"));
        let flux = json!({"labels": {"kustomize.toolkit.fluxcd.io/name": "apps",
            "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}});
        assert_eq!(name(&flux).as_deref(), Some("Flux Kustomization flux-system/apps"));
        let helm = json!({"labels": {"app.kubernetes.io/managed-by": "Helm"},
            "annotations": {"meta.helm.sh/release-name": "bifrost"}});
        assert_eq!(name(&helm).as_deref(), Some("Helm release bifrost"));
        let made = json!({"ownerReferences": [{"kind": "AIGatewayRoute", "name": "chat", "controller": true}]});
        assert_eq!(name(&made).as_deref(), Some("AIGatewayRoute chat"));
        let argo =
            json!({"managedFields": [{"manager": "kubectl"}, {"manager": "argocd-controller"}]});
        assert_eq!(name(&argo).as_deref(), Some("Argo CD"));
    }

    #[test]
    fn what_people_write_has_no_owner() {
        let plain = json!({"labels": {"app.kubernetes.io/managed-by": "kustomize", "app": "Helm"},
            "ownerReferences": [{"kind": "Gateway", "name": "gw"}],
            "managedFields": [{"manager": "kubectl-client-side-apply"}]});
        assert_eq!(name(&plain), None);
    }
}
