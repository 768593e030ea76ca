//! Reads manifests and does nothing with them: what the bench compares a whole `check` with.

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let input = igw::input::files::read(&paths, &mut std::io::stdin());
    println!("{} objects", input.manifests.len());
}
