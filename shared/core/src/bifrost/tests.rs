//! What Go's decoder does with JSON that people do not expect.

use super::config::Config;
use super::{shape, table};
use crate::workload::Release;

const NEW: Release = Release::new(1, 5, 16);
const OLD: Release = Release::new(1, 4, 19);

fn config(text: &str) -> Config {
    Config::read(crate::gojson::parse(text).expect("JSON"))
}

fn fault(text: &str) -> (usize, String) {
    let fault = crate::gojson::parse(text).expect_err("no JSON");
    (fault.at, fault.says)
}

#[test]
fn providers_twice_are_merged_and_a_name_twice_is_the_last() {
    let config = config(
        r#"{"providers": {"openai": {"keys": [{"name": "a"}]}, "openai": {"keys": [{"name": "b"}]}},
            "Providers": {"vllm": {}}}"#,
    );
    let names: Vec<&str> = config.providers.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["openai", "vllm"]);
    assert_eq!(config.providers[0].keys[0].name, "b");
}

#[test]
fn case_does_not_matter_and_null_is_nothing() {
    let config = config(
        r#"{"PROVIDERS": {"OpenAI": {"Network_Config": {"BASE_URL": "http://a", "base_url": null}}},
            "plugins": null}"#,
    );
    let provider = config.provider("openai").expect("the name is in lower case");
    let url = provider.base_url.as_ref().map(|url| url.text.reveal());
    assert_eq!(url, Some("http://a"));
    assert!(config.plugins.is_empty());
}

#[test]
fn gos_words() {
    let says = |text: &str, at: usize, words: &str| assert_eq!(fault(text), (at, words.into()));
    says("", 0, "unexpected end of JSON input");
    says("{\"a\" 1}", 5, "invalid character '1' after object key");
    says("{\"a\": 1 \"b\"}", 8, "invalid character '\"' after object key:value pair");
    says("[1 2]", 3, "invalid character '2' after array element");
    says("{\"a\": nul}", 9, "invalid character '}' in literal null (expecting 'l')");
    says("{\"a\": 1.}", 8, "invalid character '}' after decimal point in numeric literal");
    says("{\"a\": \"\\u12g4\"}", 11, "invalid character 'g' in \\u hexadecimal character escape");
    says("{'a': 1}", 1, "invalid character '\\'' looking for beginning of object key string");
    says("{\"a\": \"\t\"}", 7, "invalid character '\\t' in string literal");
}

#[test]
fn wrong_types_are_told_in_gos_words() {
    let says = |text: &str, release| {
        let json = crate::gojson::parse(text).expect("JSON");
        shape::mismatch(&json, &table::ROOT, release).map(|found| found.says)
    };
    let models = r#"{"providers": {"openai": {"keys": [{"models": "x"}]}}}"#;
    let of =
        "json: cannot unmarshal string into Go struct field Key.providers.keys.models of type ";
    assert_eq!(says(models, OLD), Some(format!("{of}[]string")));
    assert_eq!(says(models, NEW), Some(format!("{of}schemas.WhiteList")));
    // The first one in the text, also where a later value would replace it.
    let twice = r#"{"providers": [], "providers": {}}"#;
    assert!(says(twice, NEW).is_some_and(|says| says.contains("TempConfigData.providers")));
    assert_eq!(says(r#"{"providers": null, "websocket": 7}"#, NEW), None);
}

#[test]
fn unknown_keys_have_a_nearest_one() {
    let json = crate::gojson::parse(
        r#"{"provider": {}, "providers": {"a": {"Network_Config": {"baseurl": "x"}}},
            "source_of_truth": "split", "zzz": 1}"#,
    )
    .expect("JSON");
    let near: Vec<(String, Option<&str>)> = shape::unknown_keys(&json, &table::FILE, OLD)
        .into_iter()
        .map(|found| (json.key(found.id).to_owned(), found.near.map(|(name, _)| name)))
        .collect();
    assert_eq!(
        near,
        [
            ("provider".to_owned(), Some("providers")),
            ("baseurl".to_owned(), Some("base_url")),
            ("source_of_truth".to_owned(), None),
            ("zzz".to_owned(), None),
        ]
    );
    let new = shape::unknown_keys(&json, &table::FILE, NEW);
    assert!(new.iter().all(|found| json.key(found.id) != "source_of_truth"));
}

#[test]
fn pointers_and_escapes() {
    let json = crate::gojson::parse(r#"{"a/b": [1, {"c~": "x\u00e9\ud83d\ude00\ud800y\n"}]}"#)
        .expect("JSON");
    let last = json.strings_between(0, json.whole().len()).last().expect("a string");
    assert_eq!(json.pointer(last), "/a~1b/1/c~0");
    assert_eq!(json.text(last).as_deref(), Some("xé😀\u{fffd}y\n"));
    assert_eq!(json.halves.len(), 1);
}
