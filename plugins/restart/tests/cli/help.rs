//! What the program says about itself.

use crate::program::run;

#[test]
fn help() {
    insta::assert_snapshot!(run(&["--help"]));
}
