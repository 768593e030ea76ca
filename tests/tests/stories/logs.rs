//! Logs of pods: asked for by name, kept in a bundle, and not in files.

use igw::flags::{ClusterFlags, InputFlags};
use igw::input::bundle::{self, Kept};
use igw::session::{self, Opening};
use igw_core::facts::{Fact, Facts, Scope, Store};
use igw_tests::server::{ServerFault, StandIn};

const WORLD: &str = "
apiVersion: v1
kind: Pod
metadata:
  namespace: ai
  name: one
  annotations:
    previous-log/main: \"starting\\nkey sk-planted7 \\e[31mrefused\\e[0m\\n\"
    log/main: \"\"
spec: {containers: [{name: main, image: x}]}
";

/// What is known of a log, as text.
fn told(facts: &Facts, container: &str, previous: bool) -> String {
    match facts.logs("ai", "one", container, previous) {
        Fact::Known(lines) => format!("{lines:?}"),
        Fact::Absent => "absent".to_owned(),
        Fact::Unknown(why) => format!("{}: {}", why.kind.word(), why.detail),
    }
}

fn both(facts: &Facts) -> [String; 3] {
    [told(facts, "main", true), told(facts, "main", false), told(facts, "side", true)]
}

/// What a cluster knows of the logs, with the requests for them and what was read.
fn live(faults: &[(&str, ServerFault)]) -> ([String; 3], Vec<String>, Store) {
    let server = StandIn::with(WORLD, faults, &[], false);
    let place = tempfile::tempdir().expect("a directory can be made");
    let kubeconfig = Some(server.kubeconfig(place.path(), "ai"));
    let (input, cluster) =
        (InputFlags::default(), ClusterFlags { kubeconfig, ..ClusterFlags::default() });
    let product = &igw_bifrost::BIFROST;
    let opening = Opening::new(product, &input, &cluster, &None).expect("no flags");
    let mut session = session::open(opening).expect("there is a cluster");
    let told = session.look(&Scope::default(), both).expect("it can be read");
    let asked = server.seen().into_iter().filter(|path| path.contains("/log?"));
    (told, asked.collect(), session.store)
}

#[test]
fn of_a_cluster() {
    let (told, asked, _) = live(&[]);
    assert_eq!(told, [r#"["starting", "key <masked> refused"]"#, "[]", "absent"]);
    assert_eq!(asked.len(), 3, "each once: {asked:?}");
    // They are asked for at the same time.
    let own = |path: &&String| {
        path.split(' ').next().unwrap_or_default().ends_with(
            "/api/v1/namespaces/ai/pods/one/log?container=main&tailLines=200&limitBytes=1048576",
        )
    };
    assert_eq!(asked.iter().filter(own).count(), 1, "{asked:?}");
    let log = "/api/v1/namespaces/ai/pods/one/log";
    let (told, ..) = live(&[(log, ServerFault::Status(403))]);
    assert_eq!(told[0], "forbidden: forbidden: get pods/log in namespace ai");
    let (told, ..) = live(&[(log, ServerFault::Status(502))]);
    let words = "get pods/log in namespace ai: the server answered 502: as the test wants it";
    assert_eq!(told[0], format!("timed-out: {words}"));
}

#[test]
fn of_a_bundle_and_of_files() {
    let (told, _, store) = live(&[]);
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("x.igw.gz").display().to_string();
    bundle::write(&file, None, None, &store, &Kept::default()).expect("it can be written");
    let mut saved = Store::default();
    bundle::read(&file, &mut saved).expect("it can be read");
    let scope = Scope::default();
    assert_eq!(both(&Facts::new(&saved, &scope)), told);
    // As bundles of earlier versions are.
    saved = Store::default();
    saved.saved = true;
    let facts = Facts::new(&saved, &scope);
    assert_eq!(both(&facts)[0], "not-given: the bundle does not have this log");
    assert!(facts.into_asks().is_empty());
    let files = Store::for_files(Default::default(), Default::default());
    assert_eq!(both(&Facts::new(&files, &scope))[0], "not-given: logs are not in files");
}
