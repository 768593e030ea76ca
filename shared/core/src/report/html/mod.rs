//! A report as one HTML file: no script, no request, readable without colour, by keyboard and on
//! paper. Elements and roles follow the HTML standard and WAI-ARIA; tests read it with axe-core.

mod finding;
mod tags;

use finding::{article, rest, row};
use tags::{code, escaped, shell};

use super::handout::{Aside, CardGroup, Handout, HandoutVerdict};

/// The whole file.
pub fn html(handout: &Handout) -> String {
    let verdict = handout.verdict();
    let findings = handout.findings();
    let asides = handout.asides();
    let tool = handout.human.report.tool.name;
    let mut out = shell(&format!("{tool}: {}", verdict.head));
    out.push_str("<header>\n");
    top(&mut out, handout, &verdict);
    out.push_str("</header>\n<main>\n");
    if let Some(drawing) = handout.drawing {
        // It may be wider than the page: whoever uses a keyboard can scroll it.
        out.push_str("<figure class=\"map\" role=\"region\" aria-label=\"Map\" tabindex=\"0\">\n");
        out.push_str(&drawing.svg());
        out.push_str("</figure>\n");
    }
    index(&mut out, &findings, &asides);
    let mut number = 0;
    if !findings.is_empty() {
        out.push_str("<section id=\"findings\" aria-labelledby=\"findings-title\">\n");
        out.push_str("<h2 id=\"findings-title\">Findings</h2>\n");
        for (group, alike) in findings.iter().enumerate() {
            for card in &alike.cards {
                number += 1;
                article(&mut out, number, card);
            }
            rest(&mut out, group + 1, alike);
        }
        out.push_str("</section>\n");
    }
    for own in &asides {
        aside(&mut out, own);
    }
    out.push_str("</main>\n<footer><dl>\n");
    for (name, value) in handout.about() {
        out.push_str(&format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(&value)));
    }
    out.push_str("</dl></footer>\n</body>\n</html>\n");
    out
}

/// The verdict, and what the product says of what it found.
fn top(out: &mut String, handout: &Handout, verdict: &HandoutVerdict) {
    let class = match verdict.worst {
        Some(severity) => severity.word(),
        None if verdict.whole => "good",
        None => "open",
    };
    let tool = escaped(handout.human.report.tool.name);
    out.push_str(&format!("<p class=\"tool\">{tool}</p>\n"));
    let head = escaped(&verdict.head);
    let mark = format!("<span class=\"mark\" aria-hidden=\"true\">{}</span>", verdict.mark());
    out.push_str(&format!("<h1 class=\"{class}\">{mark} <span>{head}</span></h1>\n"));
    out.push_str("<ul class=\"counts\">\n");
    for count in &verdict.counts {
        out.push_str(&format!("<li>{}</li>\n", escaped(count)));
    }
    out.push_str("</ul>\n");
    let head = handout.head();
    if !head.is_empty() {
        let line = |line: &String| format!("<span>{}</span>", escaped(line));
        let lines: String = head.iter().map(line).collect();
        out.push_str(&format!("<pre class=\"head\">{lines}</pre>\n"));
    }
}

/// One line a finding, and where everything else is.
fn index(out: &mut String, findings: &[CardGroup], asides: &[Aside]) {
    if findings.is_empty() && asides.is_empty() {
        return;
    }
    out.push_str("<nav aria-labelledby=\"index-title\">\n<h2 id=\"index-title\">Index</h2>\n");
    if !findings.is_empty() {
        out.push_str("<table>\n<thead><tr><th scope=\"col\">Effect</th>");
        out.push_str("<th scope=\"col\">Finding</th><th scope=\"col\">Check</th></tr></thead>\n");
        out.push_str("<tbody>\n");
        let mut number = 0;
        for (group, alike) in findings.iter().enumerate() {
            for card in &alike.cards {
                number += 1;
                row(out, number, card);
            }
            if let Some(first) = alike.rest.first() {
                let code = first.code;
                out.push_str(&format!(
                    "<tr><td></td><td><a href=\"#more-{}\">{} more</a></td><td>{code}</td></tr>\n",
                    group + 1,
                    crate::text::thousands(alike.rest.len()),
                ));
            }
        }
        out.push_str("</tbody>\n</table>\n");
    }
    if !asides.is_empty() {
        out.push_str("<ul class=\"asides\">\n");
        for own in asides {
            let (id, count) = (id(own), crate::text::thousands(own.items.len()));
            out.push_str(&format!("<li><a href=\"#{id}\">{}</a> {count}</li>\n", own.title));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</nav>\n");
}

fn id(aside: &Aside) -> String {
    aside.title.to_lowercase().replace(' ', "-")
}

fn aside(out: &mut String, aside: &Aside) {
    let (id, title) = (id(aside), aside.title);
    let class = if aside.limits { "limits" } else { "more" };
    let open = if aside.items.len() <= 12 { " open" } else { "" };
    out.push_str(&format!(
        "<section id=\"{id}\" class=\"{class}\" aria-labelledby=\"{id}-title\">\n"
    ));
    let count = crate::text::thousands(aside.items.len());
    out.push_str(&format!(
        "<details{open}><summary><h2 id=\"{id}-title\">{title}</h2> <span>{count}</span></summary>\n<ul>\n"
    ));
    for item in &aside.items {
        out.push_str(&format!("<li>{}", escaped(&item.text)));
        for command in &item.commands {
            out.push_str(&code("command", command));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul></details>\n</section>\n");
}
