//! Whether an init container gives a directory to the user that writes to it.

use crate::facts::views::{Container, PodTemplate, VolumeMount};

/// What init containers do to a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gift {
    /// The user can write to it afterwards.
    Given,
    /// They leave it as it is.
    Nothing,
    /// What they do is not known.
    Unknown(String),
}

/// What the init containers of a pod do to a directory that lies in a mount.
pub fn gift(template: &PodTemplate, mount: &VolumeMount, directory: &str, user: u64) -> Gift {
    let mut out = Gift::Nothing;
    for init in &template.init_containers {
        let own = init.volume_mounts.iter().filter(|own| own.name == mount.name);
        let places: Vec<String> = own.filter_map(|own| seen_from(own, mount, directory)).collect();
        if places.is_empty() {
            continue;
        }
        for command in commands(init) {
            match does(&command, &places, user) {
                Gift::Given => return Gift::Given,
                Gift::Nothing => {}
                Gift::Unknown(_) => {
                    let name = crate::text::clip(&init.name, 60);
                    out = Gift::Unknown(format!(
                        "whose directory init container {name} changes is not known"
                    ));
                }
            }
        }
    }
    out
}

/// The path at which another mount of the same volume has the directory.
fn seen_from(other: &VolumeMount, mount: &VolumeMount, directory: &str) -> Option<String> {
    let plain = |path: &str| path.trim_matches('/').to_owned();
    let below = plain(directory);
    let below = below.strip_prefix(&plain(&mount.mount_path))?;
    let inside = format!("{}/{}", plain(&mount.sub_path), plain(below));
    let rest = plain(&inside);
    let root = plain(&other.sub_path);
    let rest = match root.as_str() {
        "" => rest.as_str(),
        root => rest.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/'))?,
    };
    Some(format!("/{}", plain(&format!("{}/{}", plain(&other.mount_path), plain(rest)))))
}

/// The simple commands of a container, as words.
fn commands(container: &Container) -> Vec<Vec<String>> {
    let words = [&container.command, &container.args].into_iter().flatten().flatten();
    let text: Vec<&str> = words.map(|word| word.reveal()).collect();
    let text = text.join(" ");
    let word = |word: &str| word.trim_matches(['"', '\'', '(', ')']).to_owned();
    let lines = text.split(['\n', ';', '&', '|']);
    lines.map(|line| line.split_whitespace().map(word).collect()).collect()
}

fn does(command: &[String], places: &[String], user: u64) -> Gift {
    let is = |word: &String, name: &str| word.rsplit('/').next() == Some(name);
    let found = command.iter().position(|word| is(word, "chown") || is(word, "chmod"));
    let Some(at) = found else { return Gift::Nothing };
    let (flags, rest): (Vec<&String>, Vec<&String>) =
        command[at + 1..].iter().partition(|word| word.starts_with('-'));
    let Some((what, targets)) = rest.split_first() else { return Gift::Nothing };
    let deep = flags.iter().any(|flag| flag.contains('R') || *flag == "--recursive");
    let hits = |target: &&String| {
        let target = match target.trim_end_matches("/.").trim_end_matches('/') {
            "" => "/",
            target => target,
        };
        let above = |place: &String| {
            place.strip_prefix(target).is_some_and(|rest| target == "/" || rest.starts_with('/'))
        };
        places.iter().any(|place| place == target || deep && above(place))
    };
    // Variables, and what `find` or `xargs` finds.
    let open = |word: &&String| word.contains(['$', '{']);
    let fed = command[..at].iter().any(|word| is(word, "find") || is(word, "xargs"));
    match targets.iter().any(hits) {
        true if open(what) => Gift::Unknown(String::new()),
        true if is(&command[at], "chown") && owns(what, user) => Gift::Given,
        true if is(&command[at], "chmod") && opens(what) => Gift::Given,
        true => Gift::Nothing,
        false if fed || targets.is_empty() || targets.iter().any(open) => {
            Gift::Unknown(String::new())
        }
        false => Gift::Nothing,
    }
}

/// Whether the owner is the user; a name is taken to be its.
fn owns(owner: &str, user: u64) -> bool {
    let name = owner.split([':', '.']).next().unwrap_or_default();
    match name.parse::<u64>() {
        Ok(number) => number == user,
        Err(_) => !name.is_empty() && name != "root",
    }
}

/// Whether a mode lets others, or the group, write.
fn opens(mode: &str) -> bool {
    let bytes = mode.as_bytes();
    match bytes.iter().all(u8::is_ascii_digit) {
        true => bytes.iter().rev().take(2).any(|digit| (digit - b'0') & 2 != 0),
        false => mode.contains('w') && (mode.starts_with('+') || mode.contains(['a', 'o', 'g'])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Hidden;

    fn after(script: &str) -> Gift {
        let mount = |at: &str| VolumeMount {
            name: "data".into(),
            mount_path: at.into(),
            ..VolumeMount::default()
        };
        let words = ["sh", "-c", script].map(|word| Hidden::new(word.to_owned()));
        let init = Container {
            command: Some(words.to_vec()),
            volume_mounts: vec![mount("/d")],
            ..Container::default()
        };
        let template = PodTemplate { init_containers: vec![init], ..PodTemplate::default() };
        gift(&template, &mount("/app/data"), "/app/data", 1000)
    }

    #[test]
    fn only_the_directory_itself_counts() {
        for script in ["chown 1000:1000 /d", "cp a /d/ && chown -R 1000 /d/", "chmod 0777 \"/d\""] {
            assert_eq!(after(script), Gift::Given, "{script}");
        }
        for script in [
            "cp a /d/",
            "chown 1000 /d/config.json",
            "chown 0:0 /d",
            "chmod 755 /d",
            "chown -R 1000 /e",
        ] {
            assert_eq!(after(script), Gift::Nothing, "{script}");
        }
        assert!(matches!(after("chown 1000 $DIR"), Gift::Unknown(_)));
        assert!(matches!(after("find /d | xargs chown 1000"), Gift::Unknown(_)));
    }
}
