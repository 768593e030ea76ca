//! Secrets by the names of what holds them.

/// Parts of names.
const PARTS: [&str; 13] = [
    "authorization",
    "cookie",
    "token",
    "secret",
    "key",
    "passw",
    "passphrase",
    "credential",
    "signature",
    "session",
    "bearer",
    "privat",
    "connectionstring",
];

/// Whole words of names, which are too short to be looked for inside of words.
const WORDS: [&str; 14] = [
    "auth", "code", "dsn", "jwt", "nonce", "otp", "pass", "pat", "pin", "pw", "pwd", "sas", "sid",
    "sig",
];

/// Whether something of this name holds a secret: a header, a parameter, a field, a variable.
pub fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    PARTS.iter().any(|part| lower.contains(part))
        || words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The words of a name, in small letters: `x-Api_Key`, `accountKey`.
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && before.is_ascii_lowercase();
        if begins || !letter.is_ascii_alphanumeric() {
            out.push(String::new());
        }
        if letter.is_ascii_alphanumeric()
            && let Some(word) = out.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    out
}

/// The value of a header or parameter, unless its name says that it is a secret.
pub fn value<'a>(name: &str, value: &'a str) -> &'a str {
    match is_secret(name) {
        true => super::MASKED,
        false => value,
    }
}

/// Whether a piece of a manifest speaks of a secret, so that its lines are better not shown:
/// `name: Authorization`, `x-api-key`, but not `/v1/tokenize` or `matchExpressions: [{key: …`.
pub fn speaks_of_secret(text: &str) -> bool {
    const WORDS: [&str; 15] = [
        "authorization",
        "bearer",
        "cookie",
        "token",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "credential",
        "signature",
        "-key",
        "_key",
        "apikey",
        "accesskey",
        "privatekey",
    ];
    let text = text.to_ascii_lowercase();
    let ends = |at: usize| !text[at..].starts_with(|c: char| c.is_ascii_alphabetic());
    WORDS.iter().any(|word| text.match_indices(word).any(|(at, _)| ends(at + word.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell() {
        for name in [
            "Authorization",
            "proxy-authorization",
            "set-cookie",
            "X-Api-Key",
            "passwd",
            "pwd",
            "sig",
            "jwt",
            "accountKey",
            "connectionString",
            "X-Auth",
            "code",
            "passphrase",
            "tokenValue",
        ] {
            assert_eq!(value(name, "s3cret"), "<masked>", "{name}");
        }
        for name in ["x-route", "x-team", "model", "decode", "author", "signal", "encoding", "Host"]
        {
            assert_eq!(value(name, "a"), "a", "{name}");
        }
        assert!(speaks_of_secret("{name: Authorization, valeu: Bearer x}"));
        assert!(speaks_of_secret("- name: x-api-key"));
        assert!(!speaks_of_secret("value: /v1/tokenize"));
        assert!(!speaks_of_secret("- key: tier"));
    }
}
