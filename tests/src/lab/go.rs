//! The programs of the lab, built out of the Go modules of `tests/lab/go`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of Kubernetes that `tests/lab/go/kube/go.mod` names.
pub const KUBERNETES: &str = "1.36.3";

#[derive(Debug, Clone)]
pub struct Programs {
    root: PathBuf,
}

#[derive(Debug, Clone)]
pub struct Kwok {
    pub program: PathBuf,
    pub crds: Vec<String>,
    pub stages: Vec<String>,
}

impl Programs {
    /// Builds what is not built yet, or was built from another go.mod, go.sum or Go.
    pub fn build() -> Result<Programs, String> {
        let programs = Programs { root: root() };
        let go = go_version()?;
        programs.module("etcd", &go, |source, target| {
            go_build(source, target, "")?;
            rename(&target.join("server"), &target.join("etcd"))
        })?;
        programs
            .module("kube", &go, |source, target| go_build(source, target, &version_flags()))?;
        programs.module("crds", &go, |source, target| {
            let module = module_directory(source, "sigs.k8s.io/gateway-api")?;
            copy_yaml(&module.join("config/crd/standard"), &target.join("standard"))?;
            copy_yaml(&module.join("config/crd/experimental"), &target.join("experimental"))
        })?;
        Ok(programs)
    }

    pub fn envoy_gateway(&self) -> Result<(PathBuf, Vec<String>), String> {
        let name = "envoy-gateway";
        self.module(name, &go_version()?, |source, target| {
            go_build(source, target, "")?;
            let module = module_directory(source, "github.com/envoyproxy/gateway")?;
            let crds = "charts/gateway-helm/charts/crds/crds/generated";
            copy_yaml(&module.join(crds), &target.join("crds"))
        })?;
        Ok((self.program(name, name), texts(&self.root.join(name).join("crds"))?))
    }

    pub fn kwok(&self) -> Result<Kwok, String> {
        let name = "kwok";
        self.module(name, &go_version()?, |source, target| {
            go_build(source, target, "")?;
            let module = module_directory(source, "sigs.k8s.io/kwok")?.join("kustomize");
            copy_yaml(&module.join("crd/bases"), &target.join("crds"))?;
            ["node/fast", "node/heartbeat", "pod/fast"].iter().try_for_each(|stage| {
                copy_yaml(&module.join("stage").join(stage), &target.join("stages"))
            })
        })?;
        let files = self.root.join(name);
        Ok(Kwok {
            program: self.program(name, name),
            crds: texts(&files.join("crds"))?,
            stages: texts(&files.join("stages"))?,
        })
    }

    /// Builds gwctl, too, the official kubectl for the Gateway API.
    pub fn gwctl(&self) -> Result<PathBuf, String> {
        let name = "gwctl";
        self.module(name, &go_version()?, |source, target| go_build(source, target, ""))?;
        Ok(self.program(name, name))
    }

    /// A program: `program("kube", "kubectl")`.
    pub fn program(&self, module: &str, name: &str) -> PathBuf {
        self.root.join(module).join(name)
    }

    /// The CRDs of an old release of the Gateway API (1.1.0), standard channel.
    pub fn old_crds(&self) -> Result<Vec<String>, String> {
        let name = "crds-old";
        self.module(name, &go_version()?, |source, target| {
            let module = module_directory(source, "sigs.k8s.io/gateway-api")?;
            copy_yaml(&module.join("config/crd/standard"), target)
        })?;
        texts(&self.root.join(name))
    }

    /// The CRDs of a channel of the Gateway API, by file name.
    pub fn crds(&self, channel: &str) -> Result<Vec<String>, String> {
        texts(&self.root.join("crds").join(channel))
    }

    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// Builds a module of `tests/lab/go` unless it is up to date.
    fn module(
        &self,
        name: &str,
        go: &str,
        make: impl FnOnce(&Path, &Path) -> Result<(), String>,
    ) -> Result<(), String> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/go").join(name);
        let stamp = read(&source.join("go.mod"))? + &read(&source.join("go.sum"))? + go;
        self.once(name, &stamp, |target| make(&source, target))
    }

    /// Runs `make` unless this was done with the same stamp; other processes wait meanwhile.
    pub(super) fn once(
        &self,
        name: &str,
        stamp: &str,
        make: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<(), String> {
        let (target, made) = (self.root.join(name), self.root.join(format!("{name}.stamp")));
        create(&self.root)?;
        let lock = self.root.join(format!("{name}.lock"));
        let lock = File::create(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
        lock.lock().map_err(|e| format!("cannot lock target/lab for {name}: {e}"))?;
        if fs::read_to_string(&made).is_ok_and(|old| old == stamp) {
            return Ok(());
        }
        eprintln!("lab: making {name} (once)");
        let fresh = self.root.join(format!("{name}.new"));
        for old in [&fresh, &target].into_iter().filter(|old| old.exists()) {
            fs::remove_dir_all(old).map_err(|e| format!("{}: {e}", old.display()))?;
        }
        create(&fresh)?;
        make(&fresh)?;
        rename(&fresh, &target)?;
        fs::write(&made, stamp).map_err(|e| format!("{}: {e}", made.display()))
    }
}

fn root() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = workspace.join(target.unwrap_or_else(|| "target".into()));
    target.canonicalize().unwrap_or(target).join("lab")
}

fn go_version() -> Result<String, String> {
    let mut go = Command::new("go");
    go.arg("version");
    output(go).map_err(|e| format!("the lab needs Go (https://go.dev/dl): {e}"))
}

/// Programs built from the module do not know their version, and kubectl fails over that.
fn version_flags() -> String {
    let package = "k8s.io/component-base/version";
    let mut parts = KUBERNETES.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!(
        " -X {package}.gitVersion=v{KUBERNETES} -X {package}.gitMajor={major} -X {package}.gitMinor={minor}"
    )
}

fn go_build(source: &Path, target: &Path, flags: &str) -> Result<(), String> {
    let mut go = Command::new("go");
    go.args(["build", "-trimpath"]).arg(format!("-ldflags=-s -w{flags}"));
    go.arg("-o").arg(format!("{}/", target.display())).arg("tool");
    go.current_dir(source).env("CGO_ENABLED", "0").env("GOWORK", "off");
    let status = go.status().map_err(|e| format!("cannot run go build: {e}"))?;
    status.success().then_some(()).ok_or(format!("go build failed in {}", source.display()))
}

/// The directory of a module in the module cache, downloaded if missing.
fn module_directory(source: &Path, module: &str) -> Result<PathBuf, String> {
    let mut go = Command::new("go");
    go.args(["mod", "download", "-json", module]).current_dir(source).env("GOWORK", "off");
    let answer = output(go)?;
    let answer: serde_json::Value =
        serde_json::from_str(&answer).map_err(|e| format!("go mod download {module}: {e}"))?;
    let directory = answer["Dir"].as_str();
    directory.map(PathBuf::from).ok_or(format!("go mod download {module}: {answer}"))
}

fn output(mut command: Command) -> Result<String, String> {
    let told = format!("{command:?}");
    let output = command.output().map_err(|e| format!("{told}: {e}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if !output.status.success() {
        return Err(format!("{told}: {}{}", text(&output.stdout), text(&output.stderr)));
    }
    Ok(text(&output.stdout))
}

fn yaml_files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let fault = |e: std::io::Error| format!("{}: {e}", directory.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.extension().is_some_and(|e| e == "yaml") && !path.ends_with("kustomization.yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn texts(directory: &Path) -> Result<Vec<String>, String> {
    yaml_files(directory)?.iter().map(|file| read(file)).collect()
}

/// Copies texts, not files: those of the module cache are write-protected.
fn copy_yaml(from: &Path, to: &Path) -> Result<(), String> {
    create(to)?;
    for file in yaml_files(from)? {
        let copy = to.join(file.file_name().unwrap_or_default());
        fs::write(&copy, read(&file)?).map_err(|e| format!("{}: {e}", copy.display()))?;
    }
    Ok(())
}

/// The text of a file.
pub(super) fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

fn create(directory: &Path) -> Result<(), String> {
    fs::create_dir_all(directory).map_err(|e| format!("{}: {e}", directory.display()))
}

fn rename(from: &Path, to: &Path) -> Result<(), String> {
    fs::rename(from, to).map_err(|e| format!("{} to {}: {e}", from.display(), to.display()))
}
