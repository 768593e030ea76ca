//! What stands for a pod template that is not there.

use clap::Args;
use igw::exit::Failure;
use igw_core::bifrost::said::BifrostSaid;
use igw_core::facts::Said;
use igw_core::kube::Hidden;

#[derive(Debug, Clone, Default, Args)]
pub struct PodFlags {
    /// Set a container variable, on top of any pod template
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Set the container's arguments, instead of any pod template's
    #[arg(long, value_name = "ARGS", allow_hyphen_values = true)]
    args: Option<String>,
}

impl PodFlags {
    /// Puts them among what the user said.
    ///
    /// # Errors
    /// When one is not understood.
    pub fn say(&self, said: &mut Said) -> Result<(), Failure> {
        let mut env = Vec::new();
        for pair in &self.env {
            // What stands behind = may be a secret, and so may a text without one.
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| Failure::usage("--env: not of the form NAME=VALUE"))?;
            env.push((name.to_owned(), Hidden::new(value)));
        }
        let words = |args: &String| args.split_whitespace().map(str::to_owned).collect();
        said.edit::<BifrostSaid>(|said| {
            said.env.extend(env);
            said.args = self.args.as_ref().map(words);
        });
        Ok(())
    }
}
