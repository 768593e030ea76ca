//! The guard: nothing is returned that does not read as it must.

use igw_core::fix;
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

    /// Applies an operation to what both readers read; `base` is the pointer to the object.
    pub(super) fn patch(&mut self, base: &str, operation: &PatchOperation) -> Fallible<()> {
        for value in [&mut self.first, &mut self.second] {
            let object = value.pointer_mut(base);
            let applied = object.map(|object| patched(object, operation));
            if applied != Some(true) {
                return Err(EditFault::new(0, "two readers disagree on what is there"));
            }
        }
        Ok(())
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

/// Applies an operation; `test`s were made on the first reader's value, and hold there.
fn patched(object: &mut Value, operation: &PatchOperation) -> bool {
    match operation {
        PatchOperation::Test(test) => {
            // To the second reader the value may be another one, but something is there.
            object.pointer(test.path.as_str()).is_some()
        }
        operation => json_patch::patch(object, std::slice::from_ref(operation)).is_ok(),
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
