use super::{Drawing, DrawnEdge, DrawnMark, DrawnNode};
use crate::report::Theme;

fn node(rank: usize, kind: &str, name: &str, note: &str, mark: DrawnMark) -> DrawnNode {
    DrawnNode { kind: kind.to_owned(), name: name.to_owned(), note: note.to_owned(), mark, rank }
}

fn edge(from: usize, to: usize, label: &str) -> DrawnEdge {
    DrawnEdge { from, to, label: label.to_owned() }
}

fn small() -> Drawing {
    Drawing {
        title: "Hosts to models".to_owned(),
        nodes: vec![
            node(0, "host", "api.example.com", "", DrawnMark::Good),
            node(1, "listener", "gw/front http :80", "", DrawnMark::Good),
            node(2, "HTTPRoute", "gw/chat", "IGW0103", DrawnMark::Error),
            node(2, "HTTPRoute", "llm/embed", "", DrawnMark::Warning),
            node(3, "Service", "llm/bifrost:8080", "no ReferenceGrant", DrawnMark::Error),
            node(
                4,
                "model",
                "glm-5",
                "not known, because vLLM is not in the input",
                DrawnMark::Unknown,
            ),
        ],
        edges: vec![
            edge(0, 1, ""),
            edge(1, 2, "/v1"),
            edge(1, 3, "/v1/embeddings"),
            edge(2, 4, "90 %"),
            edge(3, 4, ""),
            edge(4, 5, ""),
            edge(1, 5, "direct"),
            edge(0, 9, "is not there"),
        ],
    }
}

#[test]
fn a_tree_is_indented_and_wraps() {
    let expected = "\
✓ host api.example.com
  ✓ listener gw/front http :80
    ✗ /v1: HTTPRoute gw/chat   IGW0103
      ✗ 90 %: Service llm/bifrost:8080   no ReferenceGrant
        ? model glm-5   not known, because vLLM is not in the input
    ! /v1/embeddings: HTTPRoute llm/embed
      ✗ Service llm/bifrost:8080 (above)
    ? direct: model glm-5   not known, because vLLM is not in the input
";
    assert_eq!(small().text(&Theme::PLAIN), expected);
    let narrow = Theme { width: 40, unicode: false, ..Theme::PLAIN };
    let text = small().text(&narrow);
    assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn a_circle_ends() {
    let mut drawing = small();
    drawing.edges = vec![edge(0, 1, ""), edge(1, 0, "back"), edge(2, 2, "itself")];
    let text = drawing.text(&Theme::PLAIN);
    assert!(text.contains("    ✓ back: host api.example.com (above)\n"), "{text}");
    assert_eq!(text.matches("itself").count(), 1, "{text}");
    for rendering in [drawing.svg(), drawing.dot(), drawing.mermaid()] {
        assert!(rendering.contains("llm/embed"));
    }
}

#[test]
fn mermaid_and_dot() {
    let mermaid = small().mermaid();
    assert!(
        mermaid.starts_with("---\ntitle: \"Hosts to models\"\n---\nflowchart LR\n"),
        "{mermaid}"
    );
    assert!(mermaid.contains("  n2[\"✗ HTTPRoute gw/chat<br/>IGW0103\"]:::error\n"), "{mermaid}");
    assert!(mermaid.contains("  n2 -->|\"90 #37;\"| n4\n"), "{mermaid}");
    let dot = small().dot();
    assert!(
        dot.contains("  n4 [label=\"✗ Service llm/bifrost:8080\\nno ReferenceGrant\""),
        "{dot}"
    );
    assert!(dot.contains("  { rank=same; n2; n3 }\n") && dot.contains("  n3 -> n4\n"), "{dot}");
}

#[test]
fn json_names_marks() {
    let json = serde_json::to_value(small()).expect("JSON");
    assert_eq!(json["nodes"][5]["mark"], "unknown");
    assert_eq!(json["edges"][1], serde_json::json!({"from": 1, "to": 2, "label": "/v1"}));
}

/// The corners of the boxes of a picture.
fn boxes(svg: &str) -> Vec<[i64; 4]> {
    let number = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\"")).expect(name).1;
        rest.split_once('"').expect("a value").0.parse::<i64>().expect("a number")
    };
    let tags = svg.split("<rect ").skip(2).map(|rest| format!(" {rest}"));
    tags.map(|tag| {
        let (x, y) = (number(&tag, "x"), number(&tag, "y"));
        [x, y, x + number(&tag, "width"), y + number(&tag, "height")]
    })
    .collect()
}

#[test]
fn boxes_do_not_overlap_and_are_in_their_columns() {
    let mut drawing = small();
    for number in 0..60 {
        let (rank, name) = (number % 6, format!("thing-{number}"));
        drawing.nodes.push(node(rank * 2, "Service", &name, "", DrawnMark::Good));
        drawing.edges.push(edge(number, drawing.nodes.len() - 1, "label"));
    }
    let svg = drawing.svg();
    let boxes = boxes(&svg);
    assert_eq!(boxes.len(), drawing.nodes.len());
    for (index, a) in boxes.iter().enumerate() {
        for b in &boxes[index + 1..] {
            let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
            assert!(apart, "{a:?} {b:?}");
        }
    }
    for edge in drawing.drawn() {
        let (from, to) = (&drawing.nodes[edge.from], &drawing.nodes[edge.to]);
        assert!(from.rank >= to.rank || boxes[edge.from][2] < boxes[edge.to][0]);
    }
}

#[test]
fn text_of_objects_stays_text() {
    let mut drawing = small();
    let bad = "\"]; x --> y\n</title><script>&amp; \\N @octocat ``` %%{init: {}}%% #quot; sk-PLANTED22 \u{202e}";
    drawing.title = bad.to_owned();
    for node in &mut drawing.nodes {
        (node.name, node.note) = (bad.to_owned(), bad.to_owned());
    }
    drawing.edges.iter_mut().for_each(|edge| edge.label = bad.to_owned());
    let (svg, dot, mermaid) = (drawing.svg(), drawing.dot(), drawing.mermaid());
    for text in [&svg, &dot, &mermaid, &drawing.text(&Theme::PLAIN)] {
        assert!(!text.contains("PLANTED") && !text.contains('\u{202e}'), "{text}");
    }
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;&amp;amp;"), "{svg}");
    assert!(dot.contains("\\\"]; x --> y") && dot.contains("&amp;amp; \\\\N"), "{dot}");
    assert!(!dot.contains("\n</title>") && dot.lines().count() < 20, "{dot}");
    for sign in ["<script", "@", "```", "%%", "{", "#quot"] {
        assert!(!mermaid.contains(sign), "{sign}: {mermaid}");
    }
}
