//! YAML inside of a text, as a value.

use serde_json::Value;

/// The longest text that is read: a ConfigMap holds one MiB.
const LONGEST: usize = 1 << 20;

/// The first document of a text, if it is YAML.
pub fn value(text: &str) -> Option<Value> {
    if text.len() > LONGEST {
        return None;
    }
    serde_saphyr::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::value;

    #[test]
    fn a_text_is_read_or_not() {
        assert_eq!(
            value("a: {b: ['1', \"${env:X}\"]}"),
            Some(json!({"a": {"b": ["1", "${env:X}"]}}))
        );
        assert_eq!(value("a: ${env:X}/y\n"), Some(json!({"a": "${env:X}/y"})));
        assert_eq!(value("a: [\n"), None);
    }
}
