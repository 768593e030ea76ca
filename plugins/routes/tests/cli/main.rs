//! The real binary on the fixtures: whole outputs, exit codes.

mod bad_input;
mod check;
mod cluster;
mod help;
mod output;
mod program;
mod reports;
mod secrets;
mod status;
mod suppress;
mod why;
