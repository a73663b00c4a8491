//! Counts and sums of contracts by type and by mode of transfer.

use crate::{Kind, Minor, Mode};
use base::{Currency, Date};
use std::collections::BTreeMap;

/// What statistics know of one contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub kind: Kind,
    pub mode: Mode,
    pub currency: Currency,
    pub signed: Date,
    pub total: Minor,
    pub technology: Minor,
    pub is_registered: bool,
}

/// A cell: sums are wider than amounts, so that no city outgrows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub count: u64,
    pub registered: u64,
    pub total: i128,
    pub technology: i128,
}

impl Cell {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.registered += other.registered;
        self.total += other.total;
        self.technology += other.technology;
    }
}

/// A table of one currency; a currency is never added to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub currency: Currency,
    /// Cells with at least one contract.
    pub cells: BTreeMap<(Kind, Mode), Cell>,
    pub by_kind: BTreeMap<Kind, Cell>,
    pub by_mode: BTreeMap<Mode, Cell>,
    pub all: Cell,
}

/// Tables of the contracts signed from one day up to another, both counted.
pub fn tables(rows: &[Row], from: Date, until: Date) -> Vec<Table> {
    let mut tables: BTreeMap<Currency, Table> = BTreeMap::new();
    for row in rows.iter().filter(|row| from <= row.signed && row.signed <= until) {
        let table = tables.entry(row.currency).or_insert_with(|| Table {
            currency: row.currency,
            cells: BTreeMap::new(),
            by_kind: BTreeMap::new(),
            by_mode: BTreeMap::new(),
            all: Cell::default(),
        });
        let one = Cell {
            count: 1,
            registered: u64::from(row.is_registered),
            total: row.total.into(),
            technology: row.technology.into(),
        };
        table.cells.entry((row.kind, row.mode)).or_default().add(&one);
        table.by_kind.entry(row.kind).or_default().add(&one);
        table.by_mode.entry(row.mode).or_default().add(&one);
        table.all.add(&one);
    }
    tables.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::tests::date;
    use testkit::Dice;

    #[test]
    fn cells_sum_to_their_margins() {
        let mut dice = Dice::new(37);
        let rows: Vec<Row> = (0..2_000)
            .map(|_| Row {
                kind: *dice.pick(Kind::ALL),
                mode: *dice.pick(Mode::ALL),
                currency: *dice.pick(&[Currency::CNY, Currency::USD]),
                signed: *dice.pick(&[date("2026-01-01"), date("2026-06-30"), date("2026-07-01")]),
                total: i64::MAX >> dice.below(63),
                technology: 1,
                is_registered: dice.below(2) == 0,
            })
            .collect();
        let tables = tables(&rows, date("2026-01-01"), date("2026-06-30"));
        let n: u64 = tables.iter().map(|table| table.all.count).sum();
        let inside = rows.iter().filter(|row| row.signed < date("2026-07-01")).count();
        assert_eq!(usize::try_from(n), Ok(inside));
        for table in &tables {
            let sum = |cells: Vec<&Cell>| {
                cells.into_iter().fold(Cell::default(), |mut sum, cell| {
                    sum.add(cell);
                    sum
                })
            };
            assert_eq!(sum(table.cells.values().collect()), table.all);
            assert_eq!(sum(table.by_kind.values().collect()), table.all);
            assert_eq!(sum(table.by_mode.values().collect()), table.all);
            let of_kind = |kind: Kind| {
                table.cells.iter().filter(move |((it, _), _)| *it == kind).map(|(_, cell)| cell)
            };
            for (kind, cell) in &table.by_kind {
                assert_eq!(sum(of_kind(*kind).collect()), *cell);
            }
        }
    }
}
