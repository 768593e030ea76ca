//! The files of a crate, what each defines, and which others it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Attribute, File, Ident, Item, ItemMacro, ItemMod, ItemUse, UseTree, Visibility};

/// A module: its path inside the crate.
pub type ModulePath = Vec<String>;

/// A name that a `use` brings in.
struct Import {
    path: Vec<String>,
    /// `*` for all.
    name: String,
    public: bool,
}

#[derive(Default)]
struct Module {
    defines: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths of more than one segment outside of `use`.
    paths: Vec<Vec<String>>,
}

/// The modules of one crate.
pub struct Modules {
    pub files: BTreeMap<ModulePath, PathBuf>,
    modules: BTreeMap<ModulePath, Module>,
}

/// All `.rs` files below a folder, in order.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            out.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
    out.sort();
    out
}

impl Modules {
    /// Those below a `src`; unit tests are left out.
    pub fn read(source: &Path) -> Modules {
        let (mut files, mut modules) = (BTreeMap::new(), BTreeMap::new());
        for file in rust_files(source) {
            let inside = file.strip_prefix(source).expect("below it").with_extension("");
            let mut path: ModulePath =
                inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if path.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
                path.pop();
            }
            if inside.ends_with("main") || path.iter().any(|name| name == "tests") {
                continue;
            }
            let text = std::fs::read_to_string(&file).expect("a text");
            let parsed =
                syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            modules.insert(path.clone(), Module::of(&parsed));
            files.insert(path, file);
        }
        Modules { files, modules }
    }

    /// The modules that a module needs, re-exports followed to where things are defined.
    pub fn needs(&self, path: &ModulePath) -> BTreeSet<ModulePath> {
        let module = &self.modules[path];
        let private = module.imports.iter().filter(|import| !import.public);
        let imported = private.map(|import| self.absolute(path, &import.path));
        let named = module.paths.iter().map(|used| {
            // `text::clip` after `use crate::text`.
            let import = module.imports.iter().find(|import| import.name == used[0]);
            let whole = import.map(|import| [&import.path[..], &used[1..]].concat());
            self.absolute(path, &whole.unwrap_or_else(|| used.clone()))
        });
        let all = imported.chain(named).flatten();
        let mut out: BTreeSet<_> = all.filter_map(|target| self.definer(&target, 0)).collect();
        out.remove(path);
        out
    }

    /// A path from the root of the crate; `None` for one of another crate.
    fn absolute(&self, from: &ModulePath, path: &[String]) -> Option<Vec<String>> {
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([from, &path[1..]].concat()),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                Some([&from[..from.len().checked_sub(ups)?], &path[ups..]].concat())
            }
            first => {
                let child = [from, &[first.to_owned()][..]].concat();
                self.modules.contains_key(&child).then(|| [from, path].concat())
            }
        }
    }

    /// The module that defines what a path means.
    fn definer(&self, path: &[String], depth: usize) -> Option<ModulePath> {
        let (module, rest) = (0..=path.len()).rev().find_map(|end| {
            let key = path[..end].to_vec();
            self.modules.contains_key(&key).then(|| (key, &path[end..]))
        })?;
        let Some(name) = rest.first().filter(|_| depth < 8) else { return Some(module) };
        let own = &self.modules[&module];
        if own.defines.contains(name) {
            return Some(module);
        }
        let through = |import: &Import| {
            let tail = if import.name == "*" { rest } else { &rest[1..] };
            let whole = [&import.path[..], tail].concat();
            let found = self.definer(&self.absolute(&module, &whole)?, depth + 1)?;
            (import.name != "*" || self.modules[&found].defines.contains(name)).then_some(found)
        };
        let named = own.imports.iter().filter(|import| import.name == *name);
        let all = own.imports.iter().filter(|import| import.public && import.name == "*");
        named.chain(all).find_map(through).or(Some(module))
    }
}

impl Module {
    fn of(file: &File) -> Module {
        let mut module = Module::default();
        module.visit_file(file);
        module
    }

    fn import(&mut self, tree: &UseTree, path: &[String], public: bool) {
        let with = |ident: &Ident| [path, &[ident.to_string()][..]].concat();
        let mut add = |path: Vec<String>, name: String| {
            self.imports.push(Import { path, name, public });
        };
        match tree {
            UseTree::Path(part) => self.import(&part.tree, &with(&part.ident), public),
            UseTree::Name(name) if name.ident == "self" => {
                add(path.to_vec(), path.last().cloned().unwrap_or_default());
            }
            UseTree::Name(name) => add(with(&name.ident), name.ident.to_string()),
            UseTree::Rename(name) => add(with(&name.ident), name.rename.to_string()),
            UseTree::Glob(_) => add(path.to_vec(), "*".to_owned()),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, path, public));
            }
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    let is = |attribute: &Attribute| {
        let list = attribute.meta.require_list();
        list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    };
    attributes.iter().any(is)
}

impl Visit<'_> for Module {
    fn visit_item(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            Item::Macro(item) => item.ident.as_ref(),
            Item::Static(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            _ => None,
        };
        self.defines.extend(name.map(Ident::to_string));
        syn::visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        if !is_test(&item.attrs) {
            let public = !matches!(item.vis, Visibility::Inherited);
            self.import(&item.tree, &[], public);
        }
    }

    /// The inside of a declared macro is no path of this module.
    fn visit_item_macro(&mut self, _: &ItemMacro) {}

    fn visit_path(&mut self, path: &syn::Path) {
        if path.segments.len() > 1 {
            self.paths.push(path.segments.iter().map(|part| part.ident.to_string()).collect());
        }
        syn::visit::visit_path(self, path);
    }
}
