//! The acts: sign in by an identity, link one, unlink one, use an invitation with one.

use super::{Errand, IDENTITIES_MAX, Identity, Proven};
use crate::account::{Entered, person_event, sign_in_required};
use crate::act::{Act, Cx, Stop};
use crate::asker::{Asker, Who};
use crate::sign_in::{Opening, browser_line, open_half, open_session};
use access::{Act as A, Thing};
use base::{Class, IdentityId, Instant, PersonId, Refusal};
use parties::{Person, PersonState};
use serde_json::json;
use store::{StoreError, Tx};

/// Signs a person in by an identity that is linked to them.
#[derive(serde::Serialize)]
pub struct SignInByIdentity {
    #[serde(skip)]
    proven: Proven,
    agent: String,
}

impl SignInByIdentity {
    /// The act of somebody whom a provider vouched for, on this browser.
    pub fn new(proven: Proven, agent: &str) -> Self {
        Self { proven, agent: browser_line(agent) }
    }
}

/// Whose identity it is, and whether that person has a second factor here.
type Linked = Option<(Identity, bool)>;

impl Act for SignInByIdentity {
    const ACT: A = A::SignIn;
    type Facts = Linked;
    type Plan = (Identity, bool);
    type Outcome = Entered;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Linked, Stop> {
        let (issuer, subject) = (&self.proven.issuer, &self.proven.subject);
        let Some(found) = store::identity::of_subject(cx.tx, issuer, subject)? else {
            return Ok(None);
        };
        let person = store::person::find(cx.tx, found.person)?;
        if person.is_none_or(|person| person.state != PersonState::Active) {
            return Ok(None);
        }
        let has_factor = store::factor::find(cx.tx, found.person)?.is_some();
        Ok(Some((found, has_factor)))
    }

    fn thing(&self, _: &Linked) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Linked, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        // An account that is shut looks like one that never was.
        facts.ok_or_else(|| vec![Refusal::new(Class::Refused, "identity-unknown")])
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Entered, Stop> {
        let (identity, has_factor) = plan;
        store::identity::note_use(cx.tx, identity.id, cx.now)?;
        if has_factor && !self.proven.has_factor {
            return Ok(Entered::HalfWay(open_half(cx, identity.person, &self.agent)?));
        }
        let opening = Opening {
            person: identity.person,
            agent: &self.agent,
            has_factor: self.proven.has_factor,
            fresh_at: self.proven.fresh_at,
        };
        Ok(Entered::In(open_session(cx, &opening)?))
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        if reasons.iter().any(|refusal| refusal.code == "identity-unknown") {
            let body = json!({ "network": cx.network, "issuer": self.proven.issuer });
            person_event(cx, "sign-in-refused", cx.act.to_string(), body);
        }
        Ok(())
    }
}

/// Links an identity to the person who asks.
#[derive(serde::Serialize)]
pub struct LinkIdentity {
    #[serde(skip)]
    who: Who,
    #[serde(skip)]
    errand: Errand,
    #[serde(skip)]
    proven: Proven,
}

/// An identity that is linked.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct IdentityLinked {
    pub identity: IdentityId,
}

impl LinkIdentity {
    /// The act of the session that sent its browser away for this, and of what it brought back.
    pub fn new(asker: &Asker, errand: Errand, proven: Proven) -> Self {
        Self { who: asker.who, errand, proven }
    }
}

/// What linking has to know.
pub struct LinkFacts {
    person: PersonId,
    /// Who has this identity already.
    taken_by: Option<PersonId>,
    n_linked: usize,
}

impl Act for LinkIdentity {
    const ACT: A = A::LinkIdentity;
    type Facts = LinkFacts;
    type Plan = PersonId;
    type Outcome = IdentityLinked;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<LinkFacts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let (issuer, subject) = (&self.proven.issuer, &self.proven.subject);
        let taken = store::identity::of_subject(cx.tx, issuer, subject)?;
        let n_linked = store::identity::of_person(cx.tx, person)?.len();
        Ok(LinkFacts { person, taken_by: taken.map(|taken| taken.person), n_linked })
    }

    fn thing(&self, facts: &LinkFacts) -> Thing {
        Thing::own(facts.person)
    }

    fn decide(&self, facts: LinkFacts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        let mut problems = Vec::new();
        // The session that was sent away is the one that is back: nobody links into another's.
        let is_same = matches!(&self.errand, Errand::Link { person, session }
            if *person == facts.person && super::is_session(self.who, *session));
        if !is_same {
            problems.push(Refusal::new(Class::Refused, "identity-failed"));
        }
        problems.extend(taken(facts.taken_by, Some(facts.person)));
        if facts.n_linked >= IDENTITIES_MAX {
            let most = i64::try_from(IDENTITIES_MAX).unwrap_or(i64::MAX);
            problems.push(Refusal::new(Class::Refused, "identity-many").number("most", most));
        }
        if problems.is_empty() { Ok(facts.person) } else { Err(problems) }
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<IdentityLinked, Stop> {
        link(cx, person, &self.proven, false)
    }
}

/// What is said where an identity is somebody's already: never whose.
fn taken(by: Option<PersonId>, own: Option<PersonId>) -> Option<Refusal> {
    let by = by?;
    let code = if Some(by) == own { "identity-linked-already" } else { "identity-taken" };
    Some(Refusal::new(Class::Conflict, code))
}

fn link(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    proven: &Proven,
    by_invitation: bool,
) -> Result<IdentityLinked, Stop> {
    let id = cx.city.with_chance(|chance| IdentityId::new(cx.now, chance));
    let identity = Identity {
        id,
        person,
        issuer: proven.issuer.clone(),
        subject: proven.subject.clone(),
        shown: proven.shown.clone(),
        linked_at: cx.now,
        used_at: Instant::from_micros(0),
    };
    store::identity::add(cx.tx, &identity)?;
    let body = json!({
        "identity": id, "issuer": proven.issuer, "by_invitation": by_invitation,
    });
    person_event(cx, "identity-linked", person.to_string(), body);
    Ok(IdentityLinked { identity: id })
}

/// Unlinks one's own identity; other sessions end.
#[derive(serde::Serialize)]
pub struct UnlinkIdentity {
    pub identity: IdentityId,
    #[serde(skip)]
    who: Who,
}

impl UnlinkIdentity {
    /// The act of this asker.
    pub fn new(asker: &Asker, identity: IdentityId) -> Self {
        Self { identity, who: asker.who }
    }
}

/// What unlinking has to know.
pub struct UnlinkFacts {
    identity: Identity,
    /// Whether somebody could still sign in afterwards.
    has_another_way: bool,
}

impl Act for UnlinkIdentity {
    const ACT: A = A::UnlinkIdentity;
    type Facts = UnlinkFacts;
    type Plan = Identity;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<UnlinkFacts, Stop> {
        let found = store::identity::find(cx.tx, self.identity)?;
        // Somebody else's looks like none.
        let is_own = |found: &Identity| Some(found.person) == cx.actor.person;
        let identity = found.filter(is_own).ok_or_else(Refusal::not_found)?;
        let kept = store::person::password(cx.tx, identity.person)?;
        let others = store::identity::of_person(cx.tx, identity.person)?;
        // An identity of a provider that is no longer set up opens nothing.
        let opens = |other: &Identity| {
            let provider = cx.city.settings().identities.of_issuer(&other.issuer);
            other.id != identity.id && provider.is_some()
        };
        let has_another_way = kept.is_some_and(|kept| !kept.is_empty()) || others.iter().any(opens);
        Ok(UnlinkFacts { identity, has_another_way })
    }

    fn thing(&self, facts: &UnlinkFacts) -> Thing {
        Thing::own(facts.identity.person)
    }

    fn decide(&self, facts: UnlinkFacts, _: &Cx<'_, '_>) -> Result<Identity, Vec<Refusal>> {
        if facts.has_another_way {
            return Ok(facts.identity);
        }
        Err(vec![Refusal::new(Class::Refused, "identity-last")])
    }

    fn save(&self, identity: Identity, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        store::identity::unlink(cx.tx, identity.id)?;
        let but = match self.who {
            Who::Session(id) => Some(id),
            _ => None,
        };
        store::session::end_all(cx.tx, identity.person, but, cx.now)?;
        let body = json!({ "identity": identity.id, "issuer": identity.issuer });
        person_event(cx, "identity-unlinked", identity.person.to_string(), body);
        Ok(())
    }
}

/// The person of a one-time link that can be used without a password: an invitation, while it
/// lasts. Whoever has a password already resets that.
pub(super) fn invited(
    tx: &mut Tx<'_>,
    link: &str,
    now: Instant,
) -> Result<Option<Person>, StoreError> {
    let Some((id, ends_at)) = store::person::find_link(tx, link)? else { return Ok(None) };
    let person = store::person::find(tx, id)?;
    Ok(person.filter(|person| person.state == PersonState::Invited && now < ends_at))
}

/// Uses an invitation by linking an identity instead of setting a password, and signs in.
#[derive(serde::Serialize)]
pub struct AcceptByIdentity {
    #[serde(skip)]
    link: String,
    #[serde(skip)]
    proven: Proven,
    agent: String,
}

impl AcceptByIdentity {
    /// The act of the digest of a link, and of what the browser brought back.
    pub fn new(link: String, proven: Proven, agent: &str) -> Self {
        Self { link, proven, agent: browser_line(agent) }
    }
}

impl Act for AcceptByIdentity {
    const ACT: A = A::SetPassword;
    type Facts = (Person, Option<PersonId>);
    type Plan = PersonId;
    type Outcome = Entered;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let gone = || Refusal::new(Class::Refused, "link-gone");
        let person = invited(cx.tx, &self.link, cx.now)?.ok_or_else(gone)?;
        let (issuer, subject) = (&self.proven.issuer, &self.proven.subject);
        let taken = store::identity::of_subject(cx.tx, issuer, subject)?;
        Ok((person, taken.map(|taken| taken.person)))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        match taken(facts.1, None) {
            Some(refusal) => Err(vec![refusal]),
            None => Ok(facts.0.id),
        }
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<Entered, Stop> {
        store::person::set_state(cx.tx, person, PersonState::Active)?;
        store::person::drop_links(cx.tx, person)?;
        link(cx, person, &self.proven, true)?;
        let opening = Opening {
            person,
            agent: &self.agent,
            has_factor: self.proven.has_factor,
            fresh_at: self.proven.fresh_at,
        };
        Ok(Entered::In(open_session(cx, &opening)?))
    }
}
