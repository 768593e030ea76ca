//! What is written in the status of an object, as far as a check looks at it.

/// A written status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// `metadata.generation`: how often the spec was changed; `None` in a manifest.
    pub generation: Option<i64>,
    /// The oldest `observedGeneration` of its conditions.
    pub observed: Option<i64>,
    /// Whether a controller has written a condition; what the CRD's defaults say does not count.
    pub answered: bool,
    /// Of a route: namespace (`None`: its own) and name of the parents that a controller answered
    /// for.
    pub parents: Vec<(Option<String>, String)>,
    /// Of a Gateway: its condition Programmed.
    pub programmed: Option<Box<Seen>>,
}

/// A condition as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Its reason.
    pub reason: String,
    /// Its message, for people.
    pub message: String,
}

impl Written {
    /// The generation that the status is about, and the one of the object, if it is older.
    pub fn stale(&self) -> Option<(i64, i64)> {
        let (observed, generation) = self.observed.zip(self.generation)?;
        (observed < generation).then_some((observed, generation))
    }
}
