//! The edits of one YAML document: parse, splice, parse again.

use igw_core::fix::{self, Splice, TextStep, Trail};
use json_patch::jsonptr::PointerBuf;
use json_patch::{PatchOperation, ReplaceOperation};
use serde_json::Value;

use super::super::helm;
use super::TextEdit;
use super::check::{self, Readings};
use super::fault::{EditFault, Fallible};
use super::step;
use super::tree::{NodeShape, Tree};
use super::{find, parse};

/// A document while it is edited.
pub(super) struct Sheet {
    trail: Trail,
    /// What both readers must read in the end.
    wanted: Readings,
    comments_removed: usize,
}

impl Sheet {
    pub(super) fn read(text: &str) -> Fallible<Sheet> {
        let wanted = Readings::of(text).map_err(|fault| match helm::template(text, true) {
            Some(helm) => EditFault::new(helm.at.unwrap_or_default(), helm.message),
            None => fault,
        })?;
        Ok(Sheet { trail: Trail::new(text.to_owned()), wanted, comments_removed: 0 })
    }

    /// Applies the operations of one edit.
    pub(super) fn edit(&mut self, edit: &TextEdit) -> Fallible<()> {
        let base = check::base(edit.spot.item);
        if let Some(inner) = &edit.inner {
            let operation = self.inner(&base, inner, &edit.ops)?;
            return self.apply(&base, &operation);
        }
        edit.ops.iter().try_for_each(|operation| self.apply(&base, operation))
    }

    /// The operation that writes the embedded document anew.
    fn inner(
        &self,
        base: &str,
        inner: &str,
        operations: &[PatchOperation],
    ) -> Fallible<PatchOperation> {
        let tree = parse::tree(self.trail.text())?;
        let id = find::find(&tree, &format!("{base}{inner}"))?;
        let node = tree.node(id);
        if node.shape == NodeShape::Folded {
            let reason = "a folded block joins its lines: what it holds is not what stands there";
            return Err(EditFault::new(node.start, reason));
        }
        let object = self.wanted.first.pointer(base);
        let text = object.and_then(|object| object.pointer(inner)).and_then(Value::as_str);
        let text = text.ok_or_else(|| EditFault::new(node.start, "it holds no text"))?;
        replaced(text, inner, operations).map_err(|reason| EditFault::new(node.start, reason))
    }

    fn apply(&mut self, base: &str, operation: &PatchOperation) -> Fallible<()> {
        let object = self.wanted.first.pointer(base);
        let object = object.ok_or_else(|| EditFault::new(0, "the object is not there"))?;
        let steps = fix::steps(object, operation).map_err(|reason| EditFault::new(0, reason))?;
        steps.iter().try_for_each(|step| self.step(base, step))?;
        self.wanted.patch(base, operation, &steps)
    }

    fn step(&mut self, base: &str, step: &TextStep) -> Fallible<()> {
        let tree = parse::tree(self.trail.text())?;
        let mut splices = step::splices(&tree, step, base, true)?;
        let mut gone = removed(&tree, &splices);
        if splices.iter().any(|own| own.text.contains('|')) {
            // A comment below that stands as far right as a new block would become content of it.
            let mut trial = self.trail.clone();
            trial.splice(splices.clone());
            let left = parse::tree(trial.text()).map_or(0, |tree| tree.comments.len());
            if left + gone < tree.comments.len() {
                splices = step::splices(&tree, step, base, false)?;
                gone = removed(&tree, &splices);
            }
        }
        splices.retain(|own| !own.range.is_empty() || !own.text.is_empty());
        self.comments_removed += gone;
        self.trail.splice(splices);
        Ok(())
    }

    /// The new text and what takes it back, and how many comments are gone.
    ///
    /// # Errors
    /// Where the text does not read as it must, or a comment is gone that is not counted.
    pub(super) fn finish(self, old: &str) -> Fallible<(String, Vec<fix::Undone>, usize)> {
        let Sheet { trail, wanted, comments_removed } = self;
        let (before, after) = (parse::tree(old)?, parse::tree(trail.text())?);
        wanted.check(trail.text()).map_err(|fault| {
            match ends_in_block(&before) || ends_in_block(&after) {
                true => EditFault::new(
                    old.len(),
                    "the last line has no line break and is of a block, which readers read differently",
                ),
                false => fault,
            }
        })?;
        let lost = check::lost(&comments(&before), &comments(&after));
        if lost.len() > comments_removed {
            return Err(EditFault::new(0, "a comment would get lost"));
        }
        let (text, undone) = trail.finish();
        Ok((text, undone, comments_removed))
    }
}

/// The operation that replaces the text at a pointer by the edited one.
pub(super) fn replaced(
    text: &str,
    at: &str,
    operations: &[PatchOperation],
) -> Result<PatchOperation, String> {
    let edited = fix::json::edit(text, operations)
        .map_err(|refusal| format!("in the embedded text: {}", refusal.reason))?;
    let path = PointerBuf::parse(at).unwrap_or_default();
    let value = Value::from(edited.text());
    Ok(PatchOperation::Replace(ReplaceOperation { path, value }))
}

/// Whether a text ends inside a block: libyaml adds no line break to it, others do.
fn ends_in_block(tree: &Tree) -> bool {
    let last = tree.nodes.iter().rfind(|node| !node.shape.is_collection());
    let block =
        last.is_some_and(|node| matches!(node.shape, NodeShape::Literal | NodeShape::Folded));
    block && !tree.text.ends_with('\n')
}

/// How many comments stand in what goes.
fn removed(tree: &Tree, splices: &[Splice]) -> usize {
    let gone = |comment: &&std::ops::Range<usize>| {
        splices.iter().any(|own| own.range.start <= comment.start && comment.end <= own.range.end)
    };
    tree.comments.iter().filter(gone).count()
}

fn comments<'a>(tree: &Tree<'a>) -> Vec<&'a str> {
    tree.comments.iter().map(|comment| tree.text[comment.clone()].trim_end()).collect()
}
