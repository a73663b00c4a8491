//! Letters of bulletins, once for each recipient, and how often their links were opened.
//!
//! Invariants: who gets a letter is forgotten in the commit that queues it; the link of a letter
//! ends in a secret of which a digest is kept beside an organisation and nothing about a person; the
//! digest goes when the link is opened for the first time, so that a link counts at most once.

use super::{Bulletin, State};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::mail::{BULLETIN, Letter, To, While};
use crate::secret::{Secret, digest};
use access::{Act as A, Thing};
use base::{BulletinId, Lang, PersonId, Refusal, TechnologyId, limits};
use std::collections::BTreeMap;
use store::bulletin::Recipient;

/// Letters made in one commit.
const LETTERS_AT_ONCE: usize = 50;

type Content = (Bulletin, Vec<(TechnologyId, u64)>);

impl City {
    /// Makes the letters of bulletins that were sent; says how many.
    pub fn deliver_bulletins(&self) -> Result<usize, No> {
        let mut n = 0;
        loop {
            let made = self.deliver_some()?;
            if made == 0 {
                return Ok(n);
            }
            n += made;
        }
    }

    /// The letter of a bulletin as it would go out now in this language: subject and plain text.
    pub fn bulletin_preview(
        &self,
        asker: &Asker,
        id: BulletinId,
        lang: Lang,
    ) -> Result<(String, String), No> {
        let found = super::send::found(self, id)?;
        self.read(asker, |rx| {
            let bulletin = store::bulletin::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            if rx.may(A::LookAtBulletin, &super::thing_of(&bulletin))? != "officer" {
                return Err(Refusal::not_found().into());
            }
            let chosen = store::bulletin::items(rx.tx, id)?;
            let mut items: Vec<(TechnologyId, u64)> =
                chosen.iter().map(|one| (one.technology, one.version)).collect();
            for found in found {
                let series = bulletin.series.unwrap_or(id);
                let is_known = items.iter().any(|(known, _)| *known == found)
                    || store::bulletin::was_in_series(rx.tx, series, found)?;
                if !is_known && items.len() < limits::BULLETIN_ITEMS_MAX {
                    let standing = store::technology::standing(rx.tx, found)?;
                    items.extend(standing.map(|(.., version)| (found, version)));
                }
            }
            let to = Recipient {
                bulletin: id,
                recipient: String::new(),
                lang,
                subscription: String::new(),
                organisation: String::new(),
            };
            let secret = Secret { text: "…".to_owned(), digest: String::new() };
            let content = (bulletin, items);
            Ok(self.draft_of(rx.tx, letter(&content, &to, &secret), (lang, rx.now))?)
        })
    }

    fn deliver_some(&self) -> Result<usize, No> {
        let (waiting, contents) = self.store().read(|tx| {
            let waiting = store::bulletin::recipients(tx, LETTERS_AT_ONCE)?;
            let mut contents: BTreeMap<BulletinId, Content> = BTreeMap::new();
            for to in &waiting {
                if contents.contains_key(&to.bulletin) {
                    continue;
                }
                if let Some(bulletin) = store::bulletin::find(tx, to.bulletin)? {
                    let items = store::bulletin::items(tx, to.bulletin)?;
                    let items = items.iter().map(|one| (one.technology, one.version)).collect();
                    contents.insert(to.bulletin, (bulletin, items));
                }
            }
            Ok((waiting, contents))
        })?;
        let now = self.now();
        let mut prepared = Vec::with_capacity(waiting.len());
        for to in waiting {
            let Some(content) = contents.get(&to.bulletin) else { continue };
            let secret = self.with_chance(|chance| Secret::from_bytes("", &chance.bytes32()));
            let letter = self.prepare_letter(letter(content, &to, &secret), now)?;
            prepared.push((to, secret.digest, letter));
        }
        Ok(self.store().write("deliver bulletins", move |tx| {
            let mut n = 0;
            for (to, digest, letter) in &prepared {
                if !store::bulletin::take_recipient(tx, to)? {
                    continue;
                }
                n += 1;
                if crate::mail::put_all(tx, std::slice::from_ref(letter))? == 1 {
                    store::bulletin::count_sent(tx, to, digest)?;
                }
            }
            Ok(n)
        })?)
    }
}

fn letter((bulletin, items): &Content, to: &Recipient, secret: &Secret) -> Letter {
    let recipient = match PersonId::parse(&to.recipient) {
        Ok(person) => To::Person(person),
        Err(_) => To::Address(to.recipient.clone(), to.lang),
    };
    let letter = Letter::new(&BULLETIN, recipient, format!("bulletin:{}", bulletin.id), "bulletin")
        .fact("title", bulletin.draft.title.clone())
        .fact("intro", bulletin.draft.intro.clone())
        .technologies(items.clone())
        .path(format!("/bulletins/{}/opening/", bulletin.id))
        .secret(secret.text.clone())
        .only_while(While::BulletinSent { bulletin: bulletin.id });
    if to.subscription.is_empty() {
        letter
    } else {
        letter.stop(crate::subscriber::stop_path(&to.subscription))
    }
}

/// Counts that the link of a letter was opened; the same link counts once.
#[derive(serde::Serialize)]
pub struct OpenBulletin {
    pub bulletin: BulletinId,
    #[serde(skip)]
    pub secret: String,
}

impl Act for OpenBulletin {
    const ACT: A = A::OpenBulletin;
    type Facts = ();
    type Plan = ();
    /// Whether it counted.
    type Outcome = bool;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let found = store::bulletin::find(cx.tx, self.bulletin)?;
        let is_sent = found.is_some_and(|found| found.state == State::Sent);
        if is_sent { Ok(()) } else { Err(Refusal::not_found().into()) }
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        Ok(())
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<bool, Stop> {
        // No event: a line of the log at a moment would say more than a count does.
        Ok(store::bulletin::count_opening(cx.tx, self.bulletin, &digest(&self.secret))?)
    }
}
