use super::*;

#[test]
fn commands_as_they_are_pasted() {
    let request = curl(
        "curl -sS -v -XPOST http://lb/v1/chat/completions \\\n -H 'Host: api.example.com' -H \"Authorization: Bearer x\" -d '{\"model\":\"m\"}'",
    );
    let request = request.expect("readable");
    assert_eq!((request.method.as_str(), request.host.as_str()), ("POST", "api.example.com"));
    assert_eq!(request.path, "/v1/chat/completions");
    let request = curl("curl -I https://a.example.com/x").expect("readable");
    assert_eq!((request.method.as_str(), request.port), ("HEAD", 443));
    let request = curl("curl --data x=1 -G http://a/y").expect("readable");
    assert_eq!((request.method.as_str(), request.query.as_deref()), ("GET", Some("x=1")));
    let request = curl("curl -F file=@x http://a/y --url-query b=2").expect("readable");
    assert_eq!((request.method.as_str(), request.query.as_deref()), ("POST", Some("b=2")));
}

/// The body of a command, and its headers in lines.
fn sent(command: &str) -> (Option<String>, String) {
    let request = curl(command).expect("readable");
    let headers = request.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    let headers = headers.collect();
    (request.body, headers)
}

#[test]
fn data_as_curl_joins_it() {
    let form = "content-type: application/x-www-form-urlencoded\n";
    let json = "content-type: application/json\naccept: application/json\n";
    for (command, body, headers) in [
        ("curl http://a -d a=1 --data-urlencode 'b=x y/' -d ''", Some("a=1&b=x+y%2F&"), form),
        ("curl http://a --json '{' --json '}'", Some("{}"), json),
        ("curl http://a -d @file -d b", None, form),
        ("curl http://a --data-raw @file", Some("@file"), form),
        ("curl http://a -F a=b", None, "content-type: multipart/form-data\n"),
        ("curl http://a -d x -H 'Content-Type: y'", Some("x"), "Content-Type: y\n"),
        ("curl http://a -d $'it\\'s\\n'", Some("it's\n"), form),
    ] {
        assert_eq!(sent(command), (body.map(str::to_owned), headers.to_owned()), "{command}");
    }
    let request = curl("curl -G http://a/y?c -d a=1 -d b=2").expect("readable");
    assert_eq!((request.body, request.query.as_deref()), (None, Some("c&a=1&b=2")));
}

#[test]
fn who_asks() {
    for (flags, headers) in [
        ("-u me:pw", "authorization: Basic bWU6cHc=\n"),
        ("--user me", "authorization: Basic bWU6\n"),
        ("-u me:pw --digest", ""),
        ("-u me:pw --oauth2-bearer t", "authorization: Bearer t\n"),
        ("-u me:pw -H 'Authorization: X'", "Authorization: X\n"),
    ] {
        assert_eq!(sent(&format!("curl http://a {flags}")).1, headers, "{flags}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let error = |command| curl(command).expect_err("bad").message;
    assert_eq!(error("curl 'http://a"), "--curl: the quotes of the command do not match");
    assert_eq!(error("curl -v"), "--curl: the command has no URL");
    assert_eq!(error("curl http://a http://b"), "--curl: the command has more than one URL");
    assert_eq!(error("curl -H"), "--curl: -H needs a value");
    let cmd = "curl ^\"http://a^\" ^\n  -H ^\"x: y^\"";
    assert_eq!(error(cmd), "--curl: the command is quoted for cmd (Windows)");
}
