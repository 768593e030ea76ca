//! The pages of the checks: each has its sections, and `docs/checks` holds them as they are.
//!
//! With `INSTA_UPDATE=always` (`just snapshots`) the files are written instead.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use igw_core::check::Meta;
use igw_core::report::page_file;

/// What is fixed about everything that may be told, with the plugin that explains it.
fn metas() -> Vec<(&'static Meta, &'static str)> {
    let routes = igw::judge::metas(igw_routes::checks::ALL);
    let bifrost = igw_bifrost::checks::ALL.iter().map(|check| check.meta());
    let mut all: Vec<_> = routes.into_iter().map(|meta| (meta, "routes")).collect();
    all.extend(bifrost.map(|meta| (meta, "bifrost")));
    all.sort_by_key(|(meta, _)| meta.code);
    all
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/checks")
}

/// What the directory should hold: a file a check, and an index.
fn expected() -> BTreeMap<String, String> {
    let mut index = "# Checks\n\n| code | name | severity | |\n|---|---|---|---|\n".to_owned();
    let mut out = BTreeMap::new();
    for (meta, plugin) in metas() {
        let (code, name, severity) = (meta.code, meta.name, meta.severity.word());
        index.push_str(&format!(
            "| [{code}]({code}.md) | {name} | {severity} | {} |\n",
            meta.summary()
        ));
        out.insert(format!("{code}.md"), page_file(meta, plugin));
    }
    out.insert("README.md".to_owned(), index);
    out
}

#[test]
fn files_are_what_the_program_explains() {
    let expected = expected();
    let directory = directory();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::remove_dir_all(&directory).expect("docs/checks can be made anew");
        std::fs::create_dir(&directory).expect("docs/checks can be made anew");
        for (name, text) in &expected {
            std::fs::write(directory.join(name), text).expect("docs/checks can be written");
        }
    }
    for (name, text) in &expected {
        let found = std::fs::read_to_string(directory.join(name)).unwrap_or_default();
        assert_eq!(&found, text, "docs/checks/{name} is stale: just snapshots");
    }
    for entry in std::fs::read_dir(directory).expect("docs/checks can be listed") {
        let name = entry.expect("an entry can be read").file_name();
        let name = name.to_string_lossy();
        assert!(expected.contains_key(name.as_ref()), "docs/checks/{name} is of no check");
    }
}

#[test]
fn codes_and_names_are_unique() {
    let mut seen = BTreeMap::new();
    for (meta, _) in metas() {
        assert!(seen.insert(meta.code, meta.name).is_none(), "{} is there twice", meta.code);
        let names = seen.values().filter(|name| **name == meta.name).count();
        assert_eq!(names, 1, "{} is there twice", meta.name);
    }
}

#[test]
fn every_page_has_its_sections() {
    for (meta, _) in metas() {
        let page = meta.page();
        let headings: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(
            headings,
            ["What it means", "Why it matters", "Example", "Fix safety", "Sources"],
            "{}",
            meta.code
        );
        assert!(page.starts_with("# "), "{}: no title", meta.code);
        assert!(!meta.summary().ends_with('.'), "{}", meta.code);
        for (heading, text) in sections(&page) {
            assert!(!text.trim().is_empty(), "{}: {heading}", meta.code);
        }
    }
}

fn sections(page: &str) -> Vec<(&str, &str)> {
    let parts = page.split("\n## ").skip(1);
    parts.filter_map(|part| part.split_once('\n')).collect()
}
