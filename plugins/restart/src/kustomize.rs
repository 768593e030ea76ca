//! Names with a hash of the content, as Kustomize's generators make them.

use igw_core::facts::Facts;
use igw_core::facts::views::{ConfigMap, ConfigSource, ConfigUse, Secret};
use igw_core::kube::Meta;

/// Kustomize's hash: ten characters of these, where a vowel and look-alikes cannot occur.
const LETTERS: &[u8] = b"bcdfghkmt2456789";

/// The name in front of the hash, if there is one.
pub fn stem(name: &str) -> Option<&str> {
    let (stem, hash) = name.rsplit_once('-')?;
    let is_hash = hash.len() == 10 && hash.bytes().all(|byte| LETTERS.contains(&byte));
    (is_hash && !stem.is_empty()).then_some(stem)
}

/// An object of the same name with another hash that was made later than the one that is used.
pub fn newer<'a>(facts: &Facts<'a>, namespace: &str, own: &ConfigUse) -> Option<&'a Meta> {
    let stem_of_own = stem(&own.name)?;
    let all: Vec<&Meta> = match own.source {
        ConfigSource::ConfigMap => {
            let list = facts.list::<ConfigMap>(Some(namespace)).items;
            list.into_iter().map(|map| &map.meta).collect()
        }
        // Secrets are not listed: those that are known for another reason.
        ConfigSource::Secret => {
            let known = facts.store.known::<Secret>().map(|own| &own.meta);
            known.filter(|meta| meta.namespace == namespace).collect()
        }
    };
    let used = all.iter().find(|meta| meta.name == own.name)?;
    let age = used.created.as_deref()?;
    let later = |meta: &&&Meta| {
        meta.name != own.name
            && stem(&meta.name) == Some(stem_of_own)
            && meta.created.as_deref().is_some_and(|created| created > age)
    };
    all.iter().filter(later).max_by_key(|meta| meta.created.clone()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_names() {
        assert_eq!(stem("gw-config-5dkg8h2m4t"), Some("gw-config"));
        assert_eq!(stem("gw-config"), None);
        assert_eq!(stem("gw-production"), None);
        assert_eq!(stem("gw-aaaaaaaaaa"), None);
        assert_eq!(stem("-5dkg8h2m4t"), None);
    }
}
