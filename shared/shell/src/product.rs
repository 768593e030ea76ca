//! What the shell knows of a plugin.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use igw_core::check::{Check, Sink};
use igw_core::facts::{ConfigFile, Facts, Maker, Other, Said};
use igw_core::finding::{Assumption, Finding};
use igw_core::fix::Edit;
use igw_core::gojson::Json;
use igw_core::kube::{Kind, Meta};
use igw_core::reads::Reads;
use igw_core::report::{Drawing, Location, Noun, Theme, Tool, UnmodelledKind};
use igw_core::text;
use serde_json::{Map, Value};

use crate::exit::Failure;
use crate::input::files::Input;

/// A product: its checks, and what they are about.
pub trait Product: Sync {
    /// The word after `kubectl igw`.
    fn name(&self) -> &'static str;

    /// The command that runs it.
    fn command(&self) -> String {
        format!("kubectl igw {}", self.name())
    }

    /// The command of the product that has a check, where this one is made of several.
    fn command_for(&self, _code: &str) -> String {
        self.command()
    }

    /// The products that it is made of, if it is made of several.
    fn parts(&self) -> &'static [&'static dyn Product] {
        &[]
    }

    /// The program, as reports name it.
    fn tool(&self) -> Tool;

    /// The manifests of `--demo`.
    fn demo(&self) -> &'static str;

    /// What `--demo` reads, completing "Read the built-in example: …".
    fn demo_is(&self) -> &'static str;

    /// All checks, by code.
    fn checks(&self) -> &'static [&'static Check];

    fn reads(&self) -> &'static Reads;

    /// What `--assume` may say.
    fn assumable(&self) -> Vec<&'static Assumable>;

    /// What its subjects are called.
    fn noun(&self) -> Noun;

    /// What TYPE may be in TYPE/NAME: lower case, singular and plural.
    fn types(&self) -> &'static [&'static str];

    /// What to give to a run that was given nothing of use.
    fn wants(&self) -> &'static str;

    /// The objects that are judged, and whether that is all there are.
    fn subjects(&self, facts: &Facts) -> Subjects;

    /// Objects of its kinds that it judges when they are named, and not otherwise.
    fn judged_when_named(&self, _: &Facts) -> Vec<Meta> {
        Vec::new()
    }

    /// Whether its subjects are what serves every namespace: that they are seen does not mean that
    /// the objects of other namespaces may be.
    fn serves_every_namespace(&self) -> bool {
        false
    }

    /// What was taken for granted.
    fn assumptions(&self, facts: &Facts) -> Vec<Assumption>;

    /// What stands above the findings.
    fn head(&self, facts: &Facts, theme: &Theme) -> String;

    /// The same beside the heads of other products; empty where it would only crowd them.
    fn head_beside(&self, facts: &Facts, theme: &Theme) -> String {
        self.head(facts, theme)
    }

    /// What an argument of a command of its own may be, by the argument's name: for completion.
    fn values_of(&self, _argument: &str, _facts: &Facts) -> Vec<String> {
        Vec::new()
    }

    /// The system as it was found, with what the checks say of it, for a page.
    fn drawing(&self, _facts: &Facts, _sinks: &[Sink]) -> Option<Drawing> {
        None
    }

    /// What stands below the report of `--demo`.
    ///
    /// # Errors
    /// When the example is not what it should be.
    fn end_of_demo(&self, _facts: &Facts, _theme: &Theme) -> Result<String, Failure> {
        Ok(String::new())
    }

    /// What its repairs and their undo do, for whoever grants rights: verbs by kind.
    fn changes(&self) -> Vec<(Kind, &'static [&'static str])> {
        Vec::new()
    }

    /// What was said by flags of its own, as a command for `fix` repeats it: flags and values.
    fn repeat(&self, _said: &Said) -> Vec<String> {
        Vec::new()
    }

    /// Checks that two of its parts have of one fault: the first is left out where the second has a
    /// finding at the same place.
    fn same_faults(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Whether it has a command `fix`.
    fn repairs(&self) -> bool {
        false
    }

    /// What it adds to the report.
    fn extra(&self, _facts: &Facts) -> Map<String, Value> {
        Map::new()
    }

    /// Charts in the input that are not rendered, and that may make what it judges.
    fn unrendered(&self, _facts: &Facts) -> Vec<UnmodelledKind> {
        Vec::new()
    }

    /// Objects of kinds that no rule reads, and that may change what it judges.
    fn not_modelled<'a>(&self, _facts: &Facts<'a>) -> Vec<&'a Other> {
        Vec::new()
    }

    /// The program for whose pods it matters what runs in them: images, generated configuration.
    fn looks_into_pods(&self) -> Option<&'static str> {
        None
    }

    /// The bytes of a JSON text that may be secrets, in order, if the text is a configuration that it
    /// reads, or a part of one.
    fn hidden_in(&self, _json: &Json) -> Option<Vec<Range<usize>>> {
        None
    }

    /// What has to be done for edits that were made to take effect, each as a line; the facts have
    /// them.
    fn takes_effect(&self, _facts: &Facts, _edits: &[Edit]) -> Vec<String> {
        Vec::new()
    }

    /// Takes the files that it reads, and that are no manifests, out of the input.
    fn take_config_files(&self, _input: &mut Input) -> Vec<ConfigFile> {
        Vec::new()
    }

    /// Knows where the field of a finding stands.
    fn locator<'s>(&self, input: &'s Input, _facts: &'s Facts<'_>) -> Locator<'s> {
        Box::new(|finding| match finding.at_key {
            true => input.location_of_key(finding.origin, &finding.path),
            false => input.location(finding.origin, &finding.path),
        })
    }
}

/// Where the field of a finding stands.
pub type Locator<'s> = Box<dyn Fn(&Finding) -> Option<Location> + 's>;

/// The objects that are judged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subjects {
    pub all: Vec<Meta>,
    /// Whether there may be more that could not be seen.
    pub gap: bool,
}

/// Something that `--assume` may say.
pub struct Assumable {
    pub what: &'static str,
    /// Which values, for people.
    pub values: &'static str,
    /// Notes a value, or says what is wrong with it.
    pub say: fn(&mut Said, &str) -> Result<(), &'static str>,
}

impl fmt::Display for Assumable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.what, self.values)
    }
}

/// Releases of charts by kind, with what renders a chart; `fits` picks those that matter, `what` says
/// what they may make.
pub fn unrendered(
    facts: &Facts,
    fits: impl Fn(&Maker) -> bool,
    what: impl Fn(&[&Maker]) -> String,
) -> Vec<UnmodelledKind> {
    let makers = facts.store.world.iter().flat_map(|world| world.makers.iter());
    let mut kinds: BTreeMap<&str, Vec<&Maker>> = BTreeMap::new();
    for maker in makers.filter(|maker| maker.chart.is_some() && fits(maker)) {
        let kind = maker.title.split(' ').next().unwrap_or_default();
        kinds.entry(kind).or_default().push(maker);
    }
    let told = |(kind, makers): (&str, Vec<&Maker>)| {
        let names = makers.iter().map(|own| own.title.split(' ').nth(1).unwrap_or_default());
        let says = format!(
            "{}, {}; helm template RELEASE CHART --values VALUES | … -f - judges one",
            text::some_of(&names.collect::<Vec<_>>(), 2),
            what(&makers)
        );
        UnmodelledKind { kind: kind.to_owned(), objects: makers.len(), says: Some(says) }
    };
    kinds.into_iter().map(told).collect()
}
