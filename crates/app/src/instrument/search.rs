//! Looking for instruments: everything the reader may see is compared with the question, in a number
//! of queries that does not grow with what is found.

use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::instrument::Classes;
use access::Act as A;
use base::{Bilingual, Instant, InstrumentId, Lang, OrganisationId};
use instruments::Instrument;
use instruments::find::{Asked, Candidate, Fit, Question};
use instruments::sheet::Mode;
use std::collections::BTreeMap;
use store::instrument::{Part, Slim};

/// Instruments of a city that one search compares.
pub const COMPARED_MAX: usize = 20_000;

/// The order of what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// How well the words fit, then how near, then by name.
    #[default]
    Fit,
    /// The nearest first; without a place to reckon from, by name.
    Distance,
    Name,
}

/// What is asked of the catalogue.
#[derive(Clone, Debug, Default)]
pub struct SearchAsk {
    pub question: Question,
    /// Any of them; none asks for all.
    pub owners: Vec<OrganisationId>,
    pub with_retired: bool,
    /// Where nothing has every word, what has most of them is an answer.
    pub or_most_words: bool,
    pub order: Order,
    /// For the order of names.
    pub lang: Lang,
    /// Counted from 1.
    pub page: usize,
    pub page_rows: usize,
}

/// One that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub instrument: Instrument,
    pub owner_name: Bilingual,
    /// From the place that was named.
    pub metres: Option<u64>,
}

/// How many there are of each kind, by what would narrow the search further.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// The digits of the first level.
    pub classes: Vec<(String, u64)>,
    pub owners: Vec<(OrganisationId, Bilingual, u64)>,
    pub modes: Vec<(Mode, u64)>,
}

/// A page of what was found.
#[derive(Clone, Debug)]
pub struct FoundPage {
    pub rows: Vec<Found>,
    pub total: usize,
    /// Whether nothing has every word, and this is what has most of them.
    pub lacks_words: bool,
    pub page: usize,
    pub sides: Sides,
    pub classes: Classes,
    pub now: Instant,
}

/// One with how well it fits.
struct Ranked {
    slim: Slim,
    score: u32,
    metres: Option<u64>,
}

impl City {
    /// Looks for instruments; without a question, all that the reader may see by name.
    pub fn instruments(&self, asker: &Asker, ask: &SearchAsk) -> Result<FoundPage, No> {
        self.read(asker, |rx| {
            let part = Part { with_retired: ask.with_retired, ..Part::default() };
            let (mut all, lacks_words) = ranked(rx, (&ask.question, ask.or_most_words), &part)?;
            let mut sides = sides(&all);
            if !ask.owners.is_empty() {
                all.retain(|it| ask.owners.contains(&it.slim.owner));
            }
            sort(&mut all, ask.order, ask.lang);
            let (total, rows) = (all.len(), ask.page_rows.max(1));
            let page = ask.page.clamp(1, total.div_ceil(rows).max(1));
            let shown: Vec<&Ranked> = all.iter().skip((page - 1) * rows).take(rows).collect();
            let mut owners: Vec<OrganisationId> = shown.iter().map(|it| it.slim.owner).collect();
            owners.extend(sides.owners.iter().map(|(id, ..)| *id));
            let names = store::organisation::names_of(rx.tx, &owners)?;
            for (id, name, _) in &mut sides.owners {
                *name = names.get(&id.to_string()).cloned().unwrap_or_default();
            }
            let rows = whole(rx, &shown, &names)?;
            let classes = Classes::read(rx.tx)?;
            Ok(FoundPage { rows, total, lacks_words, page, sides, classes, now: rx.now })
        })
    }

    /// Every instrument that a question finds and the reader may see, for an export.
    pub fn each_instrument(
        &self,
        asker: &Asker,
        ask: &SearchAsk,
        most: usize,
    ) -> Result<Vec<Found>, No> {
        let mut ask = SearchAsk { page: 1, page_rows: most, ..ask.clone() };
        ask.order = Order::Name;
        Ok(self.instruments(asker, &ask)?.rows)
    }
}

/// Everything that fits, in no order; whether it is what has most of the words, because nothing has
/// every one.
fn ranked(
    rx: &mut Rx<'_, '_>,
    (question, or_most_words): (&Question, bool),
    part: &Part,
) -> Result<(Vec<Ranked>, bool), Stop> {
    let filter = rx.filter(A::ListInstruments)?;
    let all = store::instrument::slim(rx.tx, &filter, part, COMPARED_MAX)?;
    let fits = |asked: &Asked| -> Vec<Option<Fit>> {
        let candidate = |slim: &Slim| {
            asked.fit(&Candidate {
                texts: &slim.texts,
                class: &slim.class,
                mode: slim.mode,
                point: slim.point,
            })
        };
        all.iter().map(candidate).collect()
    };
    let asked = question.ready();
    let mut found = fits(&asked);
    let mut lacks_words = false;
    if or_most_words
        && found.iter().all(Option::is_none)
        && let Some(loose) = asked.loosened()
    {
        found = fits(&loose);
        let most = found.iter().flatten().map(|fit| fit.words).max().unwrap_or(0);
        found.iter_mut().for_each(|fit| *fit = fit.take().filter(|fit| fit.words == most));
        lacks_words = most > 0;
    }
    let rank = |(slim, fit): (Slim, Option<Fit>)| {
        let fit = fit?;
        Some(Ranked { score: fit.score, metres: fit.metres, slim })
    };
    Ok((all.into_iter().zip(found).filter_map(rank).collect(), lacks_words))
}

fn sides(all: &[Ranked]) -> Sides {
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    let mut owners: BTreeMap<OrganisationId, u64> = BTreeMap::new();
    let mut modes: BTreeMap<Mode, u64> = BTreeMap::new();
    for it in all {
        if let Some(digits) = it.slim.class.get(..2) {
            *classes.entry(digits.to_owned()).or_default() += 1;
        }
        *owners.entry(it.slim.owner).or_default() += 1;
        *modes.entry(it.slim.mode).or_default() += 1;
    }
    let mut owners: Vec<_> =
        owners.into_iter().map(|(id, n)| (id, Bilingual::default(), n)).collect();
    owners.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
    owners.truncate(OWNERS_SHOWN);
    Sides { classes: classes.into_iter().collect(), owners, modes: modes.into_iter().collect() }
}

/// Owners that stand beside a list to choose from.
const OWNERS_SHOWN: usize = 60;

fn sort(all: &mut [Ranked], order: Order, lang: Lang) {
    let by_name = |a: &Ranked, b: &Ranked| {
        let names = (a.slim.name.best(lang).0, b.slim.name.best(lang).0);
        // Names in pinyin cost much for thousands; their written order is enough within one score.
        names.0.cmp(names.1).then(a.slim.id.cmp(&b.slim.id))
    };
    let metres = |it: &Ranked| it.metres.unwrap_or(u64::MAX);
    all.sort_by(|a, b| match order {
        Order::Fit => {
            b.score.cmp(&a.score).then(metres(a).cmp(&metres(b))).then_with(|| by_name(a, b))
        }
        Order::Distance => metres(a).cmp(&metres(b)).then_with(|| by_name(a, b)),
        Order::Name => by_name(a, b),
    });
}

/// The sheets of what is shown, in one question.
fn whole(
    rx: &mut Rx<'_, '_>,
    shown: &[&Ranked],
    names: &BTreeMap<String, Bilingual>,
) -> Result<Vec<Found>, Stop> {
    let filter = rx.filter(A::ListInstruments)?;
    let ids: Vec<InstrumentId> = shown.iter().map(|it| it.slim.id).collect();
    let mut known: BTreeMap<InstrumentId, Instrument> = BTreeMap::new();
    for some in ids.chunks(IDS_AT_ONCE) {
        let found = store::instrument::many(rx.tx, &filter, some)?;
        known.extend(found.into_iter().map(|it| (it.id, it)));
    }
    let row = |it: &&Ranked| {
        let instrument = known.remove(&it.slim.id)?;
        let owner_name = names.get(&it.slim.owner.to_string()).cloned().unwrap_or_default();
        Some(Found { instrument, owner_name, metres: it.metres })
    };
    Ok(shown.iter().filter_map(row).collect())
}

/// Ids that one statement names: an export asks in several.
const IDS_AT_ONCE: usize = 500;

/// Others of the same kind, the nearest first, without the one itself.
pub(super) fn alike(rx: &mut Rx<'_, '_>, it: &Instrument, most: usize) -> Result<Vec<Found>, Stop> {
    let class = it.sheet.class.get(..4).unwrap_or_default().to_owned();
    if class.is_empty() {
        return Ok(Vec::new());
    }
    let here = it.sheet.place.point;
    // Half around the earth: everything has a distance, where both stand on the map.
    let part = Part { class, ..Part::default() };
    let (mut all, _) = ranked(rx, (&Question::default(), false), &part)?;
    all.retain(|one| one.slim.id != it.id);
    for one in &mut all {
        one.metres = here.zip(one.slim.point).map(|(here, there)| here.metres_to(there));
        // The same class to its last digit comes before its neighbours.
        one.score = u32::from(one.slim.class == it.sheet.class);
    }
    sort(&mut all, Order::Fit, Lang::En);
    let shown: Vec<&Ranked> = all.iter().take(most).collect();
    let owners: Vec<OrganisationId> = shown.iter().map(|one| one.slim.owner).collect();
    let names = store::organisation::names_of(rx.tx, &owners)?;
    whole(rx, &shown, &names)
}
