//! Which letters a person wants: at once, or none. Those about safety always come.

use super::{KINDS, Kind};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Class, PersonId, Refusal};
use std::collections::BTreeMap;
use store::{StoreError, Tx};

/// How somebody wants letters of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    #[default]
    AtOnce,
    None,
}

impl Wish {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::AtOnce, Self::None];

    /// The word of the column and of the programming interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::None => "none",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.word() == word)
    }
}

/// How this person wants letters of this kind.
pub(crate) fn of(tx: &mut Tx<'_>, person: PersonId, kind: &Kind) -> Result<Wish, StoreError> {
    if !kind.may_stop {
        return Ok(Wish::AtOnce);
    }
    let wishes = store::mail::wishes(tx, person)?;
    let said = wishes.iter().find(|(name, _)| name == kind.name);
    Ok(said.and_then(|(_, wish)| Wish::parse(wish)).unwrap_or_default())
}

/// The mark that lets a letter's own link stop letters of its kind, without a sign-in.
pub(crate) fn mark(secret: &[u8], person: PersonId, kind: &str) -> String {
    crate::secret::mark(secret, &format!("stop mail {kind} {person}"))
}

impl City {
    /// How the asker wants letters of each kind that can be turned off.
    pub fn mail_wishes(&self, asker: &Asker) -> Result<Vec<(&'static Kind, Wish)>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::SetMailWishes, &Thing::own(person))?;
            let said: BTreeMap<String, String> =
                store::mail::wishes(rx.tx, person)?.into_iter().collect();
            let wish = |kind: &'static Kind| {
                let wish = said.get(kind.name).and_then(|word| Wish::parse(word));
                (kind, wish.unwrap_or_default())
            };
            Ok(KINDS.iter().filter(|kind| kind.may_stop).map(|kind| wish(kind)).collect())
        })
    }
}

/// Says how one wants letters; kinds left out stay as they are.
#[derive(serde::Serialize)]
pub struct SetMailWishes {
    /// By the name of the kind.
    pub wishes: BTreeMap<String, Wish>,
}

impl Act for SetMailWishes {
    const ACT: A = A::SetMailWishes;
    type Facts = PersonId;
    type Plan = PersonId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        Ok(cx.actor.person.ok_or_else(sign_in_required)?)
    }

    fn thing(&self, facts: &PersonId) -> Thing {
        Thing::own(*facts)
    }

    fn decide(&self, person: PersonId, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        let problems: Vec<Refusal> =
            self.wishes.keys().filter_map(|name| stoppable(name).err()).collect();
        if problems.is_empty() { Ok(person) } else { Err(problems) }
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        for (kind, wish) in &self.wishes {
            store::mail::set_wish(cx.tx, person, kind, wish.word())?;
        }
        let body = serde_json::json!({ "wishes": self.wishes });
        crate::person::event(cx, "mail-wishes-set", person, body);
        Ok(())
    }
}

fn stoppable(name: &str) -> Result<&'static Kind, Refusal> {
    match Kind::of(name) {
        None => Err(Refusal::invalid("mail-kind-unknown").on(name).text("found", name)),
        Some(kind) if !kind.may_stop => {
            Err(Refusal::new(Class::Refused, "mail-kind-always").on(name))
        }
        Some(kind) => Ok(kind),
    }
}

/// Stops letters of a kind with the link of such a letter: no sign-in is needed.
#[derive(serde::Serialize)]
pub struct StopMail {
    pub person: PersonId,
    pub kind: String,
    /// As the letter's link carries it.
    #[serde(skip)]
    pub mark: String,
}

impl Act for StopMail {
    const ACT: A = A::StopMail;
    type Facts = bool;
    type Plan = ();
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<bool, Stop> {
        let city = store::city::find(cx.tx)?.ok_or_else(Refusal::not_found)?;
        let wanted = mark(&city.secret, self.person, &self.kind);
        let is_there = store::person::find(cx.tx, self.person)?;
        let is_there = is_there.is_some_and(|person| !person.state.is_shut());
        Ok(crate::secret::same(&wanted, &self.mark) && is_there)
    }

    fn thing(&self, _: &bool) -> Thing {
        Thing::open()
    }

    fn decide(&self, is_right: bool, _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        if !is_right {
            return Err(vec![Refusal::not_found()]);
        }
        stoppable(&self.kind).map(|_| ()).map_err(|no| vec![no])
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        store::mail::set_wish(cx.tx, self.person, &self.kind, Wish::None.word())?;
        let body = serde_json::json!({ "wishes": { &*self.kind: Wish::None } });
        crate::person::event(cx, "mail-wishes-set", self.person, body);
        Ok(())
    }
}
