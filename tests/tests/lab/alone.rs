//! Tests that are alone in their network.

use igw_tests::lab::{Programs, alone};

/// Set in the process that is alone in its network namespace.
const ALONE: &str = "IGW_LAB_ALONE";

/// Runs a test in a process of its own, which is alone in a network namespace. What has to be
/// fetched is made before: `programs` says what that is.
pub fn run_alone(
    name: &str,
    programs: impl FnOnce(&Programs) -> Result<(), String>,
    test: impl FnOnce(),
) {
    if std::env::var_os(ALONE).is_some() {
        return test();
    }
    Programs::build().and_then(|built| programs(&built)).unwrap_or_else(|e| panic!("{e}"));
    let mut command = alone(&std::env::current_exe().expect("this program"));
    command.args(["--exact", name, "--nocapture"]).env(ALONE, "1");
    let status = command.status().expect("unshare (util-linux) runs");
    assert!(status.success(), "in a network namespace (unshare --map-root-user --net): {status}");
}
