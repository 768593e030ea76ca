//! What the black-box tests share.

#[cfg(feature = "lab")]
pub mod lab;
