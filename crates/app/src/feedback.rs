//! What people say of their uses: asked as a use ends where the rules of its instrument want that,
//! answered by the user alone.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{Bilingual, InstrumentId, PersonId, Refusal, UseId};
use instruments::Instrument;
use instruments::feedback::{Asked, Feedback};
use instruments::rules::Rules;
use instruments::usage::Kept;

/// Answers of one list.
const ROWS_MAX: usize = 200;

/// Asks the user where the rules want it; who operates the instrument is not asked.
pub(crate) fn ask(
    cx: &mut Cx<'_, '_>,
    (it, rules): (&Instrument, &Rules),
    used: &Kept,
) -> Result<(), Stop> {
    if !rules.asks_feedback.value || it.is_operated_by(used.person) {
        return Ok(());
    }
    let (unit, person, asked_at) = (used.unit, used.person, cx.now);
    let asked = Asked { id: used.id, instrument: it.id, unit, person, asked_at, answer: None };
    store::feedback::ask(cx.tx, &asked)?;
    Ok(())
}

/// Answers about a use.
#[derive(serde::Serialize)]
pub struct GiveFeedback {
    #[serde(rename = "use")]
    pub id: UseId,
    pub feedback: Feedback,
}

/// What an answer tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FeedbackGiven {
    #[serde(rename = "use")]
    pub id: UseId,
    pub is_in_order: bool,
}

/// A use with what was asked about it.
pub struct Found {
    used: Kept,
    asked: Option<Asked>,
    thing: Thing,
}

impl Act for GiveFeedback {
    const ACT: A = A::GiveFeedback;
    type Facts = Found;
    type Plan = (Kept, Feedback);
    type Outcome = FeedbackGiven;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Found, Stop> {
        let used = store::usage::find(cx.tx, self.id)?.ok_or_else(Refusal::not_found)?;
        let it = store::instrument::find(cx.tx, used.instrument)?;
        let thing = crate::usage::thing_of(&used, it.as_ref(), &cx.actor);
        let asked = store::feedback::find(cx.tx, self.id)?;
        Ok(Found { used, asked, thing })
    }

    fn thing(&self, found: &Found) -> Thing {
        found.thing.clone()
    }

    fn decide(&self, found: Found, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        match &found.asked {
            Some(asked) => no.extend(asked.against(cx.actor.person)),
            None => no.push(Refusal::new(base::Class::Refused, "feedback-not-asked")),
        }
        match self.feedback.clone().read() {
            Ok(feedback) if no.is_empty() => Ok((found.used, feedback)),
            Ok(_) => Err(no),
            Err(more) => Err(no.into_iter().chain(more).collect()),
        }
    }

    fn save(
        &self,
        (used, feedback): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<FeedbackGiven, Stop> {
        if !store::feedback::answer(cx.tx, self.id, &feedback, cx.now)? {
            return Err(Refusal::new(base::Class::Conflict, "feedback-given").into());
        }
        let is_in_order = feedback.is_in_order;
        let label = crate::usage::label();
        let about = About {
            thing: used.id.to_string(),
            version: used.version,
            owner: Some(used.organisation),
            label: &label,
            state: if is_in_order { "fine" } else { "problem" },
        };
        let body = serde_json::json!({ "instrument": used.instrument, "person": used.person });
        cx.event("use-feedback-given", about, body);
        Ok(FeedbackGiven { id: self.id, is_in_order })
    }
}

/// What was said of the uses of an instrument, for its people.
#[derive(Clone, Debug)]
pub struct FeedbackView {
    pub instrument: Instrument,
    /// Newest first.
    pub answers: Vec<(Asked, Bilingual)>,
}

impl City {
    /// What was said of the uses of an instrument.
    pub fn instrument_feedback(&self, asker: &Asker, id: InstrumentId) -> Result<FeedbackView, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            rx.may(A::ListFeedback, &instrument::thing_of(&it, &rx.actor))?;
            let found = store::feedback::of_instrument(rx.tx, id, ROWS_MAX)?;
            let people: Vec<PersonId> = found.iter().map(|it| it.person).collect();
            let names = store::person::names_of(rx.tx, &people)?;
            let name = |id| names.get(&id).cloned().unwrap_or_default();
            let answers = found.into_iter().map(|it| (name(it.person), it));
            let answers = answers.map(|(name, it)| (it, name)).collect();
            Ok(FeedbackView { instrument: it, answers })
        })
    }
}
