//! `kubectl kustomize`, or `kustomize`: what a kustomization makes, and out of which files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::kustomization::GROUP;

/// How long one build may take.
const LIMIT: Duration = Duration::from_secs(20);
/// How many bytes one build may write.
const MOST_BYTES: u64 = 50_000_000;
/// How many builds run at a time.
const AT_A_TIME: usize = 2;

/// A program that builds kustomizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Builder {
    program: PathBuf,
    word: &'static str,
}

/// What is to be built: a directory, and what its source adds.
#[derive(Debug)]
pub struct Order {
    pub directory: PathBuf,
    /// What it consists of, where it has no kustomization.
    pub parts: Vec<PathBuf>,
    /// `spec` of Flux's Kustomization; null: nothing is added.
    pub changes: Value,
}

impl Builder {
    /// The program on PATH, if there is one.
    pub fn on_path() -> Option<Builder> {
        let kubectl = on_path("kubectl").map(|program| Builder { program, word: "kustomize" });
        kubectl.or_else(|| on_path("kustomize").map(|program| Builder { program, word: "build" }))
    }

    /// Builds each order, two at a time; the text, or why not.
    pub fn build_all(&self, orders: &[Order]) -> Vec<Result<String, String>> {
        let next = Mutex::new(0);
        let results = Mutex::new(vec![Err("was not built".to_owned()); orders.len()]);
        thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(orders.len()) {
                scope.spawn(|| {
                    loop {
                        let number = match next.lock() {
                            Ok(mut next) => {
                                *next += 1;
                                *next - 1
                            }
                            Err(_) => return,
                        };
                        let Some(order) = orders.get(number) else { return };
                        let built = self.build(order);
                        if let Ok(mut results) = results.lock() {
                            results[number] = built;
                        }
                    }
                });
            }
        });
        results.into_inner().unwrap_or_default()
    }

    fn build(&self, order: &Order) -> Result<String, String> {
        let overlay = Overlay::new(order).map_err(|error| format!("cannot be built: {error}"))?;
        let home = overlay.home.path();
        let mut command = Command::new(&self.program);
        command.arg(self.word).arg(home.join("overlay"));
        run(&mut command, home)
    }
}

/// A program on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|home| home.join(name)).find(|file| file.is_file())
}

/// Runs a program with a limit on its time and on what it writes, which goes to files in `home`.
///
/// # Errors
/// What it said, in a line, or why it was not run to its end.
pub fn run(command: &mut Command, home: &Path) -> Result<String, String> {
    let create = |name: &str| File::create(home.join(name)).map_err(|e| e.to_string());
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(create("out")?)
        .stderr(create("err")?)
        .spawn()
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    let end = Instant::now() + LIMIT;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(4)),
            _ => {
                drop(child.kill());
                drop(child.wait());
                return Err(format!("took longer than {} s", LIMIT.as_secs()));
            }
        }
    };
    if !status.success() {
        let said = fs::read_to_string(home.join("err")).unwrap_or_default();
        let said = said.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let said = said.trim_start_matches("error: ").trim_start_matches("Error: ");
        // kubectl's own log wraps the words.
        let said = said.split_once("err=\"").map_or(said, |(_, rest)| rest.trim_end_matches('"'));
        return Err(igw_core::text::clip(&igw_core::text::clean(said), 200));
    }
    let out = home.join("out");
    match fs::metadata(&out) {
        Ok(found) if found.len() <= MOST_BYTES => {
            fs::read_to_string(&out).map_err(|error| error.to_string())
        }
        Ok(_) => Err(format!("makes more than {} MB", MOST_BYTES / 1_000_000)),
        Err(error) => Err(error.to_string()),
    }
}

/// A kustomization beside the tree, which is never written: it asks for the origins.
struct Overlay {
    home: tempfile::TempDir,
}

impl Overlay {
    fn new(order: &Order) -> std::io::Result<Overlay> {
        let home = tempfile::Builder::new().prefix("kubectl-igw-").tempdir()?;
        let own = home.path().join("overlay");
        fs::create_dir(&own)?;
        let own = fs::canonicalize(&own)?;
        // As Flux does for a directory without a kustomization; a file beside another directory is
        // out of bounds for kustomize, so that it gets copies.
        let mut resources = Vec::new();
        for (number, part) in order.parts.iter().enumerate() {
            if part.is_dir() {
                resources.push(relative(&own, part));
                continue;
            }
            fs::create_dir_all(own.join(COPIES))?;
            let copy = format!("{COPIES}/{number}.yaml");
            fs::copy(part, own.join(&copy))?;
            resources.push(copy);
        }
        if order.parts.is_empty() {
            resources.push(relative(&own, &order.directory));
        }
        let mut kustomization = json!({
            "apiVersion": format!("{GROUP}/v1beta1"),
            "kind": "Kustomization",
            "resources": resources,
            "buildMetadata": ["originAnnotations"],
        });
        let renamed = [
            ("targetNamespace", "namespace"),
            ("patches", "patches"),
            ("images", "images"),
            ("namePrefix", "namePrefix"),
            ("nameSuffix", "nameSuffix"),
        ];
        for (flux, kustomize) in renamed {
            if !order.changes[flux].is_null() {
                kustomization[kustomize] = order.changes[flux].clone();
            }
        }
        if let Some(components) = order.changes["components"].as_array() {
            let paths = components.iter().filter_map(Value::as_str);
            let paths = paths.map(|path| relative(&own, &order.directory.join(path)));
            kustomization["components"] = paths.collect();
        }
        fs::write(own.join("kustomization.yaml"), kustomization.to_string())?;
        Ok(Overlay { home })
    }
}

/// The path from one directory to another: kustomize takes no absolute ones.
fn relative(from: &Path, to: &Path) -> String {
    let to = super::kustomization::plain(to);
    let same = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.components().count() - same);
    let mut path: PathBuf = up.collect();
    path.extend(to.components().skip(same));
    path.to_string_lossy().into_owned()
}

/// The directory of a build in which the copies of loose files are.
const COPIES: &str = "parts";

/// The part that a copy in a build was made of.
pub fn copied(parts: &[PathBuf], path: &str) -> Option<PathBuf> {
    let number = path.strip_prefix(COPIES)?.strip_prefix('/')?.strip_suffix(".yaml")?;
    parts.get(number.parse::<usize>().ok()?).cloned()
}

/// The origin that kustomize notes on an object; the notes are taken off.
pub fn origin_of(value: &mut Value) -> Option<String> {
    let metadata = value["metadata"].as_object_mut()?;
    let annotations = metadata.get_mut("annotations")?.as_object_mut()?;
    let noted = annotations.remove("config.kubernetes.io/origin");
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
    let noted = noted?;
    let line = noted.as_str()?.lines().find_map(|line| line.strip_prefix("path: "))?;
    Some(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_up_and_down() {
        assert_eq!(
            relative(Path::new("/tmp/x/overlay"), Path::new("/work/a/../b")),
            "../../../work/b"
        );
        assert_eq!(relative(Path::new("/a/b"), Path::new("/a/c")), "../c");
    }

    #[test]
    fn the_origin_is_taken_off() {
        let noted = "path: ../base/all.yaml\n";
        let mut value = json!({"metadata": {"name": "a", "annotations": {"config.kubernetes.io/origin": noted}}});
        assert_eq!(origin_of(&mut value).as_deref(), Some("../base/all.yaml"));
        assert_eq!(value, json!({"metadata": {"name": "a"}}));
    }
}
