//! The life of a contract: drafted, offered, signed by one and by all, in force, performed or
//! broken, ended; amendments are later versions that everybody signs again.
//!
//! Invariant: a version binds only with the signature of every party under that version's digest,
//! given in the declared order; what binds goes on binding until a later version does, or the
//! contract ends.

use crate::flaw::{Flaw, Flaws};
use crate::kind::codes;
use crate::{Digest, Terms};
use base::{Instant, PersonId};

/// A contract with all its versions.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Contract {
    /// Keys of the parties by steps: all of a step sign before the next step may.
    pub order: Vec<Vec<String>>,
    pub versions: Vec<Version>,
    pub state: State,
}

/// A text that was drafted. Versions are never changed, and number themselves from 1.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Version {
    pub digest: Digest,
    pub at: Instant,
    pub by: String,
    /// Why it differs from the one before.
    pub why: String,
}

/// The state, with exactly its own data.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Draft,
    /// Offered, and perhaps signed by some.
    Offered {
        offer: Offer,
    },
    InForce {
        live: Live,
    },
    /// Somebody gave notice of a breach that is not cured.
    Breached {
        live: Live,
        notice: Notice,
    },
    Performed {
        bound: Bound,
        at: Instant,
    },
    Terminated {
        bound: Bound,
        at: Instant,
        ground: Ground,
    },
    /// Given up before it bound anybody.
    Abandoned {
        at: Instant,
        by: String,
        why: String,
    },
}

/// A version that waits for signatures.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Offer {
    pub version: u32,
    pub by: String,
    pub at: Instant,
    /// From this moment on nobody can sign it any more.
    pub until: Option<Instant>,
    pub signatures: Vec<Signature>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Signature {
    pub party: String,
    pub person: PersonId,
    pub digest: Digest,
    pub at: Instant,
}

/// What binds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bound {
    pub version: u32,
    pub since: Instant,
    pub signatures: Vec<Signature>,
}

/// A contract that binds, and what is under way about it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Live {
    pub bound: Bound,
    pub amendment: Option<Offer>,
    /// Parties that say all is done, and those that would end it by agreement.
    pub performed_by: Vec<String>,
    pub ended_by: Vec<String>,
}

/// A notice of breach.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Notice {
    pub by: String,
    pub against: String,
    /// The clause or milestone, and what is wrong.
    pub what: String,
    pub at: Instant,
    /// Until then it can be cured; from then on whoever gave notice may end the contract.
    pub cure_until: Instant,
}

codes! {
    /// Why a contract ended before it was performed.
    Ground {
        /// All parties agreed.
        Agreement = "agreement",
        /// A breach was not cured.
        Breach = "breach",
        /// A case the law or the contract names, such as force majeure; the reason is recorded.
        Law = "law",
    }
}

/// Something a party, an officer or the timer does.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A new version: of the draft, or as a draft of an amendment.
    Revise {
        by: String,
        digest: Digest,
        why: String,
    },
    Offer {
        by: String,
        until: Option<Instant>,
    },
    Sign {
        party: String,
        person: PersonId,
        digest: Digest,
    },
    /// A party does not sign; the text goes back to draft, or the amendment falls.
    Refuse {
        party: String,
        why: String,
    },
    /// Whoever offered takes it back.
    Withdraw {
        party: String,
        why: String,
    },
    /// The timer: the offer's time is over.
    Lapse,
    Abandon {
        party: String,
        why: String,
    },
    Perform {
        party: String,
    },
    Notify {
        by: String,
        against: String,
        what: String,
        cure_until: Instant,
    },
    /// Whoever gave notice says that it is cured.
    Settle {
        by: String,
    },
    /// A breach that was not cured ends it by whoever gave notice; agreement needs everybody.
    End {
        by: String,
        ground: Ground,
        why: String,
    },
}

/// Who has to sign, and whether it is that party's turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub party: String,
    /// From 1.
    pub step: usize,
    pub is_turn: bool,
}

/// Versions of one contract at most.
pub const VERSIONS_MAX: usize = 1_000;

impl Contract {
    /// A first draft. The order names every party once; an empty one is all parties at once.
    ///
    /// Errors: an order with strangers, with a party twice, or without one.
    pub fn draft(
        terms: &Terms,
        order: Vec<Vec<String>>,
        digest: Digest,
        by: &str,
        now: Instant,
    ) -> Result<Self, Vec<Flaw>> {
        let keys: Vec<&str> = terms.parties.iter().map(|it| it.key.as_str()).collect();
        let order = match order.is_empty() {
            true => vec![keys.iter().map(|key| (*key).to_owned()).collect()],
            false => order,
        };
        let named: Vec<&String> = order.iter().flatten().collect();
        let mut flaws = Flaws::default();
        for (n, key) in named.iter().enumerate() {
            flaws.when(!keys.contains(&key.as_str()), format!("order.{n}"), "unknown");
            flaws.when(named[..n].contains(key), format!("order.{n}"), "twice");
        }
        let is_named = |key: &&str| named.iter().any(|it| it == key);
        flaws.when(!keys.iter().all(is_named), "order", "absent");
        flaws.when(order.iter().any(Vec::is_empty), "order", "empty-step");
        flaws.when(!keys.contains(&by), "by", "unknown");
        let first = Version { digest, at: now, by: by.to_owned(), why: String::new() };
        flaws.or(Self { order, versions: vec![first], state: State::Draft })
    }

    /// The state's name.
    pub fn code(&self) -> &'static str {
        match &self.state {
            State::Draft => "draft",
            State::Offered { offer } if offer.signatures.is_empty() => "offered",
            State::Offered { .. } => "partly-signed",
            State::InForce { .. } => "in-force",
            State::Breached { .. } => "breached",
            State::Performed { .. } => "performed",
            State::Terminated { .. } => "terminated",
            State::Abandoned { .. } => "abandoned",
        }
    }

    /// The version that binds, or bound until the end.
    pub fn bound(&self) -> Option<&Bound> {
        match &self.state {
            State::InForce { live } | State::Breached { live, .. } => Some(&live.bound),
            State::Performed { bound, .. } | State::Terminated { bound, .. } => Some(bound),
            _ => None,
        }
    }

    /// The offer that is open: of the contract or of an amendment.
    pub fn offer(&self) -> Option<&Offer> {
        match &self.state {
            State::Offered { offer } => Some(offer),
            State::InForce { live } | State::Breached { live, .. } => live.amendment.as_ref(),
            _ => None,
        }
    }

    /// A version by its number.
    pub fn version(&self, number: u32) -> Option<&Version> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.versions.get(at)
    }

    /// The number of the last version.
    pub fn latest(&self) -> u32 {
        u32::try_from(self.versions.len()).expect("versions are bounded")
    }

    /// Who still has to sign what is offered, in the order of signing.
    pub fn awaited(&self) -> Vec<Awaited> {
        let Some(offer) = self.offer() else { return Vec::new() };
        let has_signed = |party: &String| offer.signatures.iter().any(|it| it.party == *party);
        let turn = self.order.iter().position(|step| !step.iter().all(has_signed));
        let mut awaited = Vec::new();
        for (n, step) in self.order.iter().enumerate() {
            let open = step.iter().filter(|party| !has_signed(party));
            awaited.extend(open.map(|party| Awaited {
                party: party.clone(),
                step: n + 1,
                is_turn: turn == Some(n),
            }));
        }
        awaited
    }

    /// The contract after a step, or every reason why not.
    pub fn take(&self, step: &Step, now: Instant) -> Result<Self, Vec<Flaw>> {
        let mut next = self.clone();
        match step {
            Step::Revise { by, digest, why } => next.revise(by, *digest, why, now)?,
            Step::Offer { by, until } => next.make_offer(by, *until, now)?,
            Step::Sign { party, person, digest } => next.sign(party, *person, *digest, now)?,
            Step::Refuse { party, why } => {
                next.knows(party, "party")?;
                said(why)?;
                next.drop_offer(|_| true)?;
            }
            Step::Withdraw { party, why } => {
                next.knows(party, "party")?;
                said(why)?;
                next.drop_offer(|offer| offer.by == *party)?;
            }
            Step::Lapse => next.drop_offer(|offer| offer.until.is_some_and(|it| it <= now))?,
            Step::Abandon { party, why } => {
                next.knows(party, "party")?;
                said(why)?;
                if !matches!(next.state, State::Draft) {
                    return Err(unfit("state"));
                }
                next.state = State::Abandoned { at: now, by: party.clone(), why: why.clone() };
            }
            Step::Perform { party } => next.perform(party, now)?,
            Step::Notify { by, against, what, cure_until } => {
                next.notify(by, against, what, *cure_until, now)?;
            }
            Step::Settle { by } => next.settle(by)?,
            Step::End { by, ground, why } => next.end(by, *ground, why, now)?,
        }
        Ok(next)
    }

    fn parties(&self) -> impl Iterator<Item = &String> {
        self.order.iter().flatten()
    }

    fn knows(&self, party: &str, field: &str) -> Result<(), Vec<Flaw>> {
        let is_known = self.parties().any(|it| it == party);
        if is_known { Ok(()) } else { Err(one(field, "unknown")) }
    }

    fn live(&mut self) -> Option<&mut Live> {
        match &mut self.state {
            State::InForce { live } | State::Breached { live, .. } => Some(live),
            _ => None,
        }
    }

    fn revise(
        &mut self,
        by: &str,
        digest: Digest,
        why: &str,
        now: Instant,
    ) -> Result<(), Vec<Flaw>> {
        self.knows(by, "by")?;
        let mut flaws = Flaws::default();
        let is_open = matches!(self.state, State::Draft) || self.live().is_some();
        flaws.when(!is_open || self.offer().is_some(), "state", "unfit");
        flaws.when(why.trim().is_empty(), "why", "absent");
        let is_same = self.versions.last().is_some_and(|it| it.digest == digest);
        flaws.when(is_same, "digest", "same");
        flaws.when(self.versions.len() >= VERSIONS_MAX, "versions", "too-many");
        flaws.or(())?;
        self.versions.push(Version { digest, at: now, by: by.to_owned(), why: why.to_owned() });
        Ok(())
    }

    fn make_offer(
        &mut self,
        by: &str,
        until: Option<Instant>,
        now: Instant,
    ) -> Result<(), Vec<Flaw>> {
        self.knows(by, "by")?;
        if until.is_some_and(|it| it <= now) {
            return Err(one("until", "out-of-order"));
        }
        let version = self.latest();
        let offer = Offer { version, by: by.to_owned(), at: now, until, signatures: Vec::new() };
        match &mut self.state {
            State::Draft => self.state = State::Offered { offer },
            State::InForce { live } | State::Breached { live, .. } => {
                // What binds already is nothing to sign again.
                if live.amendment.is_some() || live.bound.version >= version {
                    return Err(unfit("state"));
                }
                live.amendment = Some(offer);
            }
            _ => return Err(unfit("state")),
        }
        Ok(())
    }

    fn sign(
        &mut self,
        party: &str,
        person: PersonId,
        digest: Digest,
        now: Instant,
    ) -> Result<(), Vec<Flaw>> {
        let Some(offer) = self.offer() else { return Err(unfit("state")) };
        let mut flaws = Flaws::default();
        flaws.when(!self.parties().any(|it| it == party), "party", "unknown");
        let is_over = offer.until.is_some_and(|it| it <= now);
        flaws.when(is_over, "offer", "lapsed");
        let offered = self.version(offer.version).map(|it| it.digest);
        flaws.when(offered != Some(digest), "digest", "another-text");
        let signed = |test: &dyn Fn(&Signature) -> bool| offer.signatures.iter().any(test);
        flaws.when(signed(&|it| it.party == party), "party", "signed-already");
        // One person cannot promise to itself on behalf of two.
        flaws.when(signed(&|it| it.person == person), "person", "signs-for-another");
        let awaited = self.awaited();
        let is_early = awaited.iter().any(|it| it.party == party && !it.is_turn);
        flaws.when(is_early, "party", "not-its-turn");
        flaws.or(())?;
        let is_last = awaited.len() == 1;
        let signature = Signature { party: party.to_owned(), person, digest, at: now };
        self.add(signature, is_last, now);
        Ok(())
    }

    fn add(&mut self, signature: Signature, is_last: bool, now: Instant) {
        let bind = |offer: Offer| Bound {
            version: offer.version,
            since: now,
            signatures: offer.signatures,
        };
        match &mut self.state {
            State::Offered { offer } => {
                offer.signatures.push(signature);
                if is_last {
                    let bound = bind(offer.clone());
                    let none = Vec::new;
                    let live =
                        Live { bound, amendment: None, performed_by: none(), ended_by: none() };
                    self.state = State::InForce { live };
                }
            }
            State::InForce { live } | State::Breached { live, .. } => {
                let Some(offer) = &mut live.amendment else { return };
                offer.signatures.push(signature);
                if is_last {
                    live.bound = bind(offer.clone());
                    live.amendment = None;
                    // What was said of the old text was not said of this one.
                    live.performed_by.clear();
                    live.ended_by.clear();
                }
            }
            _ => {}
        }
    }

    fn drop_offer(&mut self, may: impl Fn(&Offer) -> bool) -> Result<(), Vec<Flaw>> {
        let Some(offer) = self.offer() else { return Err(unfit("state")) };
        if !may(offer) {
            return Err(unfit("offer"));
        }
        match self.live() {
            Some(live) => live.amendment = None,
            None => self.state = State::Draft,
        }
        Ok(())
    }

    fn perform(&mut self, party: &str, now: Instant) -> Result<(), Vec<Flaw>> {
        self.knows(party, "party")?;
        let n_parties = self.parties().count();
        let State::InForce { live } = &mut self.state else { return Err(unfit("state")) };
        if live.performed_by.iter().any(|it| it == party) {
            return Err(one("party", "said-already"));
        }
        live.performed_by.push(party.to_owned());
        if live.performed_by.len() == n_parties {
            let bound = live.bound.clone();
            self.state = State::Performed { bound, at: now };
        }
        Ok(())
    }

    fn notify(
        &mut self,
        by: &str,
        against: &str,
        what: &str,
        cure_until: Instant,
        now: Instant,
    ) -> Result<(), Vec<Flaw>> {
        self.knows(by, "by")?;
        self.knows(against, "against")?;
        let State::InForce { live } = &self.state else { return Err(unfit("state")) };
        let mut flaws = Flaws::default();
        flaws.when(by == against, "against", "same");
        flaws.when(what.trim().is_empty(), "what", "absent");
        flaws.when(cure_until < now, "cure_until", "out-of-order");
        flaws.or(())?;
        let notice = Notice {
            by: by.to_owned(),
            against: against.to_owned(),
            what: what.to_owned(),
            at: now,
            cure_until,
        };
        self.state = State::Breached { live: live.clone(), notice };
        Ok(())
    }

    fn settle(&mut self, by: &str) -> Result<(), Vec<Flaw>> {
        let State::Breached { live, notice } = &self.state else { return Err(unfit("state")) };
        if notice.by != by {
            return Err(one("by", "not-the-notifier"));
        }
        self.state = State::InForce { live: live.clone() };
        Ok(())
    }

    fn end(&mut self, by: &str, ground: Ground, why: &str, now: Instant) -> Result<(), Vec<Flaw>> {
        self.knows(by, "by")?;
        said(why)?;
        let n_parties = self.parties().count();
        let notice = match &self.state {
            State::Breached { notice, .. } => Some(notice.clone()),
            _ => None,
        };
        let Some(live) = self.live() else { return Err(unfit("state")) };
        match ground {
            Ground::Breach => {
                let mut flaws = Flaws::default();
                let is_none = notice.is_none();
                flaws.when(is_none, "state", "unfit");
                let is_other = notice.as_ref().is_some_and(|it| it.by != by);
                flaws.when(is_other, "by", "not-the-notifier");
                let is_early = notice.as_ref().is_some_and(|it| now < it.cure_until);
                flaws.when(is_early, "cure_until", "not-over");
                flaws.or(())?;
            }
            Ground::Agreement => {
                if live.ended_by.iter().any(|it| it == by) {
                    return Err(one("by", "said-already"));
                }
                live.ended_by.push(by.to_owned());
                if live.ended_by.len() < n_parties {
                    return Ok(());
                }
            }
            Ground::Law => {}
        }
        let bound = live.bound.clone();
        self.state = State::Terminated { bound, at: now, ground };
        Ok(())
    }
}

fn one(field: &str, code: &'static str) -> Vec<Flaw> {
    vec![Flaw { field: field.to_owned(), code }]
}

fn unfit(field: &str) -> Vec<Flaw> {
    one(field, "unfit")
}

fn said(why: &str) -> Result<(), Vec<Flaw>> {
    if why.trim().is_empty() { Err(one("why", "absent")) } else { Ok(()) }
}
