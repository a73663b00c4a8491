//! Entering an instrument, writing its sheet anew, showing, hiding and retiring it.

use crate::act::{Act, Cx, Stop};
use crate::instrument::{Classes, InstrumentChanged, find, thing_of, told};
use access::{Act as A, Thing};
use base::{Class, FileId, InstrumentId, OrganisationId, Refusal};
use instruments::check::OPERATORS_MAX;
use instruments::instrument::{Create, Move, create, moved, revise};
use instruments::{Instrument, Sheet};
use std::collections::BTreeSet;
use store::file::Named;

/// Enters an instrument of an owner.
#[derive(serde::Serialize)]
pub struct CreateInstrument {
    pub owner: OrganisationId,
    pub is_hidden: bool,
    pub sheet: Sheet,
}

/// What is known before an instrument is written.
pub struct Known {
    is_asset_taken: bool,
    /// What is wrong with people, files and other instruments that the sheet names.
    against: Vec<Refusal>,
    classes: Classes,
}

impl Act for CreateInstrument {
    const ACT: A = A::CreateInstrument;
    type Facts = Known;
    type Plan = (Instrument, Classes);
    type Outcome = InstrumentChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Known, Stop> {
        let owner = store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        let asset = self.sheet.numbers.asset.trim();
        Ok(Known {
            is_asset_taken: store::instrument::asset_taken(cx.tx, owner.id, asset, None)?,
            against: against(cx, owner.id, &self.sheet, None)?,
            classes: Classes::read(cx.tx)?,
        })
    }

    fn thing(&self, _: &Known) -> Thing {
        Thing::of(self.owner)
    }

    fn decide(&self, known: Known, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let ask = Create {
            id: cx.city.with_chance(|chance| InstrumentId::new(cx.now, chance)),
            reference: cx.city.reference("YQ", cx.now),
            owner: self.owner,
            is_hidden: self.is_hidden,
            sheet: self.sheet.clone(),
        };
        match create(ask, known.is_asset_taken, cx.now) {
            Ok(it) if known.against.is_empty() => Ok((it, known.classes)),
            Ok(_) => Err(known.against),
            Err(no) => Err(no.into_iter().chain(known.against).collect()),
        }
    }

    fn save(&self, (it, classes): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Self::Outcome, Stop> {
        let by = (cx.actor.person, cx.act);
        store::instrument::add(cx.tx, &it, &classes.texts(&it), by)?;
        name_pictures(cx, &it, None)?;
        told(cx, &it, "instrument-entered");
        Ok(InstrumentChanged::of(&it, true))
    }
}

/// Writes the next version of an instrument's sheet.
#[derive(serde::Serialize)]
pub struct ReviseInstrument {
    pub instrument: InstrumentId,
    /// The version that was seen.
    pub version: u64,
    pub sheet: Sheet,
}

impl Act for ReviseInstrument {
    const ACT: A = A::ReviseInstrument;
    type Facts = (Instrument, Known, Thing);
    type Plan = (Option<Instrument>, Instrument, Classes);
    type Outcome = InstrumentChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.instrument)?;
        let asset = self.sheet.numbers.asset.trim();
        let known = Known {
            is_asset_taken: store::instrument::asset_taken(cx.tx, it.owner, asset, Some(it.id))?,
            against: against(cx, it.owner, &self.sheet, Some(&it))?,
            classes: Classes::read(cx.tx)?,
        };
        let thing = thing_of(&it, &cx.actor);
        Ok((it, known, thing))
    }

    fn thing(&self, (_, _, thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (it, known, _): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let sheet = self.sheet.clone();
        match revise(&it, self.version, sheet, known.is_asset_taken, cx.now) {
            Ok(next) if known.against.is_empty() => Ok((next, it, known.classes)),
            Ok(_) => Err(known.against),
            Err(no) => Err(no.into_iter().chain(known.against).collect()),
        }
    }

    fn save(
        &self,
        (next, before, classes): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<Self::Outcome, Stop> {
        let Some(next) = next else { return Ok(InstrumentChanged::of(&before, false)) };
        keep(cx, &before, &next, &classes)?;
        name_pictures(cx, &next, Some(&before))?;
        told(cx, &next, "instrument-revised");
        Ok(InstrumentChanged::of(&next, true))
    }
}

/// Shows, hides, retires an instrument, or takes it into use again.
#[derive(serde::Serialize)]
pub struct MoveInstrument {
    pub instrument: InstrumentId,
    /// The version that was seen.
    pub version: u64,
    pub to: Move,
}

impl Act for MoveInstrument {
    const ACT: A = A::MoveInstrument;
    type Facts = (Instrument, Thing, Classes);
    type Plan = (Instrument, Instrument, Classes);
    type Outcome = InstrumentChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.instrument)?;
        let thing = thing_of(&it, &cx.actor);
        Ok((it, thing, Classes::read(cx.tx)?))
    }

    fn thing(&self, (_, thing, _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (it, _, classes): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let next = moved(&it, self.version, self.to, cx.now)?;
        Ok((it, next, classes))
    }

    fn save(
        &self,
        (before, next, classes): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<Self::Outcome, Stop> {
        keep(cx, &before, &next, &classes)?;
        told(cx, &next, self.to.event());
        Ok(InstrumentChanged::of(&next, true))
    }
}

pub(super) fn keep(
    cx: &mut Cx<'_, '_>,
    before: &Instrument,
    next: &Instrument,
    classes: &Classes,
) -> Result<(), Stop> {
    let by = (cx.actor.person, cx.act);
    let texts = classes.texts(next);
    match store::instrument::change(cx.tx, before.version, next, &texts, by)? {
        true => Ok(()),
        false => Err(Refusal::new(Class::Conflict, "version-conflict").into()),
    }
}

/// What stands against the people, pictures and instruments that a sheet names: operators have a
/// place with the owner, what it is part of is the owner's, pictures were handed in by the writer.
fn against(
    cx: &mut Cx<'_, '_>,
    owner: OrganisationId,
    sheet: &Sheet,
    before: Option<&Instrument>,
) -> Result<Vec<Refusal>, Stop> {
    let mut no = Vec::new();
    let known: BTreeSet<FileId> =
        before.iter().flat_map(|it| it.sheet.photographs.iter().map(|it| it.file)).collect();
    for picture in sheet.photographs.iter().filter(|picture| !known.contains(&picture.file)) {
        let file = store::file::find(cx.tx, picture.file)?;
        let own = file.filter(|file| file.named.is_none() && Some(file.person) == cx.actor.person);
        match own {
            None => no.push(Refusal::invalid("file-not-waiting").on("documents")),
            Some(file) if !is_picture(&file.kind) => {
                no.push(
                    Refusal::invalid("instrument-not-a-picture")
                        .on("documents")
                        .text("name", file.name),
                );
            }
            Some(_) => {}
        }
    }
    let sat: BTreeSet<_> =
        before.iter().flat_map(|it| it.sheet.operators.iter().copied()).collect();
    for person in sheet.operators.iter().filter(|id| !sat.contains(id)).take(OPERATORS_MAX) {
        let places = store::person::roles(cx.tx, *person, cx.now)?;
        if !places.iter().any(|place| place.1 == owner) {
            no.push(Refusal::invalid("instrument-operator-unknown").on("operators"));
            break;
        }
    }
    let named =
        sheet.parent.iter().chain(sheet.needs.iter().filter_map(|it| it.instrument.as_ref()));
    for other in named.copied().collect::<BTreeSet<_>>() {
        let other = store::instrument::find(cx.tx, other)?;
        if other.is_none_or(|other| other.owner != owner) {
            no.push(Refusal::invalid("instrument-parent-unknown").on("parent"));
        }
    }
    Ok(no)
}

fn is_picture(kind: &str) -> bool {
    files::Kind::parse(kind).is_some_and(|kind| kind.is_picture())
}

/// Hangs new pictures on the instrument.
fn name_pictures(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    before: Option<&Instrument>,
) -> Result<(), Stop> {
    let had = |id: FileId| {
        before.is_some_and(|it| it.sheet.photographs.iter().any(|picture| picture.file == id))
    };
    for picture in it.sheet.photographs.iter().filter(|picture| !had(picture.file)) {
        let named = Named {
            thing: it.id.to_string(),
            place: format!("version-{}", it.version),
            owner: it.owner,
            at: cx.now,
        };
        if !store::file::name(cx.tx, picture.file, &named)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
    }
    Ok(())
}
