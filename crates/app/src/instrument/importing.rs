//! Many instruments at once, out of a file: each row enters or revises one by its inventory number,
//! and a row that cannot be read becomes a problem with its line, no obstacle.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument::search::COMPARED_MAX;
use crate::instrument::write::keep;
use crate::instrument::{Classes, told};
use access::{Act as A, Thing};
use base::{Bilingual, InstrumentId, OrganisationId, Refusal, limits};
use instruments::instrument::{Create, create, revise};
use instruments::{Instrument, Sheet, class};
use std::collections::{BTreeMap, BTreeSet};

/// Enters the instruments of a part of a file.
#[derive(serde::Serialize)]
pub struct SaveInstruments {
    pub owner: OrganisationId,
    /// Each with its line in the file.
    pub rows: Vec<(u64, Sheet)>,
    pub is_hidden: bool,
}

/// What became of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Imported {
    pub entered: Vec<InstrumentId>,
    pub revised: u64,
    pub unchanged: u64,
    pub problems: Vec<RowProblem>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowProblem {
    pub line: u64,
    pub reasons: Vec<Refusal>,
}

impl Act for SaveInstruments {
    const ACT: A = A::ImportInstruments;
    type Facts = Classes;
    type Plan = Classes;
    type Outcome = Imported;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Classes, Stop> {
        store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        Ok(Classes::read(cx.tx)?)
    }

    fn thing(&self, _: &Classes) -> Thing {
        Thing::of(self.owner)
    }

    fn decide(&self, classes: Classes, _: &Cx<'_, '_>) -> Result<Classes, Vec<Refusal>> {
        if self.rows.len() > limits::IMPORT_BATCH_MAX {
            let no = Refusal::invalid("too-many-parts").term("field", "field-documents");
            let no = no.number("found", self.rows.len());
            return Err(vec![no.number("most", limits::IMPORT_BATCH_MAX)]);
        }
        Ok(classes)
    }

    fn save(&self, classes: Classes, cx: &mut Cx<'_, '_>) -> Result<Imported, Stop> {
        let mut done = Imported::default();
        for (line, sheet) in &self.rows {
            match save_one(cx, self, sheet, &classes)? {
                Ok(Row::Entered(id)) => done.entered.push(id),
                Ok(Row::Revised) => done.revised += 1,
                Ok(Row::Unchanged) => done.unchanged += 1,
                Err(reasons) => done.problems.push(RowProblem { line: *line, reasons }),
            }
        }
        Ok(done)
    }
}

enum Row {
    Entered(InstrumentId),
    Revised,
    Unchanged,
}

fn save_one(
    cx: &mut Cx<'_, '_>,
    ask: &SaveInstruments,
    sheet: &Sheet,
    classes: &Classes,
) -> Result<Result<Row, Vec<Refusal>>, Stop> {
    let by = (cx.actor.person, cx.act);
    let asset = sheet.numbers.asset.trim();
    if let Some(before) = store::instrument::by_asset(cx.tx, ask.owner, asset)? {
        let sheet = kept_beside(&before, sheet);
        return match revise(&before, before.version, sheet, false, cx.now) {
            Err(no) => Ok(Err(no)),
            Ok(None) => Ok(Ok(Row::Unchanged)),
            Ok(Some(next)) => {
                keep(cx, &before, &next, classes)?;
                told(cx, &next, "instrument-revised");
                Ok(Ok(Row::Revised))
            }
        };
    }
    let ask = Create {
        id: cx.city.with_chance(|chance| InstrumentId::new(cx.now, chance)),
        reference: cx.city.reference("YQ", cx.now),
        owner: ask.owner,
        is_hidden: ask.is_hidden,
        sheet: Sheet {
            photographs: Vec::new(),
            parent: None,
            needs: sheet.needs.iter().filter(|it| it.instrument.is_none()).cloned().collect(),
            ..sheet.clone()
        },
    };
    match create(ask, false, cx.now) {
        Err(no) => Ok(Err(no)),
        Ok(it) => {
            store::instrument::add(cx.tx, &it, &classes.texts(&it), by)?;
            told(cx, &it, "instrument-entered");
            Ok(Ok(Row::Entered(it.id)))
        }
    }
}

/// What a row would become if it were saved now.
#[derive(Clone, Debug)]
pub struct ForetoldInstrument {
    pub line: u64,
    pub name: Bilingual,
    pub asset: String,
    pub outcome: Outcome,
    /// The one that would be revised.
    pub instrument: Option<InstrumentId>,
    /// Why it would not be taken.
    pub reasons: Vec<Refusal>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Entered,
    Revised,
    Unchanged,
    Refused,
}

impl Outcome {
    /// The word by which faces know it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Revised => "revised",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }
}

impl City {
    /// What rows of a file would become, without writing anything.
    pub fn foretell_instruments(
        &self,
        asker: &Asker,
        owner: OrganisationId,
        rows: &[(u64, Sheet)],
    ) -> Result<Vec<ForetoldInstrument>, No> {
        self.read(asker, |rx| {
            rx.may(A::ImportInstruments, &Thing::of(owner))?;
            let known = store::instrument::of_owner(rx.tx, owner, COMPARED_MAX)?;
            let known: BTreeMap<String, Instrument> =
                known.into_iter().map(|it| (it.sheet.numbers.asset.clone(), it)).collect();
            let reference = rx.city.reference("YQ", rx.now);
            let mut seen = BTreeSet::new();
            let mut all = Vec::with_capacity(rows.len());
            for (line, sheet) in rows {
                let asset = sheet.numbers.asset.trim().to_owned();
                let before = known.get(&asset).filter(|_| !asset.is_empty());
                // The second row of one number is judged when the first is saved.
                let is_again = !asset.is_empty() && !seen.insert(asset.clone());
                let (outcome, reasons) = match before {
                    Some(before) => {
                        let sheet = kept_beside(before, sheet);
                        match revise(before, before.version, sheet, false, rx.now) {
                            Ok(None) => (Outcome::Unchanged, Vec::new()),
                            Ok(Some(_)) => (Outcome::Revised, Vec::new()),
                            Err(no) => (Outcome::Refused, no),
                        }
                    }
                    None => {
                        let ask = Create {
                            id: InstrumentId::from_bits(0),
                            reference: reference.clone(),
                            owner,
                            is_hidden: true,
                            sheet: sheet.clone(),
                        };
                        match create(ask, false, rx.now) {
                            Ok(_) if is_again => (Outcome::Revised, Vec::new()),
                            Ok(_) => (Outcome::Entered, Vec::new()),
                            Err(no) => (Outcome::Refused, no),
                        }
                    }
                };
                let (name, instrument) = (sheet.name.clone(), before.map(|it| it.id));
                all.push(ForetoldInstrument {
                    line: *line,
                    name,
                    asset,
                    outcome,
                    instrument,
                    reasons,
                });
            }
            Ok(all)
        })
    }
}

/// A file knows no people, pictures and other instruments: those stay as they are.
fn kept_beside(before: &Instrument, sheet: &Sheet) -> Sheet {
    Sheet {
        operators: before.sheet.operators.clone(),
        photographs: before.sheet.photographs.clone(),
        parent: before.sheet.parent,
        needs: before.sheet.needs.clone(),
        ..sheet.clone()
    }
}

/// Names classes below the first level, as a file has them.
#[derive(serde::Serialize)]
pub struct NameClasses {
    /// Four or six digits, and the name.
    pub classes: Vec<(String, Bilingual)>,
    /// Made up for a demonstration.
    pub is_invented: bool,
}

impl Act for NameClasses {
    const ACT: A = A::NameClasses;
    type Facts = ();
    type Plan = ();
    type Outcome = u64;

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        let is_code = |code: &str| {
            matches!(code.len(), 4 | 6)
                && code.bytes().all(|byte| byte.is_ascii_digit())
                && class::first(code).is_some()
        };
        let no = |code: &String| {
            Refusal::invalid("instrument-class-unknown").on("class").text("found", code)
        };
        let wrong: Vec<Refusal> = self
            .classes
            .iter()
            .filter(|(code, _)| !is_code(code))
            .map(|(code, _)| no(code))
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        for (code, name) in &self.classes {
            store::instrument::set_class(cx.tx, code, name, self.is_invented)?;
        }
        let label = base::Label::public();
        let about = crate::act::About {
            thing: cx.act.to_string(),
            version: 1,
            owner: None,
            label: &label,
            state: "named",
        };
        let n = u64::try_from(self.classes.len()).unwrap_or(u64::MAX);
        cx.event("instrument-classes-named", about, serde_json::json!({ "classes": n }));
        Ok(n)
    }
}
