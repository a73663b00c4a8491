//! Many instruments at once, out of a file: each row enters or revises one by its inventory number,
//! and a row that cannot be read becomes a problem with its line, no obstacle.

use crate::act::{Act, Cx, Stop};
use crate::instrument::write::keep;
use crate::instrument::{Classes, told};
use access::{Act as A, Thing};
use base::{Bilingual, InstrumentId, OrganisationId, Refusal, limits};
use instruments::instrument::{Create, create, revise};
use instruments::{Sheet, class};

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
        // A file knows no people, pictures and other instruments: those stay as they are.
        let sheet = Sheet {
            operators: before.sheet.operators.clone(),
            photographs: before.sheet.photographs.clone(),
            parent: before.sheet.parent,
            needs: before.sheet.needs.clone(),
            ..sheet.clone()
        };
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
