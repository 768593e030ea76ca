//! The guard: nothing is returned that does not read as it must.

use igw_core::fix::{self, TextStep};
use igw_core::kube::pointer;
use json_patch::PatchOperation;
use serde_json::Value;

use super::super::yaml;
use super::fault::{EditFault, Fallible};
use super::second;

/// A document as both readers read it. Each is compared with itself only: `on` and `1_000` are
/// different things to them, and stay so.
pub(super) struct Readings {
    pub(super) first: Value,
    second: Value,
}

impl Readings {
    pub(super) fn of(text: &str) -> Fallible<Readings> {
        let first = yaml::parse(text)
            .map_err(|fault| EditFault::new(fault.at.unwrap_or_default(), fault.message))?;
        let second = second::read(text)
            .ok_or_else(|| EditFault::new(0, "a second reader does not understand the document"))?;
        Ok(Readings { first, second })
    }

    /// Applies an operation to what the first reader reads, and its steps to what the second one
    /// does: where a value is alike to the first one, nothing is written, whatever the second one
    /// takes it for. `base` is the pointer to the object.
    pub(super) fn patch(
        &mut self,
        base: &str,
        operation: &PatchOperation,
        steps: &[TextStep],
    ) -> Fallible<()> {
        let first = self.first.pointer_mut(base);
        let first =
            first.map(|own| json_patch::patch(own, std::slice::from_ref(operation)).is_ok());
        let second = self.second.pointer_mut(base);
        let second = second.map(|own| steps.iter().all(|step| step.apply(own)));
        match (first, second) {
            (Some(true), Some(true)) => Ok(()),
            _ => Err(EditFault::new(0, "two readers disagree on what is there")),
        }
    }

    /// Whether both read this value.
    pub(super) fn reads(&self, value: &Value) -> bool {
        fix::same(&self.first, value) && fix::same(&self.second, value)
    }

    /// # Errors
    /// Where a text does not read as these values.
    pub(super) fn check(&self, text: &str) -> Fallible<()> {
        let wrong = || EditFault::new(0, "the new text would not read as the patched one");
        let new = Readings::of(text).map_err(|_| wrong())?;
        match fix::same(&new.first, &self.first) && fix::same(&new.second, &self.second) {
            true => Ok(()),
            false => Err(wrong()),
        }
    }
}

/// The pointer of an object in its document.
pub(super) fn base(item: Option<u32>) -> String {
    item.map_or_else(String::new, |item| pointer::join("/items", &item.to_string()))
}

/// Which comments of the old text are not in the new one.
pub(super) fn lost<'a>(old: &[&'a str], new: &[&str]) -> Vec<&'a str> {
    let mut left: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    new.iter().for_each(|comment| *left.entry(comment).or_default() += 1);
    let gone = old.iter().filter(|comment| match left.get_mut(**comment) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    gone.copied().collect()
}
