//! `config`: what Bifrost's decoder would keep.

use crate::program::run_with;

#[test]
fn as_go_decodes_it() {
    let config = r#"{
      "Providers": {"OpenAI": {"Keys": [{"Name": "a", "Value": "sk-hidden-hidden", "models": ["x"]}],
        "Network_Config": {"Base_URL": "http://u:pw@a:8000/?k=1"}, "typo": 1}},
      "providers": {"vllm": {"keys": [{"name": "b", "value": "env.KEY"}]}},
      "client": {"x": 1}, "client": {"y": 2}
    }"#;
    insta::assert_snapshot!(run_with(&["config", "-f", "-"], config));
    insta::assert_snapshot!("config-yaml", run_with(&["config", "-f", "-", "-o", "yaml"], config));
    insta::assert_snapshot!(
        "config-broken",
        run_with(&["config", "-f", "-"], "{\"providers\": {},}")
    );
}
