//! A bundle shows what the cluster showed.

use std::fs;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use igw_tests::server::ServerFault;
use serde_json::Value;

use super::{StandIn, run, text};
use crate::program;

const URL: &str = "http://llm.example.com/v1/completions";

fn bundle(server: &StandIn, flags: &[&str]) -> (tempfile::TempDir, String) {
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("x.igw.gz").display().to_string();
    let outcome = run(server, &[&["bundle", "--to", &file], flags].concat());
    assert!(fs::metadata(&file).is_ok(), "{outcome}");
    (place, file)
}

/// The contents of a document without its source, and the exit code.
fn said(outcome: &program::Ran) -> String {
    let mut document: Value = serde_json::from_str(&outcome.stdout).expect("it is JSON");
    document["input"] = Value::Null;
    document["exit"] = outcome.code.into();
    serde_json::to_string_pretty(&document).expect("it can be written")
}

#[test]
fn every_story_is_the_same_in_a_bundle() {
    let place = program::directory().join("stories/routes");
    let stories = fs::read_dir(place).expect("there are stories");
    let mut unlike = Vec::new();
    for entry in stories.flatten().filter(|entry| entry.path().join("cluster.yaml").is_file()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let server = StandIn::of(&text(&name));
        let (_place, file) = bundle(&server, &["-A"]);
        for command in [&["-A"][..], &["status", "-A"]] {
            let live = run(&server, &[command, &["-o", "json"]].concat());
            let saved = program::run(&[command, &["-o", "json", "--bundle", &file]].concat());
            let (live, saved) = (said(&live), said(&saved));
            let mut lines = live.lines().zip(saved.lines());
            // What controllers wrote in words decides about nothing, and is masked.
            let unlike_it = |live: &str, saved: &str| live != saved && !saved.contains("<masked ");
            if let Some((live, saved)) = lines.find(|(live, saved)| unlike_it(live, saved)) {
                unlike.push(format!("{name} {command:?}: live {live}, saved {saved}"));
            }
        }
    }
    assert!(unlike.is_empty(), "{} are unlike:\n{}", unlike.len(), unlike.join("\n"));
}

#[test]
fn one_request_in_a_bundle() {
    let server = StandIn::of(&text("grant-missing"));
    let (_place, file) = bundle(&server, &["-A"]);
    let live = run(&server, &["why", URL]);
    let saved = program::run(&["why", URL, "--bundle", &file]);
    // From a bundle nobody can ask for less.
    let stdout = live.stdout.replace("kgateway 2.2 to 2.4", "kgateway 2.4");
    assert_eq!((saved.stdout, saved.code), (stdout, live.code));
}

#[test]
fn what_people_see() {
    let server = StandIn::of(&text("grant-missing"));
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("x.igw.gz").display().to_string();
    // Both namespaces, what is changing taken out.
    let shown = |outcome: program::Ran| {
        let text = outcome.to_string().replace(&file, "x.igw.gz");
        let at = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").expect("it is one");
        let size = regex::Regex::new(r"\d+ (B|kB)").expect("it is one");
        size.replace_all(&at.replace_all(&text, "[TIME]"), "[SIZE]").into_owned()
    };
    insta::assert_snapshot!("written", shown(run(&server, &["bundle", "--to", &file, "-n", "gw"])));
    insta::assert_snapshot!("again", shown(run(&server, &["bundle", "--to", &file, "-n", "gw"])));
    insta::assert_snapshot!("read", shown(program::run(&["--bundle", &file])));
}

#[test]
fn what_was_denied_stays_unknown() {
    let grants = "/apis/gateway.networking.k8s.io/v1beta1/";
    let server =
        StandIn::with(&text("grant-missing"), &[(grants, ServerFault::Status(403))], &[], false);
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("x.igw.gz").display().to_string();
    let written = run(&server, &["bundle", "--to", &file, "-A"]);
    assert_eq!(written.code, Some(3), "{written}");
    assert_eq!(
        written.stderr,
        "not in the bundle: forbidden: list referencegrants.gateway.networking.k8s.io in all namespaces\n\
         not in the bundle: forbidden: list referencegrants.gateway.networking.k8s.io in namespace ai-gateway\n\
         not in the bundle: forbidden: list referencegrants.gateway.networking.k8s.io in namespace gpu\n"
    );
    let live = run(&server, &["-A", "-o", "json"]);
    let saved = program::run(&["-o", "json", "--bundle", &file]);
    assert_eq!(said(&saved), said(&live));
    assert_eq!(saved.code, Some(1));
}

/// What is reported when a file with these bytes is read as a bundle.
fn complaint(bytes: &[u8]) -> String {
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("x").display().to_string();
    fs::write(&file, bytes).expect("a file can be written");
    let outcome = program::run(&["--bundle", &file]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
    let first = outcome.stderr.lines().next().unwrap_or_default();
    first.replace(&file, "x")
}

fn packed(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text.as_bytes()).and_then(|()| out.finish()).expect("memory can be written")
}

#[test]
fn what_is_no_bundle() {
    let server = StandIn::of(&text("grant-missing"));
    let (_place, file) = bundle(&server, &["-A"]);
    let bytes = fs::read(&file).expect("it was written");
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("it is gzip");
    let lines: Vec<&str> = text.lines().collect();
    let broken = "error: --bundle x: breaks off: it was not written or copied whole";
    assert_eq!(complaint(&bytes[..bytes.len() / 2]), broken);
    assert_eq!(complaint(&packed(&lines[..lines.len() - 1].join("\n"))), broken);
    assert_eq!(complaint(b"apiVersion: v1\n"), "error: --bundle x: is not a bundle of kubectl igw");
    assert_eq!(complaint(&packed("{}\n")), "error: --bundle x: line 1 of it cannot be read");
    assert_eq!(
        complaint(&packed(&text.replace("igw.dev/v1alpha1", "igw.dev/v9"))),
        format!(
            "error: --bundle x: was written by kubectl igw {}, in another format",
            env!("CARGO_PKG_VERSION")
        )
    );
    let more = complaint(&packed(&format!("{text}\n")));
    assert_eq!(
        more,
        "error: --bundle x: line 39 of it cannot be read"
            .replace("39", &(lines.len() + 1).to_string())
    );
    let behind = [bytes.as_slice(), b"more"].concat();
    assert_eq!(complaint(&behind), "error: --bundle x: has more behind its end");
    let mut damaged = bytes.clone();
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    assert_eq!(complaint(&damaged), "error: --bundle x: is not a bundle of kubectl igw");
    let endless = format!("{}\n{}", lines[0], " ".repeat(70 << 20));
    assert_eq!(complaint(&packed(&endless)), "error: --bundle x: holds more than any cluster");
    let without: Vec<&str> = lines.iter().copied().filter(|l| !l.contains("Service\"")).collect();
    assert_eq!(
        complaint(&packed(&without.join("\n"))),
        "error: --bundle x: lacks some of its objects"
    );
    let outcome = program::run(&["bundle", "--to", "x", "--demo"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.starts_with("error: unexpected argument '--demo' found"), "{outcome}");
    let outcome = run(&server, &["bundle", "--to", "-"]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (
            Some(2),
            "error: --to -: a bundle is a file, not standard output\n  hint:  name one:   --to incident.igw.gz\n"
        )
    );
    let outcome = program::run(&["--bundle", "not/there"]);
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.starts_with("error: --bundle not/there: cannot be read: No such file"));
}

#[test]
fn no_secret_is_in_it() {
    let world = crate::secrets::WORLD.replace("MARKER", crate::secrets::MARKER);
    let (_place, file) = bundle(&StandIn::of(&world), &["-A"]);
    let mut text = String::new();
    let bytes = fs::read(&file).expect("it was written");
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("it is gzip");
    assert!(text.contains("\"keyed\"") && text.contains("<masked 1>"), "{text}");
    for secret in [crate::secrets::MARKER, "TUFSS0VSaHVudGVyMnplYnJh", "s3cret-token"] {
        let leaks: Vec<&str> = text.lines().filter(|line| line.contains(secret)).collect();
        assert_eq!(leaks, Vec::<&str>::new());
    }
}

/// A secret in every place that no rule compares, whatever it is called: none is saved.
#[test]
fn what_no_rule_compares_is_not_in_it() {
    let mut planted = 0;
    let mut plant = || {
        planted += 1;
        format!("PLANT{planted:02}")
    };
    let mut world = String::new();
    for (api, kind, spec) in PLANTED {
        let spec: String = spec
            .split_inclusive("SECRET")
            .map(|part| match part.strip_suffix("SECRET") {
                Some(before) => format!("{before}{}", plant()),
                None => part.to_owned(),
            })
            .collect();
        let note = plant();
        world.push_str(&format!(
            "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: one, namespace: gw, annotations: {{note: {note}}}}}\n{spec}\n---\n"
        ));
    }
    assert!(planted > 40);
    let server = StandIn::of(&world);
    let (_place, file) = bundle(&server, &["-A"]);
    let mut text = String::new();
    let bytes = fs::read(&file).expect("it was written");
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("it is gzip");
    let mut outputs = vec![text];
    for command in
        [&["-A"][..], &["-A", "-o", "json"], &["status", "-A"], &["why", "http://a.example/v1"]]
    {
        outputs.push(program::run(&[command, &["--bundle", &file]].concat()).to_string());
    }
    for output in outputs {
        let leaks: Vec<&str> = output.lines().filter(|line| line.contains("PLANT")).collect();
        assert_eq!(leaks, Vec::<&str>::new());
    }
}

const PLANTED: [(&str, &str, &str); 14] = [
    (
        "gateway.networking.k8s.io/v1",
        "GatewayClass",
        "spec: {controllerName: kgateway.dev/kgateway, description: SECRET}",
    ),
    (
        "gateway.networking.k8s.io/v1",
        "Gateway",
        "spec: {gatewayClassName: one, infrastructure: {annotations: {a: SECRET}, labels: {b: SECRET}}, listeners: [{name: http, port: 80, protocol: HTTP, tls: {options: {a: SECRET}}}]}\nstatus: {conditions: [{type: Programmed, status: 'False', reason: x, message: SECRET, lastTransitionTime: '2026-01-01T00:00:00Z'}]}",
    ),
    (
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "spec: {parentRefs: [{name: one}], rules: [{matches: [{headers: [{name: X-Api-Key, value: SECRET}], queryParams: [{name: sig, value: SECRET}]}], filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: Authorization, value: SECRET}]}}, {type: CORS, cors: {allowOrigins: ['https://u:SECRET@a.example']}}], sessionPersistence: {sessionName: SECRET}, backendRefs: [{name: one, port: 80}]}]}",
    ),
    (
        "v1",
        "Service",
        "spec: {selector: {app: one}, ports: [{port: 80}], loadBalancerSourceRanges: [SECRET], externalName: SECRET}",
    ),
    ("v1", "ConfigMap", "data: {a: SECRET}\nbinaryData: {b: SECRET}"),
    ("v1", "Secret", "data: {a: SECRET}\nstringData: {b: SECRET}"),
    (
        "apps/v1",
        "Deployment",
        "spec: {selector: {matchLabels: {app: one}}, template: {metadata: {labels: {app: one}, annotations: {c: SECRET}}, spec: {nodeName: SECRET, initContainers: [{name: i, image: 'https://u:SECRET@r.example/x', command: [sh, -c, 'login SECRET']}], containers: [{name: c, image: x, args: [SECRET, 'postgres://u:SECRET@h/d', --db, 'redis://:SECRET@h', '--api-key=SECRET', --api-key, SECRET, --model, 'sk-SECRET'], command: [/bin/sh, -c, 'curl -H \"Authorization: Bearer SECRET\" -u me:SECRET; PGPASSWORD=SECRET psql'], env: [{name: MODE, value: SECRET}, {name: APP_DIR, value: 'Bearer SECRET'}], lifecycle: {postStart: {exec: {command: [echo, SECRET]}}}, livenessProbe: {exec: {command: [x, SECRET]}, httpGet: {port: 80, path: '/?token=SECRET', httpHeaders: [{name: X, value: SECRET}]}}}], volumes: [{name: v, csi: {driver: x, volumeAttributes: {a: SECRET}}}]}}}",
    ),
    (
        "v1",
        "Pod",
        "spec: {containers: [{name: c, image: x, args: ['--token', SECRET], workingDir: SECRET}]}\nstatus: {message: SECRET, phase: Running}",
    ),
    (
        "discovery.k8s.io/v1",
        "EndpointSlice",
        "addressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: [10.0.0.1], hostname: SECRET, deprecatedTopology: {a: SECRET}}]",
    ),
    (
        "gateway.kgateway.dev/v1alpha1",
        "TrafficPolicy",
        "spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: one}], rbac: {policy: {matchExpressions: [\"request.headers['x-api-key'] == 'SECRET'\"]}}, transformation: {request: {set: [{name: a, value: SECRET}]}}, basicAuth: {users: ['me:SECRET']}}",
    ),
    (
        "gateway.kgateway.dev/v1alpha1",
        "Backend",
        "spec: {type: AWS, aws: {accountId: SECRET}, ai: {llm: {openai: {authToken: {inline: SECRET}}}}, x: {accountKey: SECRET, passphrase: SECRET, dsn: 'u:SECRET@tcp(h)/d'}}",
    ),
    ("gateway.kgateway.dev/v1alpha1", "DirectResponse", "spec: {status: 200, body: SECRET}"),
    (
        "gateway.kgateway.dev/v1alpha1",
        "GatewayExtension",
        "spec: {type: JWT, jwt: {providers: {a: {jwks: {inline: SECRET}}}}}",
    ),
    (
        "gateway.kgateway.dev/v1alpha1",
        "GatewayParameters",
        "spec: {kube: {envoyContainer: {env: [{name: A, value: SECRET}]}}}",
    ),
];
