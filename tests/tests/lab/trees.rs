//! Trees with planted faults, built by the lab's kubectl.

use std::process::Command;

use igw_tests::tree;

use super::lab;
use super::plugin::program;

#[test]
fn planted_faults_are_found_with_the_kubectl_of_the_lab() {
    let kubectl = lab().kubectl();
    let home = std::path::Path::new(kubectl.get_program()).parent().expect("it has a directory");
    let run = || {
        let mut command = Command::new(program());
        command.env_clear().env("PATH", home);
        command
    };
    let wrong: Vec<String> =
        tree::all().iter().flat_map(|tree| tree::judge(tree, run(), true)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
