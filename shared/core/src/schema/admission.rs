//! What the API server makes of an object.

/// Which gate of the API server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Strict decoding: a field that the kind does not have.
    UnknownField,
    /// The schema or one of the CRD's rules.
    Rule,
}

/// One reason why the API server refuses an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub gate: Gate,
    /// Where, as an RFC 6901 pointer.
    pub pointer: String,
    /// What is wrong, phrased to follow the field's name.
    pub message: String,
    /// With it, this reason is gone, and the schema has nothing against the value.
    pub instead: Option<Meant>,
}

/// What is most likely meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// The name of the field at the refusal's pointer.
    Name(&'static str),
    /// A text at this pointer.
    Text(String, String),
}

/// The outcome of [`admit`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admission {
    /// Reasons to refuse; empty: admitted.
    pub refusals: Vec<Refusal>,
    /// What only the experimental channel of the Gateway API admits: where, and what.
    pub experimental: Vec<(String, String)>,
    /// What one version of a CRD refuses, and another may have.
    pub doubted: Vec<Refusal>,
}

/// `--assume gateway-api=standard|experimental`: the channel of the CRDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// By what the object uses.
    #[default]
    Unsaid,
    Standard,
    Experimental,
    /// Experimental, and of a version that had fields which were taken out since.
    ElderExperimental,
}
