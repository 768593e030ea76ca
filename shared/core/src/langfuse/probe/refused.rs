//! Answers that refuse a key: facts of Langfuse 4.16.0 as recorded, and of earlier versions as read.

use super::judgement::{Judgement, member, server};
use super::key::ExporterKey;
use crate::langfuse::authorization::AuthorizationFault as Fault;
use crate::wire::WireReply;

const HEADER: &str =
    "set the header Authorization to Basic, one space, and the base64 of PUBLIC:SECRET on one line";
const KEYS: &str = "compare the exporter's pair with Settings > API Keys of the project in Langfuse; a changed LANGFUSE_INIT_PROJECT_SECRET_KEY is ignored once the key exists; a new key counts at the latest 5 minutes after the last try with it";

/// What a 401 or 403 says; `key`: what was sent, if anything.
pub fn judge(reply: &WireReply, key: Option<&ExporterKey>) -> Judgement {
    let message = member(reply, "message").unwrap_or_default();
    let begins = |start: &str| message.starts_with(start);
    let fault = key.and_then(ExporterKey::fault);
    let bearer = key.is_some_and(|key| !key.is_basic());
    if begins("No authorization header") {
        return match key {
            Some(_) => Judgement::failed(
                "authorization-removed",
                "the Authorization header was sent, but Langfuse did not get it",
                "find the filter between here and Langfuse that removes it",
            ),
            None => not_sent(),
        };
    }
    if message == "Invalid authorization header" {
        return Judgement::failed(
            "scheme-not-accepted",
            "Langfuse does not recognise the scheme: it must be Basic or Bearer, spelled so, and one space",
            HEADER,
        );
    }
    if begins("Invalid authorization header. ") {
        return match fault {
            Some(Fault::Wrapped) => unknown_pair(fault),
            Some(Fault::EncodedTwice) => Judgement::failed(
                "encoded-twice",
                "the pair is encoded in base64 twice, so that Langfuse finds no colon in it",
                HEADER,
            ),
            _ => Judgement::failed(
                "pair-incomplete",
                "what the header holds is not PUBLIC:SECRET: the colon or one half is missing, or there are two spaces after Basic",
                HEADER,
            ),
        };
    }
    if begins("Invalid character") || begins("The string to be decoded") {
        return match fault {
            Some(Fault::Placeholder) => Judgement::failed(
                "placeholder-sent",
                "the exporter sends a placeholder that was never filled in",
                "fill in the variable where the exporter's configuration is made",
            ),
            Some(Fault::NotEncoded) => Judgement::failed(
                "pair-not-encoded",
                "the header holds the pair in clear, not its base64",
                HEADER,
            ),
            _ => Judgement::failed(
                "not-base64",
                "what follows Basic is not base64, or a part of it is missing",
                HEADER,
            ),
        };
    }
    if begins("Invalid credentials") {
        return unknown_pair(fault);
    }
    if begins("Invalid public key") {
        return Judgement::failed(
            "bearer-not-public",
            "after Bearer Langfuse expects a public key, which cannot write traces either",
            HEADER,
        );
    }
    let of_organization = ["Unauthorized: Cannot use organization key", "Project ID not found"];
    let denied =
        ["Access denied", "Invalid API key. Are you using an organization key?"].map(begins);
    if of_organization.into_iter().any(begins) || (denied.contains(&true) && !bearer) {
        return Judgement::failed(
            "organization-key",
            "this key belongs to an organization, not to a project: it cannot write or read traces",
            "create a key in Settings > API Keys of the project",
        );
    }
    if denied.contains(&true) {
        return Judgement::failed(
            "bearer-public",
            "a public key alone, after Bearer, cannot write or read traces",
            HEADER,
        );
    }
    if begins("Ingestion suspended") {
        return Judgement::failed(
            "ingestion-suspended",
            "Langfuse has suspended ingestion: the usage limit of the organization is reached",
            "look at the usage page of the organization",
        );
    }
    Judgement::failed(
        "refused-on-the-way",
        format!(
            "{} in words that are not Langfuse's{}: something in front of it refuses the request",
            reply.status,
            server(reply)
        ),
        "look at the policies of the gateway, the firewall and the service mesh on the way",
    )
}

/// The exporter has no key.
pub fn not_sent() -> Judgement {
    Judgement::failed("no-authorization", "the exporter sends no Authorization header", HEADER)
}

/// The header cannot be sent, or was refused before anything looked at it.
pub fn line_break() -> Judgement {
    Judgement::failed(
        "header-line-break",
        "the Authorization header has a line break: an HTTP parser refuses the whole request with 400",
        "encode the pair on one line: base64 -w0",
    )
}

/// `Invalid credentials`, which has as many causes as a pair can have faults.
fn unknown_pair(fault: Option<Fault>) -> Judgement {
    let (cause, says, next) = match fault {
        Some(Fault::Wrapped) => (
            "base64-wrapped",
            "the base64 has white space inside, from wrapping at 76 characters: Langfuse reads only the part before it",
            "encode it on one line: base64 -w0",
        ),
        Some(Fault::EncodedLineBreak | Fault::EncodedSpace) => (
            "secret-line-break",
            "the secret key ends in a line break or space, which is part of what Langfuse compares",
            "encode it without one: printf %s instead of echo",
        ),
        Some(Fault::KeySpace) => (
            "key-line-break",
            "there is a line break or space beside one of the keys, which is part of what Langfuse compares",
            "encode the pair without it: printf %s instead of echo",
        ),
        Some(Fault::Swapped) => (
            "keys-swapped",
            "the secret key stands before the public key",
            "encode PUBLIC:SECRET, in this order",
        ),
        _ => (
            "key-unknown",
            "Langfuse does not know this pair. It was asked once: an unknown pair is remembered for 300 s, and every try extends that",
            KEYS,
        ),
    };
    Judgement::failed(cause, says, next)
}
