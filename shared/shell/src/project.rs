//! `.igw.yaml`: what a project has decided once for all runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use igw_core::finding::Severity;
use igw_core::kube::pointer;
use serde_json::Value;

use crate::exit::Failure;
use crate::input::files::{Problem, Single};

pub const NAME: &str = ".igw.yaml";

/// The allowed top-level members.
const MEMBERS: [&str; 6] = ["skip", "severity", "assume", "vars", "roots", "world"];

/// What some product can assume: the settings are for all of them.
pub const ASSUMABLE: [&str; 6] =
    ["bifrost", "gateway-api", "internet", "kgateway", "kgateway.validation", "langfuse"];

/// A project's settings. Flags take precedence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// The file's name for display; `None` when there is none.
    pub file: Option<String>,
    /// Checks to skip, by code or name.
    pub skip: Vec<String>,
    /// Severities of checks, by code or name.
    pub severity: Vec<(String, Severity)>,
    /// Like `--assume`.
    pub assume: Vec<String>,
    /// Like `--set-var`.
    pub vars: BTreeMap<String, String>,
    /// Directories from which a tree of files begins: only what they lead to is judged.
    pub roots: Vec<PathBuf>,
    /// Like `--world`.
    pub world: Option<String>,
}

impl Project {
    /// The file of `--config`, else the one in this directory or above it, up to the directory that
    /// holds a `.git`.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub fn find(config: Option<&str>) -> Result<Project, Failure> {
        match config {
            Some("none") => Ok(Project::default()),
            Some(file) => read(Path::new(file), file.to_owned()),
            None => match nearest() {
                Some((path, name)) => read(&path, name),
                None => Ok(Project::default()),
            },
        }
    }
}

fn nearest() -> Option<(PathBuf, String)> {
    let here = std::env::current_dir().ok()?;
    let mut name = NAME.to_owned();
    for directory in here.ancestors() {
        let path = directory.join(NAME);
        if path.is_file() {
            return Some((path, name));
        }
        if directory.join(".git").exists() {
            return None;
        }
        name = format!("../{name}");
    }
    None
}

fn read(path: &Path, name: String) -> Result<Project, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{name}: cannot be read: {error}")))?;
    let mut project = parse(&name, &text).map_err(|problem| {
        let known = format!("{NAME} may have {}", MEMBERS.join(", "));
        problem.failure().hint(known)
    })?;
    let home = path.parent().unwrap_or(path);
    for root in &mut project.roots {
        let whole = home.join(&*root);
        *root = std::fs::canonicalize(&whole).map_err(|error| {
            Failure::usage(format!("{name}: roots: {}: {error}", whole.display()))
        })?;
    }
    Ok(project)
}

fn parse(name: &str, text: &str) -> Result<Project, Box<Problem>> {
    let single = Single::parse(name, text)?;
    let wrong = |pointer: &str, message: String| Box::new(single.problem(pointer, message));
    let mut project = Project { file: Some(name.to_owned()), ..Project::default() };
    let members = match &single.value {
        Value::Null => return Ok(project),
        Value::Object(members) => members,
        _ => return Err(wrong("", "is not a mapping".to_owned())),
    };
    for (member, value) in members {
        let mut at = String::new();
        pointer::push(&mut at, member);
        match member.as_str() {
            "skip" => project.skip = strings(&single, &at, value)?,
            "assume" => project.assume = strings(&single, &at, value)?,
            "roots" => {
                let roots = strings(&single, &at, value)?;
                project.roots = roots.into_iter().map(PathBuf::from).collect();
            }
            "vars" => project.vars = variables(&single, &at, value)?,
            "world" => match value.as_str() {
                Some(world @ ("given" | "open" | "closed")) => {
                    project.world = Some(world.to_owned());
                }
                _ => return Err(wrong(&at, "world is not given, open or closed".to_owned())),
            },
            "severity" => project.severity = severities(&single, &at, value)?,
            _ => return Err(wrong(&at, format!("unknown member {member}"))),
        }
    }
    Ok(project)
}

fn strings(single: &Single, at: &str, value: &Value) -> Result<Vec<String>, Box<Problem>> {
    let list = value
        .as_array()
        .ok_or_else(|| single.problem(at, format!("{} is not a list", pointer::dotted(at))))?;
    let string = |(index, value): (usize, &Value)| {
        let at = format!("{at}/{index}");
        let wrong = || single.problem(&at, format!("{} is not a string", pointer::dotted(&at)));
        value.as_str().map(str::to_owned).ok_or_else(|| Box::new(wrong()))
    };
    list.iter().enumerate().map(string).collect()
}

fn variables(
    single: &Single,
    at: &str,
    value: &Value,
) -> Result<BTreeMap<String, String>, Box<Problem>> {
    let map = value
        .as_object()
        .ok_or_else(|| single.problem(at, "vars is not a mapping of names to values"))?;
    let mut out = BTreeMap::new();
    for (name, value) in map {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => {
                let mut at = at.to_owned();
                pointer::push(&mut at, name);
                return Err(Box::new(single.problem(&at, format!("{name} is not a text"))));
            }
        };
        out.insert(name.clone(), value);
    }
    Ok(out)
}

fn severities(
    single: &Single,
    at: &str,
    value: &Value,
) -> Result<Vec<(String, Severity)>, Box<Problem>> {
    let map = value
        .as_object()
        .ok_or_else(|| single.problem(at, "severity is not a mapping of checks to severities"))?;
    let mut out = Vec::new();
    for (check, value) in map {
        let mut at = at.to_owned();
        pointer::push(&mut at, check);
        let severity = match value.as_str() {
            Some("error") => Severity::Error,
            Some("warning") => Severity::Warning,
            Some("info") => Severity::Info,
            _ => {
                let message = format!("severity of {check} is not error, warning or info");
                return Err(Box::new(single.problem(&at, message)));
            }
        };
        out.push((check.clone(), severity));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_members() {
        let text = "skip: [IGW0122]\nseverity:\n  IGW0109: warning\nassume:\n- kgateway=2.3\n";
        let project = parse(NAME, text).expect("it can be understood");
        assert_eq!(project.skip, ["IGW0122"]);
        assert_eq!(project.severity, [("IGW0109".to_owned(), Severity::Warning)]);
        assert_eq!(project.assume, ["kgateway=2.3"]);
        assert_eq!(parse(NAME, "# nothing\n").map(|p| p.skip), Ok(Vec::new()));
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, expected) in [
            ("skip: IGW0122\n", (1, 7, "skip is not a list")),
            ("skip: [1]\n", (1, 8, "skip[0] is not a string")),
            ("a: 1\n", (1, 4, "unknown member a")),
            ("- a\n", (1, 1, "is not a mapping")),
            (
                "severity: {IGW0109: bad}\n",
                (1, 21, "severity of IGW0109 is not error, warning or info"),
            ),
            ("severity: [a]\n", (1, 12, "severity is not a mapping of checks to severities")),
            ("skip: []\n---\nskip: []\n", (2, 1, "holds more than one document")),
            ("skip: [\n", (1, 7, "not valid YAML: \"[\" is not closed")),
        ] {
            let problem = parse(NAME, text).expect_err(text);
            let (line, column, message) = expected;
            let found = (problem.line, problem.column, problem.message.as_str());
            assert_eq!(found, (Some(line), Some(column), message), "{text}");
        }
    }
}
