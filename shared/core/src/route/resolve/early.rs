//! What Envoy Gateway's proxy does with a request before it looks at routes.

use super::super::gateway::Compiled;
use super::super::profile::Profile;
use super::super::request::Request;
use super::super::trace::*;
use super::super::{others, path};
use super::walk::{Walk, WayPassed};
use crate::facts::Facts;

impl Walk<'_> {
    /// Whether the answer comes before any route: by default Envoy Gateway refuses headers with an
    /// underscore and redirects paths with `%2F` or `%5C` (its translator's `PathSettings` and
    /// `buildHeadersWithUnderscoresAction`; Envoy's `PathWithEscapedSlashesAction`, which a
    /// ClientTrafficPolicy may change).
    pub(super) fn ends_early(
        &mut self,
        facts: &Facts,
        compiled: &Compiled,
        request: &Request,
    ) -> bool {
        if compiled.profile != Profile::EnvoyGateway {
            return false;
        }
        let at = format!("{}, its proxy", compiled.gateway.meta.title());
        let underscored = request.headers.iter().find(|(name, _)| name.contains('_'));
        let unescaped = path::unescaped_slashes(&request.path);
        if underscored.is_none() && unescaped.is_none() {
            return false;
        }
        if others::has_kind(facts, "EnvoyPatchPolicy") {
            self.cannot_say(
                "an EnvoyPatchPolicy may change what the proxy does with such a request",
            );
            return true;
        }
        if let Some((name, _)) = underscored {
            let says = format!(
                "Envoy Gateway refuses headers with an underscore: {}",
                crate::text::clean(name)
            );
            self.step(Stage::Listener, &says, at);
            self.end(Some(400), AnsweredBy::Gateway, &says);
        } else if let Some(path) = unescaped {
            // A call gets a status of gRPC in its place.
            if request.is_grpc() {
                self.cannot_say("the proxy refuses gRPC calls whose path has an escaped slash");
                return true;
            }
            let query = request.query.as_ref().map(|query| format!("?{query}"));
            let location = path + &query.unwrap_or_default();
            let says = format!("Envoy Gateway redirects a path with an escaped slash: {location}");
            self.step(Stage::Listener, &says, at);
            self.trace.redirect = Some(RedirectTo { status: 307, location });
            self.end(Some(307), AnsweredBy::Gateway, &says);
        }
        self.weigh_others(facts, compiled, &WayPassed::default());
        true
    }
}
