//! The follower that publishes: every process that entries of the log touched is held against what was
//! told of it, and what is new is told in the commit that moves the follower's position.

use super::deal::{licence_of, of_deal, of_licence};
use super::lot::Facts;
use super::{Matter, dated, language};
use crate::act::No;
use crate::city::City;
use base::{ContractId, DealId, Instant, Label, LotId, OpenLicenceId, Refusal, TechnologyId};
use ocds::process::Step;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::log::Entry;
use store::open_data::{Fresh, Published};
use store::{StoreError, Tx};
use trading::deal::Deal;
use trading::listing::DealMode;
use trading::lot::Lot;
use trading::open_licence::OpenLicence;

/// The name under which the follower keeps its position.
pub const NAME: &str = "open-data";
/// Entries that one commit takes in.
const ENTRIES_AT_ONCE: usize = 500;

/// Releases about to be published, and the process as it is with them.
struct News {
    process: Published,
    n_before: u64,
    fresh: Vec<Fresh>,
}

impl City {
    /// Follows the log until the store stops: the body of the follower's thread. Without a prefix it
    /// has nothing to do, and begins where the log begins when there is one.
    pub fn follow_with_open_data(&self) {
        if !self.settings().open_data.prefix.is_empty() {
            self.follow_rows(NAME, &|position| self.published_after(position));
        }
    }

    /// Publishes everything there is to tell: for commands and tests.
    pub fn follow_open_data(&self) -> Result<(), No> {
        if self.settings().open_data.prefix.is_empty() {
            return Ok(());
        }
        let mut position = self.followed_to(NAME)?;
        loop {
            let upto = self.published_after(position)?;
            if upto == position {
                return Ok(());
            }
            position = upto;
        }
    }

    /// Takes the next entries and says how far it came.
    fn published_after(&self, position: u64) -> Result<u64, No> {
        let now = self.now();
        let (upto, news) = self.store().read(|tx| {
            let entries = store::log::entries_after(tx, position, ENTRIES_AT_ONCE)?;
            let upto = entries.last().map_or(position, |last| last.seq);
            let mut news: Vec<News> = Vec::new();
            for thing in touched(tx, &entries)? {
                let own = self.news_of(tx, thing, &news, now)?;
                news.extend(own);
            }
            Ok((upto, news))
        })?;
        if upto == position {
            return Ok(position);
        }
        self.store().write("publish open data", move |tx| {
            for own in &news {
                store::open_data::publish(tx, &own.process, own.n_before, &own.fresh)?;
            }
            store::follower::advance(tx, NAME, upto, now)
        })?;
        Ok(upto)
    }

    /// What there is to tell of a thing, if anything.
    fn news_of(
        &self,
        tx: &mut Tx<'_>,
        thing: Touched,
        beside: &[News],
        now: Instant,
    ) -> Result<Option<News>, StoreError> {
        if *thing.label() != Label::public() {
            return Ok(None);
        }
        let known = store::open_data::of_thing(tx, &thing.id())?;
        let told = told_of(tx, known.as_ref())?;
        let matter = match thing {
            Touched::Lot(lot) => Facts::of(tx, lot)?.map(|facts| facts.matter(self, &told, now)),
            Touched::Deal(deal) => of_deal(tx, self, &deal, (&told, now))?,
            Touched::OpenLicence(licence) => of_licence(tx, self, &licence, (&told, now))?,
        };
        let Some(matter) = matter else { return Ok(None) };
        let former = match &matter.former {
            // The attempt before may be told of in the same commit.
            Some(thing) => match beside.iter().find(|own| own.process.thing == *thing) {
                Some(own) => Some(own.process.clone()),
                None => store::open_data::of_thing(tx, thing)?,
            },
            None => None,
        };
        Ok(self.news(matter, (known, told), former, now))
    }

    /// The releases of what is due.
    fn news(
        &self,
        mut matter: Matter,
        (known, told): (Option<Published>, Vec<Step>),
        former: Option<Published>,
        now: Instant,
    ) -> Option<News> {
        if matter.due.is_empty() {
            return None;
        }
        let lang = known.as_ref().map_or_else(|| language(&matter.title), |it| it.lang);
        let due = dated(&told, std::mem::take(&mut matter.due), now);
        let n_told = told.len();
        let process = matter.process(lang, told.into_iter().chain(due).collect());
        let prefix = &self.settings().open_data.prefix;
        let prefix = match &known {
            // An ocid never changes, whatever the prefix is today.
            Some(known) => known.ocid.trim_end_matches(&format!("-{}", known.number)).to_owned(),
            None => prefix.clone(),
        };
        let mut releases = match ocds::releases(&process, &prefix) {
            Ok(releases) => releases,
            Err(flaws) => {
                // One process that cannot be told keeps no other from being told.
                let number = matter.number.as_str();
                tracing::error!(number, ?flaws, "a process cannot be published");
                return None;
            }
        };
        if let (None, Some(former), Some(first)) = (&known, &former, releases.first_mut()) {
            relate(first, former, &self.settings().public_url);
        }
        let fresh: Vec<Fresh> = releases
            .iter()
            .zip(&process.steps)
            .skip(n_told)
            .map(|(release, step)| fresh(release, step))
            .collect();
        let last = fresh.last()?;
        let process = Published {
            ocid: ocds::ocid(&prefix, &matter.number),
            number: matter.number,
            kind: matter.kind.to_owned(),
            thing: matter.thing,
            technology: matter.technology,
            lang,
            former: match known {
                Some(known) => known.former,
                None => former.map_or_else(String::new, |it| it.ocid),
            },
            n_releases: u64::try_from(n_told + fresh.len()).unwrap_or(u64::MAX),
            tag: last.tag.clone(),
            title: matter.title,
            changed_at: last.at,
        };
        Some(News { process, n_before: u64::try_from(n_told).unwrap_or(u64::MAX), fresh })
    }
}

/// The steps that were told, as they were kept.
fn told_of(tx: &mut Tx<'_>, known: Option<&Published>) -> Result<Vec<Step>, StoreError> {
    let Some(known) = known else { return Ok(Vec::new()) };
    let read = |text: String| {
        serde_json::from_str(&text)
            .map_err(|error| StoreError::Damaged(format!("a step of {}: {error}", known.ocid)))
    };
    store::open_data::steps(tx, &known.number)?.into_iter().map(read).collect()
}

/// Something of which there may be something to tell.
enum Touched {
    Lot(Lot),
    Deal(Deal),
    OpenLicence(OpenLicence),
}

impl Touched {
    fn label(&self) -> &Label {
        match self {
            Self::Lot(lot) => &lot.label,
            Self::Deal(deal) => &deal.label,
            Self::OpenLicence(licence) => &licence.label,
        }
    }

    fn id(&self) -> String {
        match self {
            Self::Lot(lot) => lot.id.to_string(),
            Self::Deal(deal) => deal.id.to_string(),
            Self::OpenLicence(licence) => licence.id.to_string(),
        }
    }
}

/// What entries are about, themselves or by their technology: first attempts first.
fn touched(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<Vec<Touched>, StoreError> {
    let mut ids = Ids::default();
    let mut technologies = BTreeSet::new();
    for entry in entries {
        let thing = entry.header.thing.as_str();
        if let Ok(lot) = LotId::parse(thing) {
            ids.lots.insert(lot);
        } else if let Ok(deal) = DealId::parse(thing) {
            ids.deals.insert(deal);
        } else if let Ok(licence) = OpenLicenceId::parse(thing) {
            ids.licences.insert(licence);
        } else if let Ok(contract) = ContractId::parse(thing) {
            ids.of_contract(tx, contract)?;
        } else if let Ok(technology) = TechnologyId::parse(thing) {
            technologies.insert(technology);
        }
    }
    for technology in technologies {
        ids.of_technology(tx, technology)?;
    }
    ids.load(tx)
}

#[derive(Default)]
struct Ids {
    lots: BTreeSet<LotId>,
    deals: BTreeSet<DealId>,
    licences: BTreeSet<OpenLicenceId>,
}

impl Ids {
    fn of_technology(&mut self, tx: &mut Tx<'_>, id: TechnologyId) -> Result<(), StoreError> {
        self.lots.extend(store::lot::of_technology(tx, id)?.into_iter().map(|lot| lot.id));
        self.deals.extend(store::deal::live(tx, id)?.into_iter().map(|deal| deal.id));
        self.licences.extend(store::open_licence::standing_on(tx, id)?.map(|it| it.id));
        Ok(())
    }

    /// A contract is told with what it came out of; one that was drafted freely is told nowhere.
    fn of_contract(&mut self, tx: &mut Tx<'_>, id: ContractId) -> Result<(), StoreError> {
        if let Some(kept) = store::contract::find(tx, id)? {
            self.lots.extend(kept.lot);
            self.deals.extend(kept.deal);
        }
        Ok(())
    }

    fn load(mut self, tx: &mut Tx<'_>) -> Result<Vec<Touched>, StoreError> {
        let mut lots = Vec::with_capacity(self.lots.len());
        for id in &self.lots {
            lots.extend(store::lot::find(tx, *id)?);
        }
        lots.sort_by_key(|lot| lot.attempt);
        let mut found: Vec<Touched> = lots.into_iter().map(Touched::Lot).collect();
        for id in &self.deals {
            let Some(deal) = store::deal::find(tx, *id)? else { continue };
            // A licence by notice is told with the open licence that it arose under.
            match deal.mode {
                DealMode::OpenLicence => self.licences.extend(licence_of(tx, &deal)?),
                _ => found.push(Touched::Deal(deal)),
            }
        }
        for id in &self.licences {
            found.extend(store::open_licence::find(tx, *id)?.map(Touched::OpenLicence));
        }
        Ok(found)
    }
}

/// Names the attempt before in the first release.
fn relate(release: &mut Value, former: &Published, public_url: &str) {
    let related = json!([{
        "id": "1",
        "relationship": ["unsuccessfulProcess"],
        "title": former.title.best(former.lang).0,
        "scheme": "ocid",
        "identifier": former.ocid,
        "uri": format!("{public_url}/open-data/processes/{}", former.ocid),
    }]);
    if let Some(fields) = release.as_object_mut() {
        fields.insert("relatedProcesses".to_owned(), related);
    }
}

fn fresh(release: &Value, step: &Step) -> Fresh {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Fresh {
        id: text(&release["id"]),
        at: step.at,
        tag: text(&release["tag"][0]),
        step: serde_json::to_string(step).expect("a step has text keys"),
        text: release.to_string(),
    }
}

impl From<ocds::Fault> for No {
    fn from(fault: ocds::Fault) -> Self {
        tracing::error!(?fault, "own releases cannot be merged");
        Refusal::new(base::Class::Unknown, "own-fault").into()
    }
}
