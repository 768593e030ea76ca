//! The directories of `tests/stories`.

use std::path::{Path, PathBuf};

use igw::flags::{ClusterFlags, InputFlags};
use igw::product::Product;
use igw::session::{self, Opening, Session};
use igw_core::facts::{Openness, Said};
use igw_core::schema::Channel;

pub struct Story {
    pub product: &'static dyn Product,
    pub name: String,
    pub file: PathBuf,
}

/// What is known of a cluster that has the standard channel of the Gateway API.
pub fn standard_channel() -> Said {
    let mut said = Said::default();
    said.edit::<Channel>(|said| *said = Channel::Standard);
    said
}

pub fn of(product: &'static dyn Product) -> Vec<Story> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories").join(product.name());
    let entries = std::fs::read_dir(&root).expect("the stories can be listed");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry can be read"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into())
        .collect();
    names.sort();
    assert!(names.len() >= 40, "too few stories: {}", names.len());
    let story = |name: String| {
        let files = ["cluster.yaml", "cluster.json"].map(|file| root.join(&name).join(file));
        let file = files.into_iter().find(|file| file.is_file());
        let file = file.unwrap_or_else(|| panic!("{name} has no cluster.yaml"));
        Story { product, name, file }
    };
    names.into_iter().map(story).collect()
}

pub fn read(product: &'static dyn Product, files: Vec<String>, assume: &[&str]) -> Session {
    let mut input = InputFlags::default();
    input.files = files;
    input.assume = assume.iter().map(|&word| word.to_owned()).collect();
    let cluster = ClusterFlags::default();
    let namespace = Some("default".to_owned());
    let opening =
        Opening::new(product, &input, &cluster, &namespace).expect("flags are understood");
    let session = session::open(opening).expect("manifests are given");
    assert_eq!(session.input.problems, []);
    session
}

impl Story {
    pub fn session(&self) -> Session {
        self.assuming(&[])
    }

    pub fn assuming(&self, assume: &[&str]) -> Session {
        read(self.product, vec![self.file.to_string_lossy().into_owned()], assume)
    }

    /// The same where the files describe everything.
    pub fn closed(&self) -> Session {
        let mut session = self.session();
        if let Some(world) = &mut session.store.world {
            world.openness = Openness::Closed;
        }
        session
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(&self.file).expect("the manifests can be read")
    }

    pub fn is_good(&self) -> bool {
        self.name.ends_with("-good")
    }

    /// What README.md tells: two to six lines below its title.
    pub fn tells(&self) -> String {
        let readme = self.file.with_file_name("README.md");
        let text = std::fs::read_to_string(readme).expect("README.md can be read");
        let (title, told) = text.split_once("\n\n").expect("a title and a text");
        assert_eq!(title, format!("# {}", self.name));
        let lines = told.lines().count();
        assert!((2..=6).contains(&lines), "{}: {lines} lines", self.name);
        told.to_owned()
    }
}

/// The stories whose fault has a repair, and what has to be said beside `--yes`.
pub const REPAIRED: [(&str, &str, &[&str]); 22] = [
    ("parent-wrong-namespace", "IGW0101", &[]),
    ("route-without-parent", "IGW0102", &["--unsafe"]),
    ("grant-missing", "IGW0103", &[]),
    ("grant-kind-and-group", "IGW0104", &[]),
    ("grant-from-gateway-namespace", "IGW0104", &[]),
    ("listener-name-typo", "IGW0105", &["--unsafe", "--set", "IGW0105.listener=internal"]),
    ("namespace-same-by-default", "IGW0106", &["--unsafe", "--set", "IGW0106.namespaces=these"]),
    ("service-elsewhere", "IGW0110", &["--unsafe"]),
    ("port-of-the-container", "IGW0111", &[]),
    ("kgateway-backend-with-port", "IGW0111", &[]),
    ("grant-misplaced", "IGW0103", &[]),
    ("service-of-group-v1", "IGW0113", &[]),
    ("rewrite-repeats-path", "IGW0117", &["--unsafe"]),
    ("rewrite-slash", "IGW0118", &["--unsafe"]),
    ("cors-preflight-lost", "IGW0143", &[]),
    ("weights-all-zero", "IGW0115", &["--unsafe", "--set", "IGW0115.weights=equal"]),
    ("hostname-apex", "IGW0108", &["--unsafe"]),
    ("percent-in-a-header", "IGW0126", &[]),
    ("https-without-tls", "IGW0127", &["--unsafe"]),
    ("redirect-on-both-listeners", "IGW0140", &["--unsafe"]),
    ("llm-timeout-tries", "IGW0142", &["--unsafe"]),
    ("gateway-class-misspelt", "IGW0120", &["--unsafe"]),
];
