//! A map in the making: each thing once, with the worst that was found about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use igw_core::check::Sink;
use igw_core::finding::Severity;
use igw_core::report::{Drawing, DrawnEdge, DrawnMark, DrawnNode};
use igw_core::route::hostname::covers;

/// How far a thing is from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Host,
    Listener,
    Route,
    Service,
    Workload,
    /// What a workload sends to.
    Upstream,
    Server,
}

/// A map in the making.
pub struct MapBuilder {
    nodes: Vec<DrawnNode>,
    known: BTreeMap<(String, String), usize>,
    edges: Vec<DrawnEdge>,
    /// The places of the edges.
    joined: HashMap<(usize, usize), usize>,
    /// The worst of each object, by its title, and the codes.
    found: BTreeMap<String, (Severity, BTreeSet<&'static str>)>,
}

impl MapBuilder {
    pub fn new(sinks: &[Sink]) -> MapBuilder {
        let mut found: BTreeMap<String, (Severity, BTreeSet<&'static str>)> = BTreeMap::new();
        for finding in sinks.iter().flat_map(|sink| &sink.findings) {
            let title = finding.object.to_string();
            let own = found.entry(title).or_insert((finding.severity, BTreeSet::new()));
            own.0 = own.0.max(finding.severity);
            if finding.severity > Severity::Info {
                own.1.insert(finding.code);
            }
        }
        MapBuilder {
            nodes: Vec::new(),
            known: BTreeMap::new(),
            edges: Vec::new(),
            joined: HashMap::new(),
            found,
        }
    }

    /// A thing, by kind and name; what is there already keeps its place.
    pub fn node(&mut self, rank: Rank, kind: &str, name: &str, mark: DrawnMark) -> usize {
        let key = (kind.to_owned(), name.to_owned());
        if let Some(at) = self.known.get(&key) {
            // What stands at several places of the way stands at the last of them.
            let own = &mut self.nodes[*at];
            (own.mark, own.rank) = (own.mark.max(mark), own.rank.max(rank as usize));
            return *at;
        }
        let at = self.nodes.len();
        let (kind, name) = key.clone();
        let title = format!("{kind} {name}");
        let rank = rank as usize;
        self.nodes.push(DrawnNode { kind, name, note: String::new(), mark, rank });
        self.known.insert(key, at);
        self.blame(at, &title);
        at
    }

    /// Shows what was found about an object at a thing: itself, or what has it.
    pub fn blame(&mut self, node: usize, title: &str) {
        let Some((severity, codes)) = self.found.get(title) else { return };
        let mark = match severity {
            Severity::Error => DrawnMark::Error,
            Severity::Warning => DrawnMark::Warning,
            Severity::Info => DrawnMark::Good,
        };
        let own = &mut self.nodes[node];
        own.mark = own.mark.max(mark);
        for code in codes {
            if !own.note.contains(code) {
                own.note = format!("{} {code}", own.note).trim().to_owned();
            }
        }
    }

    /// The Services on the map, by namespace and name.
    pub fn services(&self) -> Vec<(String, String)> {
        let services = self.nodes.iter().filter(|node| node.kind == "Service");
        services
            .filter_map(|node| node.name.split_once('/'))
            .map(|(namespace, name)| (namespace.to_owned(), name.to_owned()))
            .collect()
    }

    /// What is to be known of a thing besides its findings.
    pub fn note(&mut self, node: usize, note: &str) {
        let own = &mut self.nodes[node].note;
        if !own.contains(note) {
            let gap = if own.is_empty() { "" } else { ", " };
            *own = format!("{note}{gap}{own}");
        }
    }

    pub fn edge(&mut self, from: usize, to: usize, label: &str) {
        match self.joined.get(&(from, to)).map(|at| &mut self.edges[*at]) {
            Some(edge) if edge.label.is_empty() || edge.label.contains(label) => {}
            Some(edge) => edge.label = format!("{}, {label}", edge.label),
            None => {
                self.joined.insert((from, to), self.edges.len());
                self.edges.push(DrawnEdge { from, to, label: label.to_owned() });
            }
        }
    }

    /// What is on the map, or of it what requests to a host may reach.
    pub fn drawing(self, host: Option<&str>) -> Drawing {
        let MapBuilder { nodes, edges, .. } = self;
        let whole = Drawing { title: "Inference gateway".to_owned(), nodes, edges };
        match host {
            None => whole,
            Some(host) => reached(whole, host),
        }
    }
}

fn reached(whole: Drawing, host: &str) -> Drawing {
    let is_start = |node: &DrawnNode| node.kind == "host" && covers(&node.name, host);
    let mut kept: BTreeSet<usize> =
        whole.nodes.iter().enumerate().filter(|(_, own)| is_start(own)).map(|(at, _)| at).collect();
    loop {
        let next: Vec<usize> = whole
            .edges
            .iter()
            .filter(|edge| kept.contains(&edge.from) && !kept.contains(&edge.to))
            .map(|edge| edge.to)
            .collect();
        if next.is_empty() {
            break;
        }
        kept.extend(next);
    }
    let places: BTreeMap<usize, usize> =
        kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let nodes = kept.iter().map(|at| whole.nodes[*at].clone()).collect();
    let edges = whole.edges.into_iter().filter_map(|edge| {
        let (from, to) = (*places.get(&edge.from)?, *places.get(&edge.to)?);
        Some(DrawnEdge { from, to, label: edge.label })
    });
    Drawing { title: whole.title, nodes, edges: edges.collect() }
}
