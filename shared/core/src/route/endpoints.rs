//! Whether a Service has anybody behind it.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::facts::views::*;
use crate::facts::{Derive, Fact, Facts, Memo, Selection, Slips, View as _, Why};

/// What is behind a port of a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// Ready endpoints; how many, if that is known.
    Ready(Option<usize>),
    /// No endpoints; the reason completes "… because".
    Nobody(String),
    /// Ready endpoints, but the port may not be open.
    Doubtful(String),
}

/// What was worked out so far: many routes lead to one Service.
#[derive(Default)]
struct Behinds(Memo<BehindPlace, Fact<Behind>>);

/// A port of a Service, and whether it is kgateway that looks behind it.
type BehindPlace = (*const Service, *const ServicePort, bool);

/// The values of the labels of pods and workloads, by namespace and label.
#[derive(Default)]
struct LabelValues(Memo<String, Rc<HashMap<String, Slips>>>);

better_any::tid!(Behinds);
better_any::tid!(LabelValues);

impl<'a> Derive<'a> for Behinds {
    fn derive(_: &Facts<'a>) -> Self {
        Behinds::default()
    }
}

impl<'a> Derive<'a> for LabelValues {
    fn derive(_: &Facts<'a>) -> Self {
        LabelValues::default()
    }
}

/// What is behind a port of a Service: by its EndpointSlices, else by the pods and workloads
/// that its selector finds, else unknown.
pub fn behind(
    facts: &Facts,
    service: &Service,
    port: &ServicePort,
    kgateway: bool,
) -> Fact<Behind> {
    let Behinds(known) = facts.derived();
    let key = (std::ptr::from_ref(service), std::ptr::from_ref(port), kgateway);
    known.get(&key, || worked_out(facts, service, port, kgateway))
}

fn worked_out(
    facts: &Facts,
    service: &Service,
    port: &ServicePort,
    kgateway: bool,
) -> Fact<Behind> {
    let namespace = service.meta.namespace.as_str();
    let own = [("kubernetes.io/service-name", service.meta.name.as_str())];
    let slices = facts.select::<EndpointSlice>(Some(namespace), &own);
    let selector: Vec<(&str, &str)> = service.selector.iter().collect();
    // A Service that is not applied yet has none.
    if facts.store.world.is_none() && service.meta.stored {
        return in_cluster(facts, port, kgateway, namespace, &slices, &selector);
    }
    let pods = facts.select::<Pod>(Some(namespace), &selector);
    let workloads = facts.select::<Workload>(Some(namespace), &selector);
    let doubt = |found: Behind| match undeclared(port, &pods.items, &workloads.items) {
        Some(says) if matches!(found, Behind::Ready(_)) => Behind::Doubtful(says),
        _ => found,
    };
    if !slices.items.is_empty() {
        return Fact::Known(doubt(by_slices(&slices.items, port, kgateway)));
    }
    if !(slices.any || pods.any || workloads.any) {
        return Fact::Unknown(slices.gap.or(pods.gap).or(workloads.gap).unwrap_or_else(|| {
            Why::not_given(format!(
                "neither EndpointSlices nor pods {} are in the input",
                match namespace {
                    "" => "of its namespace".to_owned(),
                    namespace => format!("of namespace {namespace}"),
                }
            ))
        }));
    }
    if pods.items.is_empty()
        && workloads.items.is_empty()
        && let Some(why) = made_elsewhere(facts, namespace, &selector)
    {
        return Fact::Unknown(why);
    }
    if service.selector.is_empty() {
        if facts.store.is_of_tree() {
            let says = "it has no selector: who makes its EndpointSlice is not in the input";
            return Fact::Unknown(Why::not_given(says));
        }
        let says = "it has no selector and no EndpointSlice".to_owned();
        return Fact::Known(Behind::Nobody(says));
    }
    Fact::Known(doubt(by_pods(service, port, &pods.items, &workloads.items)))
}

/// What may make the pods that a selector does not find in the files; a selector that is a slip for
/// the labels of given pods finds none.
fn made_elsewhere(facts: &Facts, namespace: &str, selector: &[(&str, &str)]) -> Option<Why> {
    let world = facts.store.world.as_ref()?;
    let known = label_values(facts, namespace);
    let slip = |(key, value): &(&str, &str)| {
        known.get(*key).is_some_and(|values| values.of(value).next().is_some())
    };
    if selector.iter().any(slip) {
        return None;
    }
    let values: Vec<&str> = selector.iter().map(|(_, value)| *value).collect();
    let maker = world.may_make_pods(namespace, &values)?;
    Some(Why::not_given(format!("{} may make its pods", maker.title)))
}

/// The values of the labels that are given in a namespace.
fn label_values(facts: &Facts, namespace: &str) -> Rc<HashMap<String, Slips>> {
    let LabelValues(known) = facts.derived();
    known.get(namespace, || Rc::new(values_of_labels(facts, namespace)))
}

fn values_of_labels(facts: &Facts, namespace: &str) -> HashMap<String, Slips> {
    let workloads = facts.list::<Workload>(Some(namespace)).items;
    let pods = facts.list::<Pod>(Some(namespace)).items;
    let labels = workloads.iter().flat_map(|own| own.selectable());
    let mut values: HashMap<String, BTreeSet<String>> = HashMap::new();
    for (key, value) in labels.chain(pods.iter().flat_map(|own| own.selectable())) {
        values.entry(key.to_owned()).or_default().insert(value.to_owned());
    }
    let slips =
        |(key, values): (String, BTreeSet<String>)| (key, Slips::new(values.into_iter().collect()));
    values.into_iter().map(slips).collect()
}

/// In a cluster the EndpointSlices tell: the gateway knows no others. Pods and workloads only say
/// more about a port, where they were read for another reason.
fn in_cluster(
    facts: &Facts,
    port: &ServicePort,
    kgateway: bool,
    namespace: &str,
    slices: &Selection<EndpointSlice>,
    selector: &[(&str, &str)],
) -> Fact<Behind> {
    if let Some(why) = &slices.gap {
        return Fact::Unknown(why.clone());
    }
    if slices.items.is_empty() {
        return Fact::Known(Behind::Nobody("it has no EndpointSlice".to_owned()));
    }
    let found = by_slices(&slices.items, port, kgateway);
    let pods = facts.store.select::<Pod>(Some(namespace), selector, |_| ());
    let workloads = facts.store.select::<Workload>(Some(namespace), selector, |_| ());
    Fact::Known(match undeclared(port, &pods.items, &workloads.items) {
        Some(says) if matches!(found, Behind::Ready(_)) => Behind::Doubtful(says),
        _ => found,
    })
}

/// A targetPort that the pods do not declare, though they declare others: a container may listen
/// on ports that it does not declare, but most likely this one is closed.
fn undeclared(port: &ServicePort, pods: &[&Pod], workloads: &[&Workload]) -> Option<String> {
    let number = port.target_port.as_u64()?;
    let pods = pods.iter().map(|p| &p.ports);
    let workloads = workloads.iter().map(|w| &w.ports);
    let mut declared: Vec<u64> = Vec::new();
    for ports in pods.chain(workloads) {
        // One that declares nothing may listen anywhere.
        if ports.is_empty() || ports.contains(&number) {
            return None;
        }
        declared.extend(ports);
    }
    declared.sort_unstable();
    declared.dedup();
    let shown: Vec<String> = declared.iter().map(u64::to_string).collect();
    let shown = crate::text::some_of(&shown, 4);
    (!declared.is_empty()).then(|| {
        format!(
            "its targetPort is {number}, but its pods declare only {shown}; whether {number} is open is not known"
        )
    })
}

fn by_slices(slices: &[&EndpointSlice], port: &ServicePort, kgateway: bool) -> Behind {
    let mut ready = 0;
    let mut all = 0;
    let mut port_found = false;
    for slice in slices {
        let named = |p: &SlicePort| p.name.as_deref().unwrap_or_default() == port.name;
        // kgateway also takes a slice with one, differently named port (seen).
        let single = kgateway && slice.ports.len() == 1;
        let has_port = single || slice.ports.iter().any(named);
        all += slice.endpoints;
        if has_port {
            port_found = true;
            ready += slice.ready;
        }
    }
    if ready > 0 {
        Behind::Ready(Some(ready))
    } else if all == 0 {
        Behind::Nobody("it has no endpoints".to_owned())
    } else if !port_found {
        let name = target_name(port);
        Behind::Nobody(format!("none of its pods has a port {name}"))
    } else {
        Behind::Nobody("none of its endpoints is ready".to_owned())
    }
}

fn target_name(port: &ServicePort) -> String {
    match port.target_port.as_str() {
        Some(name) => format!("named {name}"),
        None => format!("{}", port.target_port),
    }
}

fn by_pods(
    service: &Service,
    port: &ServicePort,
    pods: &[&Pod],
    workloads: &[&Workload],
) -> Behind {
    // A named targetPort is looked up among the container ports of each pod.
    let has_port = |names: &[String]| match port.target_port.as_str() {
        Some(name) => names.iter().any(|n| n == name),
        None => true,
    };
    if pods.is_empty() && workloads.is_empty() {
        let selector: Vec<String> =
            service.selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
        return Behind::Nobody(format!("its selector {} matches no pod", selector.join(",")));
    }
    let with_port = pods.iter().any(|p| has_port(&p.port_names))
        || workloads.iter().any(|w| has_port(&w.port_names));
    if !with_port {
        return Behind::Nobody(format!("none of its pods has a port {}", target_name(port)));
    }
    // The endpoints controller then calls every address ready (its `shouldAddressBeReady`).
    let counts = |pod: &&&Pod| pod.ready != Some(false) || service.publishes_not_ready;
    let ready = pods.iter().filter(counts).filter(|p| has_port(&p.port_names)).count();
    if ready > 0 {
        return Behind::Ready(Some(ready));
    }
    if workloads.iter().any(|w| w.replicas > 0 && has_port(&w.port_names)) {
        return Behind::Ready(None);
    }
    match pods.is_empty() {
        true => Behind::Nobody("its workload has 0 replicas".to_owned()),
        false => Behind::Nobody("none of its pods is ready".to_owned()),
    }
}
