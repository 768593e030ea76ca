//! What the files of a tree are to each other: kustomizations, what they list, what only patches.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use igw_core::kube::{Kind, group_of};
use serde_json::Value;

use super::kustomization::{GROUP, Kustomization, KustomizeEntry, plain};
use crate::input::files::{Input, is_kustomization};

/// The kustomizations of an input, and its manifests by file.
pub struct Layout {
    /// By the real path of the directory.
    pub kustomizations: BTreeMap<PathBuf, Kustomization>,
    /// The manifests of each file, by its real path: indices into the input's.
    pub of_file: BTreeMap<PathBuf, Vec<usize>>,
    /// Files that no object stands in, although they look like it: patches, configurations.
    pub no_objects: BTreeSet<PathBuf>,
    /// Directories that a kustomization lists.
    pub listed: BTreeSet<PathBuf>,
    /// Files that a kustomization lists.
    pub listed_files: BTreeSet<PathBuf>,
    /// All files of the input.
    known_files: BTreeSet<PathBuf>,
}

/// What a kustomization reaches when it is read as it stands.
#[derive(Debug, Default)]
pub struct Reached {
    /// Indices into the input's manifests, each with the namespace that it gets.
    pub members: Vec<(usize, Option<String>)>,
    /// The directories of the kustomizations on the way.
    pub directories: BTreeSet<PathBuf>,
    /// What is elsewhere, or could not be read.
    pub elsewhere: Vec<String>,
    /// Whether it leads to files on this machine that are not in the input.
    pub leaves_input: bool,
}

impl Layout {
    pub fn of(input: &Input) -> Layout {
        let mut layout = Layout {
            kustomizations: BTreeMap::new(),
            of_file: BTreeMap::new(),
            no_objects: BTreeSet::new(),
            listed: BTreeSet::new(),
            listed_files: BTreeSet::new(),
            known_files: input.files.iter().filter_map(|file| file.path.clone()).collect(),
        };
        let files: HashMap<u32, &PathBuf> = (0u32..)
            .zip(&input.files)
            .filter_map(|(number, file)| Some((number, file.path.as_ref()?)))
            .collect();
        let mut documents: BTreeSet<u32> = BTreeSet::new();
        for (index, manifest) in input.manifests.iter().enumerate() {
            let Some(path) = files.get(&manifest.origin.file) else { continue };
            if is_of_kustomize(&manifest.value) {
                layout.add(path, manifest.origin.file, manifest.origin.document, &manifest.value);
            } else {
                layout.of_file.entry((*path).clone()).or_default().push(index);
            }
            documents.insert(manifest.origin.document);
        }
        for (document, value) in &input.bare_kustomizations {
            let file = input.documents[*document as usize].file;
            if let Some(path) = files.get(&file) {
                layout.add(path, file, *document, value);
            }
        }
        layout.link();
        layout.leave_out_tests(input);
        layout
    }

    fn add(&mut self, path: &Path, file: u32, document: u32, value: &Value) {
        let Some(directory) = path.parent().map(Path::to_owned) else { return };
        if is_kustomization(path) {
            let own = Kustomization::new(directory.clone(), file, document, value.clone());
            self.kustomizations.insert(directory, own);
        } else {
            self.no_objects.insert(path.to_owned());
        }
    }

    fn link(&mut self) {
        for own in self.kustomizations.values() {
            self.no_objects.extend(own.patch_files());
            for path in own.configuring_files() {
                match self.kustomizations.contains_key(&path) {
                    true => drop(self.listed.insert(path)),
                    false => drop(self.no_objects.insert(path)),
                }
            }
            for entry in own.resources().into_iter().chain(own.components()) {
                let KustomizeEntry::Local(path) = entry else { continue };
                match self.kustomizations.contains_key(&path) {
                    true => drop(self.listed.insert(path)),
                    false => drop(self.listed_files.insert(path)),
                }
            }
        }
    }

    /// What a test of another program gets as its input is applied to no cluster.
    fn leave_out_tests(&mut self, input: &Input) {
        const TESTS: [&str; 3] = ["kyverno-test", "chainsaw-test", "kuttl-test"];
        let is_test =
            |path: &&PathBuf| path.file_stem().is_some_and(|own| TESTS.iter().any(|t| own == *t));
        let tests: Vec<&Path> =
            self.known_files.iter().filter(is_test).filter_map(|path| path.parent()).collect();
        let named = |manifests: &[usize]| {
            let files = manifests.iter().map(|index| input.manifests[*index].origin.file);
            files.into_iter().any(|file| input.files[file as usize].named)
        };
        for (path, manifests) in &self.of_file {
            let inside = tests.iter().any(|test| path.starts_with(test));
            if inside && !named(manifests) && !self.listed_files.contains(path) {
                self.no_objects.insert(path.clone());
            }
        }
    }

    /// Whether a file is in the input.
    pub fn knows(&self, path: &Path) -> bool {
        self.known_files.contains(path)
    }

    /// The kustomizations that no other one lists: each is built by somebody.
    pub fn roots(&self) -> impl Iterator<Item = &Kustomization> {
        let roots = self.kustomizations.iter();
        roots
            .filter(|(path, own)| !own.is_component() && !self.listed.contains(*path))
            .map(|(_, own)| own)
    }

    /// Whether a file stands beside a kustomization that does not list it, so that nobody applies
    /// it.
    pub fn is_left_out(&self, path: &Path) -> bool {
        let beside = path.parent().is_some_and(|home| self.kustomizations.contains_key(home));
        beside && !self.listed_files.contains(path)
    }

    /// Follows a kustomization without building it: which objects it lists, and the namespace that
    /// it gives them.
    pub fn reach(&self, root: &Kustomization) -> Reached {
        let mut reached = Reached::default();
        self.follow(root, &mut reached);
        reached
    }

    fn follow(&self, own: &Kustomization, out: &mut Reached) {
        if !out.directories.insert(own.directory.clone()) {
            return;
        }
        let start = out.members.len();
        if own.has_charts() {
            out.elsewhere.push("a chart of a kustomization".to_owned());
        }
        for entry in own.resources().into_iter().chain(own.components()) {
            match entry {
                KustomizeEntry::Remote(url) => out.elsewhere.push(igw_core::text::clip(&url, 80)),
                KustomizeEntry::Local(path) => self.entry(&path, out),
            }
        }
        if let Some(namespace) = own.namespace() {
            for (_, given) in &mut out.members[start..] {
                *given = Some(namespace.to_owned());
            }
        }
    }

    fn entry(&self, path: &Path, out: &mut Reached) {
        if let Some(child) = self.kustomizations.get(path) {
            self.follow(child, out);
        } else if let Some(manifests) = self.of_file.get(path) {
            out.members.extend(manifests.iter().map(|index| (*index, None)));
        } else if !self.no_objects.contains(path) && path.exists() {
            // A file without objects that is in the input is no gap.
            out.leaves_input |= path.is_dir() || !self.known_files.contains(path);
        } else if !self.no_objects.contains(path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            out.elsewhere.push(igw_core::text::clean(&name));
        }
    }

    /// The files below a directory that Flux or Argo CD takes as they are; a directory with a
    /// kustomization below it is taken as a whole.
    pub fn below<'l>(
        &'l self,
        directory: &'l Path,
    ) -> (Vec<&'l Kustomization>, impl Iterator<Item = (&'l PathBuf, &'l Vec<usize>)>) {
        let mut nested: Vec<&Kustomization> = Vec::new();
        for (path, own) in self.kustomizations.range(directory.to_owned()..) {
            if !path.starts_with(directory) {
                break;
            }
            if !own.is_component() && !nested.iter().any(|up| path.starts_with(&up.directory)) {
                nested.push(own);
            }
        }
        let roots: Vec<PathBuf> = nested.iter().map(|own| own.directory.clone()).collect();
        let files = self
            .of_file
            .range(directory.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(directory))
            .filter(move |(path, _)| !roots.iter().any(|root| path.starts_with(root)))
            .filter(|(path, _)| !self.no_objects.contains(*path));
        (nested, files)
    }

    /// The directory in the tree that a path of a source means: relative to the directory that
    /// holds it, or to one above.
    pub fn resolve(&self, from: &Path, path: &str) -> Option<PathBuf> {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        let mut above = from.ancestors().skip(1);
        above.find_map(|home| {
            let found = plain(&home.join(path));
            let known = self.kustomizations.contains_key(&found)
                || self
                    .of_file
                    .range(found.clone()..)
                    .next()
                    .is_some_and(|(f, _)| f.starts_with(&found));
            (known && (!path.is_empty() || home.join(".git").exists())).then_some(found)
        })
    }
}

fn is_of_kustomize(value: &Value) -> bool {
    value["apiVersion"].as_str().is_some_and(|version| group_of(version) == GROUP)
}

/// The kind of a manifest that rules read.
pub fn kind_of(value: &Value) -> Option<Kind> {
    let text = |field: &str| value[field].as_str().unwrap_or_default();
    Kind::of(group_of(text("apiVersion")), text("kind"))
}
