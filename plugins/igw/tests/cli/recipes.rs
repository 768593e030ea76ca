//! Recipes of the documentation, run as they stand there.

use std::path::Path;
use std::process::Command;

use igw_tests::server::StandIn;
use serde_json::Value;

use crate::program::{directory, story};
use crate::{PROGRAM, program};

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The PATH on which the program is found, as kubectl would.
#[cfg(unix)]
fn path_with_program(place: &Path) -> String {
    std::os::unix::fs::symlink(PROGRAM, place.join("kubectl-igw")).expect("a link can be made");
    // In the place of kubectl, which is not needed to find the program.
    let kubectl = "#!/bin/sh\nshift\nexec kubectl-igw \"$@\"\n";
    std::fs::write(place.join("kubectl"), kubectl).expect("it can be written");
    let made = Command::new("chmod").arg("755").arg(place.join("kubectl")).status();
    assert!(made.expect("chmod is there").success());
    format!("{}:{}", place.display(), std::env::var("PATH").unwrap_or_default())
}

/// The keys of `docs/k9s.yaml`.
#[cfg(unix)]
#[test]
fn keys_of_k9s() {
    let text = std::fs::read_to_string(root().join("docs/k9s.yaml")).expect("it is there");
    let keys: Value = serde_saphyr::from_str(&text).expect("it is YAML");
    let demo = std::fs::read_to_string(directory().join("../plugins/igw/src/demo.yaml"));
    let server = StandIn::of(&demo.expect("the example can be read"));
    let place = tempfile::tempdir().expect("a directory can be made");
    let config = server.kubeconfig(place.path(), "default");
    let path = path_with_program(place.path());
    let keys = keys["plugins"].as_object().expect("there are keys");
    assert_eq!(keys.len(), 3);
    for (name, key) in keys {
        let args = key["args"].as_array().expect("it has arguments").iter();
        let line = args.filter_map(Value::as_str).nth(1).expect("a line of a shell");
        let line = line.replace("$NAMESPACE", "llm").replace("$NAME", "embeddings");
        let context = std::fs::read_to_string(&config).expect("it can be read");
        let context: Value = serde_saphyr::from_str(&context).expect("it is YAML");
        let context = context["current-context"].as_str().expect("there is one").to_owned();
        let line = line.replace("$CONTEXT", &context).replace(" | less -R", "");
        let output = Command::new("sh")
            .args(["-c", &line])
            .env_clear()
            .env("PATH", &path)
            .env("KUBECONFIG", &config)
            .env("XDG_STATE_HOME", place.path().join("state"))
            .stdin(std::process::Stdio::null())
            .output()
            .expect("a shell starts");
        let says = String::from_utf8_lossy(&output.stdout).into_owned();
        let errs = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code().is_some_and(|code| code < 2), "{name}: {says}{errs}");
        assert!(format!("{says}{errs}").contains("embeddings"), "{name}: {says}{errs}");
    }
}

/// The line of the README that finds the commit which broke something.
#[cfg(unix)]
#[test]
fn the_commit_that_broke_it() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("it is there");
    let line = readme.lines().find(|line| line.starts_with("git bisect run ")).expect("a recipe");
    let place = tempfile::tempdir().expect("a directory can be made");
    let (bin, work) = (place.path().join("bin"), place.path().join("work"));
    std::fs::create_dir_all(&bin).expect("it can be made");
    std::fs::create_dir_all(work.join("manifests")).expect("it can be made");
    let path = path_with_program(&bin);
    let run = |line: &str| {
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(&work)
            .env_clear()
            .env("PATH", &path)
            .env("HOME", place.path())
            .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@example.com")])
            .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@example.com")])
            .output()
            .expect("a shell starts");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(output.status.success(), "{line}: {text}");
        text
    };
    run("git init -q");
    let story = |name: &str| {
        std::fs::read_to_string(directory().join(story(name)).join("cluster.yaml"))
            .or_else(|_| std::fs::read_to_string(directory().join(story(name))))
            .expect("the story can be read")
    };
    let (good, bad) = (story("grant-missing-good"), story("grant-missing"));
    for number in 0..10 {
        // The fourth cannot be judged, the seventh breaks it.
        let text = match number {
            4 => "{".to_owned(),
            number if number < 7 => format!("# {number}\n{good}"),
            number => format!("# {number}\n{bad}"),
        };
        std::fs::write(work.join("manifests/all.yaml"), text).expect("it can be written");
        run(&format!("git add -A && git commit -qm 'commit number {number}'"));
    }
    run("git bisect start HEAD HEAD~9");
    let found = run(line);
    assert!(found.contains("commit number 7"), "{found}");
}

/// What `action.yml` does with a report.
#[cfg(unix)]
#[test]
fn a_report_for_code_scanning() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let (sarif, outputs) = (place.path().join("report.sarif"), place.path().join("outputs"));
    for (paths, code) in [
        ("stories/routes/grant-missing", "code=1\n"),
        ("stories/routes/grant-missing-good\n\n", "code=0\n"),
        ("stories/routes/nothing-there", "code=2\n"),
    ] {
        drop(std::fs::remove_file(&outputs));
        let ran = Command::new(root().join("release/sarif"))
            .arg(PROGRAM)
            .current_dir(program::directory())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap_or_default())
            .envs([("PATHS", paths), ("KUSTOMIZE", "")])
            .env("SARIF", &sarif)
            .env("GITHUB_OUTPUT", &outputs)
            .output()
            .expect("the script starts");
        assert!(ran.status.success(), "{ran:?}");
        assert_eq!(std::fs::read_to_string(&outputs).expect("it was written"), code, "{paths}");
        let report = std::fs::read_to_string(&sarif).expect("it was written");
        let report: Value = serde_json::from_str(&report).expect("SARIF is JSON");
        assert_eq!(report["version"], "2.1.0");
    }
}
