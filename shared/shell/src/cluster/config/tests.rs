//! kubeconfig resolution: a table of worlds, and where each leads.

use std::collections::HashMap;
use std::path::Path;

use super::resolve::{ClusterTarget, resolve};
use super::surroundings::Surroundings;
use crate::exit::{Exit, Failure};
use crate::flags::ClusterFlags;

const MAIN: &str = r#"
apiVersion: v1
kind: Config
current-context: prod
contexts:
- name: prod
  context: { cluster: prod, user: alice, namespace: models }
- name: bare
  context: { cluster: plain, user: nobody }
- name: dangling
  context: { cluster: gone, user: alice }
clusters:
- name: prod
  cluster: { server: "https://10.0.0.1:6443/", certificate-authority: pki/ca.crt, tls-server-name: k8s.test }
- name: plain
  cluster: { server: "10.0.0.2:8080", proxy-url: "http://proxy.test:3128" }
- name: both
  cluster: { server: "https://10.0.0.3", certificate-authority-data: Y2E=, insecure-skip-tls-verify: true }
users:
- name: alice
  user: { client-certificate: pki/alice.crt, client-key: pki/alice.key }
- name: nobody
  user: {}
- name: robot
  user: { token: in-line, tokenFile: robot.token }
"#;

const SECOND: &str = r#"
current-context: other
contexts:
- name: prod
  context: { cluster: other, user: robot }
- name: other
  context: { cluster: other, user: robot }
clusters:
- name: other
  cluster: { server: "https://other.test" }
"#;

fn world(more: &[(&'static str, &'static str)]) -> HashMap<&'static str, &'static str> {
    let mut world = HashMap::from([
        ("$HOME", "/home/me"),
        ("/home/me/.kube/config", MAIN),
        ("/home/me/.kube/pki/ca.crt", "ca"),
        ("/home/me/.kube/pki/alice.crt", "crt"),
        ("/home/me/.kube/pki/alice.key", "key"),
        ("/home/me/.kube/robot.token", "from-file\n"),
        ("/second", SECOND),
        ("/cwd.ca", "other ca"),
    ]);
    world.extend(more.iter().copied());
    world
}

fn go(
    flags: &ClusterFlags,
    namespace: Option<&str>,
    world: &HashMap<&str, &str>,
) -> Result<ClusterTarget, Failure> {
    let var = |name: &str| world.get(format!("${name}").as_str()).map(|v| (*v).to_owned());
    let read = |path: &Path| match world.get(path.to_str().unwrap_or_default()) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
    };
    resolve(flags, namespace, &Surroundings { var: &var, read: &read })
}

fn line(result: Result<ClusterTarget, Failure>) -> String {
    match result {
        Err(failure) => format!("{:?} {failure}", failure.exit),
        Ok(t) => {
            let mut out = format!("{} ns={}", t.server, t.namespace);
            let mut add = |key: &str, value: Option<String>| {
                if let Some(value) = value {
                    out.push_str(&format!(" {key}={value}"));
                }
            };
            add("context", t.context);
            add("ca", t.authority.map(|ca| String::from_utf8_lossy(&ca).into_owned()));
            add("name", t.tls_server_name);
            add("proxy", t.proxy);
            add("insecure", t.insecure.then(|| "yes".to_owned()));
            add("token", t.user.token.map(|_| "yes".to_owned()));
            add("cert", t.user.client_certificate_data);
            add("as", t.user.impersonate);
            add("groups", t.user.impersonate_groups.map(|groups| groups.join("+")));
            add("exec", t.user.exec.and_then(|exec| exec.command));
            out
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn where_it_leads() {
    let none = ClusterFlags::default;
    let prod = "https://10.0.0.1:6443 ns=models context=prod ca=ca name=k8s.test cert=Y3J0";
    let other = "https://other.test ns=default context=prod token=yes";
    let twice = ("$KUBECONFIG", ":/missing:/home/me/.kube/config::/second:/second");
    let second_first = ("$KUBECONFIG", "/second:/home/me/.kube/config");
    for (flags, namespace, more, expected) in [
        (none(), None, vec![], prod.to_owned()),
        (none(), Some("team-a"), vec![], prod.replace("models", "team-a")),
        (none(), None, vec![twice], prod.to_owned()),
        (none(), None, vec![second_first], other.replace("context=prod", "context=other")),
        (ClusterFlags { context: some("prod"), ..none() }, None, vec![second_first], other.to_owned()),
        (ClusterFlags { kubeconfig: some("/second"), user: some(""), ..none() }, None, vec![],
            "Blind error: there is no user \"robot\" in the kubeconfig\n  from:  /second\n  hint:  kubectl config view".to_owned()),
        (ClusterFlags { context: some("bare"), ..none() }, None, vec![],
            "http://10.0.0.2:8080 ns=default context=bare proxy=http://proxy.test:3128".to_owned()),
        (ClusterFlags { cluster: some("plain"), user: some("robot"), ..none() }, None, vec![],
            "http://10.0.0.2:8080 ns=models context=prod proxy=http://proxy.test:3128 token=yes".to_owned()),
        (ClusterFlags { token: some("t0ken"), as_user: some("bob"), as_group: vec!["a".into(), "b".into()], ..none() }, None, vec![],
            format!("{} as=bob groups=a+b", prod.replace(" cert", " token=yes cert"))),
        (ClusterFlags { server: some("https://else.test:1"), ..none() }, None, vec![],
            "https://else.test:1 ns=models context=prod ca=ca cert=Y3J0".to_owned()),
        (ClusterFlags { certificate_authority: some("/cwd.ca"), ..none() }, None, vec![],
            prod.replace("ca=ca", "ca=other ca")),
        (ClusterFlags { insecure_skip_tls_verify: Some(true), ..none() }, None, vec![],
            "https://10.0.0.1:6443 ns=models context=prod name=k8s.test insecure=yes cert=Y3J0".to_owned()),
        (none(), None, vec![("$HTTPS_PROXY", "http://p.test:1")],
            prod.replace(" cert", " proxy=http://p.test:1 cert")),
        (none(), None, vec![("$HTTPS_PROXY", "http://p.test:1"), ("$NO_PROXY", ",10.0.0.0/8")], prod.to_owned()),
        (none(), None, vec![("$KUBECONFIG", "/missing"), ("$KUBERNETES_SERVICE_HOST", "fd00::1"),
            ("$KUBERNETES_SERVICE_PORT", "443"),
            ("/var/run/secrets/kubernetes.io/serviceaccount/token", "t"),
            ("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "pod ca"),
            ("/var/run/secrets/kubernetes.io/serviceaccount/namespace", "mine\n")],
            "https://[fd00::1]:443 ns=mine ca=pod ca token=yes".to_owned()),
    ] {
        // An empty --user is no user at all: the flag was not given.
        let flags = ClusterFlags { user: flags.user.filter(|user| !user.is_empty()), ..flags };
        assert_eq!(line(go(&flags, namespace, &world(&more))), expected, "{flags:?} {more:?}");
    }
}

#[test]
fn what_is_wrong_and_where() {
    let none = ClusterFlags::default;
    let config = |text| vec![("$KUBECONFIG", "/c"), ("/c", text)];
    for (flags, more, expected) in [
        (
            none(),
            vec![("$KUBECONFIG", "/missing:/gone")],
            "Blind error: there is no kubeconfig, so no cluster to read\n  from:  looked for /missing, /gone\n  hint:  name one:                 --kubeconfig FILE   or   KUBECONFIG=FILE\n  hint:  or read manifests:        -f DIR\n  hint:  or see an example:        --demo",
        ),
        (
            ClusterFlags { kubeconfig: some("/missing"), ..none() },
            vec![],
            "Blind error: cannot read the kubeconfig /missing\n  cause: entity not found",
        ),
        (
            ClusterFlags { context: some("stage"), ..none() },
            vec![],
            "Blind error: there is no context \"stage\" in the kubeconfig\n  from:  ~/.kube/config\n  hint:  there are: prod bare dangling",
        ),
        (
            ClusterFlags { context: some("dangling"), ..none() },
            vec![],
            "Blind error: there is no cluster \"gone\" in the kubeconfig\n  from:  ~/.kube/config\n  hint:  there are: prod plain both",
        ),
        (
            ClusterFlags { cluster: some("both"), ..none() },
            vec![],
            "Blind error: a certificate authority and insecure-skip-tls-verify exclude each other\n  from:  cluster \"both\" in ~/.kube/config, context \"prod\"",
        ),
        (
            ClusterFlags { as_group: vec!["a".into()], ..none() },
            vec![],
            "Usage error: groups or a uid cannot be impersonated without a user\n  from:  user \"alice\" in ~/.kube/config\n  hint:  add --as NAME",
        ),
        (
            ClusterFlags { client_key: some("/none.key"), ..none() },
            vec![],
            "Blind error: cannot read the client-key /none.key\n  cause: entity not found\n  from:  user \"alice\" in ~/.kube/config",
        ),
        (
            none(),
            config("users: [{name: a, user: {token: [s3cret]}}]"),
            "Blind error: /c:1:34: user a: token is of the wrong type",
        ),
        (none(), config("clusters: 7"), "Blind error: /c:1:11: clusters is not a list"),
        (none(), config("kind: Pod"), "Blind error: /c:1:7: is not a kubeconfig: its kind is Pod"),
        (none(), config("users: ["), "Blind error: /c:1:8: not valid YAML: \"[\" is not closed"),
        (
            none(),
            config("contexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b}]\n"),
            "Blind error: the kubeconfig has no current context, so no cluster to read\n  from:  /c\n  hint:  choose a context:         --context a\n  hint:  or read manifests:        -f DIR\n  hint:  or see an example:        --demo",
        ),
        (
            ClusterFlags { context: some("a"), ..none() },
            config("contexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b}]\n"),
            "Blind error: the cluster has no server\n  from:  cluster \"b\" in /c, context \"a\"\n  hint:  kubectl config set-cluster NAME --server=URL",
        ),
        (
            ClusterFlags { server: some("https://a"), cluster: some("b"), ..none() },
            config("clusters: [{name: b, cluster: {certificate-authority-data: '%'}}]"),
            "Blind error: the certificate-authority-data is not base64\n  from:  the flag --server",
        ),
    ] {
        assert_eq!(line(go(&flags, None, &world(&more))), expected, "{flags:?}");
    }
}

#[test]
fn a_plugin_beside_its_kubeconfig() {
    let text = "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nclusters: [{name: a, cluster: {server: 'https://a'}}]\nusers: [{name: a, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login}}}]\n";
    let more = [("$KUBECONFIG", "/dir/c"), ("/dir/c", text)];
    let found = line(go(&ClusterFlags::default(), None, &world(&more)));
    assert_eq!(found, "https://a ns=default context=a exec=/dir/./bin/login");
    let by_path: &'static str = Box::leak(text.replace("./bin/login", "login").into_boxed_str());
    let found = line(go(&ClusterFlags::default(), None, &world(&[more[0], ("/dir/c", by_path)])));
    assert_eq!(found, "https://a ns=default context=a exec=login");
}

#[test]
fn a_token_is_never_shown() {
    let flags = ClusterFlags { token: some("s3cret"), ..ClusterFlags::default() };
    assert!(!format!("{flags:?}{}", flags.repeat(None)).contains("s3cret"));
    let failure = go(&flags, None, &world(&[("$KUBECONFIG", "/missing")])).err();
    assert_eq!(failure.as_ref().map(|failure| failure.exit), Some(Exit::Blind));
    assert!(!format!("{failure:?}").contains("s3cret"));
}
