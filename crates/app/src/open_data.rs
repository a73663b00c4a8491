//! Open data: what the city's public processes tell the world, by the Open Contracting Data Standard.
//!
//! A follower of the log holds every touched process against what was told of it and publishes what is
//! new, each as one release that is never written again. Only processes on technologies that everybody
//! may read are told of, and are shown only as long as that is so: to everybody the same.

mod contract;
mod deal;
mod flags;
mod follow;
mod lot;
mod lot_rounds;
mod reading;

pub use flags::{FlagsView, OwnFlag};
pub use follow::NAME;
pub use reading::{ProcessPage, ProcessView, ReleasePage};

pub use store::open_data::{Published, Release};

use base::{Bilingual, Instant, Lang};
use ocds::process::{
    Address, Award, Direction, Identifier, Organisation, Process, Step, Tender, What,
};
use parties::organisation::Organisation as Party;

/// What an operator says about open data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenData {
    /// The registered prefix of every `ocid`, `ocds-` and six small letters or digits; nothing is
    /// published without it.
    pub prefix: String,
    /// The address of the licence under which it may be used; empty for none named.
    pub licence: String,
}

/// The register of unified social credit codes, by its name at org-id.guide.
const CREDIT_CODES: &str = "CN-SAIC";

/// A process as its rows are now, with the steps that are still to be told.
struct Matter {
    number: String,
    kind: &'static str,
    thing: String,
    technology: base::TechnologyId,
    title: Bilingual,
    /// The thing of the attempt before.
    former: Option<String>,
    organisations: Vec<Organisation>,
    holder: String,
    organiser: Option<String>,
    due: Vec<What>,
}

impl Matter {
    /// The whole process with the steps told before and these after them.
    fn process(&self, lang: Lang, steps: Vec<Step>) -> Process {
        Process {
            number: self.number.clone(),
            lang,
            direction: Direction::Sale,
            organisations: self.organisations.clone(),
            holder: self.holder.clone(),
            organiser: self.organiser.clone(),
            steps,
        }
    }
}

/// The language in which plain fields are told: Chinese where there is a Chinese title.
fn language(title: &Bilingual) -> Lang {
    if title.zh.is_empty() { Lang::En } else { Lang::Zh }
}

/// Steps one after another, the first at this moment or right after what was told before.
fn dated(told: &[Step], due: Vec<What>, now: Instant) -> Vec<Step> {
    let mut at = now;
    if let Some(last) = told.last().filter(|last| last.at >= now) {
        at = Instant::from_micros(last.at.micros() + 1);
    }
    let mut steps = Vec::with_capacity(due.len());
    for what in due {
        steps.push(Step { at, what });
        at = Instant::from_micros(at.micros() + 1);
    }
    steps
}

/// An organisation as it is told.
fn party(of: &Party) -> Organisation {
    let profile = &of.profile;
    let code = profile.credit_code.as_str();
    Organisation {
        id: of.id.to_string(),
        name: profile.name.clone(),
        identifier: (!code.is_empty()).then(|| Identifier {
            scheme: CREDIT_CODES.to_owned(),
            id: code.to_owned(),
            legal_name: profile.name.best(Lang::Zh).0.to_owned(),
        }),
        address: Address {
            region: profile.region.best(Lang::Zh).0.to_owned(),
            ..Address::default()
        },
    }
}

/// A sentence of `words` in both languages.
fn both(key: &str) -> Bilingual {
    Bilingual::new(words::say(Lang::En, key), words::say(Lang::Zh, key))
}

/// The tender told last.
fn told_tender(told: &[Step]) -> Option<&Tender> {
    told.iter().rev().find_map(|step| match &step.what {
        What::Announced(tender) | What::Amended { tender, .. } => Some(tender),
        _ => None,
    })
}

/// The awards that are not told yet, or not as they are; the moment of one that stays is kept.
fn new_awards(told: &[Step], now: Vec<Award>) -> Vec<What> {
    let known = |id: &str| {
        told.iter().rev().find_map(|step| match &step.what {
            What::Awarded(award) if award.id == id => Some(award),
            _ => None,
        })
    };
    let is_new = |award: &Award| {
        known(&award.id).is_none_or(|before| Award { at: before.at, ..award.clone() } != *before)
    };
    now.into_iter().filter(is_new).map(What::Awarded).collect()
}
