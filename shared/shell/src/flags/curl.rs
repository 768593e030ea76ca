//! A pasted `curl` command, read as the request that it would send.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use igw_core::route::request::Request;

use super::quotes::{self, Unreadable};
use crate::exit::Failure;

/// Flags of curl that take a value and do not change which route is taken.
const WITH_VALUE: [&str; 19] = [
    "-o",
    "--output",
    "-m",
    "--max-time",
    "--connect-timeout",
    "-w",
    "--write-out",
    "--cacert",
    "--cert",
    "--key",
    "-x",
    "--proxy",
    "-c",
    "--cookie-jar",
    "--retry",
    "-r",
    "--limit-rate",
    "--connect-to",
    "--resolve",
];

/// What curl calls data when nothing else is said.
const FORM: &str = "application/x-www-form-urlencoded";

/// What a curl command says.
#[derive(Default)]
struct Pasted {
    url: Option<String>,
    method: Option<String>,
    headers: Vec<(String, String)>,
    /// The values of -d and its like, joined as curl joins them.
    data: Option<String>,
    /// Whether a part of it is in a file, which is not read.
    in_file: bool,
    queries: Vec<String>,
    /// `-u`
    user: Option<String>,
    /// `--oauth2-bearer`
    token: Option<String>,
    json: bool,
    form: bool,
    head: bool,
    get: bool,
    upload: bool,
    /// The server is asked first how to authenticate.
    asks_first: bool,
}

/// The request that a curl command would send.
///
/// # Errors
/// When it cannot be read, has no URL or several.
pub fn curl(command: &str) -> Result<Request, Failure> {
    let words = quotes::split(command).map_err(|unreadable| match unreadable {
        Unreadable::Open => Failure::usage("--curl: the quotes of the command do not match"),
        Unreadable::Cmd => Failure::usage("--curl: the command is quoted for cmd (Windows)")
            .hint("in the browser, choose \"Copy as cURL (bash)\""),
    })?;
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
    let mut pasted = Pasted::default();
    while let Some(word) = words.next() {
        pasted.take(word, &mut words)?;
    }
    pasted.request()
}

impl Pasted {
    /// Reads a flag, with its value, or the URL.
    fn take(
        &mut self,
        word: String,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<(), Failure> {
        let (flag, attached) = split(&word);
        let flag = flag.as_str();
        let mut value = || {
            attached
                .clone()
                .or_else(|| rest.next())
                .ok_or_else(|| Failure::usage(format!("--curl: {flag} needs a value")))
        };
        match flag {
            "-X" | "--request" => self.method = Some(value()?),
            "-H" | "--header" => self.headers.push(header(&value()?)?),
            "-A" | "--user-agent" => self.headers.push(("user-agent".into(), value()?)),
            "-e" | "--referer" => self.headers.push(("referer".into(), value()?)),
            "-b" | "--cookie" => self.headers.push(("cookie".into(), value()?)),
            "-u" | "--user" => self.user = Some(value()?),
            "--oauth2-bearer" => self.token = Some(value()?),
            "--digest" | "--ntlm" | "--negotiate" | "--anyauth" => self.asks_first = true,
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii"
            | "--data-urlencode" | "--json" => self.add_data(flag, &value()?),
            "-F" | "--form" | "--form-string" => {
                value()?;
                self.form = true;
            }
            "--url-query" => self.queries.push(value()?),
            "-T" | "--upload-file" => {
                value()?;
                self.upload = true;
            }
            "-I" | "--head" => self.head = true,
            "-G" | "--get" => self.get = true,
            "--url" => {
                let url = value()?;
                self.set_url(url)?;
            }
            _ if WITH_VALUE.contains(&flag) => drop(value()?),
            _ if flag.starts_with('-') => {}
            _ => self.set_url(word)?,
        }
        Ok(())
    }

    fn set_url(&mut self, url: String) -> Result<(), Failure> {
        match self.url.replace(url) {
            None => Ok(()),
            Some(_) => Err(Failure::usage("--curl: the command has more than one URL")
                .hint("if one of them is the value of an option, leave that option out")),
        }
    }

    fn add_data(&mut self, flag: &str, value: &str) {
        let encode = flag == "--data-urlencode";
        let in_file = match encode {
            true => value.contains('@') && !value.contains('='),
            false => flag != "--data-raw" && value.starts_with('@'),
        };
        self.in_file |= in_file;
        self.json |= flag == "--json";
        let value = if encode && !in_file { encoded(value) } else { value.to_owned() };
        match &mut self.data {
            Some(data) => {
                // Pieces of JSON go together as they are (curl, "--json").
                if flag != "--json" {
                    data.push('&');
                }
                data.push_str(&value);
            }
            None => self.data = Some(value),
        }
    }

    /// What curl puts into `authorization` by itself.
    fn authorization(&self) -> Option<String> {
        if let Some(token) = &self.token {
            return Some(format!("Bearer {token}"));
        }
        let user = self.user.as_deref().filter(|_| !self.asks_first)?;
        let colon = if user.contains(':') { "" } else { ":" };
        Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{user}{colon}"))))
    }

    /// A header of curl's own gives way to the user's.
    fn add_header(&mut self, name: &str, value: &str) {
        if !self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    fn request(mut self) -> Result<Request, Failure> {
        let mut url = self.url.take().ok_or_else(|| {
            Failure::usage("--curl: the command has no URL")
                .hint("paste the whole command: --curl 'curl -H \"Host: …\" http://…/v1/models'")
        })?;
        let has_body = !self.get && (self.data.is_some() || self.form);
        let default = match (self.head, self.upload) {
            (true, _) => "HEAD",
            (_, true) => "PUT",
            _ if has_body => "POST",
            _ => "GET",
        };
        let method = self.method.take().unwrap_or_else(|| default.to_owned());
        if let Some(authorization) = self.authorization() {
            self.add_header("authorization", &authorization);
        }
        if self.json {
            self.add_header("content-type", "application/json");
            self.add_header("accept", "application/json");
        }
        if self.get {
            self.queries.extend(self.data.take());
        }
        if !self.queries.is_empty() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&self.queries.join("&"));
        }
        let body = self.data.take().filter(|_| default == "POST" && !self.in_file);
        if default == "POST" && body.is_none() {
            self.add_header("content-type", if self.form { "multipart/form-data" } else { FORM });
        }
        let request = Request::parse(&method, &url, &self.headers)
            .map_err(|bad| Failure::usage(format!("--curl: {}", bad.0)))?;
        Ok(match body {
            Some(body) => request.with_body(body, FORM),
            None => request,
        })
    }
}

/// `name=text`, `=text` or `text`, with the text as it stands in a form (curl, "--data-urlencode").
fn encoded(value: &str) -> String {
    let (name, text) = value.split_once('=').unwrap_or(("", value));
    let mut out = if name.is_empty() { String::new() } else { format!("{name}=") };
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
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
        _ => Err(Failure::usage(format!("-H {}: not a header", igw_core::text::clip(text, 20)))
            .hint("write it as -H 'Name: value'")),
    }
}

#[cfg(test)]
mod tests;
