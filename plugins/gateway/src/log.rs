//! What known lines of the logs of kgateway and Envoy Gateway mean. Text that is not known is shown,
//! and never interpreted.

use serde_json::Value;

/// What keeps a controller from being ready, by a line that it was observed to write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogCause {
    /// A setting has a value that is none: it exits.
    BadSetting(String),
    /// Another program has its port: it exits.
    PortTaken(String),
    /// The file of its certificate, which its proxies know it by, is not there: it exits.
    NoCertificate(String),
    /// The API server does not know a kind: it exits.
    NoMatch(String),
    /// A resource that it watches is not served: it waits.
    NotServed(String),
    /// Its account may not list a resource: it waits.
    NoRight { account: String, resource: String },
    /// The kinds of agentgateway, which is enabled, are not installed: it waits.
    Agentgateway,
    /// It waits for its first lists, and gives no reason: the API server does not answer.
    ApiServerAway,
}

/// What stands for a tab in text that was cleaned.
const TAB: char = '\u{fffd}';

/// What the log says beside that: it does not keep a controller from being ready.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnvoyRefusal {
    /// The Gateway whose proxy refuses a configuration.
    pub namespace: String,
    pub gateway: String,
    /// `RouteConfiguration`, `Listener` …
    pub resource: String,
    /// Envoy's reason.
    pub error: String,
}

impl LogCause {
    /// One clause about the controller.
    pub fn say(&self) -> String {
        match self {
            LogCause::BadSetting(name) => {
                format!("it does not understand the value of {name}, and exits")
            }
            LogCause::PortTaken(address) => {
                format!("another program listens on {address}, and it exits")
            }
            LogCause::NoCertificate(file) => {
                format!("its certificate {file} is not there, and it exits")
            }
            LogCause::NoMatch(kind) => format!("the API server has no kind {kind}, and it exits"),
            LogCause::NotServed(resource) => {
                format!("it waits for {resource}, which the API server does not serve")
            }
            LogCause::NoRight { account, resource } => {
                format!("{account} may not list {resource}, and it waits")
            }
            LogCause::Agentgateway => {
                "agentgateway is enabled, its kinds are not installed, and it waits for them"
                    .to_owned()
            }
            LogCause::ApiServerAway => {
                "it waits for its first lists: the API server does not answer it".to_owned()
            }
        }
    }
}

/// The causes in a log, the most decisive first, each once.
pub fn causes(lines: &[String]) -> Vec<LogCause> {
    let texts: Vec<String> = lines.iter().map(|line| text_of(line)).collect();
    let mut out: Vec<LogCause> = texts.iter().filter_map(|text| cause(text)).collect();
    out.sort();
    out.dedup();
    // Its first list is that of Namespaces: without an error the server is not there at all.
    if out.is_empty() && texts.iter().any(|text| waits_for(text, "Namespaces")) {
        out.push(LogCause::ApiServerAway);
    }
    out
}

/// The configurations that proxies refuse, each once; the last reason of each.
pub fn refusals(lines: &[String]) -> Vec<EnvoyRefusal> {
    let mut out: Vec<EnvoyRefusal> = Vec::new();
    for line in lines {
        let Ok(Value::Object(entry)) = serde_json::from_str::<Value>(line) else { continue };
        let part = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        if part("msg") != "xds error" || part("gateway_name").is_empty() {
            continue;
        }
        let resource = part("resource").rsplit('.').next().unwrap_or_default().to_owned();
        let [namespace, gateway, error] =
            ["gateway_ns", "gateway_name", "error"].map(|name| part(name).to_owned());
        let same = |own: &EnvoyRefusal| {
            (&own.namespace, &own.gateway, &own.resource) == (&namespace, &gateway, &resource)
        };
        out.retain(|own| !same(own));
        out.push(EnvoyRefusal { namespace, gateway, resource, error });
    }
    out
}

/// The message of a line with its fields, whether the line is JSON, text, or text with fields in JSON
/// behind a tab, as Envoy Gateway writes it.
fn text_of(line: &str) -> String {
    let behind = |tab: char| line.find(&format!("{tab}{{")).map(|at| at + tab.len_utf8());
    let at = behind('\t').or_else(|| behind(TAB)).unwrap_or_default();
    let Ok(Value::Object(entry)) = serde_json::from_str::<Value>(&line[at..]) else {
        return line.to_owned();
    };
    let fields = ["msg", "error", "err", "name"].iter().filter_map(|name| {
        let value = entry.get(*name)?.as_str()?;
        Some(if *name == "name" { format!("name={value}") } else { value.to_owned() })
    });
    let before = Some(line[..at].to_owned()).filter(|own| !own.is_empty());
    before.into_iter().chain(fields).collect::<Vec<_>>().join(" ")
}

fn cause(text: &str) -> Option<LogCause> {
    let behind = |start: &str| text.split_once(start).map(|(_, rest)| rest);
    if let Some(rest) = behind("envconfig.Process: assigning ") {
        return Some(LogCause::BadSetting(word(rest)));
    }
    if let Some(rest) = behind("listen tcp ")
        && let Some((address, _)) = rest.split_once(": bind: address already in use")
    {
        return Some(LogCause::PortTaken(word(address)));
    }
    if text.contains("failed to load TLS config")
        && let Some((file, _)) = behind("open ").and_then(|own| own.split_once(": no such file"))
    {
        return Some(LogCause::NoCertificate(file.to_owned()));
    }
    if let Some(rest) = behind("no matches for kind \"") {
        return Some(LogCause::NoMatch(rest.split('"').next()?.to_owned()));
    }
    if let Some(rest) = behind("the server could not find the requested resource (get ")
        && text.contains("failed to list")
    {
        return Some(LogCause::NotServed(rest.split(')').next()?.to_owned()));
    }
    if let Some(rest) = behind("is forbidden: User \"") {
        let (account, rest) = rest.split_once('"')?;
        let resource = rest.split_once("cannot list resource \"")?.1.split('"').next()?;
        let (account, resource) = (account.to_owned(), resource.to_owned());
        return Some(LogCause::NoRight { account, resource });
    }
    let agentgateway =
        text.contains("waiting for sync") && text.contains("agentgateway.Agentgateway");
    agentgateway.then_some(LogCause::Agentgateway)
}

fn waits_for(text: &str, name: &str) -> bool {
    let Some((before, rest)) = text.split_once("name=") else { return false };
    before.contains("waiting for sync...") && word(rest) == name
}

/// Up to the next blank, or what stands for one.
fn word(text: &str) -> String {
    text.chars().take_while(|c| !c.is_whitespace() && *c != TAB).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Vec<LogCause> {
        causes(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn lines_as_observed() {
        let no_class = r#"{"level":"error","msg":"watch error in cluster : failed to list *v1.GatewayClass: the server could not find the requested resource (get gatewayclasses.gateway.networking.k8s.io)"}"#;
        let class = "gatewayclasses.gateway.networking.k8s.io".to_owned();
        assert_eq!(of(&[no_class, no_class]), [LogCause::NotServed(class)]);
        let away = "info\twaiting for sync...\tname=Namespaces attempt=50 time=4.467741831s";
        assert_eq!(of(&[away]), [LogCause::ApiServerAway]);
        assert_eq!(of(&[&away.replace('\t', "\u{fffd}")]), [LogCause::ApiServerAway]);
        let forbidden = r#"{"level":"error","msg":"watch error in cluster : failed to list *v1.Namespace: namespaces is forbidden: User \"system:serviceaccount:gw:kgateway\" cannot list resource \"namespaces\" in API group \"\" at the cluster scope"}"#;
        let account = "system:serviceaccount:gw:kgateway".to_owned();
        let resource = "namespaces".to_owned();
        assert_eq!(of(&[away, forbidden]), [LogCause::NoRight { account, resource }]);
        let port = "listen tcp 0.0.0.0:9977: bind: address already in use";
        assert_eq!(of(&[port]), [LogCause::PortTaken("0.0.0.0:9977".to_owned())]);
        let no_file = "2026-11-28T20:43:19Z\terror\tcmd/server.go:108\tfailed to start runners\t{\"error\": \"failed to load TLS config: failed to create tls config: open /certs/tls.crt: no such file or directory\"}";
        let file = || LogCause::NoCertificate("/certs/tls.crt".to_owned());
        assert_eq!(of(&[no_file]), [file()]);
        assert_eq!(of(&[&no_file.replace('\t', "\u{fffd}")]), [file()]);
        let watch = "2026-11-28T20:43:20Z\terror\tcache\tFailed to watch\t{\"error\": \"failed to list *v1.Gateway: gateways.x is forbidden: User \\\"system:eg\\\" cannot list resource \\\"gateways\\\" in API group\"}";
        let (account, resource) = ("system:eg".to_owned(), "gateways".to_owned());
        assert_eq!(of(&[watch]), [LogCause::NoRight { account, resource }]);
        let setting = "envconfig.Process: assigning KGW_VALIDATION_MODE to ValidationMode: invalid";
        assert_eq!(of(&[setting]), [LogCause::BadSetting("KGW_VALIDATION_MODE".to_owned())]);
        let agent = "waiting for sync... Informer[*agentgateway.AgentgatewayBackend]";
        assert_eq!(of(&[agent]), [LogCause::Agentgateway]);
    }

    #[test]
    fn unknown_text_is_not_interpreted() {
        for line in [
            r#"{"level":"info","msg":"waiting for cache sync","component":"setup"}"#,
            r#"{"level":"error","msg":"something is forbidden today"}"#,
            r#"{"level":"info","msg":"waiting for sync...","name":"KubeGatewayClasses","attempt":50}"#,
            "panic: runtime error",
            "",
        ] {
            assert_eq!(of(&[line]), [], "{line}");
        }
    }

    #[test]
    fn a_refused_configuration() {
        let line = |error: &str| {
            format!(
                r#"{{"msg":"xds error","component":"xds/envoy","gateway_name":"front","gateway_ns":"edge","resource":"envoy.config.route.v3.RouteConfiguration","error":"{error}"}}"#
            )
        };
        let found = refusals(&[line("first"), "xds error".to_owned(), line("last")]);
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((only.gateway.as_str(), only.error.as_str()), ("front", "last"));
        assert_eq!(only.resource, "RouteConfiguration");
    }
}
