use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use smartbill_core::Competencia;

use super::price::Price;

/// The billing state of a contract, so that nothing is billed twice.
#[derive(Default)]
pub(crate) struct Account {
    pub(super) competencias: BTreeSet<Competencia>,
    pub(super) periods: BTreeSet<i32>,
    /// The items charged only once that have been charged, by position.
    pub(super) unique: BTreeSet<usize>,
    /// The amounts charged for usage, by item position and month.
    pub(super) usage: BTreeMap<(usize, Competencia), Charged>,
    /// The part of corrections that exceeded the charges. It reduces the next charge.
    pub(super) credit: Decimal,
}

#[derive(Default, Clone, Copy)]
pub(super) struct Charged {
    pub(super) price: Price,
    pub(super) quantidade: Decimal,
}
