//! The real binary on the fixtures: whole outputs, exit codes.

mod bad_input;
mod check;
mod config;
mod help;
mod large;
mod model;
mod mutations;
mod program;
mod secrets;
