//! What is judged.

use clap::Args;
use igw_core::facts::{LabelTest, Scope};

use super::InputFlags;
use crate::exit::Failure;

/// `-n` of a command that judges nothing by itself.
#[derive(Debug, Clone, Default, Args)]
pub struct NamespaceFlag {
    /// Use this namespace for objects in files that have none
    #[arg(short, long, value_name = "NS")]
    pub namespace: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
pub struct ScopeFlags {
    /// Judge only this namespace (in files: also the default one)
    #[arg(short, long, value_name = "NS")]
    pub namespace: Option<String>,
    /// Judge all namespaces, whatever --namespace says
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Judge only these labels: key=value, key!=value, key, !key
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
    /// Whether the current namespace will do where all may not be read.
    #[arg(skip)]
    pub or_less: bool,
}

impl ScopeFlags {
    /// Judges all namespaces of a live cluster, unless one is asked for.
    pub fn widest(&mut self, input: &InputFlags) {
        let is_live = !input.has_files() && !input.demo && input.bundle.is_none();
        if is_live && self.namespace.is_none() && !self.all_namespaces {
            self.all_namespaces = true;
            self.or_less = true;
        }
    }

    /// What is judged among objects that have these names; all, if there are none.
    ///
    /// # Errors
    /// When the selector is not understood.
    pub fn scope(&self, names: Vec<String>) -> Result<Scope, Failure> {
        let mut labels = Vec::new();
        let tests = self.selector.iter().flat_map(|s| s.split(',')).map(str::trim);
        for test in tests.filter(|test| !test.is_empty()) {
            let text = |s: &str| s.trim().to_owned();
            labels.push(if let Some((key, value)) = test.split_once("!=") {
                LabelTest::IsNot(text(key), text(value))
            } else if let Some((key, value)) = test.split_once('=') {
                LabelTest::Is(text(key), text(value.trim_start_matches('=')))
            } else if let Some(key) = test.strip_prefix('!') {
                LabelTest::HasNot(text(key))
            } else if test.contains([' ', '(', ')']) {
                return Err(Failure::usage(format!("-l {test}: not a label requirement"))
                    .hint("write key=value, key!=value, key or !key, separated by commas; sets (in, notin) are not supported"));
            } else {
                LabelTest::Has(text(test))
            });
        }
        Ok(Scope { namespace: self.namespace.clone(), names, labels })
    }
}
