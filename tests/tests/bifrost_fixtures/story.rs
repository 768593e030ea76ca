//! The directories of `tests/fixtures-bifrost`.

use std::path::{Path, PathBuf};

use igw::cli::Common;
use igw::load::Loaded;
use igw_bifrost::{Pod, input};

/// A small world, with what it is about.
pub struct Story {
    /// The name of its directory.
    pub name: String,
    /// Its manifests.
    pub file: PathBuf,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures-bifrost")
}

/// All of them, by name.
pub fn all() -> Vec<Story> {
    let entries = std::fs::read_dir(root()).expect("tests/fixtures-bifrost can be listed");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry can be read").file_name().to_string_lossy().into())
        .collect();
    names.sort();
    assert!(names.len() >= 70, "too few stories: {}", names.len());
    names.iter().map(|name| named(name)).collect()
}

/// One of them.
pub fn named(name: &str) -> Story {
    Story { name: name.to_owned(), file: root().join(name).join("cluster.yaml") }
}

/// Files, as the program reads them.
pub fn load(files: Vec<String>) -> Loaded {
    let common = Common { files, ..Common::default() };
    input::read(&common, &Pod::default()).expect("manifests are given")
}

impl Story {
    /// The world, as the program reads it.
    pub fn load(&self) -> Loaded {
        let loaded = load(vec![self.file.to_string_lossy().into_owned()]);
        assert_eq!(loaded.input.problems, [], "{}", self.name);
        loaded
    }

    /// What README.md tells: two to six lines below its title.
    pub fn tells(&self) -> String {
        let readme = self.file.with_file_name("README.md");
        let text = std::fs::read_to_string(readme).expect("README.md can be read");
        let (title, story) = text.split_once("\n\n").expect("a title and a text");
        assert_eq!(title, format!("# {}", self.name));
        let lines = story.lines().count();
        assert!((2..=6).contains(&lines), "{}: {lines} lines", self.name);
        story.to_owned()
    }
}
