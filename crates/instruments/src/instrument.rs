//! An instrument: one physical thing or a group of equal seats, its owner, and whether it is shown.
//!
//! What its owner's staff writes about it is its [`Sheet`].

use crate::sheet::Mode;
use crate::{Sheet, check, words_of};
use base::{
    AreaId, Class, Date, Instant, InstrumentId, Label, OrganisationId, PersonId, Reference,
};
use base::{Refusal, Value};

words_of! {
    /// Who may know of it, and whether it still is.
    State {
        /// Its owner's staff and the city's office alone.
        Hidden = "hidden",
        Listed = "listed",
        /// It keeps its page.
        Retired = "retired",
    }
}

/// An instrument as kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Instrument {
    pub id: InstrumentId,
    pub reference: Reference,
    /// The unit that owns it.
    pub owner: OrganisationId,
    pub is_hidden: bool,
    pub label: Label,
    /// Counts the changes, from 1.
    pub version: u64,
    pub sheet: Sheet,
    /// The room of its owner in which it stands.
    #[serde(default)]
    pub area: Option<AreaId>,
    /// The day it went out of use; nothing of it is shared from then on.
    pub retired: Option<Date>,
    pub changed_at: Instant,
}

impl Instrument {
    /// Where it stands: what is hidden stays hidden when it is retired.
    pub fn state(&self) -> State {
        match (self.is_hidden, self.retired) {
            (true, _) => State::Hidden,
            (false, Some(_)) => State::Retired,
            (false, None) => State::Listed,
        }
    }

    /// How it may be asked for; a retired one is not shared.
    pub fn mode(&self) -> Mode {
        match self.retired {
            Some(_) => Mode::NotShared,
            None => self.sheet.mode,
        }
    }

    /// Whether time on it may be booked.
    pub fn takes_bookings(&self) -> bool {
        matches!(self.mode(), Mode::Bookings | Mode::Hybrid)
    }

    /// The IANA zone of its site.
    pub fn zone(&self) -> &str {
        self.sheet.place.zone()
    }

    /// Whether this person is of its staff.
    pub fn is_operated_by(&self, person: PersonId) -> bool {
        self.sheet.operators.contains(&person)
    }
}

/// What an instrument is entered with.
pub struct Create {
    pub id: InstrumentId,
    pub reference: Reference,
    pub owner: OrganisationId,
    pub is_hidden: bool,
    pub sheet: Sheet,
}

/// Enters an instrument, or says all that stands against it. `is_asset_taken`: whether its owner has
/// another one under the same inventory number.
pub fn create(ask: Create, is_asset_taken: bool, now: Instant) -> Result<Instrument, Vec<Refusal>> {
    let mut sheet = ask.sheet;
    let mut no = check::tidy(&mut sheet);
    no.extend(is_asset_taken.then(|| asset_taken(&sheet)));
    if !no.is_empty() {
        return Err(no);
    }
    Ok(Instrument {
        id: ask.id,
        reference: ask.reference,
        owner: ask.owner,
        is_hidden: ask.is_hidden,
        label: Label::public(),
        version: 1,
        sheet,
        area: None,
        retired: None,
        changed_at: now,
    })
}

/// Writes the next version of an instrument's sheet. Equal content is no version: `None`.
pub fn revise(
    instrument: &Instrument,
    version: u64,
    mut sheet: Sheet,
    is_asset_taken: bool,
    now: Instant,
) -> Result<Option<Instrument>, Vec<Refusal>> {
    if instrument.version != version {
        return Err(vec![stale(instrument, version)]);
    }
    let mut no = check::tidy(&mut sheet);
    no.extend(is_asset_taken.then(|| asset_taken(&sheet)));
    if sheet.parent == Some(instrument.id)
        || sheet.needs.iter().any(|need| need.instrument == Some(instrument.id))
    {
        no.push(Refusal::invalid("instrument-of-itself").on("parent"));
    }
    if !no.is_empty() {
        return Err(no);
    }
    if sheet == instrument.sheet {
        return Ok(None);
    }
    Ok(Some(Instrument { version: version + 1, sheet, changed_at: now, ..instrument.clone() }))
}

/// What may happen to an instrument as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Move {
    Show,
    Hide,
    /// Takes it out of use from a day on.
    Retire(Date),
    /// Takes it into use again.
    Restore,
}

impl Move {
    /// The words of forms and of the programming interface.
    pub const WORDS: [&'static str; 4] = ["show", "hide", "retire", "restore"];

    /// What is written in the log.
    pub fn event(self) -> &'static str {
        match self {
            Self::Show => "instrument-shown",
            Self::Hide => "instrument-hidden",
            Self::Retire(_) => "instrument-retired",
            Self::Restore => "instrument-restored",
        }
    }
}

/// Shows, hides, retires or restores an instrument.
pub fn moved(
    instrument: &Instrument,
    version: u64,
    to: Move,
    now: Instant,
) -> Result<Instrument, Vec<Refusal>> {
    if instrument.version != version {
        return Err(vec![stale(instrument, version)]);
    }
    let mut next = Instrument { version: version + 1, changed_at: now, ..instrument.clone() };
    let is_done = match to {
        Move::Show => !instrument.is_hidden,
        Move::Hide => instrument.is_hidden,
        Move::Retire(_) => instrument.retired.is_some(),
        Move::Restore => instrument.retired.is_none(),
    };
    if is_done {
        let no = Refusal::new(Class::Conflict, "instrument-so-already");
        return Err(vec![no]);
    }
    match to {
        Move::Show => next.is_hidden = false,
        Move::Hide => next.is_hidden = true,
        Move::Restore => next.retired = None,
        Move::Retire(on) => {
            if let Some(began) = instrument.sheet.commissioned.filter(|began| *began > on) {
                let no = Refusal::invalid("instrument-retired-before").on("retired");
                return Err(vec![no.with("began", Value::On(began))]);
            }
            next.retired = Some(on);
        }
    }
    Ok(next)
}

fn asset_taken(sheet: &Sheet) -> Refusal {
    Refusal::new(Class::Conflict, "instrument-asset-taken")
        .on("asset")
        .text("asset", &*sheet.numbers.asset)
}

fn stale(instrument: &Instrument, seen: u64) -> Refusal {
    Refusal::new(Class::Conflict, "version-conflict")
        .number("seen", seen)
        .number("now", instrument.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Bilingual;
    use base::chance::SeededChance;

    fn sheet(name: &str) -> Sheet {
        Sheet { name: Bilingual::new(name, ""), ..Sheet::default() }
    }

    fn instrument() -> Instrument {
        let ask = Create {
            id: InstrumentId::from_bits(1),
            reference: Reference::draw("YQ", 2026, &mut SeededChance::new(1)),
            owner: OrganisationId::from_bits(2),
            is_hidden: true,
            sheet: sheet("Balance"),
        };
        create(ask, false, Instant::from_micros(1)).expect("a name is enough")
    }

    fn codes<T: std::fmt::Debug>(found: Result<T, Vec<Refusal>>) -> Vec<String> {
        found.err().unwrap_or_default().iter().map(|no| no.code.to_string()).collect()
    }

    #[test]
    fn a_sheet_changes_as_the_version_that_was_seen() {
        let one = instrument();
        let now = Instant::from_micros(2);
        assert_eq!(revise(&one, 1, one.sheet.clone(), false, now), Ok(None));
        let two =
            revise(&one, 1, sheet("Fine balance"), false, now).expect("fits").expect("changed");
        assert_eq!((two.version, two.changed_at), (2, now));
        assert_eq!(codes(revise(&two, 1, sheet("x"), false, now)), ["version-conflict"]);
        assert_eq!(
            codes(revise(&two, 2, sheet(""), true, now)),
            ["field-required", "instrument-asset-taken"]
        );
        let own = Sheet { parent: Some(two.id), ..sheet("x") };
        assert_eq!(codes(revise(&two, 2, own, false, now)), ["instrument-of-itself"]);
    }

    #[test]
    fn what_is_hidden_stays_hidden_when_it_is_retired() {
        let one = instrument();
        let now = Instant::from_micros(3);
        let day = Date::constant(2026, 3, 1);
        let two = moved(&one, 1, Move::Retire(day), now).expect("retires");
        assert_eq!((two.state(), two.mode()), (State::Hidden, Mode::NotShared));
        let three = moved(&two, 2, Move::Show, now).expect("shows");
        assert_eq!(three.state(), State::Retired);
        assert_eq!(codes(moved(&three, 3, Move::Show, now)), ["instrument-so-already"]);
        let four = moved(&three, 3, Move::Restore, now).expect("restores");
        assert_eq!(four.state(), State::Listed);
        let mut late = four.clone();
        late.sheet.commissioned = Some(Date::constant(2026, 3, 2));
        assert_eq!(codes(moved(&late, 4, Move::Retire(day), now)), ["instrument-retired-before"]);
    }
}
