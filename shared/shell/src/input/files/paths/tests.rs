use super::*;

/// A directory with files; names that end in `/` are directories.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, content) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        fs::write(path, content).expect("written");
    }
    dir
}

/// The names that are read, below `dir`, and the problems.
fn names(dir: &tempfile::TempDir, paths: &[&str]) -> (Vec<String>, Vec<String>) {
    let root = dir.path().to_string_lossy().into_owned();
    let short = |name: &str| name.replace(&root, "");
    let paths: Vec<_> = paths.iter().map(|path| format!("{root}{path}")).collect();
    let Collected { files, problems, .. } = collect(&paths, &mut io::empty());
    (
        files.iter().map(|file| short(&file.name)).collect(),
        problems
            .iter()
            .map(|p| format!("{} {}", short(p.file.as_deref().unwrap_or_default()), p.message))
            .collect(),
    )
}

#[test]
fn directories_are_read_sorted_and_without_hidden_ones() {
    let dir = tree(&[
        ("b.yaml", ""),
        ("a/c.yml", ""),
        ("a.json", ""),
        ("x.txt", ""),
        (".git/d.yaml", ""),
        ("a/.e.yaml", ""),
    ]);
    let files = ["/a/.e.yaml", "/a/c.yml", "/a.json", "/b.yaml"];
    assert_eq!(names(&dir, &[""]), (files.map(String::from).to_vec(), vec![]));
}

#[test]
fn a_file_is_read_once() {
    let dir = tree(&[("a.yaml", "")]);
    let once = (vec!["/a.yaml".to_owned()], vec![]);
    assert_eq!(names(&dir, &["/a.yaml", "", "/a.yaml", ""]), once);
    let paths = ["", "/a.yaml"].map(|path| format!("{}{path}", dir.path().display()));
    let Collected { files, .. } = collect(&paths, &mut io::empty());
    assert!(files[0].named);
}

#[test]
fn what_cannot_be_read_is_a_problem() {
    let dir = tree(&[("a/x.txt", ""), ("big.yaml", "")]);
    let big = File::create(dir.path().join("big.yaml")).expect("opened");
    big.set_len(MAX_BYTES + 1).expect("grown");
    assert_eq!(
        names(&dir, &["/none.yaml", "/a", "/big.yaml"]),
        (
            vec![],
            vec![
                "/none.yaml cannot be read: no such file or directory".to_owned(),
                "/a has no file that ends in .yaml, .yml or .json".to_owned(),
                "/big.yaml is larger than 200 MB, the most that is read".to_owned(),
            ]
        )
    );
}

#[test]
fn standard_input_is_read_once() {
    let Collected { files, problems, .. } = collect(&["-".into(), "-".into()], &mut &b"a: 1"[..]);
    assert_eq!((files[0].name.as_str(), files[0].text.as_str()), ("<stdin>", "a: 1"));
    assert_eq!(problems[0].message, "is named twice, but can be read only once");
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let dir = tree(&[("a/b.yaml", "")]);
    symlink(dir.path(), dir.path().join("a/loop")).expect("linked");
    symlink(dir.path().join("a"), dir.path().join("again")).expect("linked");
    symlink("nowhere", dir.path().join("c.yaml")).expect("linked");
    assert_eq!(
        names(&dir, &[""]),
        (
            vec!["/a/b.yaml".to_owned()],
            // Nobody named the link that leads nowhere.
            Vec::new()
        )
    );
}
