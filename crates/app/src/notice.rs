//! What happened to one's own account, and who looked at one's data: read from the log, so that
//! nothing is told that was not recorded, and nothing recorded goes untold.

use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Thing};
use base::{Bilingual, EventId, Instant, Label, Level, PersonId};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use store::NewEvent;
use store::log::Entry;

/// Entries about a person that are read at most.
const ENTRIES_READ: usize = 300;
/// Days for which looks at one's data are listed.
const LOOK_DAYS: i64 = 31;
/// Seconds within which a second look of the same person is the same look.
const SAME_LOOK_SECONDS: i64 = 10 * 60;
/// The kind of an entry about a look at somebody's data.
const LOOKED: &str = "person-looked";

/// Events about an account that its person is told; a sign-in only from a new device or network.
pub const TOLD: [&str; 32] = [
    "signed-in",
    "codes-refused",
    "password-set",
    "password-changed",
    "password-reset-started",
    "factor-enrolled",
    "factor-replaced",
    "factor-removed",
    "factor-reset",
    "factor-recovery-started",
    "factor-recovery-refused",
    "factor-recovered",
    "recovery-codes-renewed",
    "recovery-code-used",
    "personal-data-exported",
    "identity-linked",
    "identity-unlinked",
    "token-created",
    "token-revoked",
    "membership-granted",
    "membership-ended",
    "clearance-set",
    "stand-in-named",
    "stand-in-ended",
    "emergency-answered",
    "emergency-opened",
    "emergency-closed",
    "address-asked",
    "address-changed",
    "address-dropped",
    "telephone-set",
    "telephone-dropped",
];

/// One thing that happened to an account.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its number in the log.
    pub seq: u64,
    pub at: Instant,
    pub kind: String,
    /// Who did it; nobody where it was not known who asked.
    pub by: Option<(PersonId, Bilingual)>,
    /// What browsers call themselves, where it was a sign-in.
    pub agent: String,
    pub network: String,
    /// `device` or `network` where it was a sign-in from a new one.
    pub new: String,
    /// The emergency that it is about, where it is about one.
    pub emergency: Option<base::EmergencyId>,
    /// Whether it happened since the person last said to have read.
    pub is_unread: bool,
}

/// One look at somebody's data.
#[derive(Clone, Debug)]
pub struct LookAtMe {
    pub at: Instant,
    pub by: Option<(PersonId, Bilingual)>,
    /// The view in which it was seen: `officer` or `colleague`.
    pub view: String,
}

/// The history of one's own account.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Newest first.
    pub notices: Vec<Notice>,
    /// Looks of the last month, newest first.
    pub looks: Vec<LookAtMe>,
}

impl City {
    /// What happened to one's own account, and who looked at one's data.
    pub fn own_history(&self, asker: &Asker) -> Result<History, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListOwnSessions, &Thing::own(person))?;
            let entries = store::log::entries_about(rx.tx, person, ENTRIES_READ)?;
            let since = rx.now.plus_seconds(-LOOK_DAYS * 86_400);
            let notices = entries.iter().filter_map(|(entry, read)| notice_of(entry, *read));
            let looks = entries
                .iter()
                .filter(|(entry, _)| entry.header.kind == LOOKED && entry.header.at >= since);
            let mut history = History {
                notices: notices.collect(),
                looks: looks.map(|(entry, _)| look_of(entry)).collect(),
            };
            let told = history.notices.iter().map(|notice| &notice.by);
            let people = told.chain(history.looks.iter().map(|look| &look.by));
            let people: Vec<PersonId> = people.flatten().map(|by| by.0).collect();
            let names = store::person::names_of(rx.tx, &people)?;
            for notice in &mut history.notices {
                name(&mut notice.by, &names);
            }
            for look in &mut history.looks {
                name(&mut look.by, &names);
            }
            Ok(history)
        })
    }

    /// Records that somebody looked at another's data, before it is shown.
    pub(crate) fn note_look_at(
        &self,
        looker: PersonId,
        person: PersonId,
        view: &'static str,
    ) -> Result<(), No> {
        self.note_about(
            LOOKED,
            (looker, person),
            A::LookAtPerson,
            serde_json::json!({ "view": view }),
        )
    }

    /// Records that something about a person was handed out.
    pub(crate) fn note_about(
        &self,
        kind: &'static str,
        (looker, person): (PersonId, PersonId),
        by: A,
        body: serde_json::Value,
    ) -> Result<(), No> {
        let now = self.now();
        let (id, act, salt) = self.with_chance(|chance| {
            (EventId::new(now, chance), base::ActId::new(now, chance), chance.bytes32())
        });
        let event = NewEvent {
            id,
            kind: kind.to_owned(),
            at: now,
            act,
            by: by.word(),
            actor: Some(looker),
            thing: person.to_string(),
            version: 0,
            owner: None,
            gate: Label::at(Level::Restricted).gate(),
            state: String::new(),
            salt,
            body,
        };
        self.store().write("note look at person", move |tx| {
            tx.record(event.clone());
            Ok(())
        })?;
        Ok(())
    }
}

/// Looks of the last minutes, so that reloading a page is one look. A restart forgets them, which
/// only records more.
#[derive(Default)]
pub(crate) struct RecentLooks(Mutex<BTreeMap<(PersonId, PersonId), Instant>>);

/// Looks remembered at most.
const LOOKS_KEPT_MAX: usize = 10_000;

impl RecentLooks {
    /// Whether this look was recorded a moment ago; if not, it counts as recorded from now on.
    pub(crate) fn is_same(&self, looker: PersonId, person: PersonId, now: Instant) -> bool {
        let mut known = self.0.lock();
        let since = now.plus_seconds(-SAME_LOOK_SECONDS);
        if known.get(&(looker, person)).is_some_and(|at| *at >= since) {
            return true;
        }
        if known.len() >= LOOKS_KEPT_MAX {
            known.retain(|_, at| *at >= since);
        }
        known.insert((looker, person), now);
        false
    }
}

/// What the person has not read yet, newest first, without names.
pub(crate) fn unread(rx: &mut Rx<'_, '_>, person: PersonId) -> Result<Vec<Notice>, Stop> {
    let entries = store::log::unread_of(rx.tx, person, ENTRIES_READ)?;
    Ok(entries.iter().filter_map(|entry| notice_of(entry, 0)).collect())
}

pub(crate) fn notice_of(entry: &Entry, read: u64) -> Option<Notice> {
    let header = &entry.header;
    if !TOLD.contains(&header.kind.as_str()) {
        return None;
    }
    let body = entry.body_json();
    let text = |name: &str| body[name].as_str().unwrap_or("").to_owned();
    if header.kind == "signed-in" && text("new").is_empty() {
        return None;
    }
    Some(Notice {
        seq: entry.seq,
        at: header.at,
        kind: header.kind.clone(),
        by: header.actor.map(|id| (id, Bilingual::default())),
        agent: text("agent"),
        network: text("network"),
        new: text("new"),
        emergency: base::EmergencyId::parse(&text("emergency")).ok(),
        is_unread: entry.seq > read,
    })
}

fn look_of(entry: &Entry) -> LookAtMe {
    LookAtMe {
        at: entry.header.at,
        by: entry.header.actor.map(|id| (id, Bilingual::default())),
        view: entry.body_json()["view"].as_str().unwrap_or("").to_owned(),
    }
}

fn name(by: &mut Option<(PersonId, Bilingual)>, names: &BTreeMap<PersonId, Bilingual>) {
    if let Some((id, name)) = by {
        *name = names.get(id).cloned().unwrap_or_default();
    }
}

/// Says that what happened to one's own account was read up to a moment.
#[derive(serde::Serialize)]
pub struct AcknowledgeNotices {
    /// The number of the newest that was shown; later ones stay unread.
    pub until: u64,
}

impl Act for AcknowledgeNotices {
    const ACT: A = A::AcknowledgeNotices;
    type Facts = PersonId;
    type Plan = PersonId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        Ok(cx.actor.person.ok_or_else(sign_in_required)?)
    }

    fn thing(&self, facts: &PersonId) -> Thing {
        Thing::own(*facts)
    }

    fn decide(&self, person: PersonId, _: &Cx<'_, '_>) -> Result<PersonId, Vec<base::Refusal>> {
        Ok(person)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        // Nobody reads ahead.
        let size = cx.city.store().committed().size();
        store::person::set_notices_seq(cx.tx, person, self.until.min(size))?;
        Ok(())
    }
}
