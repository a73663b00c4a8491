//! Standards: entered and changed by the city's office, followed by whoever tests by them.

use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument::{Found, Order, SearchAsk};
use access::{Act as A, Thing};
use base::{Class, Label, Refusal, StandardId, limits};
use instruments::capability::standard_key;
use instruments::find::Question;
use instruments::standard::{Facts, Standard, enter, revise};
use std::collections::BTreeMap;

/// Instruments that the page of a standard names.
const SERVING_MAX: usize = 100;
/// Standards that one list compares.
const LISTED_MAX: usize = 20_000;

/// Enters a standard, or changes the one of this version.
#[derive(serde::Serialize)]
pub struct SaveStandard {
    /// The one that is changed, with the version that was seen.
    pub standard: Option<(StandardId, u64)>,
    pub facts: Facts,
}

/// What a change of a standard tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StandardChanged {
    pub standard: StandardId,
    pub number: String,
    pub version: u64,
    pub changed: bool,
}

impl StandardChanged {
    fn of(it: &Standard, changed: bool) -> Self {
        let (standard, number) = (it.id, it.facts.number.clone());
        Self { standard, number, version: it.version, changed }
    }
}

impl Act for SaveStandard {
    const ACT: A = A::SaveStandard;
    type Facts = Option<Standard>;
    type Plan = (Option<Standard>, Option<Standard>);
    type Outcome = StandardChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        match self.standard {
            Some((id, _)) => {
                Ok(Some(store::standard::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?))
            }
            None => Ok(store::standard::by_number(cx.tx, &standard_key(&self.facts.number))?),
        }
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, known: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let facts = self.facts.clone();
        match (self.standard, known) {
            (Some((_, version)), Some(known)) => {
                let next = revise(&known, version, facts, cx.now)?;
                Ok((Some(known), next))
            }
            (_, known) => {
                let id = cx.city.with_chance(|chance| StandardId::new(cx.now, chance));
                enter(id, facts, known.is_some(), cx.now).map(|it| (None, Some(it)))
            }
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Self::Outcome, Stop> {
        let (before, next) = match plan {
            (Some(before), None) => return Ok(StandardChanged::of(&before, false)),
            (before, Some(next)) => (before, next),
            (None, None) => return Err(Refusal::not_found().into()),
        };
        let kind = match &before {
            None => {
                store::standard::add(cx.tx, &next)?;
                "standard-entered"
            }
            Some(before) => {
                if !store::standard::change(cx.tx, before.version, &next)? {
                    return Err(Refusal::new(Class::Conflict, "version-conflict").into());
                }
                "standard-revised"
            }
        };
        let label = Label::public();
        let about = About {
            thing: next.id.to_string(),
            version: next.version,
            owner: None,
            label: &label,
            state: next.facts.status.word(),
        };
        let was = before.map(|it| it.facts.status.word());
        let body = serde_json::json!({ "number": next.facts.number, "was": was });
        cx.event(kind, about, body);
        Ok(StandardChanged::of(&next, true))
    }
}

/// Wants to be told of changes of a standard, or no longer.
#[derive(serde::Serialize)]
pub struct FollowStandard {
    pub standard: StandardId,
    pub is_on: bool,
}

impl Act for FollowStandard {
    const ACT: A = A::FollowStandard;
    type Facts = Standard;
    type Plan = Standard;
    type Outcome = StandardChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Standard, Stop> {
        Ok(store::standard::find(cx.tx, self.standard)?.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, _: &Standard) -> Thing {
        Thing::open()
    }

    fn decide(&self, it: Standard, _: &Cx<'_, '_>) -> Result<Standard, Vec<Refusal>> {
        Ok(it)
    }

    fn save(&self, it: Standard, cx: &mut Cx<'_, '_>) -> Result<StandardChanged, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        store::standard::follow(cx.tx, it.id, person, self.is_on.then_some(cx.now))?;
        let label = Label::at(base::Level::Restricted);
        let about = About {
            thing: it.id.to_string(),
            version: it.version,
            owner: None,
            label: &label,
            state: it.facts.status.word(),
        };
        cx.event("standard-followed", about, serde_json::json!({ "is_on": self.is_on }));
        Ok(StandardChanged::of(&it, true))
    }
}

/// A standard in a list.
#[derive(Clone, Debug)]
pub struct StandardRow {
    pub standard: Standard,
    /// Listed instruments that serve it.
    pub n_instruments: u64,
}

/// A page of standards by number.
#[derive(Clone, Debug)]
pub struct StandardPage {
    pub rows: Vec<StandardRow>,
    /// Where the next page goes on.
    pub next: Option<String>,
    pub may_save: bool,
}

/// A standard as this reader may see it.
#[derive(Clone, Debug)]
pub struct StandardView {
    pub standard: Standard,
    /// The one that took its place, where it is known here.
    pub successor: Option<Standard>,
    /// Numbers of those whose place it took.
    pub former: Vec<(String, StandardId)>,
    pub instruments: Vec<Found>,
    /// How many serve it in all.
    pub n_instruments: usize,
    pub is_followed: bool,
    pub may_save: bool,
}

impl City {
    /// Standards after a number that have every word of a text in their number or title.
    pub fn standards(
        &self,
        asker: &Asker,
        text: &str,
        after: &str,
        limit: usize,
    ) -> Result<StandardPage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        let words: Vec<String> =
            instruments::term::fold(text).split(' ').map(str::to_owned).collect();
        self.read(asker, |rx| {
            rx.may(A::ListStandards, &Thing::open())?;
            let most = if text.trim().is_empty() { limit + 1 } else { LISTED_MAX };
            let mut all = store::standard::list(rx.tx, after, most)?;
            let fits = |it: &Standard| {
                let facts = &it.facts;
                let all = format!("{} {} {}", facts.number, facts.title.en, facts.title.zh);
                let all = instruments::term::fold(&all);
                words.iter().all(|word| all.contains(word.as_str()))
            };
            all.retain(fits);
            let is_more = all.len() > limit;
            all.truncate(limit);
            let next = all.last().filter(|_| is_more).map(|it| it.facts.number.clone());
            let served = store::standard::served(rx.tx)?;
            let row = |standard: Standard| {
                let n_instruments = served.get(&standard.facts.number).copied().unwrap_or(0);
                StandardRow { standard, n_instruments }
            };
            let may_save = offers(&rx.actor, A::SaveStandard, &Thing::open());
            Ok(StandardPage { rows: all.into_iter().map(row).collect(), next, may_save })
        })
    }

    /// One standard, and what serves it.
    pub fn standard(&self, asker: &Asker, id: StandardId) -> Result<StandardView, No> {
        let mut view = self.read(asker, |rx| {
            rx.may(A::LookAtStandard, &Thing::open())?;
            let standard = store::standard::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let successor = match standard.facts.successor.as_str() {
                "" => None,
                number => store::standard::by_number(rx.tx, number)?,
            };
            let former = store::standard::former(rx.tx, &standard.facts.number)?;
            let is_followed = match rx.actor.person {
                Some(person) => store::standard::is_followed(rx.tx, id, person)?,
                None => false,
            };
            let may_save = offers(&rx.actor, A::SaveStandard, &Thing::open());
            let (instruments, n_instruments) = (Vec::new(), 0);
            Ok(StandardView {
                standard,
                successor,
                former,
                instruments,
                n_instruments,
                is_followed,
                may_save,
            })
        })?;
        let ask = SearchAsk {
            question: Question {
                standard: view.standard.facts.number.clone(),
                ..Question::default()
            },
            order: Order::Name,
            page: 1,
            page_rows: SERVING_MAX,
            ..SearchAsk::default()
        };
        let found = self.instruments(asker, &ask)?;
        view.n_instruments = found.total;
        view.instruments = found.rows;
        Ok(view)
    }

    /// What is known of these numbers, as somebody wrote them: by the number as it is compared.
    pub fn standards_named(
        &self,
        asker: &Asker,
        numbers: &[String],
    ) -> Result<BTreeMap<String, Standard>, No> {
        let mut keys: Vec<String> = numbers.iter().map(|number| standard_key(number)).collect();
        keys.sort();
        keys.dedup();
        keys.truncate(limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| Ok(store::standard::of_numbers(rx.tx, &keys)?))
    }
}
