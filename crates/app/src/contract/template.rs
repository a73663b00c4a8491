//! Templates that an office edits: checked whole before they are kept, each version kept for ever.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use ::contract::document::Undrawable;
use ::contract::kept::KeptTemplate;
use ::contract::template::STANDARD;
use ::contract::{Fault, Template};
use access::{Act as A, Thing};
use base::{Class, Label, Refusal, limits};
use store::{Hold, StoreError, Tx};

/// The name of the template that comes with the program; an office may put versions of its own over it.
pub const STANDARD_NAME: &str = "standard";
/// Versions of all templates that are listed at most.
const TEMPLATES_MAX: usize = 1_000;

/// The last version of a template by its name.
pub(super) fn last(tx: &mut Tx<'_>, name: &str) -> Result<Option<KeptTemplate>, StoreError> {
    let name = if name.is_empty() { STANDARD_NAME } else { name };
    let all = store::contract_money::templates(tx, TEMPLATES_MAX)?;
    let found = all.into_iter().find(|it| it.name == name);
    Ok(found.or_else(|| (name == STANDARD_NAME).then(standard)))
}

/// One version of a template.
pub(super) fn of_version(
    tx: &mut Tx<'_>,
    (name, n): (&str, u64),
) -> Result<Option<KeptTemplate>, StoreError> {
    match n {
        0 => Ok((name == STANDARD_NAME).then(standard)),
        _ => store::contract_money::template(tx, name, n),
    }
}

fn standard() -> KeptTemplate {
    KeptTemplate {
        name: STANDARD_NAME.to_owned(),
        n: 0,
        source: STANDARD.to_owned(),
        note: String::new(),
        by: None,
        at: base::Instant::from_micros(0),
    }
}

/// One refusal for each fault, with its line.
pub(super) fn refusals(faults: &[Fault]) -> Vec<Refusal> {
    let refusal = |fault: &Fault| {
        let known = format!("contract-fault-{}", fault.code);
        let term = if words::has(&known) { known } else { "contract-fault-other".to_owned() };
        Refusal::invalid("contract-template-fault")
            .on("source")
            .term("fault", term)
            .number("line", fault.line)
            .text("clause", fault.clause.clone().unwrap_or_default())
            .text("what", fault.what.clone())
    };
    faults.iter().map(refusal).collect()
}

pub(super) fn undrawable(why: Undrawable) -> Vec<Refusal> {
    match why {
        Undrawable::Terms(flaws) => crate::contract::refusals(flaws),
        Undrawable::Template(faults) => refusals(&faults),
    }
}

/// Keeps a template, or its next version. What is drawn already stays as it is.
#[derive(serde::Serialize)]
pub struct SaveTemplate {
    pub source: String,
    /// What changed.
    pub note: String,
}

/// What saving tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TemplateSaved {
    pub name: String,
    pub version: u64,
}

impl Act for SaveTemplate {
    const ACT: A = A::SaveTemplate;
    type Facts = Vec<KeptTemplate>;
    type Plan = KeptTemplate;
    type Outcome = TemplateSaved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on("contract templates")]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        Ok(store::contract_money::templates(cx.tx, TEMPLATES_MAX)?)
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, known: Self::Facts, cx: &Cx<'_, '_>) -> Result<KeptTemplate, Vec<Refusal>> {
        let note = base::text::line("note", &self.note, limits::SUMMARY_CHARS_MAX);
        let parsed = Template::parse(&self.source).map_err(|faults| refusals(&faults));
        let (note, template) = match (note, parsed) {
            (Ok(note), Ok(template)) => (note, template),
            (note, parsed) => {
                let own = note.err().into_iter();
                return Err(own.chain(parsed.err().into_iter().flatten()).collect());
            }
        };
        let last = known.iter().find(|it| it.name == template.name);
        let before = last.map_or(STANDARD, |it| it.source.as_str());
        let is_known = last.is_some() || template.name == STANDARD_NAME;
        if is_known && before == self.source {
            return Err(vec![Refusal::new(Class::Conflict, "contract-template-same").on("source")]);
        }
        if known.len() >= TEMPLATES_MAX {
            let no = Refusal::new(Class::Refused, "contract-templates-full");
            return Err(vec![no.number("most", TEMPLATES_MAX)]);
        }
        Ok(KeptTemplate {
            name: template.name,
            n: 1 + last.map_or(0, |it| it.n),
            source: self.source.clone(),
            note,
            by: cx.actor.person,
            at: cx.now,
        })
    }

    fn save(&self, kept: KeptTemplate, cx: &mut Cx<'_, '_>) -> Result<TemplateSaved, Stop> {
        store::contract_money::add_template(cx.tx, &kept)?;
        let label = Label::at(base::Level::Registered);
        let about = About {
            thing: kept.name.clone(),
            version: kept.n,
            owner: None,
            label: &label,
            state: "",
        };
        cx.event(
            "contract-template-saved",
            about,
            serde_json::json!({ "bytes": kept.source.len() }),
        );
        Ok(TemplateSaved { name: kept.name, version: kept.n })
    }
}

/// All templates, the last version of each first.
#[derive(Clone, Debug)]
pub struct Templates {
    pub all: Vec<KeptTemplate>,
    /// Whether this reader may add one.
    pub saves: bool,
}

impl City {
    /// Every version of every template, with the one that comes with the program.
    pub fn contract_templates(&self, asker: &Asker) -> Result<Templates, No> {
        self.read(asker, |rx| {
            rx.may(A::LookAtTemplates, &Thing::open())?;
            let mut all = store::contract_money::templates(rx.tx, TEMPLATES_MAX)?;
            let place = all.iter().rposition(|it| it.name == STANDARD_NAME);
            let at = place.map_or_else(
                || all.iter().position(|it| it.name.as_str() > STANDARD_NAME).unwrap_or(all.len()),
                |at| at + 1,
            );
            all.insert(at, standard());
            let saves = crate::act::offers(&rx.actor, A::SaveTemplate, &Thing::open());
            Ok(Templates { all, saves })
        })
    }

    /// One version of a template.
    pub fn contract_template(&self, asker: &Asker, name: &str, n: u64) -> Result<KeptTemplate, No> {
        self.read(asker, |rx| {
            rx.may(A::LookAtTemplates, &Thing::open())?;
            Ok(of_version(rx.tx, (name, n))?.ok_or_else(Refusal::not_found)?)
        })
    }
}
