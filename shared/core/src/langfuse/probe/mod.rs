//! The ladder of `langfuse probe`: what each rung sends, and what an answer to it means.
//!
//! What is said of answers was observed in Langfuse 4.16.0 (tests/recorded/langfuse), and where
//! nothing was recorded, read in its sources.

mod arrival;
pub mod climb;
mod elsewhere;
pub mod export;
pub mod health;
pub mod judgement;
pub mod key;
pub mod ladder;
pub mod otlp;
pub mod plan;
pub mod projects;
pub mod read_back;
mod refused;
pub mod request;
pub mod scrub;
pub mod silence;
#[cfg(test)]
mod tests;
mod wrong_path;
