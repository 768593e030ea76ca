//! kubeconfig files, read and merged as kubectl does (client-go, `tools/clientcmd/loader.go`).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::surroundings::Surroundings;
use crate::exit::{Exit, Failure};
use crate::input::files::Single;

/// A named entry of a kubeconfig file.
pub struct NamedEntry<T> {
    pub name: String,
    pub value: T,
    pub file: String,
    /// The directory that its paths are relative to.
    pub directory: PathBuf,
}

#[derive(Default)]
pub struct Merged {
    /// `current-context`: of the first file that has one.
    pub current: Option<String>,
    /// The first of each name.
    pub clusters: Vec<NamedEntry<Cluster>>,
    /// The first of each name.
    pub contexts: Vec<NamedEntry<Context>>,
    /// The first of each name.
    pub users: Vec<NamedEntry<AuthInfo>>,
    /// The files that were looked for, in order, as displayed.
    pub looked: Vec<String>,
    /// How many of `looked` exist.
    pub found: usize,
}

impl Merged {
    pub fn find<'a, T>(list: &'a [NamedEntry<T>], name: &str) -> Option<&'a NamedEntry<T>> {
        list.iter().find(|entry| entry.name == name)
    }
}

/// The names of contexts, clusters and users.
///
/// # Errors
/// When a file cannot be read or understood.
pub fn names(flag: Option<&str>) -> Result<[Vec<String>; 3], Failure> {
    fn all<T>(list: &[NamedEntry<T>]) -> Vec<String> {
        list.iter().map(|entry| entry.name.clone()).collect()
    }
    let merged = read(flag, &super::of_this_process())?;
    Ok([all(&merged.contexts), all(&merged.clusters), all(&merged.users)])
}

/// Reads what `--kubeconfig`, else `KUBECONFIG`, else `~/.kube/config` names. Missing files are
/// skipped, unless the flag names one.
///
/// # Errors
/// When a file cannot be read or understood.
pub fn read(flag: Option<&str>, around: &Surroundings) -> Result<Merged, Failure> {
    let home = (around.var)("HOME").filter(|home| !home.is_empty());
    let mut merged = Merged::default();
    for path in paths(flag, around, home.as_deref()) {
        let name = tilde(&path, home.as_deref());
        merged.looked.push(name.clone());
        let bytes = match (around.read)(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound && flag.is_none() => continue,
            Err(error) => return Err(unreadable(&name, &error.to_string())),
        };
        merged.found += 1;
        let text =
            String::from_utf8(bytes).map_err(|_| unreadable(&name, "it is not UTF-8 text"))?;
        let directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        add(&mut merged, &name, &text, &directory)?;
    }
    Ok(merged)
}

fn paths(flag: Option<&str>, around: &Surroundings, home: Option<&str>) -> Vec<PathBuf> {
    if let Some(flag) = flag.filter(|flag| !flag.is_empty()) {
        return vec![PathBuf::from(flag)];
    }
    if let Some(list) = (around.var)("KUBECONFIG").filter(|list| !list.is_empty()) {
        let mut out: Vec<PathBuf> = Vec::new();
        for path in std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()) {
            if !out.contains(&path) {
                out.push(path);
            }
        }
        return out;
    }
    home.map(|home| Path::new(home).join(".kube/config")).into_iter().collect()
}

/// A path with `~` for the home directory.
fn tilde(path: &Path, home: Option<&str>) -> String {
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

/// An error about a kubeconfig: the cluster could not be looked at.
pub(super) fn unreadable(name: &str, why: &str) -> Failure {
    Failure::blind(format!("cannot read the kubeconfig {name}")).cause(why)
}

fn add(merged: &mut Merged, name: &str, text: &str, directory: &Path) -> Result<(), Failure> {
    let blind = |failure: Failure| Failure { exit: Exit::Blind, ..failure };
    let single = Single::parse(name, text).map_err(|problem| blind(problem.failure()))?;
    let wrong = |at: &str, what: String| blind(single.problem(at, what).failure());
    let members = match &single.value {
        Value::Null => return Ok(()),
        Value::Object(members) => members,
        _ => return Err(wrong("", "is not a kubeconfig: it is not a mapping".to_owned())),
    };
    if let Some(kind) = members.get("kind").filter(|kind| *kind != "Config") {
        let kind = kind.as_str().unwrap_or("something else");
        return Err(wrong("/kind", format!("is not a kubeconfig: its kind is {kind}")));
    }
    match members.get("current-context") {
        Some(Value::String(context)) if !context.is_empty() => {
            merged.current.get_or_insert_with(|| context.clone());
        }
        None | Some(Value::Null | Value::String(_)) => {}
        Some(_) => {
            return Err(wrong("/current-context", "current-context is not a string".to_owned()));
        }
    }
    let from = KubeconfigPart { single: &single, file: name, directory };
    from.take("clusters", "cluster", &mut merged.clusters)
        .and_then(|()| from.take("contexts", "context", &mut merged.contexts))
        .and_then(|()| from.take("users", "user", &mut merged.users))
        .map_err(|(at, what)| wrong(&at, what))
}

struct KubeconfigPart<'a> {
    single: &'a Single,
    file: &'a str,
    directory: &'a Path,
}

impl KubeconfigPart<'_> {
    /// Adds entries that no earlier file has; on failure, where and what.
    fn take<T: DeserializeOwned>(
        &self,
        list: &str,
        member: &str,
        out: &mut Vec<NamedEntry<T>>,
    ) -> Result<(), (String, String)> {
        let entries = match &self.single.value[list] {
            Value::Null => return Ok(()),
            Value::Array(entries) => entries,
            _ => return Err((format!("/{list}"), format!("{list} is not a list"))),
        };
        for (index, entry) in entries.iter().enumerate() {
            let at = format!("/{list}/{index}");
            let Some(name) = entry["name"].as_str() else {
                return Err((at, format!("{list}[{index}] has no name")));
            };
            if out.iter().any(|known| known.name == name) {
                continue;
            }
            let empty = Value::Object(serde_json::Map::new());
            let value = if entry[member].is_null() { &empty } else { &entry[member] };
            // serde's own message may show a value, and a value may be a token.
            let value = T::deserialize(value).map_err(|_| {
                let (at, field) = culprit::<T>(value, &format!("{at}/{member}"));
                (at, format!("{member} {name}: {field} is of the wrong type"))
            })?;
            out.push(NamedEntry {
                name: name.to_owned(),
                value,
                file: self.file.to_owned(),
                directory: self.directory.to_owned(),
            });
        }
        Ok(())
    }
}

/// The member that cannot be read: its pointer and name.
fn culprit<T: DeserializeOwned>(value: &Value, at: &str) -> (String, String) {
    let members = value.as_object().into_iter().flatten();
    for (key, member) in members {
        let alone = Value::Object([(key.clone(), member.clone())].into_iter().collect());
        if T::deserialize(alone).is_err() {
            return (format!("{at}/{key}"), key.clone());
        }
    }
    (at.to_owned(), "it".to_owned())
}
