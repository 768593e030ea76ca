//! A pasted `curl` command, read as the request that it would send.

use igw_core::route::request::Request;

use crate::exit::Failure;

/// Flags of curl that take a value and do not change which route is taken.
const WITH_VALUE: [&str; 21] = [
    "-o",
    "--output",
    "-m",
    "--max-time",
    "--connect-timeout",
    "-w",
    "--write-out",
    "-u",
    "--user",
    "--cacert",
    "--cert",
    "--key",
    "-x",
    "--proxy",
    "-c",
    "--cookie-jar",
    "--retry",
    "--upload-file",
    "-r",
    "--limit-rate",
    "--connect-to",
];

/// The request that a curl command would send.
///
/// # Errors
/// When it cannot be read, has no URL or several.
pub fn curl(command: &str) -> Result<Request, Failure> {
    // A line that goes on is one word more to shlex.
    let command = command.replace("\\\r\n", " ").replace("\\\n", " ");
    let words = shlex::split(&command)
        .ok_or_else(|| Failure::usage("--curl: the quotes of the command do not match"))?;
    // What runs curl comes before it (`kubectl exec … --`), what reads it after it.
    let ends = |word: &String| ["|", ";", "&&", "||", ">", ">>", "&"].contains(&word.as_str());
    let start = words.iter().position(|word| word == "curl" || word.ends_with("/curl"));
    let bare = words.first().is_some_and(|word| word.starts_with('-') || word.contains("://"));
    let start = match start {
        Some(at) => at + 1,
        None if bare => 0,
        None => return Err(Failure::usage("--curl: this is not a curl command")),
    };
    let mut words = words.into_iter().skip(start).take_while(|word| !ends(word));
    let (mut url, mut method, mut headers) = (None, None, Vec::new());
    let (mut data, mut head, mut get, mut upload) = (Vec::new(), false, false, false);
    let (mut form, mut queries) = (false, Vec::new());
    let mut resolved: Vec<(String, String)> = Vec::new();
    while let Some(word) = words.next() {
        let (flag, attached) = split(&word);
        let mut value = |what: &str| {
            attached
                .clone()
                .or_else(|| words.next())
                .ok_or_else(|| Failure::usage(format!("--curl: {what} needs a value")))
        };
        match flag.as_str() {
            "-X" | "--request" => method = Some(value("-X")?),
            "-H" | "--header" => headers.push(header(&value("-H")?)?),
            "-A" | "--user-agent" => headers.push(("user-agent".into(), value("-A")?)),
            "-e" | "--referer" => headers.push(("referer".into(), value("-e")?)),
            "-b" | "--cookie" => headers.push(("cookie".into(), value("-b")?)),
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii"
            | "--data-urlencode" | "--json" => {
                data.push(value("-d")?);
                if flag == "--json" {
                    headers.push(("content-type".into(), "application/json".into()));
                }
            }
            "-F" | "--form" | "--form-string" => {
                value("-F")?;
                form = true;
            }
            "--url-query" => queries.push(value("--url-query")?),
            "-T" | "--upload-file" => {
                value("-T")?;
                upload = true;
            }
            "-I" | "--head" => head = true,
            "-G" | "--get" => get = true,
            "--resolve" => {
                let entry = value("--resolve")?;
                resolved.extend(entry.split_once(':').map(|(h, p)| (h.into(), p.into())));
            }
            "--url" => set(&mut url, value("--url")?)?,
            flag if WITH_VALUE.contains(&flag) => {
                value(flag)?;
            }
            flag if flag.starts_with('-') => {}
            _ => set(&mut url, word)?,
        }
    }
    let mut url = url.ok_or_else(|| {
        Failure::usage("--curl: the command has no URL")
            .hint("paste the whole command: --curl 'curl -H \"Host: …\" http://…/v1/models'")
    })?;
    if get {
        queries.append(&mut data);
    }
    if !queries.is_empty() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&queries.join("&"));
    }
    let default = match (head, get, data.is_empty() && !form) {
        (true, ..) => "HEAD",
        _ if upload => "PUT",
        (false, false, false) => "POST",
        _ => "GET",
    };
    let method = method.unwrap_or_else(|| default.to_owned());
    if default == "POST"
        && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
    {
        let kind = if form { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
        headers.push(("content-type".into(), kind.into()));
    }
    Request::parse(&method, &url, &headers)
        .map_err(|bad| Failure::usage(format!("--curl: {}", bad.0)))
}

fn set(url: &mut Option<String>, value: String) -> Result<(), Failure> {
    match url.replace(value) {
        None => Ok(()),
        Some(_) => Err(Failure::usage("--curl: the command has more than one URL")
            .hint("if one of them is the value of an option, leave that option out")),
    }
}

/// `-XPOST`, `--request=POST` and `-X POST`.
fn split(word: &str) -> (String, Option<String>) {
    if word.starts_with("--") {
        return match word.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (word.to_owned(), None),
        };
    }
    let takes_value = |c: u8| b"XHAebdomwuxcTFr".contains(&c);
    match word.as_bytes() {
        [b'-', letters @ .., last] if letters.iter().all(u8::is_ascii_alphabetic) => {
            // Bundled switches: in `-sSX` and `-vI` the last one counts.
            match letters.first() {
                Some(first) if takes_value(*first) => {
                    (word[..2].to_owned(), Some(word[2..].to_owned()))
                }
                _ => (format!("-{}", *last as char), None),
            }
        }
        [b'-', first, ..] if takes_value(*first) && word.len() > 2 => {
            (word[..2].to_owned(), Some(word[2..].to_owned()))
        }
        _ => (word.to_owned(), None),
    }
}

/// `Name: value`; `Name;` and `Name:` are sent with an empty value.
///
/// # Errors
/// When there is no colon.
pub fn header(text: &str) -> Result<(String, String), Failure> {
    match text.split_once([':', ';']) {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(Failure::usage(format!("-H {}: not a header", igw_core::words::clip(text, 20)))
            .hint("write it as -H 'Name: value'")),
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn what_is_wrong_is_said() {
        let error = |command| curl(command).expect_err("bad").message;
        assert_eq!(error("curl 'http://a"), "--curl: the quotes of the command do not match");
        assert_eq!(error("curl -v"), "--curl: the command has no URL");
        assert_eq!(error("curl http://a http://b"), "--curl: the command has more than one URL");
        assert_eq!(error("curl -H"), "--curl: -H needs a value");
    }
}
