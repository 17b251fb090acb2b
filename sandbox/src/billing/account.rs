use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use smartbill_core::Competencia;

use super::price::Price;

/// What billing remembers of a contract, so that nothing is billed twice.
#[derive(Default)]
pub(crate) struct Account {
    pub(super) competencias: BTreeSet<Competencia>,
    pub(super) periods: BTreeSet<i32>,
    /// Items charged once that were charged, by position.
    pub(super) unique: BTreeSet<usize>,
    /// What was charged for the usage of an item, by position, and month.
    pub(super) usage: BTreeMap<(usize, Competencia), Charged>,
    /// What corrections took off beyond the charges they met; taken off the next.
    pub(super) credit: Decimal,
}

#[derive(Default, Clone, Copy)]
pub(super) struct Charged {
    pub(super) price: Price,
    pub(super) quantidade: Decimal,
}
