//! Langfuse behind the real Envoy: below a path, at a host of its own, and what an exporter of
//! OpenTelemetry loses by a rewrite.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;

use igw_core::facts::{Facts, Scope};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::trace::AnsweredBy;
use igw_tests::lab::{Envoy, Network, Programs, wait};
use igw_tests::langfuse::{LangfuseStandIn, LangfuseSwitches, REQUESTS};
use serde_json::{Value, json};

use super::alone::run_alone;
use super::client::{HttpAnswer, ask};
use super::lab;
use super::plugin::TimedRun;
use super::repairs::{run_in, written};
use super::world::{LaidWorld, lay, objects};

/// Below a path of this host, by its own host, and the traces by another one.
const SHARED: &str = "api.example.com";
const OWN: &str = "langfuse.example.com";
const TRACES: &str = "llm.example.com";

/// What IGW0401 does not speak of: icons, and what few pages need. It is not found, either.
const QUIET: [&str; 21] = [
    "/icon256.png",
    "/icon512.png",
    "/favicon-16x16.png",
    "/favicon-32x32.png",
    "/apple-touch-icon.png",
    "/android-chrome-192x192.png",
    "/wordart-black.svg",
    "/wordart-white.svg",
    "/generated/api/openapi.yml",
    "/.well-known/mcp.json",
    "/api/in-app-agent/chat",
    "/api/dashboard/execute",
    "/api/traces/x",
    "/api/billing/x",
    "/api/support/x",
    "/api/feedback",
    "/api/admin/x",
    "/api/well-known/mcp",
    "/",
    "/background-migrations",
    "/v4-migration",
];

#[test]
fn a_sub_path_and_a_doubled_path_are_seen_and_repaired() {
    let programs = |programs: &Programs| {
        programs.otlp_exporter()?;
        programs.data_plane()
    };
    let name = "langfuse_ways::a_sub_path_and_a_doubled_path_are_seen_and_repaired";
    run_alone(name, programs, || {
        let network = lab().start_data_plane().unwrap_or_else(|error| panic!("{error}"));
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/langfuse.yaml");
        let world = lay(lab(), &objects(&file));
        assert_eq!(world.refused, [], "the API server takes all of it");
        let langfuse = LangfusePods::new(&network);
        let _proxy = Envoy::start(lab(), &network, "edge/front").unwrap_or_else(|e| panic!("{e}"));
        let state = tempfile::tempdir().expect("a directory");
        // The controller has added its finalizers once it answers.
        langfuse.is_answered(SHARED, "/_next/static/chunks/main.js", 200);
        langfuse.is_answered(TRACES, "/none", 404);
        let before = written(lab(), &world);
        below_a_path(&world);
        what_is_missing(state.path());
        at_its_own_host(state.path(), &langfuse);
        by_a_rewrite(state.path(), &langfuse.server);
        an_exporter_arrives(state.path(), &langfuse.server);
        the_ladder(state.path());
        for _ in 0..2 {
            let undone = igw(state.path(), "undo --yes");
            assert_eq!(undone.code, Some(0), "{undone}");
        }
        assert_eq!(written(lab(), &world), before);
        langfuse.is_answered(SHARED, "/_next/static/chunks/main.js", 200);
    });
}

/// The stand-in, at the addresses of Langfuse's pods: a repair may replace them.
struct LangfusePods<'n> {
    network: &'n Network,
    server: LangfuseStandIn,
    known: RefCell<BTreeSet<SocketAddr>>,
}

impl LangfusePods<'_> {
    fn new(network: &Network) -> LangfusePods<'_> {
        let switches = LangfuseSwitches { pages: true, ..LangfuseSwitches::default() };
        let server = LangfuseStandIn::with(switches);
        LangfusePods { network, server, known: RefCell::default() }
    }

    /// From now on it listens where its pods are, and `kubectl port-forward` leads to the newest.
    fn follow(&self) -> Result<(), String> {
        let pods = lab().api.read("/api/v1/namespaces/traces/pods").map_err(|e| e.to_string())?;
        for pod in pods["items"].as_array().into_iter().flatten() {
            let Ok(ip) = pod["status"]["podIP"].as_str().unwrap_or_default().parse() else {
                continue;
            };
            let address = SocketAddr::new(ip, 3000);
            if self.known.borrow().contains(&address) {
                continue;
            }
            self.server.also(self.network.listen(vec![address])?.remove(0));
            self.known.borrow_mut().insert(address);
            let forward = json!({"apiVersion": "kwok.x-k8s.io/v1alpha1",
                "kind": "ClusterPortForward", "metadata": {"name": "langfuse"}, "spec": {
                    "selector": {"matchNamespaces": ["traces"]},
                    "forwards": [{"ports": [3000], "target": {"address": ip, "port": 3000}}]}});
            lab().put(&forward).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    fn is_answered(&self, host: &str, path: &str, status: u16) {
        wait(&format!("http://{host}{path} is not {status}"), || {
            self.follow()?;
            let seen = answer(host, path).status;
            if seen == Some(status) { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .unwrap_or_else(|error| panic!("{error}"));
    }
}

fn request(host: &str, path: &str) -> Request {
    Request::parse("GET", &format!("http://{host}{path}"), &[]).expect("a request")
}

fn answer(host: &str, path: &str) -> HttpAnswer {
    ask(&request(host, path), Envoy::address(80)).expect("an answer")
}

fn igw(state: &Path, arguments: &str) -> TimedRun {
    let ran = run_in("langfuse", state, lab().admin(), arguments);
    let said = ran.to_string();
    assert!(!said.contains("PLANT") && !said.contains("cGstbGYtUExBTl"), "{said}");
    ran
}

/// Each request gets what the routing rules say.
fn below_a_path(world: &LaidWorld) {
    let store = world.store();
    let scope = Scope::default();
    let facts = Facts::new(&store, &scope);
    for path in REQUESTS.iter().copied().chain(["/langfuse/", "/langfuse/auth/sign-in"]) {
        let trace = resolve(&facts, &request(SHARED, path), Some("edge/front"));
        let verdict = trace.expect("there is this Gateway").verdict;
        assert_eq!(verdict.status, answer(SHARED, path).status, "{path}: {verdict:?}");
        let by =
            if verdict.status == Some(200) { AnsweredBy::Backend } else { AnsweredBy::Gateway };
        assert_eq!(verdict.by, by, "{path}");
    }
}

/// What IGW0401 names is not found, and nothing else is that it could have named.
fn what_is_missing(state: &Path) {
    let ran = igw(state, "check -n traces --only IGW0401 -o json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    let finding = &report["findings"][0];
    assert_eq!((&finding["code"], &finding["object"]["name"]), (&"IGW0401".into(), &"ui".into()));
    let says = finding["evidence"][0]["says"].as_str().unwrap_or_else(|| panic!("{ran}"));
    let named: BTreeSet<&str> = says.split(' ').collect();
    let is_named =
        |path: &str| named.iter().any(|own| path == *own || path.starts_with(&format!("{own}/")));
    let lost = |path: &&str| answer(SHARED, path).status == Some(404);
    let seen: BTreeSet<&str> = REQUESTS.iter().copied().filter(lost).collect();
    let named: BTreeSet<&str> = REQUESTS.iter().copied().filter(|path| is_named(path)).collect();
    assert!(named.len() >= 14, "{named:?}");
    assert_eq!(named.difference(&seen).collect::<Vec<_>>(), [&""; 0], "{ran}");
    let quiet: BTreeSet<&str> = seen.difference(&named).copied().collect();
    assert_eq!(quiet, QUIET.into_iter().collect(), "{ran}");
}

/// After the repair all of it answers, at a host of its own.
fn at_its_own_host(state: &Path, langfuse: &LangfusePods) {
    let ran = igw(state, "fix -n traces --only IGW0401 --yes --unsafe");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    // The repair corrects NEXTAUTH_URL, too, so that there is a new pod.
    langfuse.is_answered(OWN, "/", 200);
    let lost = |path: &&str| answer(OWN, path).status != Some(200);
    let lost: Vec<&str> = REQUESTS.iter().copied().filter(lost).collect();
    assert_eq!(lost, [""; 0], "{ran}");
    let again = igw(state, "check -n traces --only IGW0401 -o json");
    assert_eq!(again.code, Some(0), "{again}");
}

/// Runs the exporter of OpenTelemetry with the address and headers of the Deployment `chat`.
fn export() -> (String, bool) {
    let programs = Programs::build().expect("programs");
    let (address, port) = Envoy::address(80);
    let chat = lab().get("apps/v1", "Deployment", "apps", "chat").expect("it is there");
    let mut exporter = programs.otlp_exporter().expect("an exporter");
    exporter.args([TRACES, address, &port.to_string()]);
    let variables = chat.pointer("/spec/template/spec/containers/0/env").and_then(Value::as_array);
    for variable in variables.expect("variables") {
        let text = |key: &str| variable[key].as_str().expect("text");
        exporter.env(text("name"), text("value"));
    }
    let output = exporter.output().expect("Python runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let (trace, end) = said.trim().split_once(' ').unwrap_or_else(|| {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    });
    (trace.to_owned(), end == "taken")
}

/// An exporter with the whole path is lost by the rewrite, as IGW0505 says.
fn by_a_rewrite(state: &Path, langfuse: &LangfuseStandIn) {
    let (_, taken) = export();
    assert!(!taken);
    let seen = langfuse.seen();
    let last = seen.iter().rfind(|own| own.method == "POST").expect("it arrives");
    assert_eq!(last.target, "/api/public/otel/v1/traces/v1/traces");
    let ran = igw(state, "check -n traces --only IGW0505 -o json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    let title = report["findings"][0]["title"].as_str().unwrap_or_default();
    assert!(title.contains(&last.target), "{ran}");
    let (ran, ladder) = probe(state, "chat", true);
    assert_eq!(
        (ran.code, &ladder["verdict"]["cause"]),
        (Some(1), &"rewritten-on-the-way".into()),
        "{ran}"
    );
}

/// After the repair its span is taken, and found.
fn an_exporter_arrives(state: &Path, langfuse: &LangfuseStandIn) {
    let ran = igw(state, "fix -n traces --only IGW0505 --yes --unsafe");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    let mut trace = String::new();
    wait("its span is not taken", || {
        let (id, taken) = export();
        trace = id;
        if taken { Ok(()) } else { Err("refused".to_owned()) }
    })
    .expect("taken");
    let seen = langfuse.seen();
    let last = seen.iter().rfind(|own| own.method == "POST").expect("it arrives");
    assert_eq!(last.target, "/api/public/otel/v1/traces");
    assert_eq!(last.header("content-type"), Some("application/x-protobuf"));
    assert!(last.header("user-agent").is_some_and(|own| own.contains("OTel-OTLP-Exporter")));
    let path = format!("/api/public/v2/observations?traceId={trace}&limit=1");
    let key = "Basic cGstbGYtUExBTlRwdWJsaWM6c2stbGYtUExBTlRzZWNyZXQ=".to_owned();
    let headers = [("authorization".to_owned(), key)];
    let request = Request::parse("GET", &format!("http://{OWN}{path}"), &headers);
    let answer = ask(&request.expect("a request"), Envoy::address(80)).expect("an answer");
    let found = answer.got.unwrap_or_default();
    assert!(found["data"][0]["id"].is_string(), "{found}");
}

/// `langfuse probe` for a Deployment: through Envoy, or through a port-forward.
fn probe(state: &Path, name: &str, through_envoy: bool) -> (TimedRun, Value) {
    let (address, port) = Envoy::address(80);
    let way = match through_envoy {
        true => format!("--address {address}:{port}"),
        false => "--write".to_owned(),
    };
    let line = format!("probe deployment/{name} -n apps --key-from exporter {way} -o json");
    let ran = igw(state, &line);
    let ladder = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    (ran, ladder)
}

/// The ladder stands, through Envoy and through a port-forward; there a span is written and read back.
fn the_ladder(state: &Path) {
    let (ran, ladder) = probe(state, "chat", true);
    assert_eq!((ran.code, &ladder["verdict"]["cause"]), (Some(0), &"accepted".into()), "{ran}");
    let (ran, ladder) = probe(state, "bot", false);
    assert_eq!(ran.code, Some(0), "{ran}");
    let through = ladder["through"].as_str().unwrap_or_default();
    assert!(through.contains("traces/langfuse-web-"), "{ran}");
    let rungs = ladder["rungs"].as_array().expect("rungs");
    let proved = rungs.iter().filter(|own| own["mark"] == "proved");
    let proved: Vec<&str> = proved.filter_map(|own| own["rung"].as_str()).collect();
    assert_eq!(proved, ["service", "health", "projects", "export", "write"], "{ran}");
}
