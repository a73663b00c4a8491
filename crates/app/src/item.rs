//! Test items: entered and changed by a unit's staff, looked for by everybody.

use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Actor, Thing};
use base::{Bilingual, Class, InstrumentId, Label, OrganisationId, Refusal, TestItemId, limits};
use instruments::capability::standard_key;
use instruments::find::{Candidate, Question};
use instruments::item::{Item, Sheet, enter, revise};
use instruments::rating::Rating;
use instruments::standard::Standard;
use instruments::turnaround::Turnaround;
use std::collections::BTreeMap;

/// Items of a city that one search compares.
pub const COMPARED_MAX: usize = 20_000;
/// Items that the page of an instrument or standard names.
const NAMED_MAX: usize = 100;

/// Enters an item of a unit, or changes the one of this version.
#[derive(serde::Serialize)]
pub struct SaveItem {
    /// The one that is changed, with the version that was seen.
    pub item: Option<(TestItemId, u64)>,
    /// Whose it is; of one that is there it stays.
    pub unit: OrganisationId,
    pub sheet: Sheet,
    pub is_withdrawn: bool,
}

/// What a change of an item tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ItemChanged {
    pub item: TestItemId,
    pub state: String,
    pub version: u64,
    pub changed: bool,
}

impl ItemChanged {
    fn of(it: &Item, changed: bool) -> Self {
        let (item, state) = (it.id, it.state().word().to_owned());
        Self { item, state, version: it.version, changed }
    }
}

/// What is known before an item is written.
pub struct Known {
    before: Option<Item>,
    thing: Thing,
    against: Vec<Refusal>,
}

impl Act for SaveItem {
    const ACT: A = A::SaveItem;
    type Facts = Known;
    type Plan = (Option<Item>, Option<Item>);
    type Outcome = ItemChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Known, Stop> {
        let before = match self.item {
            Some((id, _)) => Some(store::item::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?),
            None => None,
        };
        let unit = before.as_ref().map_or(self.unit, |it| it.unit);
        store::organisation::find(cx.tx, unit)?.ok_or_else(Refusal::not_found)?;
        let named = before.as_ref().map_or(&self.sheet.instruments, |it| &it.sheet.instruments);
        let operates = operates(cx.tx, &cx.actor, unit, named)?;
        let thing = match &before {
            Some(it) => thing_of(it, &cx.actor, operates),
            None => Thing {
                person: cx.actor.person.filter(|_| operates),
                state: "offered",
                ..Thing::of(unit)
            },
        };
        let mut against = Vec::new();
        for id in self.sheet.instruments.iter().take(instruments::item::INSTRUMENTS_MAX) {
            let found = store::instrument::find(cx.tx, *id)?;
            if found.is_none_or(|it| it.owner != unit) {
                against.push(Refusal::invalid("item-instrument-unknown").on("instruments"));
                break;
            }
        }
        Ok(Known { before, thing, against })
    }

    fn thing(&self, known: &Known) -> Thing {
        known.thing.clone()
    }

    fn decide(&self, known: Known, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let sheet = self.sheet.clone();
        let decided = match (self.item, &known.before) {
            (Some((_, version)), Some(before)) => {
                revise(before, version, (sheet, self.is_withdrawn), cx.now)
            }
            _ => {
                let id = cx.city.with_chance(|chance| TestItemId::new(cx.now, chance));
                enter(id, self.unit, sheet, cx.now).map(Some)
            }
        };
        match decided {
            Ok(next) if known.against.is_empty() => Ok((known.before, next)),
            Ok(_) => Err(known.against),
            Err(no) => Err(no.into_iter().chain(known.against).collect()),
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ItemChanged, Stop> {
        let (kind, next) = match plan {
            (Some(before), None) => return Ok(ItemChanged::of(&before, false)),
            (None, Some(next)) => {
                store::item::add(cx.tx, &next)?;
                ("item-entered", next)
            }
            (Some(before), Some(next)) => {
                if !store::item::change(cx.tx, before.version, &next)? {
                    return Err(Refusal::new(Class::Conflict, "version-conflict").into());
                }
                ("item-revised", next)
            }
            (None, None) => return Err(Refusal::not_found().into()),
        };
        let label = Label::public();
        let about = About {
            thing: next.id.to_string(),
            version: next.version,
            owner: Some(next.unit),
            label: &label,
            state: next.state().word(),
        };
        cx.event(kind, about, serde_json::json!({ "standard": next.sheet.standard }));
        Ok(ItemChanged::of(&next, true))
    }
}

/// Whether somebody operates one of a unit's instruments that are named.
fn operates(
    tx: &mut store::Tx<'_>,
    actor: &Actor,
    unit: OrganisationId,
    named: &[InstrumentId],
) -> Result<bool, store::StoreError> {
    let Some(person) = actor.person else { return Ok(false) };
    for id in named.iter().take(instruments::item::INSTRUMENTS_MAX) {
        let found = store::instrument::find(tx, *id)?;
        if found.is_some_and(|it| it.owner == unit && it.is_operated_by(person)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What access judges of an item: for whom operates one of its instruments, it is theirs.
pub(crate) fn thing_of(it: &Item, actor: &Actor, operates: bool) -> Thing {
    Thing {
        owner: Some(it.unit),
        person: actor.person.filter(|_| operates),
        state: it.state().word(),
        label: Label::public(),
        ..Thing::default()
    }
}

/// The item and whether the reader may change it; what is withdrawn and what is absent look the same.
pub(crate) fn allowed(rx: &mut Rx<'_, '_>, id: TestItemId) -> Result<(Item, bool), Stop> {
    let it = store::item::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let operates = operates(rx.tx, &rx.actor, it.unit, &it.sheet.instruments)?;
    let thing = thing_of(&it, &rx.actor, operates);
    rx.may(A::LookAtItem, &thing).map_err(|_| Refusal::not_found())?;
    let may_save = offers(&rx.actor, A::SaveItem, &thing);
    Ok((it, may_save))
}

/// What is asked of the test items.
#[derive(Clone, Debug, Default)]
pub struct ItemAsk {
    /// Object, parameter, standard or plain words, in either language.
    pub text: String,
    pub unit: Option<OrganisationId>,
    /// The number of a standard.
    pub standard: String,
    /// Counted from 1.
    pub page: usize,
    pub page_rows: usize,
}

/// An item that was found.
#[derive(Clone, Debug)]
pub struct ItemRow {
    pub item: Item,
    pub unit: Bilingual,
    /// What is known here of its standard.
    pub standard: Option<Standard>,
    /// What customers of its laboratory said in the last year, where it may be told.
    pub rating: Option<Rating>,
}

/// A page of what was found.
#[derive(Clone, Debug)]
pub struct ItemPage {
    pub rows: Vec<ItemRow>,
    pub total: usize,
    pub page: usize,
    pub may_enter: bool,
    pub today: base::Date,
}

/// An item as this reader may see it.
#[derive(Clone, Debug)]
pub struct ItemView {
    pub row: ItemRow,
    /// The one that took the place of its standard, where it is known here.
    pub successor: Option<Standard>,
    /// Its instruments that the reader may see.
    pub instruments: Vec<(InstrumentId, Bilingual)>,
    pub turnaround: Option<Turnaround>,
    pub may_save: bool,
    pub today: base::Date,
}

impl City {
    /// Test items that fit, the best first.
    pub fn test_items(&self, asker: &Asker, ask: &ItemAsk) -> Result<ItemPage, No> {
        let question = Question {
            text: ask.text.clone(),
            standard: ask.standard.clone(),
            ..Question::default()
        };
        let asked = question.ready();
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListItems)?;
            let all = store::item::list(rx.tx, &filter, ask.unit, COMPARED_MAX)?;
            let fit = |it: Item| {
                let texts = it.sheet.texts();
                let one =
                    Candidate { texts: &texts, class: "", mode: Default::default(), point: None };
                asked.fit(&one).map(|fit| (std::cmp::Reverse(fit.score), texts.names.clone(), it))
            };
            let mut found: Vec<_> = all.into_iter().filter_map(fit).collect();
            found.sort_by(|a, b| (a.0, &a.1, a.2.id).cmp(&(b.0, &b.1, b.2.id)));
            let (total, rows) = (found.len(), ask.page_rows.clamp(1, limits::PAGE_ROWS_MAX));
            let page = ask.page.clamp(1, total.div_ceil(rows).max(1));
            let shown = found.into_iter().skip((page - 1) * rows).take(rows);
            let shown: Vec<Item> = shown.map(|(.., it)| it).collect();
            let may_enter = may_enter(rx)?;
            let today = base::WorkingDays::china().date(rx.now);
            Ok(ItemPage { rows: named(rx, shown)?, total, page, may_enter, today })
        })
    }

    /// One test item.
    pub fn test_item(&self, asker: &Asker, id: TestItemId) -> Result<ItemView, No> {
        self.read(asker, |rx| {
            let (item, may_save) = allowed(rx, id)?;
            let ids = item.sheet.instruments.clone();
            let row = named(rx, vec![item])?.remove(0);
            let successor = match row.standard.as_ref().map(|it| it.facts.successor.as_str()) {
                None | Some("") => None,
                Some(number) => store::standard::by_number(rx.tx, number)?,
            };
            let mut instruments = Vec::new();
            for id in ids {
                match crate::instrument::allowed(rx, id, A::LookAtInstrument) {
                    Ok((found, _)) => instruments.push((id, found.sheet.name)),
                    Err(Stop::Refused(_)) => {}
                    Err(stop) => return Err(stop),
                }
            }
            let today = base::WorkingDays::china().date(rx.now);
            let of = (row.item.unit, row.item.id);
            let turnaround = crate::service_order::turnaround_of(rx, of, may_save)?;
            Ok(ItemView { row, successor, instruments, turnaround, may_save, today })
        })
    }

    /// What is offered on an instrument that the reader may see.
    pub fn items_of_instrument(&self, asker: &Asker, id: InstrumentId) -> Result<Vec<ItemRow>, No> {
        self.read(asker, |rx| {
            crate::instrument::allowed(rx, id, A::LookAtInstrument)?;
            let found = store::item::of_instrument(rx.tx, id, NAMED_MAX)?;
            Ok(named(rx, found)?)
        })
    }

    /// What is offered by a standard.
    pub fn items_of_standard(&self, asker: &Asker, number: &str) -> Result<Vec<ItemRow>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListStandards, &Thing::open())?;
            let found = store::item::of_standard(rx.tx, &standard_key(number), NAMED_MAX)?;
            Ok(named(rx, found)?)
        })
    }

    /// Units for which the reader may enter items, each with the instruments that may be named.
    #[expect(clippy::type_complexity, reason = "a list of names with lists of names")]
    pub fn item_units(
        &self,
        asker: &Asker,
    ) -> Result<Vec<(OrganisationId, Bilingual, Vec<(InstrumentId, Bilingual)>)>, No> {
        self.read(asker, |rx| {
            let mut all: Vec<OrganisationId> = rx.actor.roles.iter().map(|(id, _)| *id).collect();
            all.sort_unstable();
            all.dedup();
            let names = store::organisation::names_of(rx.tx, &all)?;
            let mut units = Vec::new();
            for unit in all {
                let own = instruments_of(rx, unit)?;
                let keeps = offers(&rx.actor, A::SaveItem, &Thing::of(unit));
                let me = rx.actor.person;
                let operates = |it: &instruments::Instrument| {
                    me.is_some_and(|person| it.is_operated_by(person))
                };
                if !keeps && !own.iter().any(operates) {
                    continue;
                }
                let own = own.into_iter().map(|it| (it.id, it.sheet.name)).collect();
                let name = names.get(&unit.to_string()).cloned().unwrap_or_default();
                units.push((unit, name, own));
            }
            Ok(units)
        })
    }
}

fn instruments_of(
    rx: &mut Rx<'_, '_>,
    unit: OrganisationId,
) -> Result<Vec<instruments::Instrument>, Stop> {
    let filter = rx.filter(A::ListInstruments)?;
    let part = store::instrument::Part { owner: Some(unit), ..Default::default() };
    let slim = store::instrument::slim(rx.tx, &filter, &part, NAMED_MAX)?;
    let mut all = Vec::new();
    for it in slim {
        all.extend(store::instrument::find(rx.tx, it.id)?);
    }
    Ok(all)
}

fn may_enter(rx: &mut Rx<'_, '_>) -> Result<bool, Stop> {
    let keeps = |unit: OrganisationId| offers(&rx.actor, A::SaveItem, &Thing::of(unit));
    if rx.actor.roles.iter().any(|(unit, _)| keeps(*unit)) {
        return Ok(true);
    }
    let Some(person) = rx.actor.person else { return Ok(false) };
    Ok(!store::instrument::operated_by(rx.tx, person, 1)?.is_empty())
}

fn named(rx: &mut Rx<'_, '_>, items: Vec<Item>) -> Result<Vec<ItemRow>, store::StoreError> {
    let units: Vec<OrganisationId> = items.iter().map(|it| it.unit).collect();
    let names = store::organisation::names_of(rx.tx, &units)?;
    let mut numbers: Vec<String> =
        items.iter().map(|it| standard_key(&it.sheet.standard)).collect();
    numbers.retain(|number| !number.is_empty());
    numbers.sort();
    numbers.dedup();
    let known: BTreeMap<String, Standard> = store::standard::of_numbers(rx.tx, &numbers)?;
    let ratings = crate::service_order::ratings(rx, &units)?;
    let row = |item: Item| ItemRow {
        unit: names.get(&item.unit.to_string()).cloned().unwrap_or_default(),
        standard: known.get(&standard_key(&item.sheet.standard)).cloned(),
        rating: ratings.get(&item.unit).copied(),
        item,
    };
    Ok(items.into_iter().map(row).collect())
}
