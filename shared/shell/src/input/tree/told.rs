//! What was made of a tree, in a line.

use igw_core::{placeholder, text};
use serde_json::Value;

use super::variables::{self, Variables};

/// What was made of a tree.
#[derive(Debug, Clone, Default)]
pub struct TreeTold {
    /// Whether there is more to a run than plain files.
    pub is_tree: bool,
    pub objects: usize,
    pub files: usize,
    pub built: usize,
    /// Directories of kustomizations that could not be built, and why.
    pub not_built: Vec<(String, String)>,
    /// How many charts were rendered.
    pub rendered: usize,
    /// Directories of charts that were not.
    pub charts: Vec<String>,
    /// The variables that were filled in somewhere.
    pub variables: Variables,
    /// The names of variables of judged objects that nothing fills in.
    pub open: Vec<String>,
    /// How many worlds are judged, and how many are not.
    pub worlds: (usize, usize),
    /// Files of which a part could not be read.
    pub unread: Vec<String>,
}

impl TreeTold {
    /// A text with the variables filled in that are known.
    pub fn filled(&self, text: &str) -> String {
        let mut value = Value::String(placeholder::spelled(text).into_owned());
        variables::fill(&mut value, &self.variables, false);
        placeholder::tokens(value.as_str().unwrap_or(text)).into_owned()
    }

    /// `read 412 objects from 388 files: 31 kustomizations built, 4 charts not rendered: -v`
    pub fn line(&self, verbose: bool) -> Option<String> {
        if !self.is_tree {
            let names = text::some_of(&self.open, if verbose { usize::MAX } else { 3 });
            let says = || format!("not filled in: {names} (--set-var NAME=VALUE)");
            return (!self.open.is_empty()).then(says);
        }
        let mut parts = Vec::new();
        let mut part = |count: usize, noun: &str, what: &str| {
            if count > 0 {
                parts.push(format!("{}{what}", text::count(count, noun)));
            }
        };
        part(self.built, "kustomization", " built");
        part(self.rendered, "chart", " rendered");
        let charts = |name: &String| self.charts.contains(name);
        let as_is = self.not_built.iter().filter(|(name, _)| !charts(name)).count();
        part(as_is, "kustomization", " read as it stands");
        let charts = match self.charts.as_slice() {
            some @ [_, ..] if !verbose => format!(" ({})", text::some_of(some, 2)),
            _ => String::new(),
        };
        part(self.charts.len(), "chart", &format!(" not rendered{charts}"));
        part(self.open.len(), "variable", " not filled in");
        part(self.unread.len(), "file", " not read whole");
        part(if self.worlds.0 > 1 { self.worlds.0 } else { 0 }, "world", "");
        part(self.worlds.1, "world", " not judged");
        let (objects, files) =
            (text::count(self.objects, "object"), text::count(self.files, "file"));
        let mut out = format!("read {objects} from {files}");
        if !parts.is_empty() {
            out.push_str(&format!(": {}", parts.join(", ")));
        }
        if verbose {
            for (name, why) in &self.not_built {
                out.push_str(&format!("\n  {name}: {why}"));
            }
            for name in &self.charts {
                out.push_str(&format!("\n  {name}: a chart, not rendered"));
            }
            if !self.open.is_empty() {
                let names = text::list(&self.open);
                out.push_str(&format!("\n  not filled in: {names} (--set-var NAME=VALUE)"));
            }
            for name in &self.unread {
                out.push_str(&format!("\n  {name}: not read whole"));
            }
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_read() {
        let mut told = TreeTold { objects: 412, files: 388, ..TreeTold::default() };
        assert_eq!(told.line(false), None);
        told.open = vec!["DOMAIN".to_owned()];
        let says = "not filled in: DOMAIN (--set-var NAME=VALUE)";
        assert_eq!(told.line(false).as_deref(), Some(says));
        told.open.clear();
        told.is_tree = true;
        assert_eq!(told.line(false).as_deref(), Some("read 412 objects from 388 files"));
        told.built = 1;
        told.charts = vec!["charts/web".to_owned()];
        assert_eq!(
            told.line(true).as_deref(),
            Some(
                "read 412 objects from 388 files: 1 kustomization built, 1 chart not rendered\n  charts/web: a chart, not rendered"
            )
        );
    }
}
