//! The house keeps its order: what CONTRIBUTING.md says about rooms, read out of the `use` lines.

mod modules;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use modules::{ModulePath, Modules, rust_files};
use regex::Regex;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rooms of a crate in the table of CONTRIBUTING.md whose head names its folder: a row holds
/// peers.
fn rows(folder: &str) -> BTreeMap<String, usize> {
    let guide = text(&root().join("CONTRIBUTING.md"));
    let head = format!("| `{folder}` | ");
    let table = guide.lines().skip_while(|line| !line.starts_with(&head));
    let rows = table.skip(2).take_while(|line| line.starts_with('|')).enumerate();
    let rooms = rows.flat_map(|(row, line)| {
        let cell = line.split('|').nth(1).unwrap_or_default().to_owned();
        let names: Vec<String> =
            cell.split(',').map(|name| name.trim().trim_matches('`').to_owned()).collect();
        names.into_iter().map(move |name| (name, row))
    });
    let rooms: BTreeMap<String, usize> = rooms.collect();
    assert!(rooms.len() > 5, "CONTRIBUTING.md has no table of {folder}");
    rooms
}

#[test]
fn a_room_imports_only_from_rooms_above_it() {
    for folder in ["shared/core/src", "shared/shell/src"] {
        let rows = rows(folder);
        let modules = Modules::read(&root().join(folder));
        let mut wrong = BTreeSet::new();
        for path in modules.files.keys().filter(|path| !path.is_empty()) {
            let Some(own) = rows.get(&path[0]) else {
                wrong.insert(format!("{} is in no table", path[0]));
                continue;
            };
            for needed in modules.needs(path) {
                let above = needed.first().is_none_or(|room| {
                    *room == path[0] || rows.get(room).is_some_and(|row| row < own)
                });
                if !above {
                    wrong.insert(format!("{} imports {}", path.join("::"), needed.join("::")));
                }
            }
        }
        assert_eq!(wrong, BTreeSet::new(), "{folder}");
        let rooms: BTreeSet<&String> =
            modules.files.keys().filter_map(|path| path.first()).collect();
        let empty: Vec<_> = rows.keys().filter(|room| !rooms.contains(room)).collect();
        assert!(empty.is_empty(), "{folder}: CONTRIBUTING.md has {empty:?}");
    }
}

/// Files that need each other, round about, of which this is one.
fn circle(start: &ModulePath, needs: &BTreeMap<ModulePath, BTreeSet<ModulePath>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut left: Vec<&ModulePath> = needs[start].iter().collect();
    while let Some(path) = left.pop() {
        if path == start {
            return true;
        }
        if seen.insert(path) {
            left.extend(&needs[path]);
        }
    }
    false
}

/// The same for folders that lie so deep, each as one.
fn folders(
    of_files: &BTreeMap<ModulePath, BTreeSet<ModulePath>>,
    depth: usize,
) -> BTreeMap<ModulePath, BTreeSet<ModulePath>> {
    let mut out: BTreeMap<ModulePath, BTreeSet<ModulePath>> = BTreeMap::new();
    let folder = |path: &ModulePath| path.iter().take(depth).cloned().collect::<ModulePath>();
    for (path, needs) in of_files {
        let own = folder(path);
        // A folder and what lies in it may need each other.
        let apart = |other: &ModulePath| !other.starts_with(&own) && !own.starts_with(other);
        let others: Vec<_> = needs.iter().map(folder).filter(apart).collect();
        for other in others {
            out.entry(own.clone()).or_default().insert(other.clone());
            out.entry(other).or_default();
        }
    }
    out
}

#[test]
fn no_files_and_no_folders_need_each_other() {
    let plugins = std::fs::read_dir(root().join("plugins")).expect("there are plugins");
    let plugins = plugins.map(|entry| entry.expect("an entry").path().join("src"));
    let shared = ["shared/core/src", "shared/shell/src"].map(|folder| root().join(folder));
    let mut judged = 0;
    for source in shared.into_iter().chain(plugins) {
        let modules = Modules::read(&source);
        let of_files: BTreeMap<_, _> =
            modules.files.keys().map(|path| (path.clone(), modules.needs(path))).collect();
        judged += of_files.len();
        for needs in [&folders(&of_files, 1), &folders(&of_files, 2), &of_files] {
            let circle: Vec<_> = needs.keys().filter(|path| circle(path, needs)).collect();
            assert!(circle.is_empty(), "{}: in circles: {circle:#?}", source.display());
        }
    }
    assert!(judged > 250, "only {judged} files");
}

/// The code of a file without its unit tests and comments.
fn code(path: &Path) -> String {
    let text = text(path);
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn core_knows_no_check_of_a_plugin() {
    let code_of_a_check = Regex::new("IGW[0-9]{4}").expect("a pattern");
    for file in rust_files(&root().join("shared/core/src")) {
        let text = code(&file);
        // What is ignored and why is nobody's in particular.
        let own = file.components().any(|part| part.as_os_str() == "suppress")
            || file.components().any(|part| part.as_os_str() == "tests.rs");
        let found = code_of_a_check.find(&text).filter(|_| !own);
        assert!(found.is_none(), "{}: {found:?}", file.display());
    }
}

#[test]
fn no_check_imports_another() {
    let other = Regex::new(r"\b(super|crate::checks)::").expect("a pattern");
    let mut judged = 0;
    for entry in std::fs::read_dir(root().join("plugins")).expect("there are plugins") {
        let checks = entry.expect("an entry").path().join("src/checks");
        // The front door has none of its own.
        let files = if checks.is_dir() { rust_files(&checks) } else { Vec::new() };
        for file in files.iter().filter(|file| !file.ends_with("mod.rs")) {
            judged += 1;
            let text = code(file);
            let found = other.find(&text).map(|found| &text[found.start()..]);
            let found = found.and_then(|text| text.lines().next());
            assert!(found.is_none(), "{}: {found:?}", file.display());
            let name = file.file_stem().expect("a name").to_string_lossy().replace('_', "-");
            assert!(text.contains(&format!("name: \"{name}\"")), "{}", file.display());
        }
    }
    assert!(judged > 70, "only {judged} checks");
}

fn all_files() -> Vec<PathBuf> {
    ["shared", "plugins", "tests"].iter().flat_map(|part| rust_files(&root().join(part))).collect()
}

#[test]
fn files_have_at_most_300_lines() {
    let lines = |file: &PathBuf| text(file).lines().count();
    let long: Vec<_> = all_files().into_iter().filter(|file| lines(file) > 300).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn one_type_name_means_one_thing() {
    let declared = Regex::new(r"(?m)^(?:pub(?:\([a-z]+\))? )?(?:struct|enum|trait|type) (\w+)");
    let declared = declared.expect("a pattern");
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for file in all_files() {
        for found in declared.captures_iter(&text(&file)) {
            places.entry(found[1].to_owned()).or_default().push(file.clone());
        }
    }
    assert!(places.len() > 300, "only {} types", places.len());
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}
