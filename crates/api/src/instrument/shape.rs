//! The published shapes of instruments.

use crate::instrument::sheet::SheetJson;
use crate::shape::{Day, Moment, NamedJson, NextJson, OneOf, TextJson, Words, date, word};
use app::instrument::{Found, InstrumentChanged, InstrumentView};
use base::{Date, Refusal};
use instruments::instrument::{Move, State};
use instruments::sheet::Mode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

impl Words for State {
    const NAME: &'static str = "InstrumentState";

    fn all() -> Vec<&'static str> {
        Self::ALL.iter().map(|one| one.word()).collect()
    }

    fn read(word: &str) -> Option<Self> {
        Self::parse(word)
    }
}

/// An instrument in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentRow")]
pub struct RowJson {
    pub id: String,
    pub reference: String,
    pub name: TextJson,
    pub owner: NamedJson,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    #[schemars(with = "OneOf<Mode>")]
    pub mode: String,
    pub model: String,
    pub class: String,
    /// What it measures.
    pub measures: Vec<TextJson>,
    pub standards: Vec<String>,
    /// Decimal degrees (WGS 84); empty where it is not on the map.
    pub latitude: String,
    pub longitude: String,
    /// From the place that was asked from.
    pub metres: Option<u64>,
    pub version: u64,
}

impl RowJson {
    pub(crate) fn of(found: &Found) -> Self {
        let it = &found.instrument;
        let point = it.sheet.place.point;
        let mut standards: Vec<String> =
            it.sheet.capabilities.iter().flat_map(|it| it.standards.iter().cloned()).collect();
        standards.sort();
        standards.dedup();
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            name: (&it.sheet.name).into(),
            owner: NamedJson::new(it.owner, &found.owner_name),
            state: it.state().word().to_owned(),
            mode: it.mode().word().to_owned(),
            model: it.sheet.model.clone(),
            class: it.sheet.class.clone(),
            measures: it.sheet.capabilities.iter().map(|it| (&it.parameter).into()).collect(),
            standards,
            latitude: point.map(instruments::place::Point::latitude).unwrap_or_default(),
            longitude: point.map(instruments::place::Point::longitude).unwrap_or_default(),
            metres: found.metres,
            version: it.version,
        }
    }
}

/// A page of instruments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentPage")]
pub struct PageJson {
    pub data: Vec<RowJson>,
    /// How many were found in all.
    pub total: u64,
    /// Null at the end.
    pub next: Option<NextJson>,
}

/// An instrument with its sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Instrument")]
pub struct InstrumentJson {
    pub id: String,
    pub reference: String,
    pub owner: NamedJson,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    /// The day it went out of use.
    #[schemars(with = "Option<Day>")]
    pub retired: Option<String>,
    pub version: u64,
    #[schemars(with = "Moment")]
    pub changed_at: String,
    /// From the first level of the classification down.
    pub class_path: Vec<TextJson>,
    pub operators: Vec<NamedJson>,
    pub parent: Option<NamedJson>,
    pub components: Vec<NamedJson>,
    pub sheet: SheetJson,
}

impl InstrumentJson {
    pub(crate) fn of(view: &InstrumentView) -> Self {
        let it = &view.instrument;
        let mut sheet = SheetJson::from(&it.sheet);
        let known: Vec<String> = view.operators.iter().map(|(id, _)| id.to_string()).collect();
        // Who operates it is told to whoever sees their names.
        sheet.operators.retain(|id| known.contains(id));
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            owner: NamedJson::new(it.owner, &view.owner_name),
            state: it.state().word().to_owned(),
            retired: it.retired.map(|on| on.to_string()),
            version: it.version,
            changed_at: it.changed_at.rfc3339(),
            class_path: view
                .classes
                .path(&it.sheet.class)
                .iter()
                .map(|(_, name)| name.into())
                .collect(),
            operators: view.operators.iter().map(|(id, name)| NamedJson::new(id, name)).collect(),
            parent: view.parent.as_ref().map(|(id, name)| NamedJson::new(id, name)),
            components: view.components.iter().map(|(id, name)| NamedJson::new(id, name)).collect(),
            sheet,
        }
    }
}

/// What an instrument is entered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentCreate")]
pub struct CreateJson {
    pub owner: String,
    /// Known to its owner's people alone.
    #[serde(default)]
    pub is_hidden: bool,
    pub sheet: SheetJson,
}

/// The next version of a sheet; the whole sheet, not a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentRevise")]
pub struct ReviseJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub sheet: SheetJson,
}

/// What happens to an instrument as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentMove")]
pub struct MoveJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    #[schemars(with = "OneOf<MoveWord>")]
    pub to: String,
    /// The day it goes out of use, for `retire`; today when left out.
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub on: Option<String>,
}

/// A word of [`Move`].
#[derive(Clone, Copy)]
pub(crate) struct MoveWord(&'static str);

impl Words for MoveWord {
    const NAME: &'static str = "InstrumentMoveWord";

    fn all() -> Vec<&'static str> {
        Move::WORDS.to_vec()
    }

    fn read(word: &str) -> Option<Self> {
        Move::WORDS.into_iter().find(|known| *known == word).map(Self)
    }
}

impl MoveJson {
    pub(crate) fn read(&self, today: Date, no: &mut Vec<Refusal>) -> Option<Move> {
        let on = self.on.as_ref().map(|on| date("on", on, no));
        Some(match word::<MoveWord>("to", &self.to, no)?.0 {
            "show" => Move::Show,
            "hide" => Move::Hide,
            "restore" => Move::Restore,
            _ => Move::Retire(on.unwrap_or(Some(today))?),
        })
    }
}

/// What a change of an instrument led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentChanged")]
pub struct ChangedJson {
    pub id: String,
    pub reference: String,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    pub version: u64,
    /// False when there was nothing to change.
    pub changed: bool,
}

impl From<InstrumentChanged> for ChangedJson {
    fn from(of: InstrumentChanged) -> Self {
        Self {
            id: of.instrument.to_string(),
            reference: of.reference.to_string(),
            state: of.state,
            version: of.version,
            changed: of.changed,
        }
    }
}

/// Others of the same kind, and how busy they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SimilarInstrument")]
pub struct SimilarJson {
    pub instrument: RowJson,
    /// Minutes booked in the next 30 days; null where nothing is known.
    pub booked_minutes: Option<u64>,
    /// Minutes used in the last 365 days; null where nothing is known.
    pub used_minutes: Option<u64>,
}

impl SimilarJson {
    /// One of the same kind.
    pub fn of(it: &app::instrument::Similar) -> Self {
        Self {
            instrument: RowJson::of(&it.found),
            booked_minutes: it.busy.map(|busy| busy.booked_minutes),
            used_minutes: it.busy.map(|busy| busy.used_minutes),
        }
    }
}

/// What there is of what somebody wants to buy, and how far it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PurchaseReview")]
pub struct ReviewJson {
    /// The nearest hundred, or those that fit best where no place is named.
    pub data: Vec<SimilarJson>,
    /// How many were found altogether.
    pub total: u64,
    /// Of how many in `data` the use is known: the others count nowhere below.
    pub known: u64,
    /// How many were used for the base or longer in the last 365 days.
    pub full: u64,
    pub used_minutes: u64,
    /// What the others could have taken up to the base.
    pub spare_minutes: u64,
    /// Hours of a year that count as full use.
    pub base_hours: u32,
    /// Whether nothing has every word, and this is what has most of them.
    pub lacks_words: bool,
}
