//! Rows of table 1.3 about keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use igw_tests::langfuse::{LangfuseAnswer, LangfuseFault, LangfuseSwitches, recorded};

use crate::climbed::{self, ProbeRow, SentKey, TRACES, good};

fn basic(text: &str) -> SentKey {
    SentKey::Header(format!("Basic {}", STANDARD.encode(text)))
}

const PAIR: &str = "pk-lf-PLANTpublic:sk-lf-PLANTsecret";

fn row(name: &'static str, key: SentKey, expected: (&'static str, &'static str, i32)) -> ProbeRow {
    let switches = LangfuseSwitches::default();
    ProbeRow { name, switches, path: TRACES, key, args: &[], expected }
}

#[test]
fn keys_of_every_kind() {
    let pair = STANDARD.encode(PAIR);
    let (start, rest) = pair.split_at(32);
    let (colon, after) = pair.split_at(24);
    let refused = |cause| ("projects", cause, 1);
    let header = |text: String| SentKey::Header(text);
    let rows = [
        row("a good pair", good(), ("export", "accepted", 0)),
        row("no key", SentKey::None, ("export", "path-right", 0)),
        row(
            "without padding",
            header(format!("Basic {}", pair.trim_end_matches('='))),
            ("export", "accepted", 0),
        ),
        row(
            "scheme in lower case",
            header(format!("basic {pair}")),
            refused("scheme-not-accepted"),
        ),
        row("base64 without a scheme", header(pair.clone()), refused("scheme-not-accepted")),
        row("no colon", basic("sk-lf-PLANTsecret"), refused("pair-incomplete")),
        row("empty half", basic("pk-lf-PLANTpublic:"), refused("pair-incomplete")),
        row("encoded twice", basic(&pair), refused("encoded-twice")),
        row(
            "a placeholder",
            header("Basic ${LANGFUSE_AUTH}".to_owned()),
            refused("placeholder-sent"),
        ),
        row("in clear", header(format!("Basic {PAIR}")), refused("pair-not-encoded")),
        row("not base64", header("Basic !!!!PLANTED".to_owned()), refused("not-base64")),
        row(
            "cut base64",
            header(format!("Basic {}", &pair[..pair.len() - 3])),
            refused("not-base64"),
        ),
        row(
            "wrong secret",
            SentKey::Pair("pk-lf-PLANTpublic", "sk-lf-PLANTwrong"),
            refused("key-unknown"),
        ),
        row(
            "unknown pair",
            SentKey::Pair("pk-lf-PLANTother", "sk-lf-PLANTother"),
            refused("key-unknown"),
        ),
        row(
            "swapped",
            SentKey::Pair("sk-lf-PLANTsecret", "pk-lf-PLANTpublic"),
            refused("keys-swapped"),
        ),
        row(
            "line break after the secret",
            basic(&format!("{PAIR}\n")),
            refused("secret-line-break"),
        ),
        row(
            "line break before the public key",
            basic("\npk-lf-PLANTpublic:\nsk-lf-PLANTsecret"),
            refused("key-line-break"),
        ),
        row("wrapped base64", header(format!("Basic {start} {rest}")), refused("base64-wrapped")),
        row(
            "wrapped base64, cut at the colon",
            header(format!("Basic {colon} {after}")),
            refused("base64-wrapped"),
        ),
        row(
            "wrapped base64 with a line break",
            header(format!("Basic {start}\n{rest}")),
            refused("header-line-break"),
        ),
        row(
            "Bearer with a public key",
            header("Bearer pk-lf-PLANTpublic".to_owned()),
            refused("bearer-public"),
        ),
        row(
            "Bearer with a secret key",
            header("Bearer sk-lf-PLANTsecret".to_owned()),
            refused("bearer-not-public"),
        ),
        row(
            "an organization's pair",
            SentKey::Pair("pk-lf-PLANTorg", "sk-lf-PLANTorgsecret"),
            refused("organization-key"),
        ),
        row(
            "an organization's key as Bearer",
            header("Bearer pk-lf-PLANTorg".to_owned()),
            refused("organization-key"),
        ),
        ProbeRow {
            switches: LangfuseSwitches::faulty(LangfuseFault::AuthorizationRemoved),
            ..row("a filter removes the header", good(), refused("authorization-removed"))
        },
        ProbeRow {
            switches: LangfuseSwitches::answering(
                "/api/public/otel",
                LangfuseAnswer::message(403, "Ingestion suspended: usage threshold exceeded"),
            ),
            ..row("ingestion suspended", good(), ("export", "ingestion-suspended", 1))
        },
        ProbeRow {
            switches: LangfuseSwitches::answering(
                "/api/public/projects",
                LangfuseAnswer::text(403, "Forbidden").with("server", "awselb/2.0"),
            ),
            ..row("a firewall refuses", good(), ("projects", "refused-on-the-way", 1))
        },
        ProbeRow {
            switches: LangfuseSwitches::answering(
                "/api/public/projects",
                recorded("auth-wrong-secret-known-public-2nd"),
            ),
            ..row("a recorded refusal", good(), refused("key-unknown"))
        },
    ];
    insta::assert_snapshot!("keys", climbed::all(&rows));
}
