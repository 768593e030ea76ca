//! # A password in a connection string is not encoded
//!
//! ## What it means
//! `DATABASE_URL`, `DIRECT_URL`, `REDIS_CONNECTION_STRING`, `CLICKHOUSE_URL` and
//! `CLICKHOUSE_MIGRATION_URL` are URLs. Characters such as `#`, `/`, `?`, `@` or `%` in a user or a
//! password end it early, or change what the host is, unless they are percent-encoded. The check looks at
//! the text but never shows it.
//!
//! ## Why it matters
//! Langfuse does not start: the port or the host of the URL is not valid (P1013, «invalid port number»),
//! or the login fails.
//!
//! ## Example
//! `postgresql://langfuse:a#b@db:5432/langfuse`: `#` has to be `%23`.
//!
//! ## Fix safety
//! Show only: the password is a secret.
//!
//! ## Sources
//! RFC 3986, 3.2.1; Prisma's documentation of connection URLs.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::installations;
use igw_core::page;

pub static CHECK: Check = Check {
    code: "IGW0414",
    name: "connection-string-not-encoded",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

const NAMES: [&str; 6] = [
    "DATABASE_URL",
    "DIRECT_URL",
    "SHADOW_DATABASE_URL",
    "REDIS_CONNECTION_STRING",
    "CLICKHOUSE_URL",
    "CLICKHOUSE_MIGRATION_URL",
];

fn run(facts: &Facts, out: &mut Sink) {
    for part in installations::judged(facts).flat_map(|own| own.parts()) {
        for name in NAMES {
            let Some(text) = part.text(name) else { continue };
            let Some(sign) = raw_sign(text) else {
                out.passed();
                continue;
            };
            let code = format!("%{:02X}", u32::from(sign));
            let title =
                format!("{name} has a raw {sign} in its user or password, which must be {code}.");
            out.finding(
                Finding::at(&part.workload.meta, part.variable_path(name), title)
                    .explain("In a URL this character ends the login or the host, so that another host or port is taken from it, and Langfuse does not start. Percent-encode the password. The value is not shown.")
                    .label(format!("{sign} is not encoded")),
            );
        }
    }
}

/// The first character of the login of a URL that has to be encoded.
fn raw_sign(url: &str) -> Option<char> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, more) = rest.split_at(end);
    let login = match authority.rsplit_once('@') {
        Some((login, _)) => login.to_owned(),
        // The `@` of a login whose password has one of these signs stands behind it; one in a
        // parameter stands behind a host and a path.
        None => {
            let (inner, _) = more.rsplit_once('@')?;
            let host = authority.rsplit_once(':').map(|(_, port)| port.parse::<u16>().is_ok());
            let may_be_host = host.unwrap_or(true);
            if may_be_host && !authority.contains(':') || host == Some(true) {
                return None;
            }
            format!("{authority}{inner}")
        }
    };
    let bytes = login.as_bytes();
    for (at, sign) in login.char_indices() {
        let encoded = sign == '%'
            && bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        let raw = matches!(sign, '#' | '/' | '?' | '@' | '[' | ']' | ' ' | '%') && !encoded;
        if raw {
            return Some(sign);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::raw_sign;

    #[test]
    fn signs_in_logins() {
        assert_eq!(raw_sign("postgresql://lf:secret@db:5432/lf?schema=public"), None);
        assert_eq!(raw_sign("postgresql://lf:a%23b@db:5432/lf"), None);
        assert_eq!(raw_sign("postgresql://lf:a#b@db:5432/lf"), Some('#'));
        assert_eq!(raw_sign("postgresql://lf:a/b@db:5432/lf"), Some('/'));
        assert_eq!(raw_sign("postgresql://lf:a@b@db:5432/lf"), Some('@'));
        assert_eq!(raw_sign("postgresql://lf:100%@db/lf"), Some('%'));
        assert_eq!(raw_sign("redis://:p?w@r:6379/0"), Some('?'));
        assert_eq!(raw_sign("postgresql://db:5432/lf?user=a@b"), None);
        assert_eq!(raw_sign("http://lf-clickhouse:8123"), None);
    }
}
