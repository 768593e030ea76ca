//! Logs of pods, as a fixture tells them: in the annotations `log/CONTAINER` and
//! `previous-log/CONTAINER` of the pod.

use super::{ServedWorld, status};

impl ServedWorld {
    /// The answer for a log, if a path is one.
    pub(super) fn log(&self, target: &str) -> Option<(u16, String)> {
        let (path, query) = target.split_once('?')?;
        let rest = path.strip_prefix("/api/v1/namespaces/")?.strip_suffix("/log")?;
        let (namespace, pod) = rest.split_once("/pods/")?;
        let is_it = |object: &&serde_json::Value| {
            let meta = &object["metadata"];
            object["kind"] == "Pod" && meta["namespace"] == namespace && meta["name"] == pod
        };
        let Some(object) = self.objects.iter().find(is_it) else {
            let mut body = status(404, &format!("pods {pod:?} not found"));
            body["details"] = serde_json::json!({ "name": pod, "kind": "pods" });
            return Some((404, body.to_string()));
        };
        let of = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
        let container = of("container=").unwrap_or_default();
        let previous = if of("previous=") == Some("true") { "previous-" } else { "" };
        let name = format!("{previous}log/{container}");
        Some(match object["metadata"]["annotations"][&name].as_str() {
            Some(text) => (200, text.to_owned()),
            None => {
                let what = format!("{previous}log of container {container:?} in pod {pod:?}");
                (400, status(400, &format!("{what} not found")).to_string())
            }
        })
    }
}
