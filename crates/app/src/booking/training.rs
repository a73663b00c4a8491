//! What people need before they may book: asked for by them, given by the instrument's people; and
//! who is kept from booking for a time.

use super::scene::{self, is_internal, rules_of};
use super::{is_manager, is_staff};
use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{
    Bilingual, Class, Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span, UseId,
    limits, text,
};
use instruments::Instrument;
use instruments::booking::{Conduct, level};
use instruments::qualification::{Grant, Standing, best};
use instruments::rules::Rules;
use instruments::setting::Level;
use instruments::training::{Needed, Request, State, needed};
use std::collections::BTreeMap;
use store::agreement::AccessEnd;
use store::booking_rule::Qualification;
use store::training::{Block, Course};

/// People of one list.
const PEOPLE_MAX: usize = 200;
/// Uses without an answer that are told.
const UNANSWERED_MAX: usize = 20;

/// What a change about somebody's training tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TrainingChanged {
    pub instrument: InstrumentId,
    pub person: PersonId,
    /// The owner's code of a course; empty for the training at the instrument itself.
    pub course: String,
    pub state: String,
}

pub(super) fn tell(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    (kind, state): (&str, &str),
    person: PersonId,
) {
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &it.label,
        state,
    };
    cx.event(kind, about, serde_json::json!({ "person": person }));
}

pub(super) fn unknown(field: &'static str) -> Refusal {
    Refusal::invalid("choice-unknown").on(field).term("field", text::field_term(field))
}

/// The digest of what a user must have read; nothing where there is nothing to read.
pub(crate) fn notice_digest(it: &Instrument) -> Option<String> {
    let notice = &it.sheet.notice;
    if notice.is_empty() {
        return None;
    }
    Some(format!("{:032x}", crate::lot::derived(&["notice", &notice.en, &notice.zh])))
}

/// Asks the instrument's people for training, once until they answered.
#[derive(serde::Serialize)]
pub struct AskTraining {
    pub instrument: InstrumentId,
    /// The owner's code of a course; empty for the training at the instrument itself.
    pub course: String,
    pub note: String,
}

/// What a wish is decided from.
pub struct Wanted {
    it: Instrument,
    thing: Thing,
    rules: Rules,
    before: Option<Request>,
}

impl Act for AskTraining {
    const ACT: A = A::BookTime;
    type Facts = Wanted;
    type Plan = (Instrument, Request);
    type Outcome = TrainingChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Wanted, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let (rules, _) = rules_of(cx.tx, &it)?;
        let me = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let before = store::training::find(cx.tx, it.id, (me, &self.course))?;
        Ok(Wanted { it, thing, rules, before })
    }

    fn thing(&self, facts: &Wanted) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Wanted, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let person = cx.actor.person.ok_or_else(|| vec![crate::account::sign_in_required()])?;
        let mut no = Vec::new();
        let is_known = match self.course.as_str() {
            "" => facts.rules.needs_qualification.value,
            code => facts.rules.trainings.value.iter().any(|own| own == code),
        };
        if !is_known {
            no.push(unknown("course"));
        }
        if facts.before.is_some_and(|before| before.state == State::Asked) {
            no.push(Refusal::new(Class::Conflict, "training-asked"));
        }
        match text::block("note", &self.note, limits::SUMMARY_CHARS_MAX) {
            Ok(note) if no.is_empty() => {
                let asked = Request {
                    instrument: facts.it.id,
                    person,
                    course: self.course.clone(),
                    note,
                    state: State::Asked,
                    answer: String::new(),
                    asked_at: cx.now,
                    answered_at: None,
                };
                Ok((facts.it, asked))
            }
            Ok(_) => Err(no),
            Err(refusal) => {
                no.push(refusal);
                Err(no)
            }
        }
    }

    fn save(&self, (it, asked): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<TrainingChanged, Stop> {
        store::training::ask(cx.tx, &asked)?;
        tell(cx, &it, ("training-asked", "asked"), asked.person);
        let (instrument, person, course) = (it.id, asked.person, asked.course);
        Ok(TrainingChanged { instrument, person, course, state: "asked".to_owned() })
    }
}

/// Declines a wish, with an answer that says why; giving what was asked for answers it too.
#[derive(serde::Serialize)]
pub struct AnswerTraining {
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub course: String,
    pub answer: String,
}

impl Act for AnswerTraining {
    const ACT: A = A::QualifyPeople;
    type Facts = (Instrument, Thing);
    type Plan = (Instrument, String);
    type Outcome = TrainingChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        Ok((it, thing))
    }

    fn thing(&self, (_, thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(&self, (it, _): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let answer = text::required_line("answer", &self.answer, limits::SUMMARY_CHARS_MAX);
        answer.map(|answer| (it, answer)).map_err(|no| vec![no])
    }

    fn save(&self, (it, answer): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<TrainingChanged, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let whom = (it.id, self.person, self.course.as_str());
        if !store::training::answer(cx.tx, whom, (State::Declined, &answer), (by, cx.now))? {
            return Err(Refusal::new(Class::Conflict, "training-answered").into());
        }
        tell(cx, &it, ("training-declined", "declined"), self.person);
        let (instrument, person, course) = (it.id, self.person, self.course.clone());
        Ok(TrainingChanged { instrument, person, course, state: "declined".to_owned() })
    }
}

/// Notes that somebody did a course of the owner.
#[derive(serde::Serialize)]
pub struct TrainPerson {
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub course: String,
    /// When it has to be done again.
    pub ends: Option<Instant>,
}

impl Act for TrainPerson {
    const ACT: A = A::QualifyPeople;
    type Facts = (Instrument, Thing, bool);
    type Plan = (Instrument, String);
    type Outcome = TrainingChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let is_known = store::person::find(cx.tx, self.person)?.is_some();
        Ok((it, thing, is_known))
    }

    fn thing(&self, (_, thing, _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (it, _, is_known): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let course = text::required_line("course", &self.course, limits::NAME_CHARS_MAX)
            .map_err(|refusal| no.push(refusal))
            .unwrap_or_default();
        if !is_known {
            no.push(unknown("person"));
        }
        if cx.actor.person == Some(self.person) {
            no.push(Refusal::new(Class::NotAllowed, "qualification-of-oneself"));
        }
        if self.ends.is_some_and(|ends| ends <= cx.now) {
            no.push(Refusal::invalid("booking-bad-span").on("ends"));
        }
        if no.is_empty() { Ok((it, course)) } else { Err(no) }
    }

    fn save(&self, (it, course): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<TrainingChanged, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let whom = (it.owner, course.as_str(), self.person);
        store::booking_rule::train(cx.tx, whom, (cx.now, self.ends), by)?;
        let asked = (it.id, self.person, course.as_str());
        store::training::answer(cx.tx, asked, (State::Done, ""), (by, cx.now))?;
        tell(cx, &it, ("training-done", "done"), self.person);
        let (instrument, person) = (it.id, self.person);
        Ok(TrainingChanged { instrument, person, course, state: "done".to_owned() })
    }
}

/// Says that one has read what a user must have read.
#[derive(serde::Serialize)]
pub struct ConfirmNotice {
    pub instrument: InstrumentId,
}

impl Act for ConfirmNotice {
    const ACT: A = A::BookTime;
    type Facts = (Instrument, Thing);
    type Plan = (Instrument, PersonId, String);
    type Outcome = TrainingChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        Ok((it, thing))
    }

    fn thing(&self, (_, thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(&self, (it, _): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let me = cx.actor.person.ok_or_else(|| vec![crate::account::sign_in_required()])?;
        let digest = notice_digest(&it);
        let digest =
            digest.ok_or_else(|| vec![Refusal::new(Class::Conflict, "training-no-notice")])?;
        Ok((it, me, digest))
    }

    fn save(
        &self,
        (it, me, digest): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<TrainingChanged, Stop> {
        store::training::confirm(cx.tx, (it.id, me), &digest, cx.now)?;
        tell(cx, &it, ("training-notice-read", "done"), me);
        let state = "done".to_owned();
        Ok(TrainingChanged { instrument: it.id, person: me, course: String::new(), state })
    }
}

/// Keeps somebody from booking an instrument, or everything of its unit, for a time or for good.
#[derive(serde::Serialize)]
pub struct BlockPerson {
    pub instrument: InstrumentId,
    pub person: PersonId,
    /// Everything of the unit; its managers' matter.
    pub is_of_unit: bool,
    pub until: Option<Instant>,
    pub reason: String,
}

/// What a block, or the end of access, is decided from.
pub struct Blocked {
    pub(super) it: Instrument,
    pub(super) thing: Thing,
    pub(super) is_known: bool,
    pub(super) is_manager: bool,
}

pub(super) fn load_block(
    cx: &mut Cx<'_, '_>,
    id: InstrumentId,
    person: PersonId,
) -> Result<Blocked, Stop> {
    let it = instrument::find(cx, id)?;
    let thing = instrument::thing_of(&it, &cx.actor);
    let is_known = store::person::find(cx.tx, person)?.is_some();
    let is_manager = is_manager(&it, &cx.actor);
    Ok(Blocked { it, thing, is_known, is_manager })
}

fn place(it: &Instrument, is_of_unit: bool) -> (Level, String) {
    match is_of_unit {
        true => (Level::Unit, it.owner.to_string()),
        false => (Level::Instrument, it.id.to_string()),
    }
}

impl Act for BlockPerson {
    const ACT: A = A::QualifyPeople;
    type Facts = Blocked;
    type Plan = (Instrument, String);
    type Outcome = TrainingChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Blocked, Stop> {
        load_block(cx, self.instrument, self.person)
    }

    fn thing(&self, facts: &Blocked) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Blocked, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let reason = text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX)
            .map_err(|refusal| no.push(refusal))
            .unwrap_or_default();
        if !facts.is_known {
            no.push(unknown("person"));
        }
        if self.is_of_unit && !facts.is_manager {
            no.push(Refusal::new(Class::NotAllowed, "training-block-unit").on("is_of_unit"));
        }
        if self.until.is_some_and(|until| until <= cx.now) {
            no.push(Refusal::invalid("booking-bad-span").on("until"));
        }
        if no.is_empty() { Ok((facts.it, reason)) } else { Err(no) }
    }

    fn save(&self, (it, reason): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<TrainingChanged, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let (level, thing) = place(&it, self.is_of_unit);
        let whom = (level, thing.as_str(), self.person);
        store::booking_rule::block(cx.tx, whom, (self.until, &reason), (by, cx.now))?;
        tell(cx, &it, ("training-blocked", "blocked"), self.person);
        let (state, course) = ("blocked".to_owned(), String::new());
        Ok(TrainingChanged { instrument: it.id, person: self.person, course, state })
    }
}

/// Lets somebody book again.
#[derive(serde::Serialize)]
pub struct UnblockPerson {
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub is_of_unit: bool,
}

impl Act for UnblockPerson {
    const ACT: A = A::QualifyPeople;
    type Facts = Blocked;
    type Plan = Instrument;
    type Outcome = TrainingChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Blocked, Stop> {
        load_block(cx, self.instrument, self.person)
    }

    fn thing(&self, facts: &Blocked) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Blocked, _: &Cx<'_, '_>) -> Result<Instrument, Vec<Refusal>> {
        if self.is_of_unit && !facts.is_manager {
            let refusal = Refusal::new(Class::NotAllowed, "training-block-unit");
            return Err(vec![refusal.on("is_of_unit")]);
        }
        Ok(facts.it)
    }

    fn save(&self, it: Instrument, cx: &mut Cx<'_, '_>) -> Result<TrainingChanged, Stop> {
        let (level, thing) = place(&it, self.is_of_unit);
        if !store::booking_rule::unblock(cx.tx, (level, &thing, self.person))? {
            return Err(Refusal::not_found().into());
        }
        tell(cx, &it, ("training-unblocked", "free"), self.person);
        let (state, course) = ("free".to_owned(), String::new());
        Ok(TrainingChanged { instrument: it.id, person: self.person, course, state })
    }
}

/// What the reader has and lacks at an instrument.
#[derive(Clone, Debug)]
pub struct OwnTrust {
    pub person: PersonId,
    /// What is needed, in order; empty where everybody may book.
    pub needed: Vec<Needed>,
    pub grant: Option<Grant>,
    pub courses: Vec<Course>,
    /// Whether the notice to users has been read; nothing where there is none to confirm.
    pub has_read: Option<bool>,
    /// Until when they may not book; `Some(None)` for good.
    pub blocked: Option<Option<Instant>>,
    /// When their access to the unit's instruments ends, or ended.
    pub access_ends: Option<Instant>,
    /// Whether an organisation of theirs has an agreement today; nothing where none is needed.
    pub has_agreement: Option<bool>,
    /// Whether the use is barred for them, or for every organisation of theirs.
    pub is_barred: bool,
    /// Uses that they were asked about and have said nothing of, where the rules ask.
    pub unanswered: Vec<UseId>,
    /// Their reputation with the owner, where the rules want one.
    pub reputation: Option<Reputation>,
}

/// What somebody's reputation with an owner comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reputation {
    pub conduct: Conduct,
    /// The level, and how many people the owner has; nothing among few.
    pub level: Option<(u8, usize)>,
}

/// What the instrument's people see.
#[derive(Clone, Debug, Default)]
pub struct Trusting {
    pub requests: Vec<(Request, Bilingual)>,
    pub people: Vec<(Qualification, Bilingual)>,
    pub courses: Vec<(Course, Bilingual)>,
    pub blocks: Vec<(Block, Bilingual)>,
    /// Whose access to the unit's instruments ends, or ended.
    pub access: Vec<(AccessEnd, Bilingual)>,
    /// Whether the reader answers for the unit.
    pub is_manager: bool,
}

/// Who is trusted with an instrument, as far as the reader may know.
#[derive(Clone, Debug)]
pub struct TrustView {
    pub instrument: Instrument,
    pub rules: Rules,
    pub own: Option<OwnTrust>,
    /// For the instrument's people alone.
    pub staff: Option<Trusting>,
    pub now: Instant,
}

impl City {
    /// What the reader needs at an instrument; for its people everybody who has it.
    pub fn qualifications(&self, asker: &Asker, id: InstrumentId) -> Result<TrustView, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            let (rules, zone) = rules_of(rx.tx, &it)?;
            let thing = instrument::thing_of(&it, &rx.actor);
            let own = match rx.actor.person.filter(|_| offers(&rx.actor, A::BookTime, &thing)) {
                Some(person) if !is_staff(&it, &rx.actor) => {
                    Some(own_trust(rx, (&it, person), (&rules, &zone))?)
                }
                _ => None,
            };
            let staff = match offers(&rx.actor, A::QualifyPeople, &thing) {
                true => Some(trusting(rx, &it)?),
                false => None,
            };
            Ok(TrustView { instrument: it, rules, own, staff, now: rx.now })
        })
    }
}

fn own_trust(
    rx: &mut crate::city::Rx<'_, '_>,
    (it, person): (&Instrument, PersonId),
    (rules, zone): (&Rules, &calendar::Zone),
) -> Result<OwnTrust, Stop> {
    let now = rx.now;
    let found = store::booking_rule::qualification(rx.tx, it.id, person)?;
    let grant = found.map(|found| found.grant);
    let minute = Span::new(now, now.plus_seconds(60)).expect("a minute has a length");
    let standing: Option<Standing> = rules.needs_qualification.value.then(|| {
        let grants: Vec<Grant> = grant.iter().cloned().collect();
        best(&grants, zone, &rules.days.value, minute)
    });
    let courses = store::training::courses_of(rx.tx, it.owner, person)?;
    let counts = |it: &&Course| it.ends_at.is_none_or(|ends| ends > now);
    let done: Vec<String> = courses.iter().filter(counts).map(|it| it.code.clone()).collect();
    let asked = store::training::of_person(rx.tx, it.id, person)?;
    let has_read = match notice_digest(it).filter(|_| rules.needs_notice.value) {
        None => None,
        Some(digest) => {
            Some(store::training::confirmed(rx.tx, it.id, person)?.as_ref() == Some(&digest))
        }
    };
    let mut houses: Vec<OrganisationId> = rx.actor.roles.iter().map(|(id, _)| *id).collect();
    houses.sort_unstable();
    houses.dedup();
    // Who stands for several chooses for which one a booking is.
    let mut is_barred = houses.is_empty() && scene::is_barred(rx.tx, rules, (person, &[]))?;
    let mut barred = 0;
    let mut has_agreement = false;
    for house in &houses {
        has_agreement |= scene::has_agreement(rx.tx, (it, rules), Some(*house), now)?;
        barred += usize::from(scene::is_barred(rx.tx, rules, (person, &[*house]))?);
    }
    is_barred |= barred > 0 && barred == houses.len();
    let is_external = !is_internal(it.owner, &rx.actor.roles);
    let set = store::booking_rule::standing(rx.tx, person, (it.owner, it.id), now)?;
    let unanswered = match rules.asks_feedback.value {
        true => store::feedback::open(rx.tx, (person, it.owner), UNANSWERED_MAX)?,
        false => Vec::new(),
    };
    let reputation = match rules.least_credit.value {
        0 => None,
        _ => {
            let mut all = scene::conduct(rx.tx, (it.owner, None), now)?;
            let conduct = *all.entry(person).or_default();
            let credits: Vec<u32> = all.values().map(Conduct::credit).collect();
            let level = level(conduct.credit(), &credits).map(|level| (level, credits.len()));
            Some(Reputation { conduct, level })
        }
    };
    Ok(OwnTrust {
        person,
        needed: needed((standing, &rules.trainings.value), &done, &asked),
        grant,
        courses,
        has_read,
        blocked: set.blocked,
        access_ends: set.access_ends,
        has_agreement: (is_external && rules.needs_agreement.value).then_some(has_agreement),
        is_barred,
        unanswered,
        reputation,
    })
}

fn trusting(rx: &mut crate::city::Rx<'_, '_>, it: &Instrument) -> Result<Trusting, Stop> {
    let requests = store::training::asked(rx.tx, it.id, PEOPLE_MAX)?;
    let people = store::booking_rule::qualified(rx.tx, it.id, PEOPLE_MAX)?;
    let courses = store::training::courses(rx.tx, it.owner, PEOPLE_MAX)?;
    let blocks = store::training::blocks(rx.tx, (it.owner, it.id), rx.now, PEOPLE_MAX)?;
    let access = store::agreement::access(rx.tx, it.owner, PEOPLE_MAX)?;
    let mut ids: Vec<PersonId> = requests.iter().map(|it| it.person).collect();
    ids.extend(people.iter().map(|it| it.person));
    ids.extend(courses.iter().map(|it| it.person));
    ids.extend(blocks.iter().map(|it| it.person));
    ids.extend(access.iter().map(|it| it.person));
    let names: BTreeMap<PersonId, Bilingual> = store::person::names_of(rx.tx, &ids)?;
    let name = |id: PersonId| names.get(&id).cloned().unwrap_or_default();
    Ok(Trusting {
        requests: requests.into_iter().map(|it| (name(it.person), it)).map(turn).collect(),
        people: people.into_iter().map(|it| (name(it.person), it)).map(turn).collect(),
        courses: courses.into_iter().map(|it| (name(it.person), it)).map(turn).collect(),
        access: access.into_iter().map(|it| (name(it.person), it)).map(turn).collect(),
        blocks: blocks.into_iter().map(|it| (name(it.person), it)).map(turn).collect(),
        is_manager: is_manager(it, &rx.actor),
    })
}

fn turn<A, B>((one, other): (A, B)) -> (B, A) {
    (other, one)
}
