//! What is read.

use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use igw_core::facts::{Openness, Said};
use igw_core::text;

use super::cluster::quoted;
use crate::exit::Failure;
use crate::input::tree::{Render, TreeOptions};
use crate::product::Product;
use crate::project::{self, Project};

#[derive(Debug, Clone, Default, Args)]
pub struct InputFlags {
    /// Read manifests: a file, a directory or - (standard input)
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-")]
    pub files: Vec<String>,
    // Directories are always read so: for hands that know kubectl.
    #[arg(short = 'R', long, hide = true)]
    recursive: bool,
    /// Read what kubectl kustomize builds from this directory
    #[arg(short = 'k', long, value_name = "DIR")]
    pub kustomize: Vec<String>,
    /// Preview applying the files: show findings that would appear or go away
    #[arg(long)]
    pub overlay: bool,
    /// Read a file written by the bundle command
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<String>,
    /// Read the built-in example
    #[arg(long)]
    pub demo: bool,
    /// Assume something that cannot be seen
    #[arg(long, value_name = "WHAT=VALUE")]
    pub assume: Vec<String>,
    /// Decide when an object not in the files counts as absent
    #[arg(long, value_name = "WORLD", value_enum)]
    pub world: Option<WorldFlag>,
    /// Build kustomizations with kubectl: those that need it, none, or all
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub render: Render,
    /// Render the charts in the files with helm and these values
    #[arg(long, value_name = "VALUES")]
    pub helm: Vec<String>,
    /// Fill in a variable of the files, such as ${NAME}
    #[arg(long, value_name = "NAME=VALUE")]
    pub set_var: Vec<String>,
    /// Read project settings from this file instead of .igw.yaml
    #[arg(long, value_name = "FILE|none")]
    pub config: Option<String>,
    /// The settings, once they are read.
    #[arg(skip)]
    found: OnceLock<Project>,
}

/// `--world`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum WorldFlag {
    /// When the files describe its namespace and nothing in them may make it
    #[default]
    Given,
    /// Always: the files are complete
    Closed,
    /// Never: what is not in the files is unknown
    Open,
}

impl InputFlags {
    /// Whether files are given, rather than a cluster, a bundle or the example.
    pub fn has_files(&self) -> bool {
        !self.files.is_empty() || !self.kustomize.is_empty()
    }

    /// The flags that a command for the same files needs, ready to paste; `None` where there are none,
    /// or standard input is one of them.
    pub fn repeat(&self) -> Option<String> {
        let piped = self.files.iter().any(|path| path == "-");
        if !self.has_files() || self.overlay || piped {
            return None;
        }
        let files = self.files.iter().map(|path| format!(" -f {}", quoted(path)));
        let built = self.kustomize.iter().map(|path| format!(" -k {}", quoted(path)));
        let assumed = self.assume.iter().map(|own| format!(" --assume {}", quoted(own)));
        Some(files.chain(built).chain(assumed).collect())
    }

    /// How trees of files are read.
    ///
    /// # Errors
    /// When a variable is not understood, or the project's settings cannot be read.
    pub fn tree(
        &self,
        product: &dyn Product,
        namespace: Option<&str>,
    ) -> Result<TreeOptions, Failure> {
        let project = self.project()?;
        let (roots, mut variables) = (project.roots.clone(), project.vars.clone());
        for given in &self.set_var {
            let (name, value) = given.split_once('=').ok_or_else(|| {
                Failure::usage(format!("--set-var {given}: write it as NAME=VALUE"))
            })?;
            variables.insert(name.trim().to_owned(), value.to_owned());
        }
        let namespace = namespace.map(str::to_owned);
        let program = product.looks_into_pods();
        let (render, helm) = (self.render, self.helm.clone());
        Ok(TreeOptions { render, variables, program, helm, roots, namespace })
    }

    /// What the project has decided.
    ///
    /// # Errors
    /// When its settings cannot be read or understood.
    pub fn project(&self) -> Result<&Project, Failure> {
        if self.found.get().is_none() {
            drop(self.found.set(Project::find(self.config.as_deref())?));
        }
        Ok(self.found.get_or_init(Project::default))
    }

    /// What the user said about things that cannot be seen, `--assume` on top of the project's.
    ///
    /// # Errors
    /// When an assumption is not understood.
    pub fn said(&self, product: &dyn Product) -> Result<Said, Failure> {
        let mut said = Said::default();
        let project = self.project()?;
        let file = project.file.as_deref().map(|file| format!("{file}: ")).unwrap_or_default();
        let own = project.assume.iter().map(|assumption| (file.as_str(), assumption.as_str()));
        let flags = self.assume.iter().flat_map(|a| a.split(',')).map(|a| ("--assume ", a));
        for (from, assumption) in own.chain(flags) {
            let bad = |why: &str| {
                let known = product.assumable().into_iter().map(|one| one.to_string());
                let known: Vec<String> = known.collect();
                Failure::usage(format!("{from}{assumption}: {why}"))
                    .hint(format!("known: {}", text::list(&known)))
            };
            let (what, value) =
                assumption.split_once('=').ok_or_else(|| bad("write it as WHAT=VALUE"))?;
            let known = product.assumable().into_iter().find(|one| one.what == what.trim());
            match known {
                Some(one) => (one.say)(&mut said, value.trim()).map_err(bad)?,
                None if from == file && project::ASSUMABLE.contains(&what.trim()) => {}
                None => return Err(bad("this cannot be assumed")),
            }
        }
        Ok(said)
    }

    /// When an object that is not in the files counts as absent: the flag before the project.
    ///
    /// # Errors
    /// When the project's settings cannot be read or understood.
    pub fn openness(&self) -> Result<Openness, Failure> {
        let said = match self.world {
            Some(world) => Some(world),
            None => {
                self.project()?.world.as_ref().and_then(|own| WorldFlag::from_str(own, true).ok())
            }
        };
        Ok(match said.unwrap_or_default() {
            WorldFlag::Given => Openness::Given,
            WorldFlag::Closed => Openness::Closed,
            WorldFlag::Open => Openness::Open,
        })
    }
}
