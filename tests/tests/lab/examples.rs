//! Every example of the README and of `--help` is run, in the order in which they stand there, by a
//! shell with the lab's kubectl, on a system and files with their names.

use std::collections::BTreeSet;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::lab;
use super::plugin::program_of;
use super::world::{lay, objects};

/// The examples that end otherwise than with 0 or 1, and why. An example is known by its end.
const OTHERWISE: &[(&str, &[i32], &str)] = &[
    ("--send", &[1, 3], "neither a proxy nor Bifrost runs here: it is not sent"),
    ("--probe", &[1, 3], "no Bifrost runs here"),
    ("langfuse probe", &[1, 3], "no Langfuse runs here"),
    ("gateway config gw/public", &[2], "no proxy runs here"),
    ("restart deployment/bifrost deployment/vllm", &[0, 5], "no controller rolls it out here"),
    ("--watch", &[124], "it is ended from outside"),
    ("routes undo", &[1], "there is no terminal to ask on"),
    ("bifrost undo", &[1], "there is no terminal to ask on"),
];

/// What is not here, so that an example with it cannot be run.
const LEFT_OUT: &[(&str, &str)] = &[
    ("helm ", "helm is in no package registry"),
    ("git bisect ", "it is tried on a repository of its own, in the tests of the front door"),
];

/// What has to be so before an example, as a line of a shell.
const BEFORE: &[(&str, &str)] = &[
    ("bundle --to incident.igw.gz", "rm -f incident.igw.gz"),
    ("--save-plan plan.json", "rm -f plan.json"),
    (
        "--bundle incident.igw.gz",
        "rm -f incident.igw.gz && kubectl igw bundle --to incident.igw.gz",
    ),
    ("-f manifests/", "rm -r manifests && cp -r start manifests"),
    (
        "fix -A --save-plan plan.json",
        "kubectl apply --server-side --force-conflicts -f start && kubectl delete referencegrants -A --all",
    ),
    (
        "--step 10 --save-plan",
        "kubectl igw routes split chat --path /v1 --to ml/llama:8000=90 --to ml/llama-new:8000=10 --yes",
    ),
];

/// The examples that ask, and whose answer another one builds on.
const AGREED: &[&str] = &["kubectl igw routes split chat "];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The commands among lines: what stands behind a comment, with what continues it.
fn commands<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut continues = false;
    for line in lines.map(str::trim) {
        match out.last_mut().filter(|_| continues) {
            Some(last) => last.push_str(&format!(" {}", line.trim_end_matches('\\'))),
            None if line.contains("kubectl igw") && !line.starts_with(['#', '$']) => {
                out.push(line.trim_end_matches('\\').to_owned());
            }
            None => continue,
        }
        continues = line.ends_with('\\');
    }
    out
}

/// Those of the blocks of a shell in the README.
fn of_readme() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("README.md")).expect("it can be read");
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next());
    commands(blocks.flatten().flat_map(str::lines))
}

/// Those of the help of a command and of all below it.
fn of_help(words: &[String]) -> Vec<String> {
    let output =
        Command::new(program_of("")).args(words).arg("--help").env("COLUMNS", "400").output();
    let output = output.expect("help");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (_, examples) = text.split_once("\nExamples:\n").unwrap_or_default();
    let mut out = commands(examples.lines());
    let below = text.split_once("\nCommands:\n").unwrap_or_default().1;
    for line in below.lines().take_while(|line| line.starts_with("  ")) {
        let indented = line.starts_with("   ");
        let name = line.split_whitespace().next().filter(|name| !indented && *name != "help");
        if let Some(name) = name {
            out.extend(of_help(&[words, &[name.to_owned()]].concat()));
        }
    }
    out
}

/// A place with the programs and files of the examples; what lies there is a system of its own.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    let bin = place.path().join("bin");
    std::fs::create_dir_all(&bin).expect("it can be made");
    for name in ["kubectl-igw", "kubectl_complete-igw"] {
        symlink(program_of(""), bin.join(name)).expect("a link can be made");
    }
    symlink(lab().kubectl().get_program(), bin.join("kubectl")).expect("a link can be made");
    let kustomize = "#!/bin/sh\nshift\nexec kubectl kustomize \"$@\"\n";
    std::fs::write(bin.join("kustomize"), kustomize).expect("it can be written");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(bin.join("kustomize"), mode).expect("it can be run");
    let work = place.path().join("work");
    let system = include_str!("examples.yaml");
    let route = system.split("---\n").find(|one| one.contains("{name: chat, ")).expect("a route");
    let config = system.split_once("config.json: |\n").expect("a configuration").1;
    let config = config.split_once("---\n").expect("the next one").0;
    let kustomization = |of: &str| format!("resources: [{of}]\n");
    for (name, text) in [
        ("start/system.yaml", system),
        ("manifests/system.yaml", system),
        ("change.yaml", &route.replace("/v1", "/v2")),
        ("config.json", config),
        ("dump.yaml", system),
        ("dump.json", include_str!("../../../plugins/igw/tests/cli/dump.json")),
        ("kustomization.yaml", &kustomization("manifests/system.yaml")),
        ("overlays/prod/kustomization.yaml", &kustomization("system.yaml")),
        ("overlays/prod/system.yaml", system),
        (".config/fish/completions/.kept", ""),
    ] {
        let file = work.join(name);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("it can be made");
        std::fs::write(file, text).expect("it can be written");
    }
    place
}

/// Runs a line; its exit code and what it wrote to standard error.
fn run(line: &str, place: &Path) -> (Option<i32>, String) {
    let work = place.join("work");
    for (_, before) in BEFORE.iter().filter(|(what, _)| line.contains(what)) {
        let (code, stderr) = run(before, place);
        assert_eq!(code, Some(0), "{before}\n{stderr}");
    }
    let asks = !line.contains("--yes") && !line.contains("--save-plan");
    let agreed = asks && AGREED.iter().any(|own| line.starts_with(own));
    let line = &if agreed { format!("{line} --yes") } else { line.to_owned() };
    let line = line.replace("--timeout 10m", "--timeout 2s");
    let line = match line.ends_with("--watch") {
        true => format!("timeout --preserve-status -s KILL 3 {line}; exit 124"),
        false => line.to_owned(),
    };
    let mut command = Command::new("bash");
    command.args(["-o", "pipefail", "-c", &line]).current_dir(&work).env_clear();
    command.env("PATH", format!("{}:/usr/bin:/bin", place.join("bin").display()));
    command.env("LANGFUSE_PUBLIC_KEY", "pk-lf-1").env("LANGFUSE_SECRET_KEY", "sk-lf-1");
    command.env("HOME", &work).env("XDG_STATE_HOME", place.join("state"));
    command.env("KUBECONFIG", &lab().admin().kubeconfig).env("KUBECACHEDIR", place.join("cache"));
    let output = command.stdin(Stdio::null()).output().expect("a shell");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_example_runs() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/examples.yaml");
    let world = lay(lab(), &objects(&file));
    assert_eq!(world.refused, [], "the API server takes all of it");
    let place = place();
    let mut all = of_readme();
    all.extend(of_help(&[]));
    let mut seen = BTreeSet::new();
    all.retain(|line| seen.insert(line.clone()));
    assert!(all.len() > 80, "only {} examples", all.len());
    let mut wrong = Vec::new();
    for line in &all {
        if let Some((_, why)) = LEFT_OUT.iter().find(|(what, _)| line.starts_with(what)) {
            eprintln!("left out: {line} ({why})");
            continue;
        }
        let (code, stderr) = run(line, place.path());
        let otherwise = OTHERWISE.iter().filter(|(end, ..)| line.contains(end));
        let otherwise = otherwise.max_by_key(|(end, ..)| end.len());
        let fits = match otherwise {
            Some((_, others, _)) => code.is_some_and(|own| others.contains(&own)),
            None => matches!(code, Some(0 | 1)),
        };
        if !fits {
            wrong.push(format!("{line}\n  {code:?}\n{stderr}"));
        }
    }
    // What the examples made themselves is not part of what was laid.
    let cleared = run(
        "kubectl delete referencegrants -A --all \
            && kubectl delete clusterroles,clusterrolebindings kubectl-igw --ignore-not-found \
            && kubectl delete roles,rolebindings -A --field-selector metadata.name=kubectl-igw \
            && kubectl delete secrets -n default --all",
        place.path(),
    );
    assert_eq!(cleared.0, Some(0), "{}", cleared.1);
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
