//! A bundle: what a cluster answered, in one file, so that a colleague sees the same report without
//! the cluster. Secrets are masked in it.
//!
//! It is gzip of lines, each one JSON: the head, then objects and answers, then the end, without
//! which the file is not whole.

mod keep;
mod read;
mod write;

use igw_core::facts::{Ask, Why};
pub use keep::Kept;
pub use read::read;
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use write::write;

const API_VERSION: &str = "igw.dev/v1alpha1";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BundleHead {
    /// The version of this format.
    pub api_version: String,
    pub version: String,
    pub context: Option<String>,
    /// The namespace that was judged; `None`: all.
    pub namespace: Option<String>,
    /// When it was taken, RFC 3339.
    pub taken: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    /// The first.
    Bundle(BundleHead),
    /// An object as the API server has it, masked.
    Object(Value),
    /// An ask that was answered, and why it failed, if it did.
    Answered { ask: Ask, why: Option<Why> },
    /// Why objects of kinds without rules could not be read.
    Unread(Why),
    /// What a Secret's key pair is worth; its masked content does not show it.
    Pair { namespace: String, name: String, worth: igw_core::facts::views::KeyPair },
    /// The end of the log of a container, masked.
    Log { ask: Ask, lines: Vec<String> },
    /// The last line, with the number of objects.
    End { objects: usize },
}
