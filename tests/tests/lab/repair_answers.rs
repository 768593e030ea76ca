//! A repair as clients see it: what the real Envoy answers before it, after it, and after it was taken
//! back.

use std::path::Path;

use igw_tests::lab::{BackendServers, Envoy, Programs, wait};

use super::alone::run_alone;
use super::answers::manifests;
use super::lab;
use super::repairs::{routes_in, written};
use super::world::lay;

struct Repair {
    story: &'static str,
    gateway: &'static str,
    fix: &'static str,
    /// Host and path, and the port of the listener.
    request: (&'static str, &'static str, u16),
    /// The status before; after it is 200.
    bad: u16,
}

const REPAIRS: [Repair; 4] = [
    Repair {
        story: "grant-missing",
        gateway: "gw/inference",
        fix: "--only IGW0103",
        request: ("llm.example.com", "/v1/completions", 80),
        bad: 500,
    },
    Repair {
        story: "parent-wrong-namespace",
        gateway: "ingress/entry",
        fix: "--only IGW0101",
        request: ("speech.example.com", "/v1/audio", 80),
        bad: 404,
    },
    Repair {
        story: "listener-name-typo",
        gateway: "ai/public",
        fix: "--only IGW0105 --unsafe --set IGW0105.listener=internal",
        request: ("rerank.internal.example.com", "/", 8080),
        bad: 404,
    },
    Repair {
        story: "port-of-the-container",
        gateway: "code/code",
        fix: "--only IGW0111",
        request: ("code.example.com", "/v1/fim", 80),
        bad: 500,
    },
];

#[test]
fn bad_answers_become_good_ones() {
    run_alone("repair_answers::bad_answers_become_good_ones", Programs::data_plane, || {
        let network = lab().start_data_plane().unwrap_or_else(|error| panic!("{error}"));
        let mut backends = BackendServers::new(&network);
        for repair in REPAIRS {
            let name = repair.story;
            let story = super::stories().into_iter().find(|story| story.name == name);
            let world = lay(lab(), &manifests(&story.expect("a story")));
            let proxy =
                Envoy::start(lab(), &network, repair.gateway).unwrap_or_else(|e| panic!("{e}"));
            let state = tempfile::tempdir().expect("a directory");
            let mut answers = |status: u16| {
                wait(&format!("{name}: {status} is not answered"), || {
                    backends.follow(lab())?;
                    answered(state.path(), repair.request, status)
                })
                .unwrap_or_else(|error| panic!("{error}"));
            };
            answers(repair.bad);
            // The controller has added its finalizers by now.
            let before = written(lab(), &world);
            let line = format!("fix -A --yes {} {}", repair.fix, sending(repair.request));
            let ran = routes_in(state.path(), lab().admin(), &line);
            for (when, status) in [("before:\n", repair.bad), ("after:\n", 200)] {
                let told = ran.stderr.split(when).nth(1).unwrap_or_default();
                let told = told.split("after:").next().unwrap_or_default();
                assert!(told.contains(&format!("sent: {status} ")), "{name}: {when}{ran}");
            }
            assert!(ran.stderr.contains("1 applied and verified"), "{name}: {ran}");
            assert!(ran.stderr.contains(" accepted it after "), "{name}: {ran}");
            answers(200);
            let undone = routes_in(state.path(), lab().admin(), "undo --yes");
            assert_eq!(undone.code, Some(0), "{name}: {undone}");
            assert_eq!(written(lab(), &world), before, "{name}");
            answers(repair.bad);
            drop(proxy);
        }
    });
}

/// The request, as `fix` sends it.
fn sending((name, path, listener): (&str, &str, u16)) -> String {
    let (host, port) = Envoy::address(listener);
    format!("--send http://{name}:{listener}{path} --address {host}:{port}")
}

/// Whether Envoy answers with this status, and as it is predicted.
fn answered(
    state: &Path,
    (name, path, listener): (&str, &str, u16),
    status: u16,
) -> Result<(), String> {
    let (host, port) = Envoy::address(listener);
    let line = format!("why http://{name}:{listener}{path} --send --address {host}:{port}");
    let ran = routes_in(state, lab().admin(), &line);
    let is_right =
        ran.stdout.contains(&format!("sent: {status} ")) && ran.stdout.contains(", as predicted");
    if is_right { Ok(()) } else { Err(ran.to_string()) }
}
