//! The pages of the checks: each has its sections, and `docs/checks` holds them as they are.
//!
//! With `INSTA_UPDATE=always` (`just snapshots`) the files are written instead.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use igw::product::Product;
use igw_core::check::Check;
use igw_core::report::page_file;

/// Every check, with the plugin that explains it.
fn checks() -> Vec<(&'static Check, &'static str)> {
    let products: [&dyn Product; 5] = [
        &igw_gateway::GATEWAY,
        &igw_routes::ROUTES,
        &igw_bifrost::BIFROST,
        &igw_langfuse::LANGFUSE,
        &igw_restart::RESTART,
    ];
    let of = |product: &'static dyn Product| {
        product.checks().iter().map(move |check| (*check, product.name()))
    };
    let mut all: Vec<_> = products.into_iter().flat_map(of).collect();
    // Every product has these, and the first explains them.
    all.extend(igw_core::suppress::CHECKS.iter().map(|check| (*check, "routes")));
    all.sort_by_key(|(check, _)| check.code);
    all
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/checks")
}

/// What the directory should hold: a file a check, and an index.
fn expected() -> BTreeMap<String, String> {
    let mut index =
        "# Checks\n\n| code | name | severity | plugin | |\n|---|---|---|---|---|\n".to_owned();
    let mut out = BTreeMap::new();
    for (check, plugin) in checks() {
        let (code, name, severity) = (check.code, check.name, check.severity.word());
        index.push_str(&format!(
            "| [{code}]({code}.md) | {name} | {severity} | {plugin} | {} |\n",
            check.summary()
        ));
        out.insert(format!("{code}.md"), page_file(check, plugin));
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
    for (check, _) in checks() {
        assert!(seen.insert(check.code, check.name).is_none(), "{} is there twice", check.code);
        let names = seen.values().filter(|name| **name == check.name).count();
        assert_eq!(names, 1, "{} is there twice", check.name);
    }
}

#[test]
fn every_page_has_its_sections() {
    for (check, _) in checks() {
        let page = check.page();
        let headings: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(
            headings,
            ["What it means", "Why it matters", "Example", "Fix safety", "Sources"],
            "{}",
            check.code
        );
        assert!(page.starts_with("# "), "{}: no title", check.code);
        assert!(!check.summary().ends_with('.'), "{}", check.code);
        for (heading, text) in sections(&page) {
            assert!(!text.trim().is_empty(), "{}: {heading}", check.code);
        }
    }
}

fn sections(page: &str) -> Vec<(&str, &str)> {
    let parts = page.split("\n## ").skip(1);
    parts.filter_map(|part| part.split_once('\n')).collect()
}
