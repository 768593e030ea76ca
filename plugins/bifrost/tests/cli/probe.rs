//! `model --probe` and `--send`: what servers on loopback say, in the place of pods.

use igw_tests::model_server::{ModelFault, ModelServer};
use igw_tests::server::StandIn;
use serde_json::Value;

use crate::program::{Ran, directory, run, run_against, story};

/// The story's Bifrost has the provider openai, with this address.
const UPSTREAM: &str = "http://vllm.models:8000";

fn probed(bifrost: &ModelServer, vllm: &ModelServer, model: &str, more: &[&str]) -> Ran {
    let (file, upstream) = (story("started-failed-good"), format!("{UPSTREAM}={}", vllm.address));
    let args = ["model", model, "-f", &file, "--address", &bifrost.address, "--address", &upstream];
    let mut ran = run(&[&args[..], more].concat());
    let took = regex::Regex::new(r"in \d+ ms").expect("it is one");
    let millis = regex::Regex::new(r#""millis": \d+"#).expect("it is one");
    for text in [&mut ran.stdout, &mut ran.stderr, &mut ran.line] {
        let plain = text.replace(&bifrost.address, "127.0.0.1:8080");
        let plain = plain.replace(&vllm.address, "127.0.0.1:8000");
        let plain = millis.replace_all(&plain, "\"millis\": 0");
        *text = took.replace_all(&plain, "in [N] ms").into_owned();
    }
    ran
}

#[test]
fn names_that_are_served() {
    let (bifrost, vllm) =
        (ModelServer::bifrost("openai", &["glm-5"]), ModelServer::vllm(&["glm-5"]));
    let ran = probed(&bifrost, &vllm, "openai/glm-5", &["--probe"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    insta::assert_snapshot!("probe_served", ran);
    let ran = probed(&bifrost, &vllm, "openai/glm5", &["--probe"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    insta::assert_snapshot!("probe_not_served", ran);
    // Two runs, one request each; nothing is completed, and no key is sent.
    assert_eq!((bifrost.seen().len(), vllm.seen().len()), (2, 2));
    for request in [bifrost.seen(), vllm.seen()].concat() {
        assert!(request.starts_with("GET /v1/models HTTP/1.1\r\n"), "{request}");
        assert!(!request.to_lowercase().contains("authorization"), "{request}");
    }
    assert!(vllm.seen()[0].contains("host: vllm.models:8000\r\n"), "{:?}", vllm.seen());
}

#[test]
fn one_completion() {
    let (bifrost, vllm) =
        (ModelServer::bifrost("openai", &["glm-5"]), ModelServer::vllm(&["glm-5"]));
    let ran = probed(&bifrost, &vllm, "openai/glm-5", &["--send", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    insta::assert_snapshot!("sent_as_predicted", ran);
    let post = bifrost.seen().pop().expect("it got one");
    let (head, body) = post.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{head}");
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((&body["model"], &body["max_tokens"]), (&"openai/glm-5".into(), &1.into()));
    // LiteLLM removes a prefix before Bifrost gets the name.
    probed(&bifrost, &vllm, "openai/openai/glm-5", &["--send", "-y", "--from", "litellm"]);
    assert!(bifrost.seen().pop().is_some_and(|post| post.contains("\"openai/glm-5\"")));
}

#[test]
fn not_as_predicted() {
    // The Bifrost that runs knows another name than its upstream serves by now.
    let (bifrost, vllm) = (ModelServer::bifrost("openai", &["old"]), ModelServer::vllm(&["glm-5"]));
    let ran = probed(&bifrost, &vllm, "openai/glm-5", &["--send", "--yes", "-o", "json"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    let chain: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(chain["verdict"]["status"], 200, "{ran}");
    assert_eq!(chain["sent"]["status"], 404, "{ran}");
    assert_eq!(chain["sent"]["asPredicted"], false, "{ran}");
    assert_eq!(chain["sent"]["message"], "The model `glm-5` does not exist.", "{ran}");
    assert_eq!(chain["probed"][1]["names"][0], "glm-5", "{ran}");
}

#[test]
fn without_consent_nothing_is_sent() {
    let (bifrost, vllm) =
        (ModelServer::bifrost("openai", &["glm-5"]), ModelServer::vllm(&["glm-5"]));
    let ran = probed(&bifrost, &vllm, "openai/glm-5", &["--send"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    let says = "not sent: it may cost money and needs your consent: --yes\n";
    assert!(ran.stdout.ends_with(says), "{ran}");
    assert!(bifrost.seen().iter().all(|request| request.starts_with("GET ")));
}

#[test]
fn answers_that_are_no_list() {
    let bifrost = ModelServer::bifrost("openai", &["glm-5"]);
    for (fault, says) in [
        (ModelFault::Key, "401, it wants a key, and is asked without"),
        (ModelFault::Endless, "200, the list is longer than what is read of it"),
        (ModelFault::Html, "200, the answer is not a list of models"),
        (ModelFault::Status(500), "500, refused: <masked> \u{fffd}[31m"),
        (
            ModelFault::Redirect,
            "307, a redirect to http://elsewhere.example/v1/models, which is not followed",
        ),
    ] {
        let vllm = ModelServer::broken(&["glm-5"], fault);
        let ran = probed(&bifrost, &vllm, "openai/glm-5", &["--probe", "-o", "json"]);
        assert_eq!(ran.code, Some(3), "{ran}");
        let chain: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let (status, words) = says.split_once(", ").expect("two parts");
        assert_eq!(chain["probed"][1]["status"].to_string(), status, "{ran}");
        assert_eq!(chain["probed"][1]["says"], words, "{ran}");
        assert!(!ran.to_string().contains("hunter2"), "{ran}");
        assert_eq!(vllm.seen().len(), 1);
    }
}

#[test]
fn no_way() {
    let file = story("started-failed-good");
    insta::assert_snapshot!("probe_files", run(&["model", "openai/glm-5", "-f", &file, "--probe"]));
    let text = std::fs::read_to_string(directory().join(&file)).expect("it can be read");
    // The stand-in of the API server makes no port-forwards.
    let server = StandIn::of(&text);
    let ran = run_against(&server, "gateway", &["model", "openai/glm-5", "--probe"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    insta::assert_snapshot!("probe_cluster", ran);
    let error = |args: &[&str]| {
        let ran = run(&[&["model", "openai/glm-5", "-f", &file], args].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
        ran.stderr
    };
    assert!(error(&["--probe", "--address", "u:hunter2@h:x"]).contains("not understood"));
    assert!(error(&["--address", "127.0.0.1:1"]).contains("needs --probe or --send"));
    assert!(error(&["--send", "--path", "/v1/embeddings"]).contains("takes no chat request"));
    assert!(error(&["--yes"]).contains("--send"));
}
