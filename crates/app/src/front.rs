//! The front page: what the city has, and what came last.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::search::Counts;
use access::{Act as A, Filter, Thing};
use base::{Bilingual, Label, OrganisationId};
use store::technology::Summary;
use trading::listing::DealMode;

/// Rows of news.
const NEWS_ROWS: usize = 6;

/// What the front page shows beside the published figures.
pub struct Front {
    /// Of the technologies this reader may find.
    pub counts: Counts,
    /// Of these, the ones offered in at least one way.
    pub n_on_offer: u64,
    pub n_organisations: u64,
    /// The newest public ones, each with its owner's name: public only, so that opening the front
    /// page is never a recorded look.
    pub newest: Vec<(Summary, Bilingual)>,
}

impl City {
    /// The front page for this reader.
    pub fn front(&self, asker: &Asker) -> Result<Front, No> {
        let counts = self.counts(asker, &search::Filters::default())?;
        let modes = DealMode::ALL.iter().map(|mode| mode.word().to_owned()).collect();
        let offered = search::Filters { deal_modes: modes, ..search::Filters::default() };
        let n_on_offer = self.counts(asker, &offered)?.total;
        let (n_organisations, newest) = self.read(asker, |rx| {
            rx.may(A::ListOrganisations, &Thing::open())?;
            let public = Filter::Gate(vec![Label::public().gate()]);
            let filter = Filter::All(vec![rx.filter(A::ListTechnologies)?, public]);
            let rows = store::technology::newest(rx.tx, &filter, None, NEWS_ROWS)?;
            let owners: Vec<OrganisationId> = rows.iter().map(|row| row.owner).collect();
            let names = store::organisation::names_of(rx.tx, &owners)?;
            let newest = rows.into_iter().map(|row| {
                let name = names.get(&row.owner.to_string()).cloned().unwrap_or_default();
                (row, name)
            });
            Ok((store::organisation::count(rx.tx)?, newest.collect()))
        })?;
        Ok(Front { counts, n_on_offer, n_organisations, newest })
    }
}
