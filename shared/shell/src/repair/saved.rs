//! A plan that was shown, kept in a file, to be applied exactly so or not at all.

use std::path::Path;

use igw_core::text;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::drafted::ObjectDraft;
use super::files;
use super::flags::FixArgs;
use super::journal::object_sum;
use super::show::ShownStep;
use super::work::Work;
use crate::clock;
use crate::exit::Failure;
use crate::product::Product;

/// What a saved plan adds to a printed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedPlan {
    /// `kubectl-igw-routes`, and its version.
    pub tool: String,
    pub version: String,
    /// RFC 3339.
    pub at: String,
    /// The uid of the cluster's namespace `kube-system`.
    pub cluster: String,
    pub context: Option<String>,
    namespace: Option<String>,
    all_namespaces: bool,
    selector: Option<String>,
    names: Vec<String>,
    assume: Vec<String>,
    set: Vec<String>,
    /// What a person has asked for, if it is not repairs.
    wish: Option<SavedWish>,
    pub steps: Vec<SavedStep>,
}

/// A command and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SavedWish {
    command: String,
    words: Vec<String>,
}

/// What a step relies on, and what it makes; check sums, so that no secret stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedStep {
    pub fixes: Vec<String>,
    /// `Kind namespace/name`
    pub object: String,
    pub uid: Option<String>,
    pub resource_version: Option<String>,
    pub before: Option<String>,
    pub after: String,
}

impl SavedStep {
    pub fn of(fixes: &[String], own: &ObjectDraft) -> SavedStep {
        let word = |name: &str| own.before["metadata"][name].as_str().map(str::to_owned);
        SavedStep {
            fixes: fixes.to_vec(),
            object: own.write.object().to_string(),
            uid: word("uid"),
            resource_version: word("resourceVersion"),
            before: (!own.before.is_null()).then(|| object_sum(&own.before)),
            after: object_sum(&own.after),
        }
    }
}

impl SavedPlan {
    /// Reads one.
    ///
    /// # Errors
    /// When the file is none, or of another program or version.
    pub fn read(path: &Path, tool: &str, version: &str) -> Result<SavedPlan, Failure> {
        let shown = path.display();
        let broken =
            |cause: String| Failure::usage(format!("cannot use the plan {shown}")).cause(cause);
        let file = std::fs::read_to_string(path).map_err(|error| broken(error.to_string()))?;
        let document: Value =
            serde_json::from_str(&file).map_err(|error| broken(error.to_string()))?;
        let saved = document.get("saved").cloned().ok_or_else(|| {
            broken("it was printed, not saved".to_owned()).hint("fix --save-plan FILE saves one")
        })?;
        let plan: SavedPlan =
            serde_json::from_value(saved).map_err(|error| broken(error.to_string()))?;
        let own = format!("{tool} {version}");
        let other = format!("{} {}", plan.tool, plan.version);
        if own != other {
            return Err(broken(format!("it is of {}, and this is {own}", text::clean(&other))));
        }
        Ok(plan)
    }

    /// The flags with which the plan was made, and its names.
    pub fn flags(&self, args: &FixArgs) -> (FixArgs, Vec<String>) {
        let mut args = args.clone();
        args.read.scope.namespace.clone_from(&self.namespace);
        args.read.scope.all_namespaces = self.all_namespaces;
        args.read.scope.selector.clone_from(&self.selector);
        args.read.input.assume.clone_from(&self.assume);
        args.set.clone_from(&self.set);
        (args, self.names.clone())
    }

    /// The words of a command that has saved this plan; none: those of `fix`.
    ///
    /// # Errors
    /// When another command has saved it.
    pub fn words_of(&self, command: &str, product: &dyn Product) -> Result<Vec<String>, Failure> {
        let (own, words) = match &self.wish {
            None => ("fix", Vec::new()),
            Some(wish) => (wish.command.as_str(), wish.words.clone()),
        };
        if own == command {
            return Ok(words);
        }
        let own = text::clean(own);
        let failure = Failure::usage(format!("the plan is one of {own}, not of {command}"));
        Err(failure.hint(format!("apply it by kubectl igw {} {own} --plan FILE", product.name())))
    }

    pub fn has(&self, id: &str) -> bool {
        self.steps.iter().any(|step| step.fixes.iter().any(|own| own == id))
    }
}

/// Saves what was shown; steps that are only shown are left out.
///
/// # Errors
/// When there is no cluster, or the file is there or cannot be written.
pub fn write(
    work: &Work,
    path: &Path,
    shown: &[ShownStep],
    mut plan: Value,
) -> Result<(), Failure> {
    let judge = &work.judge;
    let home = work.ground.home(judge);
    let cluster = home.cluster.ok_or_else(|| {
        Failure::blind("cannot save a plan: the cluster cannot be told from others")
            .hint("the right to get the namespace kube-system is needed")
    })?;
    let steps = shown.iter().filter(|one| one.drafted.held().is_none());
    let steps = steps.filter_map(|one| Some(SavedStep::of(&one.step.fixes, one.drafted.object()?)));
    let steps: Vec<SavedStep> = steps.collect();
    if steps.is_empty() {
        judge.console.note("no plan is saved: it would have no step");
        return Ok(());
    }
    let wish = judge.wish.map(|wish| {
        let (command, words) = wish.words();
        SavedWish { command: command.to_owned(), words }
    });
    let command = wish.as_ref().map_or("fix", |own| own.command.as_str()).to_owned();
    let (scope, tool) = (&judge.args.read.scope, judge.product.tool());
    let saved = SavedPlan {
        tool: tool.name.to_owned(),
        version: tool.version.to_owned(),
        at: clock::now(),
        cluster,
        context: home.context,
        namespace: scope.namespace.clone(),
        all_namespaces: scope.all_namespaces,
        selector: scope.selector.clone(),
        names: judge.names.to_vec(),
        assume: judge.args.read.input.assume.clone(),
        set: judge.args.set.clone(),
        wish,
        steps,
    };
    plan["saved"] = json!(saved);
    let text = igw_core::mask::text(&format!("{plan:#}\n")).into_owned();
    files::create(path, &text).map_err(|error| {
        let message = format!("cannot save the plan in {}", path.display());
        Failure::failed(message).cause(error.to_string())
    })?;
    let (count, shown) = (text::count(saved.steps.len(), "step"), path.display());
    judge.console.note(&format!(
        "saved: {count}; apply them:   {} {command} --plan {shown}",
        judge.product.command()
    ));
    Ok(())
}
