//! The three answers about one world, and what they say of each other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::program::run_with;

/// A host that no story names.
const ANY_HOST: &str = "other.example.net";

/// The name of a route as all three answers spell it.
type RouteName = (String, String);

struct ThreeAnswers {
    report: Value,
    routes: Vec<(RouteName, Value)>,
}

/// All contradictions; without one, how many requests were asked about.
pub fn contradictions(objects: &[Value], world: &str) -> Result<usize, Vec<String>> {
    let Some(answers) = ThreeAnswers::of(world) else { return Ok(0) };
    let mut wrong = Vec::new();
    wrong.extend(answers.routes.iter().filter_map(|(route, _)| answers.unsaid(route)));
    let mut asked = 0;
    let mut lost: BTreeMap<AskedFor, bool> = BTreeMap::new();
    for (request, url) in requests(objects) {
        let ran = run_with(&["why", &url, "-f", "-", "-o", "json"], world);
        let trace = serde_json::from_str::<Value>(&ran.stdout);
        let verdict = trace.as_ref().map(|trace| &trace["verdict"]);
        let gone = verdict.is_ok_and(|own| {
            own["status"] == 404 || (own["by"] == "none" && own["unknown"].is_null())
        });
        lost.entry(request).and_modify(|all| *all &= gone).or_insert(gone);
        let Ok(trace) = trace else { continue };
        asked += 1;
        let about = answers.against(&trace).into_iter();
        wrong.extend(about.map(|what| format!("why {url}: {what}\n{}", trace["verdict"])));
    }
    // A path of a delegated route is asked for below that of its parent.
    let delegates = |one: &Value| one["spec"].to_string().contains(r#""kind":"HTTPRoute""#);
    if !objects.iter().any(delegates) {
        let lost = lost.into_iter().filter(|(request, gone)| *gone && request.own);
        wrong.extend(lost.filter_map(|(request, _)| answers.unmissed(&request)));
    }
    if wrong.is_empty() { Ok(asked) } else { Err(wrong) }
}

impl ThreeAnswers {
    /// None where the input is refused, which all commands do alike.
    fn of(world: &str) -> Option<Self> {
        let json = |args: &[&str]| {
            let ran = run_with(args, world);
            assert!(!ran.stderr.contains("panicked"), "{ran}\n{world}");
            // What the program says of objects that are none stands in no report.
            if ran.code == Some(2) {
                return None;
            }
            serde_json::from_str::<Value>(&ran.stdout).ok()
        };
        let report = json(&["check", "-A", "-f", "-", "-o", "json"])?;
        let status = json(&["status", "-A", "-f", "-", "-o", "json"])?;
        let items = status["items"].as_array()?.iter();
        // What a copy of a refused object gets is no part of this world.
        let there = |item: &&Value| item["kind"] == "HTTPRoute" && item["refused"].is_null();
        let routes = items.filter(there);
        let routes = routes.map(|item| (name(&item["metadata"]), item["status"].clone())).collect();
        Some(Self { report, routes })
    }

    /// The codes of the findings about a route, of any severity.
    fn codes(&self, route: &RouteName) -> BTreeSet<&str> {
        let all = self.report["findings"].as_array().into_iter().flatten();
        let own = all.filter(|one| {
            let related = one["related"].as_array().into_iter().flatten();
            std::iter::once(&one["object"]).chain(related).any(|object| name(object) == *route)
        });
        own.filter_map(|one| one["code"].as_str()).collect()
    }

    fn gaps(&self) -> bool {
        let filled = |key: &str| self.report[key].as_array().is_some_and(|all| !all.is_empty());
        filled("notChecked") || filled("unmodelled") || filled("suppressed")
    }

    /// Whether it reports no error and judged everything.
    fn silent(&self) -> bool {
        self.report["summary"]["errors"] == 0 && !self.gaps()
    }

    /// A path that a route asks for and no port leads to is a finding.
    fn unmissed(&self, request: &AskedFor) -> Option<String> {
        let some = ["errors", "warnings", "infos"];
        let silent = some.iter().all(|kind| self.report["summary"][kind] == 0) && !self.gaps();
        let AskedFor { route, host, path, .. } = request;
        silent
            .then(|| format!("{host}{path} of {route:?} is 404 at every port, and check is silent"))
    }

    /// The conditions of a route at all its parents.
    fn conditions(&self, route: &RouteName) -> Vec<&Value> {
        let status = self.routes.iter().find(|(name, _)| name == route);
        let parents = status.and_then(|(_, status)| status["parents"].as_array());
        let parents = parents.into_iter().flatten();
        parents.filter_map(|parent| parent["conditions"].as_array()).flatten().collect()
    }

    /// A condition that is False is a finding about the route.
    fn unsaid(&self, route: &RouteName) -> Option<String> {
        let known = ["Accepted", "ResolvedRefs"];
        let mut all = self.conditions(route).into_iter();
        let first = all.find(|one| {
            one["status"] == "False"
                && one["type"].as_str().is_some_and(|kind| known.contains(&kind))
        })?;
        let silent = self.codes(route).is_empty() && !self.gaps();
        silent.then(|| format!("status: {first} of {route:?}, and check says nothing about it"))
    }

    fn against(&self, trace: &Value) -> Vec<String> {
        let mut out = Vec::new();
        let verdict = &trace["verdict"];
        let Some(at) = trace["match"].as_object() else { return out };
        let route = name(&at["route"]);
        let codes = self.codes(&route);
        let conditions = self.conditions(&route);
        let has = |kind: &str, value: &str| {
            conditions.iter().any(|one| one["type"] == kind && one["status"] == value)
        };
        // A route that was let in, and is at fault otherwise, may still answer: 500.
        let out_of = ["NoMatchingParent", "NotAllowedByListeners", "NoMatchingListenerHostname"];
        let shut = |one: &&&Value| one["reason"].as_str().is_some_and(|own| out_of.contains(&own));
        let accepts = |one: &&&Value| one["type"] == "Accepted";
        let mut accepted = conditions.iter().filter(accepts).peekable();
        let refused = accepted.peek().is_some() && accepted.all(|one| shut(&one));
        if verdict["status"].is_u64() && (refused || conditions.is_empty()) {
            out.push(format!("{route:?} answers, and status accepts it nowhere: {conditions:?}"));
        }
        for backend in trace["backends"].as_array().into_iter().flatten() {
            let Some(code) = backend["code"].as_str() else { continue };
            if !codes.contains(code) && !self.gaps() {
                out.push(format!("{code} at {backend}, and check finds {codes:?} on {route:?}"));
            }
            let unresolved = ["IGW0103", "IGW0104", "IGW0110"].contains(&code);
            // Without that condition it is not known.
            if unresolved && has("ResolvedRefs", "True") {
                out.push(format!("{code} at {backend}, and status resolves all references"));
            }
        }
        let failed = verdict["by"] == "gateway" && verdict["status"].as_u64() >= Some(500);
        if failed && self.silent() {
            out.push("the gateway fails, and check has no error".to_owned());
        }
        out
    }
}

fn name(meta: &Value) -> RouteName {
    let text = |key: &str| meta[key].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}

/// A request that a route may be there for, whatever the port.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct AskedFor {
    route: RouteName,
    host: String,
    path: String,
    /// Whether one of its matches asks for this path and nothing else.
    own: bool,
}

impl AskedFor {
    fn all_of(route: &Value) -> Vec<Self> {
        let strings = |value: &Value| -> Vec<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let mut hosts = strings(&route["spec"]["hostnames"]);
        let own_hosts = hosts.len();
        hosts.push(ANY_HOST.to_owned());
        let rules = route["spec"]["rules"].as_array().into_iter().flatten();
        let matches = rules.filter_map(|rule| rule["matches"].as_array()).flatten();
        let mut paths: Vec<(String, bool)> = matches
            .filter_map(|one| {
                let alone =
                    one.as_object()?.len() == 1 && one["path"]["type"] != "RegularExpression";
                Some((one["path"]["value"].as_str()?.to_owned(), alone))
            })
            .take(2)
            .collect();
        paths.push(("/nothing/here".to_owned(), false));
        let hosts = hosts.iter().enumerate().take(2);
        hosts
            .flat_map(|(at, host)| {
                let host = host.replacen('*', "any", 1);
                let route = name(&route["metadata"]);
                let own_host = own_hosts == 0 || at < own_hosts;
                paths.iter().map(move |(path, alone)| AskedFor {
                    route: route.clone(),
                    host: host.clone(),
                    path: path.clone(),
                    own: *alone && own_host,
                })
            })
            .collect()
    }
}

/// Requests at each port of the listeners, at most twelve.
fn requests(objects: &[Value]) -> Vec<(AskedFor, String)> {
    let of = |kind: &'static str| objects.iter().filter(move |one| one["kind"] == kind);
    let listeners = of("Gateway").filter_map(|one| one["spec"]["listeners"].as_array()).flatten();
    let ports: BTreeSet<_> = listeners
        .clone()
        .map(|listener| {
            let secure = matches!(listener["protocol"].as_str(), Some("HTTPS" | "TLS"));
            (if secure { "https" } else { "http" }, listener["port"].as_u64().unwrap_or(80))
        })
        .collect();
    let everywhere = listeners.clone().any(|listener| listener["hostname"].is_null());
    let all = of("HTTPRoute").flat_map(AskedFor::all_of).take(12 / ports.len().max(1));
    // A route without hostnames has those of its listeners.
    let all =
        all.map(|one| AskedFor { own: one.own && (everywhere || one.host != ANY_HOST), ..one });
    let at = |request: AskedFor| {
        let urls = ports
            .iter()
            .map(|(scheme, port)| format!("{scheme}://{}:{port}{}", request.host, request.path));
        urls.map(|url| (request.clone(), url)).collect::<Vec<_>>()
    };
    all.flat_map(at).collect()
}
