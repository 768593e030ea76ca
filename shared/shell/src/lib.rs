//! The part of `kubectl igw` that touches the world: files, the terminal, exit codes.

pub mod baseline;
pub mod bundle;
pub mod cli;
pub mod clock;
pub mod cluster;
pub mod exit;
pub mod files;
pub mod judge;
pub mod load;
pub mod output;
pub mod probe;
pub mod project;
pub mod run;
