//! How the stand-in of Langfuse looks at keys: as table 1.3 and the recordings have it.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::answer::GivenAnswer;
use super::received::Received;
use super::switches::LangfuseFault;
use super::{LangfuseState, held};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn host(text: &str) -> GivenAnswer {
    GivenAnswer::message(401, &format!("{text}. Confirm that you've configured the correct host."))
}

const DENIED: &str = "Access denied - insufficient permissions for this endpoint";

impl LangfuseState {
    /// The public key of the project, or what refuses the request.
    pub(super) fn authenticate(&self, received: &Received) -> Result<String, GivenAnswer> {
        let removed = self.switches.has(LangfuseFault::AuthorizationRemoved);
        let header = received.header("authorization").filter(|own| !own.is_empty() && !removed);
        let Some(header) = header else {
            return Err(GivenAnswer::message(401, "No authorization header"));
        };
        if let Some(token) = header.strip_prefix("Bearer ") {
            return Err(self.bearer(token));
        }
        let Some(coded) = header.strip_prefix("Basic ").filter(|own| !own.is_empty()) else {
            return Err(GivenAnswer::message(401, "Invalid authorization header"));
        };
        // What follows white space is another part, which is not looked at.
        let coded = coded.split(' ').next().unwrap_or_default();
        if coded.contains(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c)) {
            return Err(host("Invalid character"));
        }
        if coded.trim_end_matches('=').len() % 4 == 1 {
            return Err(host("The string to be decoded is not correctly encoded."));
        }
        let decoded = LENIENT.decode(coded).unwrap_or_default();
        let decoded = String::from_utf8_lossy(&decoded).into_owned();
        let mut halves = decoded.split(':');
        let (public, secret) = (halves.next().unwrap_or_default(), halves.next());
        match secret {
            Some(secret) if !public.is_empty() && !secret.is_empty() => self.pair(public, secret),
            _ => Err(host("Invalid authorization header")),
        }
    }

    fn pair(&self, public: &str, secret: &str) -> Result<String, GivenAnswer> {
        let switches = &self.switches;
        if switches.has(LangfuseFault::RedisDown) || switches.has(LangfuseFault::PostgresHangs) {
            return Err(self.hang());
        }
        if switches.has(LangfuseFault::PostgresDown) {
            return Err(GivenAnswer::message(503, "Service Unavailable"));
        }
        // The secret alone decides.
        if secret == switches.pair.1 {
            return Ok(switches.pair.0.clone());
        }
        if secret == switches.organization.1 {
            return Err(GivenAnswer::message(403, DENIED));
        }
        *held(&self.bad_tries).entry(format!("{public}:{secret}")).or_default() += 1;
        Err(host("Invalid credentials"))
    }

    fn bearer(&self, token: &str) -> GivenAnswer {
        match token {
            own if own == self.switches.pair.0 => GivenAnswer::message(403, DENIED),
            own if own == self.switches.organization.0 => {
                host("Unauthorized: Cannot use organization key with bearer auth")
            }
            _ => host("Invalid public key"),
        }
    }
}
