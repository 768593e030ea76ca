//! What is released, by krew's own rules (krew 0.5: `pkg/index/validation`, `internal/download`,
//! `internal/installation`), which are not read strictly there: a misspelt field would be ignored.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const TARGETS: [(&str, &str, &str); 6] = [
    ("x86_64-unknown-linux-musl", "linux", "amd64"),
    ("aarch64-unknown-linux-musl", "linux", "arm64"),
    ("x86_64-apple-darwin", "darwin", "amd64"),
    ("aarch64-apple-darwin", "darwin", "arm64"),
    ("x86_64-pc-windows-msvc", "windows", "amd64"),
    ("aarch64-pc-windows-msvc", "windows", "arm64"),
];

fn make(args: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../release/make");
    Command::new(script).args(args).output().expect("the script starts")
}

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn sum(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().expect("sha256sum is there");
    String::from_utf8_lossy(&output.stdout).split(' ').next().unwrap_or_default().to_owned()
}

/// The archive of one target holds a few words in the place of a program: what is looked at is what
/// the script makes of it.
#[cfg(target_os = "linux")]
#[test]
fn archives_and_manifest_are_what_krew_takes() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let (program, home) = (place.path().join("program"), place.path().join("dist"));
    std::fs::write(&program, "in the place of a program").expect("it can be written");
    let (program, directory) = (program.display().to_string(), home.display().to_string());
    for (target, ..) in TARGETS {
        let made = make(&["archive", target, &program, &directory]);
        assert!(made.status.success(), "{made:?}");
    }
    let made = make(&["manifest", &directory, "https://example.com/igw", "--all"]);
    assert!(made.status.success(), "{made:?}");
    let text = std::fs::read_to_string(home.join("igw.yaml")).expect("it was written");
    assert!(!text.contains('@'), "{text}");
    let manifest: Value = serde_saphyr::from_str(&text).expect("it is YAML");
    assert_eq!(manifest["apiVersion"], "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!(
        (&manifest["kind"], &manifest["metadata"]["name"]),
        (&"Plugin".into(), &"igw".into())
    );
    let spec = &manifest["spec"];
    let known = ["version", "homepage", "shortDescription", "description", "caveats", "platforms"];
    assert_eq!(names(spec), known.into(), "a field that krew does not know is ignored");
    assert_eq!(spec["version"], format!("v{}", env!("CARGO_PKG_VERSION")));
    let short = spec["shortDescription"].as_str().unwrap_or_default();
    assert!(!short.is_empty() && !short.contains('\n'));
    let platforms = spec["platforms"].as_array().expect("there are platforms");
    assert_eq!(platforms.len(), TARGETS.len());
    for (platform, (target, os, arch)) in platforms.iter().zip(TARGETS) {
        assert_eq!(names(platform), ["selector", "uri", "sha256", "bin"].into());
        assert_eq!(names(&platform["selector"]), ["matchLabels"].into());
        let labels = &platform["selector"]["matchLabels"];
        assert_eq!((&labels["os"], &labels["arch"]), (&os.into(), &arch.into()));
        let uri = platform["uri"].as_str().unwrap_or_default();
        let file = uri.rsplit('/').next().unwrap_or_default();
        assert!(file.contains(target), "{uri}");
        assert_eq!(platform["sha256"], sum(&home.join(file)), "{file}");
        let bin = if os == "windows" { "kubectl-igw.exe" } else { "kubectl-igw" };
        assert_eq!(platform["bin"], bin);
        let listed = Command::new("tar").arg("-tvzf").arg(home.join(file)).output();
        let listed = listed.expect("tar is there").stdout;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let entry = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[0].to_owned(), words[words.len() - 1].to_owned())
        };
        let entries: Vec<_> = listed.lines().map(entry).collect();
        let of = |mode: &str, name: &str| (mode.to_owned(), name.to_owned());
        let expected = [
            of("-rwxr-xr-x", bin),
            of("-rw-r--r--", "LICENSE"),
            of("-rw-r--r--", "README.md"),
            of("-rw-r--r--", "CHANGELOG.md"),
            of("-rwxr-xr-x", "install.sh"),
        ];
        assert_eq!(entries[..5], expected, "regular files only, and a licence among them");
        let pages = |entry: &(String, String)| entry.1.ends_with(".1") && entry.0 == "-rw-r--r--";
        assert!(entries[5..].iter().all(pages), "{entries:?}");
    }
}

#[test]
fn a_missing_archive_is_named() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let directory = place.path().display().to_string();
    let made = make(&["manifest", &directory, "https://example.com/igw", "--all"]);
    let says = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(!made.status.success() && says.contains("x86_64-unknown-linux-musl"), "{says}");
    assert_eq!(make(&["archive", "x"]).status.code(), Some(2));
}
