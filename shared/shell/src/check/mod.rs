//! What `check` and its like do, the same way for every product.

mod bundle;
mod empty;
mod explain;
mod flags;
mod print;
mod report;
mod run;
mod select;
mod watch;
mod worlds;

pub use bundle::{BundleArgs, bundle};
pub use explain::{ExplainArgs, explain};
pub use flags::{CheckArgs, FailOn, ReportFlags};
pub use report::finish;
pub use run::run;
pub use select::{Selected, checks_of, select};
