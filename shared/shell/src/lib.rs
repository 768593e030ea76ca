//! The part of `kubectl igw` that touches the world: files, the cluster, the terminal, exit codes.
//! A room imports only from rooms that stand above it: CONTRIBUTING.md, "The house".

pub mod baseline;
pub mod check;
pub mod clock;
pub mod cluster;
pub mod complete;
pub mod config_files;
pub mod console;
pub mod duration;
pub mod exit;
pub mod flags;
pub mod input;
pub mod output;
pub mod probe;
pub mod product;
pub mod project;
pub mod repair;
pub mod run;
pub mod session;
pub mod suite;
