use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use smartbill_core::Competencia;

use crate::price::Price;

/// The billing state of a contract, so that nothing is billed twice.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) competencias: BTreeSet<Competencia>,
    pub(crate) periods: BTreeSet<i32>,
    /// The items charged only once that have been charged, by position.
    pub(crate) unique: BTreeSet<usize>,
    /// The amounts charged for usage, by item position and month.
    pub(crate) usage: BTreeMap<(usize, Competencia), Charged>,
    /// The part of corrections that exceeded the charges. It reduces the next charge.
    pub(crate) credit: Decimal,
}

#[derive(Default, Clone, Copy)]
pub(crate) struct Charged {
    pub(crate) price: Price,
    pub(crate) quantidade: Decimal,
}
