//! What a view is.

use serde_json::Value;

use super::Notes;
use crate::kube::Meta;
use crate::schema::Refusal;

/// A slim, owned, read-only picture of one kind of object.
pub trait View: Sized + Clone + 'static {
    /// Reads what rules need of an object, the API server's defaults filled in.
    ///
    /// # Errors
    /// When a value has a type that the API server would refuse.
    fn read(notes: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal>;

    /// Takes over what a controller wrote about the object of before, if it is the same but for
    /// its metadata.
    fn inherit(&mut self, _before: &Self) {}

    /// The labels by which objects of this kind are selected; none for most kinds.
    fn selectable(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }
}
