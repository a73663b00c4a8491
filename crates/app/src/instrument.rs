//! Instruments: entered, described and moved by their owner's people and the staff who operate them;
//! looked for by everybody.

mod importing;
mod reading;
mod review;
mod search;
mod write;

pub use importing::{
    ForetoldInstrument, Imported, NameClasses, Outcome, RowProblem, SaveInstruments,
};
pub use reading::{InstrumentOffers, InstrumentView, Similar, VersionView};
pub use review::{BusyTimes, REVIEWED_MAX, Reviewed};
pub use search::{Found, FoundPage, Order, SearchAsk, Sides};
pub use store::instrument::Part;
pub use write::{CreateInstrument, MoveInstrument, ReviseInstrument};

use crate::act::{About, Cx, Stop};
use crate::city::Rx;
use access::{Act as A, Actor, Thing};
use base::{Bilingual, InstrumentId, Reference, Refusal};
use instruments::Instrument;
use instruments::class;
use instruments::find::Texts;
use std::collections::BTreeMap;
use store::{StoreError, Tx};

/// What access judges of an instrument: for whom operates it, it is theirs.
pub fn thing_of(it: &Instrument, actor: &Actor) -> Thing {
    Thing {
        owner: Some(it.owner),
        person: actor.person.filter(|person| it.is_operated_by(*person)),
        state: it.state().word(),
        label: it.label.clone(),
        ..Thing::default()
    }
}

/// The instrument and the view this reader gets of it; hidden and absent are the same.
pub(crate) fn allowed(
    rx: &mut Rx<'_, '_>,
    id: InstrumentId,
    act: A,
) -> Result<(Instrument, &'static str), Stop> {
    let found = store::instrument::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let thing = thing_of(&found, &rx.actor);
    rx.may(A::LookAtInstrument, &thing).map_err(|_| Refusal::not_found())?;
    let view = rx.may(act, &thing)?;
    Ok((found, view))
}

pub(crate) fn find(cx: &mut Cx<'_, '_>, id: InstrumentId) -> Result<Instrument, Stop> {
    Ok(store::instrument::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// What a change of an instrument tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InstrumentChanged {
    pub instrument: InstrumentId,
    pub reference: Reference,
    pub state: String,
    pub version: u64,
    /// False when there was nothing to change.
    pub changed: bool,
}

impl InstrumentChanged {
    pub(crate) fn of(it: &Instrument, changed: bool) -> Self {
        Self {
            instrument: it.id,
            reference: it.reference.clone(),
            state: it.state().word().to_owned(),
            version: it.version,
            changed,
        }
    }
}

/// Names of classes: the first level as it is known, the levels below as a file brought them.
#[derive(Clone, Debug, Default)]
pub struct Classes(BTreeMap<String, Bilingual>);

impl Classes {
    pub(crate) fn read(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        Ok(Self(store::instrument::classes(tx)?.into_iter().collect()))
    }

    /// From the first level down to the class itself, each with its code.
    pub fn path(&self, code: &str) -> Vec<(String, Bilingual)> {
        let mut path = Vec::new();
        if let (Some(digits), Some(name)) = (code.get(..2), class::first(code)) {
            path.push((digits.to_owned(), name));
        }
        for length in [4, 6] {
            let Some(part) = code.get(..length) else { continue };
            let padded = format!("{part:0<6}");
            let known = self.0.get(part).or_else(|| self.0.get(&padded).filter(|_| length == 6));
            path.extend(known.map(|name| (part.to_owned(), name.clone())));
        }
        path
    }

    /// Everything below the first level, by code.
    pub fn below(&self) -> impl Iterator<Item = (&str, &Bilingual)> {
        self.0.iter().map(|(code, name)| (code.as_str(), name))
    }

    /// All names of a class in both languages, for a search.
    fn words(&self, code: &str) -> String {
        let path = self.path(code);
        path.iter()
            .map(|(_, name)| format!("{} {}", name.en, name.zh))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The texts of a sheet in which is looked.
    pub(crate) fn texts(&self, it: &Instrument) -> Texts {
        Texts::of(&it.sheet, &self.words(&it.sheet.class))
    }
}

/// Records what happened to an instrument; the digest is what a verifier compares.
pub(crate) fn told(cx: &mut Cx<'_, '_>, it: &Instrument, kind: &str) {
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &it.label,
        state: it.state().word(),
    };
    let body = serde_json::json!({ "digest": store::instrument::digest(&it.sheet) });
    cx.event(kind, about, body);
}
