//! What is known of Langfuse.

pub mod probe;
