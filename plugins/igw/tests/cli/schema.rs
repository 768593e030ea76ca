//! Machine output is what `schema` says.

use jsonschema::Validator;
use serde_json::Value;

use crate::program::{directory, run};

fn validator(kind: &str) -> Validator {
    let schema: Value = serde_json::from_str(&run(&["schema", kind]).stdout).expect("it is JSON");
    jsonschema::validator_for(&schema).expect("it is a schema")
}

fn fits(validator: &Validator, args: &[&str]) {
    let ran = run(&[args, &["-o", "json"]].concat());
    let value: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", ran.line);
}

#[test]
fn outputs_fit_their_schemas() {
    let (report, plan) = (validator("report"), validator("plan"));
    let (trace, chain) = (validator("trace"), validator("chain"));
    for product in ["gateway", "routes", "bifrost"] {
        let all = directory().join("stories").join(product);
        let all = all.read_dir().expect("it is a folder").flatten().map(|own| own.path());
        let mut stories: Vec<_> = all.filter(|own| own.is_dir()).collect();
        stories.sort();
        for story in stories.iter().step_by(4) {
            let story = story.display().to_string();
            if run(&["-f", &story, "-o", "name"]).code == Some(2) {
                continue;
            }
            fits(&report, &["-f", &story]);
            fits(&plan, &["fix", "-f", &story, "--dry-run"]);
        }
    }
    let url = "http://api.example.com/v1/chat/completions";
    fits(&trace, &["why", url, "--demo", "--model", "openai/glm-5"]);
    fits(&trace, &["why", url, "-f", "stories/routes/grant-missing-good"]);
    let model = ["bifrost", "model", "openai/glm-5", "-f", "stories/bifrost/private-address"];
    fits(&chain, &model);
    // Files have nothing to send it to, which is a document, too.
    fits(&chain, &[&model[..], &["--send", "--yes"]].concat());
    let closed = "http://127.0.0.1:1/api/public/otel/v1/traces";
    fits(&validator("ladder"), &["langfuse", "probe", closed]);
    let file = "stories/gateway/kgateway-2-4-good";
    let args = ["gateway", "config", "-f", file, "--dump", "../plugins/igw/tests/cli/dump.json"];
    fits(&validator("proxyconfig"), &args);
    fits(&validator("versions"), &["version", "--demo"]);
    fits(&validator("history"), &["history"]);
}
