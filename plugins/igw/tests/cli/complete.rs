//! What the shell offers after `<TAB>`, in the words of kubectl's protocol.

use std::process::Command;
use std::time::{Duration, Instant};

use igw_tests::server::StandIn;

use crate::program::{command, directory, finish, run};
use crate::{PROGRAM, run_on_demo};

fn offered(words: &[&str]) -> String {
    run(&[&["__complete"], words].concat()).stdout
}

#[test]
fn commands_and_flags() {
    insta::assert_snapshot!(offered(&[""]));
    assert_eq!(offered(&["ro"]).lines().count(), 2, "{}", offered(&["ro"]));
    let flags = offered(&["routes", "check", "--o"]);
    let names: Vec<_> = flags.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(names, ["--overlay", "--output", "--only", ":4"]);
    assert_eq!(offered(&["routes", "why", "-o", "j"]), "json\tOne JSON document\n:4\n");
    assert_eq!(offered(&["-f", ""]), ":0\n", "files are the shell's business");
    assert_eq!(offered(&["nonsense", ""]).lines().last(), Some(":4"));
}

#[test]
fn checks_models_and_names() {
    assert_eq!(offered(&["explain", "IGW0301"]), "IGW0301\tmodel-name-mismatch\n:4\n");
    assert_eq!(offered(&["bifrost", "check", "--only", "IGW01"]), ":4\n");
    assert_eq!(offered(&["fix", "--demo", "llm/"]), "llm/bifrost\nllm/embeddings\nllm/vllm\n:4\n");
    assert_eq!(offered(&["why", "--demo", "--model", ""]), "openai/glm-5\n:4\n");
    let place = tempfile::tempdir().expect("a directory can be made");
    let words = ["__complete", "bifrost", "model", "-f", "demo.yaml", ""];
    assert_eq!(run_on_demo(place.path(), &words).stdout, "openai/glm-5\n:4\n");
}

/// kubectl asks by another name of the program.
#[cfg(unix)]
#[test]
fn by_the_name_that_kubectl_uses() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let link = place.path().join("kubectl_complete-igw");
    std::os::unix::fs::symlink(PROGRAM, &link).expect("a link can be made");
    let output = Command::new(&link).arg("versi").env_clear().output().expect("it starts");
    let help = "Show the versions of these programs and of what runs in the cluster";
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("version\t{help}\n:4\n"));
}

#[test]
fn of_a_cluster() {
    let demo = std::fs::read_to_string(directory().join("../plugins/igw/src/demo.yaml"));
    let server = StandIn::of(&demo.expect("the example can be read"));
    let place = tempfile::tempdir().expect("a directory can be made");
    let config = server.kubeconfig(place.path(), "llm");
    let of = |words: &[&str]| {
        let args = [&["__complete"], words].concat();
        let mut command = command(&args);
        command.env("KUBECONFIG", &config);
        let ran = finish(&args, command);
        assert_eq!(ran.stderr, "", "{ran}");
        ran.stdout
    };
    assert_eq!(of(&["-n", ""]), "gateway\nllm\ntracing\n:4\n");
    assert_eq!(of(&["routes", "check", ""]), "llm/embeddings\n:4\n");
    assert_eq!(of(&["routes", "check", "-A", ""]), "gateway/chat\nllm/embeddings\n:4\n");
    assert!(of(&["--context", ""]).lines().count() > 1, "{}", of(&["--context", ""]));
}

/// A server that says nothing costs a second, and no word.
#[test]
fn of_a_silent_server() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let args = ["__complete", "--server", &format!("http://{address}"), "-n", ""];
    let begin = Instant::now();
    let ran = run(&args);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (":4\n", ""), "{ran}");
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
}
