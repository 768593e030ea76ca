//! A large configuration is read in no time.

use std::fmt::Write as _;
use std::time::Instant;

use crate::program::run;

#[test]
fn five_megabytes_with_ten_thousand_keys() {
    let mut text = String::from("{\"providers\": {\"openai\": {\"keys\": [\n");
    for number in 0..10_000 {
        let comma = if number == 0 { "" } else { ",\n" };
        let filler = "m".repeat(400);
        let _ = write!(
            text,
            "{comma}{{\"name\": \"k{number}\", \"value\": \"none\", \"weight\": 1, \"models\": [\"a{number}\", \"{filler}\"]}}"
        );
    }
    text.push_str("], \"network_config\": {\"base_url\": \"http://127.0.0.1:8000\"}}}}");
    assert!(text.len() > 4_500_000, "{}", text.len());
    let bench = tempfile::tempdir().expect("a temporary directory");
    let file = bench.path().join("config.json");
    std::fs::write(&file, text).expect("a file");
    let file = file.to_string_lossy();
    let begin = Instant::now();
    let outcome = run(&["-f", &file, "--assume", "bifrost=1.5.16", "-q"]);
    let took = begin.elapsed();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stdout.len());
    println!("{took:?}");
    // A debug build on a busy machine is many times slower than the 200 ms of a release build.
    assert!(took.as_secs() < 20, "{took:?}");
}
