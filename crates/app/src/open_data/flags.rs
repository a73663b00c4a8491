//! Red flags over the city's own auctions: for officers alone, and no finding of fault.

use super::lot::Facts;
use super::{dated, language};
use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Bilingual, LotId};
use ocds::flags::{Code, Exclusion, Findings, Flag, Settings, Spread, Subject};
use std::collections::BTreeMap;
use trading::lot::LotState;

/// Auctions that are looked at: the last ones.
const LOTS_MAX: usize = 1_000;

/// What was found.
#[derive(Clone, Debug)]
pub struct FlagsView {
    pub flags: Vec<OwnFlag>,
    pub exclusions: Vec<Exclusion>,
    pub spreads: Vec<(Code, Spread)>,
    /// How many auctions were looked at, and whether there were more.
    pub n_processes: usize,
    pub is_more: bool,
    /// The auctions by their numbers.
    pub lots: BTreeMap<String, (LotId, Bilingual)>,
    /// Organisations by their ids.
    pub names: BTreeMap<String, Bilingual>,
}

/// A flag.
pub type OwnFlag = Flag;

impl City {
    /// Every indicator over the auctions that have ended and that the officer may see.
    pub fn red_flags(&self, asker: &Asker) -> Result<FlagsView, No> {
        let over = [LotState::Sold, LotState::Signed, LotState::Unsuccessful];
        let mut lots = BTreeMap::new();
        let mut names = BTreeMap::new();
        let (processes, is_more) = self.read(asker, |rx| {
            rx.may(A::LookAtRedFlags, &Thing::open())?;
            let filter = rx.filter(A::ListLots)?;
            let mut all = store::lot::list(rx.tx, &filter, &over, None, LOTS_MAX + 1)?;
            let is_more = all.len() > LOTS_MAX;
            all.truncate(LOTS_MAX);
            let mut processes = Vec::with_capacity(all.len());
            for lot in all {
                let (id, announced) = (lot.id, moment_of(lot.id));
                let Some(facts) = Facts::of(rx.tx, lot)? else { continue };
                let mut matter = facts.matter(self, &[], announced);
                names
                    .extend(matter.organisations.iter().map(|it| (it.id.clone(), it.name.clone())));
                lots.insert(matter.number.clone(), (id, matter.title.clone()));
                let due = dated(&[], std::mem::take(&mut matter.due), announced);
                processes.push(matter.process(language(&matter.title), due));
            }
            Ok((processes, is_more))
        })?;
        let Findings { flags, exclusions, spreads } =
            ocds::flags::flags(&processes, &Settings::default());
        let n_processes = processes.len();
        Ok(FlagsView { flags, exclusions, spreads, n_processes, is_more, lots, names })
    }
}

/// When a lot was announced: its id tells.
fn moment_of(lot: LotId) -> base::Instant {
    let millis = i64::try_from(lot.bits() >> 80).unwrap_or(0);
    base::Instant::from_micros(millis.saturating_mul(1_000))
}

impl FlagsView {
    /// The number of the process that a flag or an exclusion is about, if it is about one.
    pub fn number(subject: &Subject) -> Option<&str> {
        match subject {
            Subject::Process { number, .. } => Some(number),
            _ => None,
        }
    }
}
