//! `fix` in a real terminal: each key, and what a terminal does.

use std::fs;
use std::path::Path;
use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::program::{command, directory};

/// Longer than any answer takes, however busy the machine is.
const PATIENCE: u64 = 60_000;

const QUESTION: &str = "Apply? [y]es [n]o [e]dit [s]ave [a]ll [q]uit [?] (n) ";

/// A run that a person sits before.
struct Terminal {
    place: tempfile::TempDir,
    pty: PtySession,
    /// Everything that was seen.
    seen: String,
}

impl Terminal {
    /// Runs `fix` beside files of these stories, with more words and settings.
    fn new(stories: &[&str], words: &[&str], set: &[(&str, &str)]) -> Terminal {
        let words: Vec<&str> = ["fix", "-f", "."].iter().chain(words).copied().collect();
        Terminal::running(stories, command(&words), set)
    }

    fn running(stories: &[&str], mut command: Command, set: &[(&str, &str)]) -> Terminal {
        let place = tempfile::tempdir().expect("a directory");
        for (number, name) in stories.iter().enumerate() {
            let from = directory().join("stories/routes").join(name).join("cluster.yaml");
            fs::copy(from, place.path().join(format!("{number}.yaml"))).expect("a story");
        }
        command.current_dir(place.path()).env("TERM", "xterm-256color");
        command.env("XDG_STATE_HOME", place.path().join("state"));
        command.envs(set.iter().copied());
        let pty = spawn_command(command, Some(PATIENCE)).expect("a terminal");
        Terminal { place, pty, seen: String::new() }
    }

    fn sees(&mut self, text: &str) {
        match self.pty.exp_string(text) {
            Ok(before) => self.seen.push_str(&format!("{before}{text}")),
            Err(error) => panic!("{text:?} is not seen after {:?}: {error}", self.seen),
        }
    }

    fn types(&mut self, keys: &str) {
        self.pty.send(keys).and_then(|_| self.pty.flush()).expect("it reads");
    }

    /// Answers the next question.
    fn answers(&mut self, keys: &str) {
        self.sees(QUESTION);
        self.types(keys);
    }

    /// The exit code. Nothing is left behind on the screen: neither colour nor a hidden cursor.
    fn ends(&mut self) -> i32 {
        let rest = self.pty.exp_eof().unwrap_or_else(|error| panic!("{error}: {}", self.seen));
        self.seen.push_str(&rest);
        let hidden = self.seen.matches("\u{1b}[?25l").count();
        assert_eq!(hidden, self.seen.matches("\u{1b}[?25h").count(), "{}", self.seen);
        match self.pty.process().wait().expect("it ends") {
            WaitStatus::Exited(_, code) => code,
            other => panic!("{other:?}: {}", self.seen),
        }
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.place.path().join(name)).expect("a file")
    }

    fn is_changed(&self) -> bool {
        self.file("0.yaml").contains("ReferenceGrant")
    }
}

#[test]
fn each_key() {
    // Keys, exit code, whether the repair is made. An error that is left makes a good run 1.
    let cases: [(&str, i32, bool); 11] = [
        ("y", 0, true),
        ("Y", 0, true),
        ("a", 0, true),
        ("n", 4, false),
        ("\r", 4, false),
        ("q", 4, false),
        ("\u{1b}", 4, false),
        ("\u{4}", 4, false),
        ("\u{3}", 130, false),
        ("s", 4, false),
        ("xz?y", 0, true),
    ];
    for (keys, code, changed) in cases {
        let mut terminal = Terminal::new(&["grant-missing"], &[], &[]);
        terminal.sees("Plan: 1 create, 0 change");
        for key in keys.chars() {
            terminal.answers(&key.to_string());
        }
        let ended = terminal.ends();
        assert_eq!((ended, terminal.is_changed()), (code, changed), "{keys:?}: {}", terminal.seen);
        assert_eq!(terminal.seen.contains("undo: kubectl igw routes undo "), changed, "{keys:?}");
        let saved = fs::read_dir(terminal.place.path()).expect("a directory").flatten();
        let saved = saved.filter(|file| file.path().extension().is_some_and(|end| end == "diff"));
        assert_eq!(saved.count(), usize::from(keys == "s"), "{keys:?}: {}", terminal.seen);
        assert_eq!(terminal.seen.contains("leave this and all others"), keys.contains('?'));
    }
}

#[test]
fn a_split_is_asked_for_like_a_repair() {
    let arms = ["--to", "gpu/llama:8000=3", "--to", "away/spare:8000=1"];
    let words = [&["split", "completions", "-f", "."], &arms[..]].concat();
    for (key, code) in [("y", 0), ("n", 4), ("\u{3}", 130)] {
        let mut terminal = Terminal::running(&["grant-missing"], command(&words), &[]);
        terminal.sees("Plan: 1 create, 1 change");
        terminal.answers(key);
        assert_eq!(terminal.ends(), code, "{}", terminal.seen);
        let changed = code == 0;
        assert_eq!(terminal.file("0.yaml").contains("weight: 3"), changed, "{}", terminal.seen);
        assert_eq!(terminal.is_changed(), changed, "{}", terminal.seen);
        assert_eq!(terminal.seen.contains("it is as you ask for"), changed, "{}", terminal.seen);
    }
}

#[test]
fn all_that_follow_are_applied_unasked() {
    let mut terminal = Terminal::new(&["grant-missing", "port-of-the-container"], &[], &[]);
    terminal.answers("a");
    assert_eq!(terminal.ends(), 0, "{}", terminal.seen);
    assert!(terminal.seen.contains("2 applied and verified"), "{}", terminal.seen);
}

#[test]
fn a_choice_is_asked_first() {
    let mut terminal = Terminal::new(&["listener-name-typo"], &[], &[]);
    terminal.sees("Which? [1-2] [n]one [q]uit (n) ");
    terminal.types("7");
    terminal.sees("Which? [1-2] [n]one [q]uit (n) ");
    terminal.types("1");
    terminal.answers("y");
    assert_eq!(terminal.ends(), 0, "{}", terminal.seen);
    let mut terminal = Terminal::new(&["listener-name-typo"], &[], &[]);
    terminal.sees("Which? [1-2] [n]one [q]uit (n) ");
    terminal.types("\u{3}");
    assert_eq!(terminal.ends(), 130, "{}", terminal.seen);
}

/// An editor that is a program of one line.
fn editor(place: &Path, line: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = place.join("editor");
    fs::write(&path, format!("#!/bin/sh\n{line}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("set");
    path.display().to_string()
}

#[test]
fn an_edit_is_shown_again_and_one_that_is_no_use_is_kept() {
    let tools = tempfile::tempdir().expect("a directory");
    let good = editor(tools.path(), "sed -i 's/allow-gw-httproutes-to-llama/mine/' \"$1\"");
    let mut terminal = Terminal::new(&["grant-missing"], &[], &[("KUBE_EDITOR", &good)]);
    terminal.answers("e");
    terminal.sees("name: mine");
    terminal.answers("y");
    assert_eq!(terminal.ends(), 0, "{}", terminal.seen);
    assert!(terminal.file("0.yaml").contains("name: mine"));

    let bad = editor(tools.path(), "echo '}{' >> \"$1\"");
    let mut terminal = Terminal::new(&["grant-missing"], &[], &[("EDITOR", &bad)]);
    terminal.answers("e");
    terminal.sees("it is kept in ");
    let path = terminal.pty.exp_char(')').expect("a path").replace(['\r', '\n'], "");
    assert!(fs::read_to_string(path.trim()).expect("the file is there").contains("}{"), "{path}");
    fs::remove_file(path.trim()).expect("it is there");
    terminal.answers("n");
    assert_eq!((terminal.ends(), terminal.is_changed()), (4, false), "{}", terminal.seen);
}

/// A shell that runs a line.
fn shell(line: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]).env_clear();
    shell.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("PROGRAM", crate::PROGRAM);
    shell
}

#[test]
fn keys_come_from_the_terminal_where_the_files_come_by_a_pipe() {
    let shell = shell("cat 0.yaml | $PROGRAM fix -f - > out.yaml");
    let stories = ["grant-missing"];
    let mut terminal = Terminal::running(&stories, shell, &[]);
    terminal.answers("y");
    assert_eq!(terminal.ends(), 0, "{}", terminal.seen);
    let out = terminal.file("out.yaml");
    assert_eq!(out.matches("kind: ReferenceGrant").count(), 1, "{out}");
    assert_eq!(out.matches("name: completions\n").count(), 1, "the text is there once: {out}");
    assert!(!terminal.is_changed());
}

#[test]
fn several_repairs_of_one_file_go_to_a_directory() {
    let mut terminal = Terminal::new(&["grant-missing"], &["--save", "new"], &[]);
    let text = terminal.file("0.yaml");
    terminal.answers("y");
    assert_eq!(terminal.ends(), 0, "{}", terminal.seen);
    assert!(terminal.file("new/0.yaml").contains("kind: ReferenceGrant"));
    assert_eq!(terminal.file("0.yaml"), text);
}

#[test]
fn stopped_and_gone_on() {
    // Only below a shell with job control does a process stop.
    let line = shell("set -m; $PROGRAM fix -f .; echo stopped; fg >/dev/null");
    let mut terminal = Terminal::running(&["grant-missing"], line, &[]);
    terminal.answers("\u{1a}");
    terminal.sees("^Z");
    terminal.sees("stopped");
    terminal.answers("y");
    assert_eq!(terminal.ends(), 0, "{}", terminal.seen);
}

#[test]
fn narrow_plain_and_wide() {
    for set in [[("NO_COLOR", "1")], [("TERM", "dumb")]] {
        let mut terminal = Terminal::new(&["grant-missing"], &[], &set);
        terminal.answers("y");
        assert_eq!(terminal.ends(), 0, "{}", terminal.seen);
        assert!(!terminal.seen.contains('\u{1b}'), "{set:?}: {:?}", terminal.seen);
    }
    let mut terminal = Terminal::new(&["grant-missing"], &[], &[]);
    let file = terminal.pty.process().get_file_handle().expect("the terminal");
    let size = Winsize { ws_row: 5, ws_col: 20, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&file, size).expect("a size");
    let text = terminal.file("0.yaml").replace("team: serving", "team: serving # 模型团队の仕事");
    fs::write(terminal.place.path().join("0.yaml"), text).expect("written");
    terminal.answers("n");
    assert_eq!(terminal.ends(), 4, "{}", terminal.seen);
}
