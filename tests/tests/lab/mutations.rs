//! Whole objects, broken in one place each: what the API server says to each of thousands is what
//! the schema tables say.

use std::collections::BTreeSet;

use igw_core::kube::{Kind, pointer};
use igw_core::schema::{Channel, Gate, admit};
use igw_tests::lab::{LabCluster, documents};
use serde_json::{Value, json};

use super::refusals::{Reasons, alike, told};
use super::{experimental, lab};

fn spoiled(value: &Value) -> Vec<Value> {
    let texts = |texts: &[&str]| texts.iter().map(|&text| json!(text)).collect::<Vec<_>>();
    match value {
        Value::String(text) => {
            let mut out = texts(&[
                "",
                "a",
                "A",
                "Xy",
                "a_b",
                "a.b",
                "-a",
                "a-",
                "a b",
                "é",
                "*",
                "*.a",
                "*.a.b",
                "a.*.b",
                "a..b",
                "10.0.0.1",
                "1a",
                "a1",
                "/",
                "//",
                "/a//b",
                "/a/./b",
                "/a/../b",
                "/a/..",
                "/a/.",
                "/a%2Fb",
                "/a%2fb",
                "/a%zz",
                "/a%41",
                "/a#b",
                "/a?b",
                "/a b",
                "/é",
                "/a{b}",
                "10s",
                "1h30m",
                "1.5s",
                "100000s",
                "10",
                "0s",
                "a/b",
                "GET",
                "get",
                "HTTP",
                "HTTPS",
                "TLS",
                "TCP",
                "UDP",
                "Exact",
                "PathPrefix",
                "RegularExpression",
                "(",
                "Service",
                "Same",
                "All",
                "Selector",
                "None",
                "Terminate",
                "Passthrough",
            ]);
            for length in [63, 64, 65, 253, 254, 256, 257, 1024, 1025, 4096, 4097] {
                out.push(json!("a".repeat(length)));
                if text.starts_with('/') {
                    out.push(json!("/".to_owned() + &"a".repeat(length - 1)));
                }
            }
            out.extend([json!(1), json!(true), json!([]), json!({}), Value::Null]);
            out
        }
        Value::Number(_) => vec![
            json!(-1),
            json!(0),
            json!(1),
            json!(100),
            json!(101),
            json!(305),
            json!(308),
            json!(65535),
            json!(65536),
            json!(1_000_000),
            json!(1_000_001),
            json!(1.5),
            json!(4_000_000_000_u64),
            json!("80"),
            json!(true),
            json!([]),
            json!({}),
            Value::Null,
        ],
        Value::Bool(_) => vec![json!("true"), json!(1), json!(false), Value::Null],
        Value::Array(items) => {
            let mut out = vec![json!([]), json!({}), json!("a"), Value::Null, json!([null])];
            if let Some(first) = items.first() {
                for count in [2, 9, 10, 16, 17, 32, 33, 64, 65, 129] {
                    out.push(Value::Array(vec![first.clone(); count]));
                }
            }
            out
        }
        Value::Object(_) => vec![json!({}), json!([]), json!("a"), Value::Null],
        Value::Null => vec![],
    }
}

fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

/// The object broken at one place in every way, each with a description.
fn mutants(object: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    places(&object["spec"], "/spec", &mut pointers);
    let mut out = Vec::new();
    for pointer in pointers {
        let value = &object.pointer(&pointer).expect("it was listed");
        for new in spoiled(value) {
            let mut mutant = object.clone();
            *mutant.pointer_mut(&pointer).expect("it is there") = new.clone();
            out.push((format!("{pointer} = {}", short(&new)), mutant));
        }
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let mut mutant = object.clone();
        match mutant.pointer_mut(parent) {
            Some(Value::Object(map)) => drop(map.shift_remove(&key.replace("~1", "/"))),
            Some(Value::Array(items)) => drop(items.remove(key.parse().expect("an index"))),
            _ => panic!("{pointer} has no parent"),
        }
        out.push((format!("without {pointer}"), mutant));
        let mut mutant = object.clone();
        if let Some(Value::Object(map)) = mutant.pointer_mut(&pointer) {
            map.insert("extra".to_owned(), json!("x"));
            out.push((format!("{pointer}/extra"), mutant));
        }
    }
    out
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

/// What the tables say, in the API server's order: strict decoding comes first.
fn predicted(kind: Kind, object: &Value, channel: Channel) -> Reasons {
    let refusals = admit(kind, &mut object.clone(), false, channel).refusals;
    let unknown = refusals.iter().any(|refusal| refusal.gate == Gate::UnknownField);
    let gate = if unknown { Gate::UnknownField } else { Gate::Rule };
    let code = if unknown { "IGW0130" } else { "IGW0125" };
    let first = refusals.iter().filter(|refusal| refusal.gate == gate);
    first.map(|r| (code.to_owned(), pointer::dotted(&r.pointer))).collect()
}

/// Dry-runs every mutant; returns their number and the mispredictions.
fn try_all(lab: &LabCluster, object: &Value, channel: Channel) -> (usize, Vec<String>) {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let group = text("/apiVersion").split('/').next().unwrap_or_default();
    let kind = Kind::of(group, text("/kind")).expect("a kind that we know");
    let mut wrong = Vec::new();
    let whole = lab.dry_run(object).map_err(|refused| refused.to_string());
    assert_eq!(whole.map(drop), Ok(()), "the whole {}", text("/metadata/name"));
    let mutants = mutants(object);
    for (what, mutant) in &mutants {
        let expected = predicted(kind, mutant, channel);
        let (seen, why) = match lab.dry_run(mutant) {
            Ok(_) => (Reasons::new(), "admitted".to_owned()),
            Err(refused) => (told(&refused), refused.to_string()),
        };
        if !alike(&seen, &expected) {
            let fields: BTreeSet<&str> = expected.iter().map(|(_, field)| field.as_str()).collect();
            wrong.push(format!(
                "{} {what}\n    predicted {fields:?}\n    told {why}",
                text("/kind")
            ));
        }
    }
    (mutants.len(), wrong)
}

fn all(lab: &LabCluster, texts: &[&str], experimental: bool) {
    lab.apply("{apiVersion: v1, kind: Namespace, metadata: {name: mutants}}").expect("admitted");
    let channel = if experimental { Channel::Experimental } else { Channel::Standard };
    let (mut tried, mut wrong) = (0, Vec::new());
    for object in texts.iter().flat_map(|yaml| documents(yaml).expect("YAML")) {
        let (count, mut faults) = try_all(lab, &object, channel);
        tried += count;
        wrong.append(&mut faults);
    }
    println!("{tried} mutants");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

const STANDARD: &str = include_str!("mutations.yaml");
const EXPERIMENTAL: &str = include_str!("mutations-experimental.yaml");

#[test]
fn of_the_standard_channel() {
    all(lab(), &[STANDARD], false);
}

#[test]
fn of_the_experimental_channel() {
    all(experimental(), &[STANDARD, EXPERIMENTAL], true);
}
