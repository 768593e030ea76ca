//! The objects of every kind.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{View, views};
use crate::kube::{Kind, Meta, for_each_kind};

/// Objects of one kind, sorted by namespace and name.
pub type Table<T> = BTreeMap<(String, String), T>;

/// The objects of a namespace.
pub(super) fn within<'t, T>(table: &'t Table<T>, namespace: &str) -> impl Iterator<Item = &'t T> {
    table
        .range((namespace.to_owned(), String::new())..)
        .take_while(move |(key, _)| key.0 == namespace)
        .map(|(_, object)| object)
}

/// A view with a table.
pub trait Stored: View {
    const KIND: Kind;
    fn meta(&self) -> &Meta;
    fn meta_mut(&mut self) -> &mut Meta;
    fn table(tables: &Tables) -> &Table<Self>;
    fn table_mut(tables: &mut Tables) -> &mut Table<Self>;
}

/// Something to do with the table of a kind that is known only at run time.
pub(super) trait ForKind {
    type Out;
    fn call<T: Stored>(self) -> Self::Out;
}

macro_rules! tables {
    ($( $kind:ident )*) => {
        /// A table a kind; a copy shares those that neither side changes.
        #[derive(Debug, Clone, Default)]
        #[allow(non_snake_case, reason = "a table is called as its kind")]
        pub struct Tables {
            $( $kind: Rc<Table<views::$kind>> ),*
        }

        $(
            impl Stored for views::$kind {
                const KIND: Kind = Kind::$kind;
                fn meta(&self) -> &Meta {
                    &self.meta
                }
                fn meta_mut(&mut self) -> &mut Meta {
                    &mut self.meta
                }
                fn table(tables: &Tables) -> &Table<Self> {
                    &tables.$kind
                }
                fn table_mut(tables: &mut Tables) -> &mut Table<Self> {
                    Rc::make_mut(&mut tables.$kind)
                }
            }
        )*

        /// Does something with the type of a kind.
        pub(super) fn for_kind<F: ForKind>(kind: Kind, work: F) -> F::Out {
            match kind {
                $( Kind::$kind => work.call::<views::$kind>() ),*
            }
        }
    };
}

for_each_kind!(tables);
