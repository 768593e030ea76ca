//! What we decline to predict: case, `start` or the model asked for, reason. This list shrinks.

/// Everything that is answered "unknown" over the recordings.
#[rustfmt::skip]
pub const UNKNOWN: &[(&str, &str, &str)] = &[
];
