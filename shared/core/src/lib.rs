//! The pure part of `kubectl igw`: what is known of a cluster or of manifest files, the routing
//! rules of the Gateway API and of kgateway, the checks' machinery and the reports.
//!
//! Nothing here reads a clock, a file, the network or the environment. The rooms stand above what
//! they import: [`facts`], then [`schema`], [`route`] and [`bifrost`], then [`scene`], [`finding`],
//! [`check`], [`settle`] and [`suppress`], then [`report`].

pub mod bifrost;
pub mod check;
pub mod facts;
pub mod finding;
pub mod report;
pub mod route;
pub mod scene;
pub mod schema;
pub mod settle;
pub mod suppress;
pub mod words;
