//! What a check sees.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};

use super::views::{Gateway, GatewayClass, HttpRoute};
use super::{Ask, Fact, Kind, Listing, Profile, Selection, Store, View, Why, WhyKind};

/// Which objects are judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// `-n`: only this namespace; `None` is all.
    pub namespace: Option<String>,
    /// `check NAME..`: only these; empty is all. `name` or `namespace/name`.
    pub names: Vec<String>,
    /// `-l`: label requirements `key=value` or `key!=value` or `key`, all must hold.
    pub labels: Vec<LabelTest>,
}

/// One requirement of a label selector on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelTest {
    /// `key` is present.
    Has(String),
    /// `!key`.
    HasNot(String),
    /// `key=value`.
    Is(String, String),
    /// `key!=value` (also true when the key is absent).
    IsNot(String, String),
}

impl Scope {
    /// Whether an object is judged.
    pub fn contains(&self, meta: &super::Meta) -> bool {
        let named = self.names.is_empty() || self.names.iter().any(|name| meta.is_called(name));
        let labelled = self.labels.iter().all(|test| match test {
            LabelTest::Has(key) => meta.labels.contains_key(key),
            LabelTest::HasNot(key) => !meta.labels.contains_key(key),
            LabelTest::Is(key, value) => meta.labels.get(key) == Some(value.as_str()),
            LabelTest::IsNot(key, value) => meta.labels.get(key) != Some(value.as_str()),
        });
        let here = self.namespace.as_ref().is_none_or(|ns| *ns == meta.namespace);
        here && named && labelled
    }
}

/// The view that checks have of the [`Store`]: it records what they miss.
pub struct Cx<'a> {
    /// The knowledge.
    pub store: &'a Store,
    /// What is judged.
    pub scope: &'a Scope,
    asks: RefCell<BTreeSet<Ask>>,
    memo: OnceCell<Box<dyn Any>>,
    blind: RefCell<BTreeSet<(Kind, String, Why)>>,
    profiles: RefCell<HashMap<*const Gateway, Fact<Profile>>>,
}

impl<'a> Cx<'a> {
    /// A fresh view.
    pub fn new(store: &'a Store, scope: &'a Scope) -> Self {
        Cx {
            store,
            scope,
            asks: RefCell::default(),
            memo: OnceCell::new(),
            blind: RefCell::default(),
            profiles: RefCell::default(),
        }
    }

    /// What is worked out once and read by many checks. All checks of a run must mean the same
    /// type; another one is worked out anew, by whoever asks.
    pub fn memo<T: 'static>(&self, make: impl FnOnce(&Self) -> T) -> Option<&T> {
        self.memo.get_or_init(|| Box::new(make(self))).downcast_ref()
    }

    /// The asks recorded so far.
    pub fn into_asks(self) -> BTreeSet<Ask> {
        self.asks.into_inner()
    }

    /// The kinds of which a list was wanted that is not complete, with the namespace (empty for
    /// all) and why. Live only: in files, what is not there is the world's business.
    pub fn blind(&self) -> BTreeSet<(Kind, String, Why)> {
        self.blind.borrow().clone()
    }

    fn saw<T: View>(&self, namespace: Option<&str>, gap: &Option<Why>) {
        if let Some(why) = gap
            && self.store.world.is_none()
        {
            let namespace = namespace.unwrap_or_default().to_owned();
            self.blind.borrow_mut().insert((T::KIND, namespace, why.clone()));
        }
    }

    /// One object by name; a miss is recorded as an ask.
    pub fn get<T: View>(&self, namespace: &str, name: &str) -> Fact<&'a T> {
        self.store.get(namespace, name, |ask| {
            self.asks.borrow_mut().insert(ask);
        })
    }

    /// All objects of a kind in a namespace, or in all; a miss is recorded as an ask.
    pub fn list<T: View>(&self, namespace: Option<&str>) -> Listing<'a, T> {
        let listing = self.store.list::<T>(namespace, |ask| {
            self.asks.borrow_mut().insert(ask);
        });
        self.saw::<T>(namespace, &listing.gap);
        listing
    }

    /// The objects of a kind in a namespace, or in all, that have all these labels; a miss is
    /// recorded.
    pub fn select<T: View>(
        &self,
        namespace: Option<&str>,
        labels: &[(&str, &str)],
    ) -> Selection<'a, T> {
        let selection = self.store.select::<T>(namespace, labels, |ask| {
            self.asks.borrow_mut().insert(ask);
        });
        self.saw::<T>(namespace, &selection.gap);
        selection
    }

    /// The HTTPRoutes that are judged.
    pub fn routes(&self) -> Vec<&'a HttpRoute> {
        let listing = self.list::<HttpRoute>(self.scope.namespace.as_deref());
        listing.items.into_iter().filter(|route| self.scope.contains(&route.meta)).collect()
    }

    /// The class of a Gateway.
    ///
    /// A running kgateway has made the class `kgateway`, and controllerName cannot be changed: the
    /// API server refuses a manifest that says otherwise, so that it counts as not given (seen).
    pub fn class(&self, gateway: &Gateway) -> Fact<&'a GatewayClass> {
        let running = self.store.settings.kgateway.is_some() && gateway.class == "kgateway";
        match self.get::<GatewayClass>("", &gateway.class) {
            Fact::Known(class)
                if running && class.controller != GatewayClass::KGATEWAY && !class.meta.stored =>
            {
                Fact::Unknown(Why::not_given("the class that kgateway made is not in the input"))
            }
            other => other,
        }
    }

    /// The rules that a Gateway follows, by its class.
    ///
    /// `Absent` means that no controller serves it: the class is missing, or nobody is called so.
    /// The choice is contract.md's ("Profile").
    pub fn profile(&self, gateway: &'a Gateway) -> Fact<Profile> {
        let mut known = self.profiles.borrow_mut();
        // Every route of a Gateway asks for it.
        known.entry(gateway).or_insert_with(|| self.worked_out(gateway)).clone()
    }

    fn worked_out(&self, gateway: &Gateway) -> Fact<Profile> {
        let settings = &self.store.settings;
        let kgateway = Profile::Kgateway {
            version: settings.kgateway_version(),
            validation: settings.validation,
        };
        match self.class(gateway) {
            Fact::Known(class) if class.controller == GatewayClass::KGATEWAY => {
                Fact::Known(kgateway)
            }
            Fact::Known(class) if class.is_misnamed() => Fact::Absent,
            Fact::Known(class) if class.controller == GatewayClass::ENVOY_GATEWAY => {
                Fact::Known(Profile::EnvoyGateway)
            }
            Fact::Known(_) => Fact::Known(Profile::Specification),
            // kgateway makes this class itself, so files rarely hold it.
            Fact::Absent if gateway.class == "kgateway" && self.store.world.is_some() => {
                Fact::Known(kgateway)
            }
            Fact::Absent => Fact::Absent,
            Fact::Unknown(_) if gateway.class == "kgateway" => Fact::Known(kgateway),
            // `--assume kgateway=..` speaks for a class that is not given, but a name that is
            // one slip away from `kgateway` is more likely to be that slip.
            Fact::Unknown(_)
                if settings.kgateway.is_some()
                    && strsim::damerau_levenshtein(&gateway.class, "kgateway") > 2 =>
            {
                Fact::Known(kgateway)
            }
            Fact::Unknown(why) if why.kind != WhyKind::NotGiven => Fact::Unknown(why),
            Fact::Unknown(_) => Fact::Unknown(Why::not_given(format!(
                "GatewayClass {} is not in the input",
                gateway.class
            ))),
        }
    }
}
