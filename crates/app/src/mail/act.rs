//! What those who look after the machines do about mail: try again, and send a letter to see.

use super::{Letter, TEST, To};
use crate::act::{About, Act, Cx, No, Stop};
use crate::city::City;
use access::{Act as A, Thing};
use base::{Class, Instant, Label, Lang, LetterId, Level, Refusal};
use store::mail::State;

/// Days for which a letter that was given up is tried again.
const RETRY_DAYS: i64 = 2;

/// Has a letter tried again from now on.
#[derive(serde::Serialize)]
pub struct RetryLetter {
    pub letter: LetterId,
}

/// What was done about a letter.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct LetterChanged {
    pub letter: LetterId,
}

impl Act for RetryLetter {
    const ACT: A = A::RetryLetter;
    type Facts = (store::mail::Letter, bool);
    type Plan = Instant;
    type Outcome = LetterChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let letter = store::mail::find(cx.tx, self.letter)?.ok_or_else(Refusal::not_found)?;
        let has_secret = store::mail::secret(cx.tx, self.letter)?.is_some();
        Ok((letter, has_secret))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Instant, Vec<Refusal>> {
        let (letter, has_secret) = facts;
        let code = match letter.state {
            State::Sent => "letter-sent",
            State::Dropped => "letter-dropped",
            State::Waiting | State::GivenUp if letter.content["has_secret"] == true => {
                // A link that ended is made anew by whoever made it.
                if has_secret && letter.ends_at > cx.now {
                    return Ok(letter.ends_at);
                }
                "letter-secret-gone"
            }
            State::Waiting | State::GivenUp => {
                return Ok(cx.now.plus_seconds(RETRY_DAYS * 86_400));
            }
        };
        Err(vec![Refusal::new(Class::Refused, code)])
    }

    fn save(&self, until: Instant, cx: &mut Cx<'_, '_>) -> Result<LetterChanged, Stop> {
        store::mail::retry(cx.tx, self.letter, cx.now, until)?;
        event(cx, "letter-retried", self.letter);
        Ok(LetterChanged { letter: self.letter })
    }
}

fn event(cx: &mut Cx<'_, '_>, kind: &str, letter: LetterId) {
    let about = About {
        thing: letter.to_string(),
        version: 0,
        owner: None,
        label: &Label::at(Level::Restricted),
        state: "",
    };
    cx.event(kind, about, serde_json::Value::Null);
}

/// Queues a letter that only shows that mail works.
#[derive(serde::Serialize)]
pub struct TestMail {
    pub address: String,
    pub lang: Lang,
}

impl Act for TestMail {
    const ACT: A = A::TestMail;
    type Facts = ();
    type Plan = String;
    type Outcome = LetterChanged;

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<String, Vec<Refusal>> {
        parties::person::email(&self.address).map_err(|no| vec![no.on("address")])
    }

    fn save(&self, address: String, cx: &mut Cx<'_, '_>) -> Result<LetterChanged, Stop> {
        let cause = format!("test:{}", cx.act);
        let letter =
            Letter::new(&TEST, To::Address(address, self.lang), cause, "test").fact("at", cx.now);
        let prepared = cx.city.prepare_letter(letter, cx.now).map_err(|no| Stop::Refused(no.0))?;
        let letter = prepared.letter.id;
        super::put(cx.tx, &prepared)?;
        event(cx, "mail-tested", letter);
        Ok(LetterChanged { letter })
    }
}

impl City {
    /// Whether the mail server would take letters now; `None` where there is none.
    pub fn check_mail(&self) -> Option<Result<(), super::Trouble>> {
        self.settings().mail.carrier.as_ref().map(|carrier| carrier.check())
    }

    /// Queues the newest signed checkpoint for the witness, when its time has come; says whether.
    pub fn mail_checkpoint(&self) -> Result<bool, No> {
        let Some(witness) = self.settings().mail.witness.clone() else { return Ok(false) };
        let now = self.now();
        let (point, last) = self.store().read(|tx| {
            let point = store::log::last_checkpoint(tx)?;
            let positions = store::follower::positions(tx)?;
            let last = positions.into_iter().find(|(name, ..)| name == WITNESS);
            Ok((point, last.map(|(_, seq, at)| (seq, at))))
        })?;
        let Some(point) = point else { return Ok(false) };
        let is_due = last.is_none_or(|(size, at)| {
            point.size > size && now.seconds_since(at) >= witness.every_seconds
        });
        if !is_due {
            return Ok(false);
        }
        let to = To::Address(witness.address, witness.lang);
        let letter =
            Letter::new(&super::CHECKPOINT, to, format!("checkpoint:{}", point.size), "checkpoint")
                .fact("size", super::Fact::Number(i64::try_from(point.size).unwrap_or(i64::MAX)))
                .fact("at", point.at)
                .verbatim(point.note.clone());
        let prepared = self.prepare_letter(letter, now)?;
        let size = point.size;
        Ok(self.store().write("mail checkpoint", move |tx| {
            store::follower::advance(tx, WITNESS, size, now)?;
            Ok(super::put_all(tx, std::slice::from_ref(&prepared))? > 0)
        })?)
    }
}

/// The name under which it is kept how much of the log the witness was told.
pub const WITNESS: &str = "witness";
