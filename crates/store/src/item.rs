//! Test items: what laboratories can measure, and on which instruments.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{InstrumentId, OrganisationId, TestItemId};
use instruments::capability::standard_key;
use instruments::item::{Item, State};
use std::collections::BTreeMap;

statements! {
    ADD = "insert into test_items (id, unit, standard, sheet, state, version, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7)";
    CHANGE = "update test_items set standard = $3, sheet = $4, state = $5, version = $6,
                  changed_at = $7
              where id = $1 and version = $2";
    FIND = "select t.id, t.unit, t.sheet, t.state, t.version, t.changed_at from test_items t
            where t.id = $1";
    ADD_INSTRUMENT = "insert into test_item_instruments (item, instrument) values ($1, $2)";
    DROP_INSTRUMENTS = "delete from test_item_instruments where item = $1";
    OF_INSTRUMENT = "select t.id, t.unit, t.sheet, t.state, t.version, t.changed_at
                     from test_item_instruments l join test_items t on t.id = l.item
                     where l.instrument = $1 and t.state = 'offered' order by t.id limit $2";
    OF_STANDARD = "select t.id, t.unit, t.sheet, t.state, t.version, t.changed_at
                   from test_items t where t.standard = $1 and t.state = 'offered'
                   order by t.id limit $2";
    SERVED = "select standard, count(*) from test_items
              where state = 'offered' and standard <> '' group by standard";
    GIVE = "update test_items set unit = $2 where unit = $1";
}

/// An item has no label of its own: what is offered is public.
const GATE_SQL: &str = "cast('0:::*' as text)";
const GATE: &str = "0:::*";

const COLUMNS: Columns<'static> =
    Columns { owner: "t.unit", desk: "t.unit", person: "t.id", state: "t.state", gate: GATE_SQL };

/// Adds an item.
pub fn add(tx: &mut Tx<'_>, it: &Item) -> Result<(), StoreError> {
    crate::gate::add(tx, GATE)?;
    let mut row = vec![it.id.into(), it.unit.into()];
    row.extend(columns(it));
    tx.later(&ADD, &row)?;
    link(tx, it)
}

/// Changes an item that is still at version `before`.
pub fn change(tx: &mut Tx<'_>, before: u64, it: &Item) -> Result<bool, StoreError> {
    let mut row = vec![it.id.into(), before.into()];
    row.extend(columns(it));
    if tx.run(&CHANGE, &row)? == 0 {
        return Ok(false);
    }
    tx.later(&DROP_INSTRUMENTS, args![it.id])?;
    link(tx, it).map(|()| true)
}

fn columns(it: &Item) -> Vec<crate::Value> {
    vec![
        standard_key(&it.sheet.standard).into(),
        crate::json(&it.sheet),
        it.state().word().into(),
        it.version.into(),
        it.changed_at.into(),
    ]
}

fn link(tx: &mut Tx<'_>, it: &Item) -> Result<(), StoreError> {
    for instrument in &it.sheet.instruments {
        tx.later(&ADD_INSTRUMENT, args![it.id, *instrument])?;
    }
    Ok(())
}

/// One item.
pub fn find(tx: &mut Tx<'_>, id: TestItemId) -> Result<Option<Item>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Those of these items that are there.
pub fn of_ids(
    tx: &mut Tx<'_>,
    ids: &[TestItemId],
) -> Result<BTreeMap<TestItemId, Item>, StoreError> {
    let mut found = BTreeMap::new();
    for id in ids {
        if let Some(it) = find(tx, *id)? {
            found.insert(*id, it);
        }
    }
    Ok(found)
}

/// Items that are offered on an instrument.
pub fn of_instrument(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    limit: usize,
) -> Result<Vec<Item>, StoreError> {
    tx.rows(&OF_INSTRUMENT, args![id, limit])?.iter().map(read).collect()
}

/// Items that are offered by a standard, as its number is compared.
pub fn of_standard(tx: &mut Tx<'_>, number: &str, limit: usize) -> Result<Vec<Item>, StoreError> {
    tx.rows(&OF_STANDARD, args![number, limit])?.iter().map(read).collect()
}

/// How many offered items serve each number.
pub fn served(tx: &mut Tx<'_>) -> Result<BTreeMap<String, u64>, StoreError> {
    tx.rows(&SERVED, &[])?.iter().map(|row| Ok((row.text(0)?, row.count(1)?))).collect()
}

/// Items that pass a filter, of one unit or all.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    unit: Option<OrganisationId>,
    limit: usize,
) -> Result<Vec<Item>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let of = match unit {
        None => "1 = 1".to_owned(),
        Some(id) => format!("t.unit = {}", composer.bind(id)),
    };
    let limit = composer.bind(limit);
    let sql = format!(
        "select t.id, t.unit, t.sheet, t.state, t.version, t.changed_at from test_items t \
         where {seen} and {of} order by t.id limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Item, StoreError> {
    Ok(Item {
        id: row.parsed(0, |text| TestItemId::parse(text).ok())?,
        unit: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        sheet: row.json(2)?,
        is_withdrawn: row.parsed(3, State::parse)? == State::Withdrawn,
        version: row.count(4)?,
        changed_at: row.instant(5)?,
    })
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&GIVE, args![from, into])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_of_items_is_that_of_everybody() {
        assert_eq!(GATE, base::Label::public().gate());
        assert!(GATE_SQL.contains(&format!("'{GATE}'")));
    }
}
