//! Rooms of the demonstration city: a hall with a bay in it at some units, all invented.

use crate::exit::Failure;
use app::area::{CreateArea, PlaceInstrument};
use app::{Asker, City};
use base::{AreaId, Bilingual, OrganisationId};
use calendar::{Hours, Weekdays};
use instruments::area::Sheet;
use std::collections::BTreeMap;

/// Units that have rooms, and instruments that stand in each of their rooms.
const UNITS: usize = 8;
const STANDING: usize = 3;
/// Instruments of a unit that are looked at.
const LOOKED_AT: usize = 30;

/// Enters the rooms and puts instruments into them. Nothing happens at a unit that has rooms already.
pub fn seed(
    city: &City,
    operator: &Asker,
    units: &BTreeMap<String, OrganisationId>,
) -> Result<(), Failure> {
    for unit in crate::seed::shared_units()?.iter().take(UNITS) {
        let Some(owner) = units.get(unit).copied() else { continue };
        if !city.areas(operator, owner).map_err(Failure::from)?.areas.is_empty() {
            continue;
        }
        let hall = enter(
            city,
            operator,
            owner,
            Sheet {
                name: Bilingual::new("Instrument hall (demonstration)", "仪器大厅（演示）"),
                capacity: 20,
                hours: Hours::daily(Weekdays::ALL, 6 * 60, 23 * 60),
                ..Sheet::default()
            },
        )?;
        let bay = enter(
            city,
            operator,
            owner,
            Sheet {
                name: Bilingual::new("Clean bay (demonstration)", "洁净间（演示）"),
                capacity: 4,
                parent: Some(hall),
                ..Sheet::default()
            },
        )?;
        let read = |tx: &mut store::Tx<'_>| store::instrument::of_owner(tx, owner, LOOKED_AT);
        let all = city.store().read(read).map_err(app::No::from)?;
        let booked = all.iter().filter(|it| it.takes_bookings());
        for (n, it) in booked.take(2 * STANDING).enumerate() {
            let area = if n < STANDING { hall } else { bay };
            let act = PlaceInstrument { instrument: it.id, area: Some(area) };
            city.perform(operator, act).map_err(Failure::from)?;
        }
    }
    Ok(())
}

fn enter(
    city: &City,
    operator: &Asker,
    owner: OrganisationId,
    sheet: Sheet,
) -> Result<AreaId, Failure> {
    let done = city.perform(operator, CreateArea { owner, sheet }).map_err(Failure::from)?;
    Ok(done.area)
}
