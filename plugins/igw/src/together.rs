//! All products as one: each kind is read once, and every check sees all of it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use igw::exit::Failure;
use igw::input::files::Input;
use igw::product::{Assumable, Locator, Product, Subjects};
use igw_core::check::{Check, Sink};
use igw_core::facts::{Ask, ConfigFile, Facts, Other, Said, Store};
use igw_core::finding::Assumption;
use igw_core::fix::Edit;
use igw_core::gojson::Json;
use igw_core::kube::{Kind, Meta};
use igw_core::reads::{Doubt, Reads};
use igw_core::report::{Drawing, Noun, Theme, Tool, UnmodelledKind};
use serde_json::{Map, Value};

use crate::map;
use crate::products::PRODUCTS;

/// All products as one.
pub struct Together;

pub static TOGETHER: Together = Together;

/// What a table of every product has, one after the other.
fn joined<T: Copy>(of: impl Fn(&dyn Product) -> &[T]) -> Vec<T> {
    PRODUCTS.iter().flat_map(|product| of(*product).iter().copied()).collect()
}

/// The same for tables that a product may share with another one.
fn united<T: Copy + PartialEq>(of: impl Fn(&dyn Product) -> &'static [T]) -> &'static [T] {
    let mut out: Vec<T> = Vec::new();
    for one in PRODUCTS.iter().flat_map(|product| of(*product)) {
        if !out.contains(one) {
            out.push(*one);
        }
    }
    out.leak()
}

static CHECKS: LazyLock<Vec<&'static Check>> = LazyLock::new(|| {
    let mut all = joined(|product| product.checks());
    all.sort_by_key(|check| check.code);
    all
});

static TYPES: LazyLock<&'static [&'static str]> =
    LazyLock::new(|| united(|product| product.types()));

static READS: LazyLock<Reads> = LazyLock::new(|| Reads {
    needs: united(|product| product.reads().needs),
    everywhere: united(|product| product.reads().everywhere),
    counted: united(|product| product.reads().counted),
    pointing: PRODUCTS.iter().any(|product| product.reads().pointing),
    logs: PRODUCTS.iter().any(|product| product.reads().logs),
    common_only: united(|product| product.reads().common_only),
    // What one product does not need of a list, another one may.
    narrow: |asks: BTreeSet<Ask>, _, _: &mut Store| asks,
    spare: |asks, store| {
        PRODUCTS.iter().for_each(|product| (product.reads().spare)(asks, store));
    },
    doubt: doubt(),
});

/// There is room for one question that is asked only where it matters.
fn doubt() -> Option<Doubt> {
    PRODUCTS.iter().find_map(|product| product.reads().doubt)
}

/// Whether a product has a check.
fn has(product: &dyn Product, code: &str) -> bool {
    product.checks().iter().any(|own| own.code == code)
}

impl Product for Together {
    fn name(&self) -> &'static str {
        "igw"
    }

    fn command(&self) -> String {
        "kubectl igw".to_owned()
    }

    fn command_for(&self, code: &str) -> String {
        let own = PRODUCTS.iter().find(|product| has(**product, code));
        own.map_or_else(|| self.command(), |product| product.command())
    }

    fn parts(&self) -> &'static [&'static dyn Product] {
        PRODUCTS
    }

    fn tool(&self) -> Tool {
        Tool { name: "kubectl-igw", version: env!("CARGO_PKG_VERSION") }
    }

    fn demo(&self) -> &'static str {
        include_str!("demo.yaml")
    }

    fn demo_is(&self) -> &'static str {
        "a gateway, a Bifrost and a vLLM with a few faults"
    }

    fn checks(&self) -> &'static [&'static Check] {
        &CHECKS
    }

    fn reads(&self) -> &'static Reads {
        &READS
    }

    fn assumable(&self) -> Vec<&'static Assumable> {
        PRODUCTS.iter().flat_map(|product| product.assumable()).collect()
    }

    fn noun(&self) -> Noun {
        Noun { one: "object", kind: "route, Bifrost or Langfuse" }
    }

    fn types(&self) -> &'static [&'static str] {
        *TYPES
    }

    fn wants(&self) -> &'static str {
        "the manifests of the Gateway, its routes, Bifrost and Langfuse"
    }

    fn subjects(&self, facts: &Facts) -> Subjects {
        let (mut out, mut known) = (Subjects::default(), BTreeSet::new());
        for product in PRODUCTS {
            let own = product.subjects(facts);
            // A Deployment may be judged by two of them.
            let new = own.all.into_iter().filter(|meta| known.insert(meta.reference()));
            out.all.extend(new);
            out.gap |= own.gap;
        }
        out
    }

    fn judged_when_named(&self, facts: &Facts) -> Vec<Meta> {
        PRODUCTS.iter().flat_map(|product| product.judged_when_named(facts)).collect()
    }

    fn assumptions(&self, facts: &Facts) -> Vec<Assumption> {
        let mut all: Vec<_> =
            PRODUCTS.iter().flat_map(|product| product.assumptions(facts)).collect();
        all.sort();
        all.dedup();
        all
    }

    fn head(&self, facts: &Facts, theme: &Theme) -> String {
        PRODUCTS.iter().map(|product| product.head_beside(facts, theme)).collect()
    }

    fn changes(&self) -> Vec<(Kind, &'static [&'static str])> {
        PRODUCTS.iter().flat_map(|product| product.changes()).collect()
    }

    fn repeat(&self, said: &Said) -> Vec<String> {
        PRODUCTS.iter().flat_map(|product| product.repeat(said)).collect()
    }

    fn same_faults(&self) -> &'static [(&'static str, &'static str)] {
        // What is known of Langfuse says more than what is known of any collector or Service.
        &[
            ("IGW0110", "IGW0407"),
            // The routing checks know the share of the requests and the grant that nearly fits.
            ("IGW0508", "IGW0103"),
            ("IGW0508", "IGW0104"),
            ("IGW0123", "IGW0508"),
            ("IGW0117", "IGW0505"),
            ("IGW0213", "IGW0501"),
            ("IGW0213", "IGW0502"),
            ("IGW0214", "IGW0503"),
            ("IGW1010", "IGW0709"),
        ]
    }

    fn repairs(&self) -> bool {
        PRODUCTS.iter().any(|product| product.repairs())
    }

    fn extra(&self, facts: &Facts) -> Map<String, Value> {
        PRODUCTS.iter().flat_map(|product| product.extra(facts)).collect()
    }

    fn unrendered(&self, facts: &Facts) -> Vec<UnmodelledKind> {
        PRODUCTS.iter().flat_map(|product| product.unrendered(facts)).collect()
    }

    fn not_modelled<'a>(&self, facts: &Facts<'a>) -> Vec<&'a Other> {
        PRODUCTS.iter().flat_map(|product| product.not_modelled(facts)).collect()
    }

    fn looks_into_pods(&self) -> Option<&'static str> {
        PRODUCTS.iter().find_map(|product| product.looks_into_pods())
    }

    fn drawing(&self, facts: &Facts, sinks: &[Sink]) -> Option<Drawing> {
        Some(map::draw(facts, sinks, None)).filter(|drawing| !drawing.nodes.is_empty())
    }

    fn end_of_demo(&self, _facts: &Facts, _theme: &Theme) -> Result<String, Failure> {
        Ok("\nsee the repairs:          kubectl igw fix --demo --dry-run\n\
            follow a request:         kubectl igw why http://api.example.com/v1/chat/completions \
            --model openai/glm-5 --demo\n"
            .to_owned())
    }

    fn values_of(&self, argument: &str, facts: &Facts) -> Vec<String> {
        PRODUCTS.iter().flat_map(|product| product.values_of(argument, facts)).collect()
    }

    fn hidden_in(&self, json: &Json) -> Option<Vec<Range<usize>>> {
        PRODUCTS.iter().find_map(|product| product.hidden_in(json))
    }

    fn takes_effect(&self, facts: &Facts, edits: &[Edit]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for line in PRODUCTS.iter().flat_map(|product| product.takes_effect(facts, edits)) {
            if !all.contains(&line) {
                all.push(line);
            }
        }
        all
    }

    fn take_config_files(&self, input: &mut Input) -> Vec<ConfigFile> {
        let mut all: Vec<ConfigFile> =
            PRODUCTS.iter().flat_map(|product| product.take_config_files(input)).collect();
        // Two products may read the same file.
        all.sort_by_key(|file| file.origin.file);
        all.dedup_by_key(|file| file.origin.file);
        all
    }

    fn locator<'s>(&self, input: &'s Input, facts: &'s Facts<'_>) -> Locator<'s> {
        let all: Vec<_> =
            PRODUCTS.iter().map(|product| (*product, product.locator(input, facts))).collect();
        Box::new(move |finding| {
            let own = all.iter().find(|(product, _)| has(*product, finding.code));
            let own = own.or(all.first());
            own.and_then(|(_, locate)| locate(finding))
        })
    }
}
