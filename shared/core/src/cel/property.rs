//! Random expressions: three values against two.

use ::cel::Value as CelValue;
use ::cel::parser::{Parser, PrattParser};
use serde_json::json;

use super::rolls::{NAMES, Rolls, leaves};
use super::*;

#[test]
fn what_is_known_of_a_part_is_so_for_every_whole() {
    let mut dice = Rolls(7);
    let (mut known, mut unknown) = (0, 0);
    for _ in 0..20_000 {
        let depth = dice.roll(4);
        let text = dice.condition(depth);
        let program = CelProgram::parse(&text, Dialect::Rules).expect(&text);
        let hidden: Vec<&str> = NAMES.into_iter().filter(|_| dice.roll(3) == 0).collect();
        let mut world = dice.world();
        let part = program.holds(&leaves(&world, &hidden));
        if let Truth::Unknown(_) = part {
            unknown += 1;
            continue;
        }
        known += 1;
        for _ in 0..4 {
            let other = dice.world();
            for name in &hidden {
                world.insert(name, other[name].clone());
            }
            let whole = program.holds(&leaves(&world, &[]));
            let agree = match (&part, &whole) {
                (Truth::Error(_), Truth::Error(_)) => true,
                (part, whole) => part == whole,
            };
            assert!(agree, "{text}: {part:?} with {hidden:?} hidden, but {whole:?} in {world:?}");
        }
    }
    assert!(known > 10_000 && unknown > 2_000, "{known} known, {unknown} unknown");
}

#[test]
fn where_all_is_known_it_is_as_the_crate_says() {
    let mut dice = Rolls(11);
    for _ in 0..20_000 {
        let depth = dice.roll(4);
        let text = dice.condition(depth);
        let leaves = leaves(&dice.world(), &[]);
        let parsed = PrattParser::new().parse(&text).expect(&text);
        let ours = CelProgram::parse(&text, Dialect::Rules).expect(&text).holds(&leaves);
        let agree = match (&ours, CelValue::resolve(&parsed, leaves.context())) {
            (Truth::Is(it), Ok(CelValue::Bool(its))) => *it == its,
            (Truth::Error(_), Ok(CelValue::Bool(_))) => false,
            (Truth::Error(_), _) => true,
            _ => false,
        };
        assert!(agree, "{text}: {ours:?}");
    }
}

#[test]
fn a_program_that_is_well_typed_does_not_miss_an_overload() {
    let mut dice = Rolls(13);
    let kinds = [
        ("b", CelType::Bool),
        ("c", CelType::Bool),
        ("s", CelType::Text),
        ("t", CelType::Text),
        ("m", CelType::Map(Box::new(CelType::Text), Box::new(CelType::Text))),
    ];
    let (mut well, mut ill) = (0, 0);
    for _ in 0..5_000 {
        let depth = dice.roll(4);
        let text = dice.condition(depth);
        let program = CelProgram::parse(&text, Dialect::Rules).expect(&text);
        match program.typed(&kinds) {
            Typed::Well => well += 1,
            Typed::Ill => {
                ill += 1;
                continue;
            }
            Typed::Unsure => panic!("{text}"),
        }
        let world = NAMES.map(|name| {
            (
                name,
                Some(match name {
                    "b" | "c" => json!(dice.roll(2) == 0),
                    _ => json!(*dice.pick(&["x", "y"])),
                }),
            )
        });
        let truth = program.holds(&leaves(&world.into(), &[]));
        assert_ne!(truth, Truth::Error("no such overload".to_owned()), "{text}");
    }
    assert!(well > 1_000 && ill > 500, "{well} well, {ill} ill");
}

/// The crate's other parser is the grammar of cel-spec; it is not in the program.
#[test]
fn both_parsers_read_the_same() {
    let mut dice = Rolls(17);
    for _ in 0..500 {
        let text = dice.condition(3);
        let pratt = format!("{:?}", without_ids(&PrattParser::new().parse(&text).expect(&text)));
        let antlr = format!("{:?}", without_ids(&Parser::new().parse(&text).expect(&text)));
        assert_eq!(pratt, antlr, "{text}");
    }
    for bad in
        ["a b", "a ==", "request.headers[", "'", "a &&", "1 = 2", "a.1", "", " ", "a,b", "&a"]
    {
        assert!(PrattParser::new().parse(bad).is_err(), "{bad}");
        assert!(Parser::new().parse(bad).is_err(), "{bad}");
    }
}

fn without_ids(expression: &::cel::parser::Expression) -> String {
    let text = format!("{expression:?}");
    let mut out = String::new();
    for part in text.split("id: ") {
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

#[test]
fn no_text_is_too_much() {
    let tokens = [
        "a",
        "m",
        "list",
        "n",
        "u",
        ".",
        ".?",
        "[",
        "]",
        "[?",
        "(",
        ")",
        "{",
        "}",
        ",",
        ":",
        "?",
        "!",
        "-",
        "+",
        "*",
        "/",
        "%",
        "==",
        "!=",
        "<",
        ">=",
        "&&",
        "||",
        " in ",
        "'x'",
        "r'\\d'",
        "b'x'",
        "\"\"\"",
        "1",
        "0",
        "1u",
        "1.5",
        "1e400",
        "0x7fffffffffffffff",
        "9223372036854775807",
        "-9223372036854775808",
        "null",
        "true",
        "has(",
        "size(",
        ".all(x,",
        ".map(x,",
        ".filter(x,",
        ".exists_one(x,",
        "int(",
        "double(",
        "string(",
        "duration(",
        "quantity(",
        "type(",
        "dyn(",
        ".matches(",
        ".orValue(",
        ".hasValue()",
        "optional.of(",
        "M{",
        "`a`",
        "//",
        "\n",
        "\u{e9}",
    ];
    let mut dice = Rolls(19);
    let world =
        [("a", json!("x")), ("n", json!(-3)), ("m", json!({"k": 1})), ("list", json!([1, "x"]))];
    let leaves = Leaves::new(world.map(|(name, value)| (name, Leaf::Value(value))));
    let mut parsed = 0;
    for _ in 0..20_000 {
        let text: String = (0..=dice.roll(9)).map(|_| *dice.pick(&tokens)).collect();
        let dialect = *dice.pick(&[Dialect::Rules, Dialect::Go]);
        if let Ok(program) = CelProgram::parse(&text, dialect) {
            parsed += 1;
            program.holds(&leaves);
            program.typed(&[("a", CelType::Text), ("n", CelType::Int)]);
        }
    }
    for text in [
        "9223372036854775807 + 1 > 0",
        "-(-9223372036854775807 - 1) > 0",
        "(-9223372036854775807 - 1) / -1 > 0",
        "(-9223372036854775807 - 1) % -1 > 0",
        "1 % 0 == 1 || 1 / 0 == 1",
        "[1][-1] == 1",
        "[1][9223372036854775807] == 1",
        "int(1e30) > 0 || int(double('nan')) > 0 || uint(-1) > 0u",
        "{1: 2, 1: 3}[1] == 2",
        "duration('9223372036854775807h') > duration('1s')",
        "quantity('1e999').isGreaterThan(quantity('x'))",
        "'é'.size() == 1 && 'é'.contains('')",
    ] {
        let program = CelProgram::parse(text, Dialect::Rules).expect(text);
        let truth = program.holds(&leaves);
        assert!(truth != Truth::Is(true) || text.contains('é'), "{text}: {truth:?}");
    }
    assert!(parsed > 300, "{parsed}");
}
