//! What becomes of a rule.

use super::arm::{KeptArm, SplitArm};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitGoal {
    /// These arms and no others.
    To(Vec<SplitArm>),
    /// So many percent of all requests go from the first arm to the second.
    Step(u32),
    /// One arm stays.
    End(KeptArm),
}

impl SplitGoal {
    /// The flags that ask for it.
    pub fn words(&self) -> Vec<String> {
        match self {
            SplitGoal::To(arms) => arms.iter().map(|arm| format!("--to={arm}")).collect(),
            SplitGoal::Step(points) => vec![format!("--step={points}")],
            SplitGoal::End(kept) => vec!["--end".to_owned(), format!("--keep={kept}")],
        }
    }
}
