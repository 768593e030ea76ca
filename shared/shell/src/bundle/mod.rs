//! A bundle: what a cluster answered, in one file, so that a colleague sees the same report without
//! the cluster. Secrets are masked in it.
//!
//! It is gzip of lines, each one JSON: the head, then objects and answers, then the end, without
//! which the file is not whole.

mod keep;
mod mask;
mod read;
mod write;

use igw_core::facts::{Ask, Why};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use keep::Kept;
pub use read::read;
pub use write::write;

const API_VERSION: &str = "igw.dev/v1alpha1";

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// The version of this format.
    pub api_version: String,
    /// The program's version.
    pub version: String,
    /// The context of the cluster.
    pub context: Option<String>,
    /// The namespace that was judged; `None`: all.
    pub namespace: Option<String>,
    /// When it was taken, RFC 3339.
    pub taken: String,
}

/// A line of a bundle.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    /// The first.
    Bundle(Head),
    /// An object as the API server has it, masked.
    Object(Value),
    /// A question that was answered, and why in vain.
    Answered { ask: Ask, why: Option<Why> },
    /// What the certificate and key of a Secret are worth, which its masked content does not show.
    Pair { namespace: String, name: String, worth: igw_core::facts::views::KeyPair },
    /// The last: how many objects there are.
    End { objects: usize },
}
