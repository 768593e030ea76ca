//! What the kubelet says of a container that does not run, as far as Kubernetes fixes the text.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::last_words::EndMeaning;

/// What a reason to wait means, with its message.
pub fn meaning(reason: &str, message: &str) -> Option<EndMeaning> {
    let known = |cause, says| Some(EndMeaning { cause, says });
    match reason {
        "ImagePullBackOff" | "ErrImagePull" | "ErrImageNeverPull" => {
            known(None, "the image cannot be pulled")
        }
        "InvalidImageName" => known(None, "the name of the image is not valid"),
        "CreateContainerConfigError" => {
            if message.contains("container has runAsNonRoot and image has non-numeric user") {
                let says =
                    "runAsNonRoot needs runAsUser, because the image names its user by a word";
                return known(Some(Cause::NamedUser), says);
            }
            if message.contains("container has runAsNonRoot and image will run as root") {
                return known(None, "runAsNonRoot forbids the user of the image, which is root");
            }
            let lacks = message.contains("couldn't find key ") || message.ends_with(" not found");
            let source = ["secret", "Secret", "configmap", "ConfigMap"];
            (lacks && source.iter().any(|kind| message.contains(kind))).then_some(EndMeaning {
                cause: Some(Cause::VariableNotSet),
                says: "a Secret or ConfigMap that the container refers to, or a key in it, is not there",
            })
        }
        _ => None,
    }
}

pub fn out_of_memory() -> Option<EndMeaning> {
    let says = "the kernel ended it, because it used more memory than its limit allows";
    Some(EndMeaning { cause: None, says })
}

/// Whether a line is `chown`'s, or `chmod`'s, about a right that it does not have.
pub fn is_refused_chown(line: &str) -> bool {
    let refused = line.contains("Operation not permitted") || line.contains("Permission denied");
    refused && (line.contains("chown: ") || line.contains("chmod: "))
}

pub fn refused_chown() -> Option<EndMeaning> {
    let says = "chown needs root, and fsGroup does the same without";
    Some(EndMeaning { cause: Some(Cause::InitRefused), says })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_kubelet() {
        let cause =
            |message: &str| meaning("CreateContainerConfigError", message).map(|found| found.cause);
        let user = "container has runAsNonRoot and image has non-numeric user (appuser), cannot verify user is non-root (pod: x, container: y)";
        assert_eq!(cause(user), Some(Some(Cause::NamedUser)));
        assert_eq!(cause("secret \"a\" not found"), Some(Some(Cause::VariableNotSet)));
        let key = "couldn't find key b in Secret ai/a";
        assert_eq!(cause(key), Some(Some(Cause::VariableNotSet)));
        assert_eq!(cause("something else"), None);
        assert_eq!(meaning("CrashLoopBackOff", "back-off 5m0s"), None);
        assert!(is_refused_chown("chown: /app/data: Operation not permitted"));
    }
}
