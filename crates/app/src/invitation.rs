//! Invitations into an organisation, as whoever gets one meets them: a link, and a password.
//!
//! Invariant: a link alone opens nothing. Where the address has an account, that account's password
//! belongs to it; where it has none, the holder of the link says who it is and chooses one.

use crate::account::{hash_for, verifies};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::colleague::living;
use crate::person::{event, is_machinery};
use crate::secret::digest;
use access::{Act as A, Role, Thing};
use base::{
    Bilingual, Class, Instant, MembershipId, OrganisationId, PersonId, Refusal, limits, text,
};
use parties::{Person, PersonState, session};
use store::colleague::Invitation;
use store::person::{FOR_EVER, Membership};
use store::{Hold, StoreError};

/// Accepts an invitation: with the password of the account that the address has, or with a new one.
#[derive(serde::Serialize)]
pub struct AcceptInvitation {
    #[serde(skip)]
    link_secret: String,
    /// Asked of those who have no account yet.
    #[serde(skip)]
    name: Bilingual,
    #[serde(skip)]
    password: String,
    #[serde(skip)]
    hashed: String,
    #[serde(skip)]
    checked: Option<(String, bool)>,
}

impl AcceptInvitation {
    /// The act of a link, a name and a password.
    pub fn new(link_secret: &str, name: Bilingual, password: &str) -> Self {
        Self {
            link_secret: link_secret.to_owned(),
            name,
            password: password.to_owned(),
            hashed: String::new(),
            checked: None,
        }
    }

    fn bucket(&self) -> String {
        digest(&format!("invitation {}", self.link_secret))
    }
}

/// What accepting needs to know.
pub struct Accepting {
    invitation: Invitation,
    known: Option<(Person, String)>,
    places: Vec<(OrganisationId, Role)>,
    shut_until: Instant,
}

/// Who accepted.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Accepted {
    pub person: PersonId,
    pub organisation: OrganisationId,
}

fn link_gone() -> Refusal {
    Refusal::new(Class::Refused, "link-gone")
}

impl Act for AcceptInvitation {
    const ACT: A = A::AcceptInvitation;
    type Facts = Accepting;
    type Plan = (Invitation, Option<PersonId>, Bilingual);
    type Outcome = Accepted;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(digest(&self.link_secret))]
    }

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let kept = city.store().read(|tx| {
            let found = store::colleague::by_secret(tx, &digest(&self.link_secret))?;
            let Some(it) = found else { return Ok(None) };
            Ok(store::person::by_email(tx, &it.email)?.map(|(_, hash)| hash))
        })?;
        match kept {
            Some(kept) => {
                let is_right = verifies(city, &self.password, &kept);
                self.checked = Some((kept, is_right));
            }
            None => self.hashed = hash_for(city, &self.password)?,
        }
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Accepting, Stop> {
        let found = store::colleague::by_secret(cx.tx, &digest(&self.link_secret))?;
        let live = found.filter(|it| cx.now < it.ends_at && !it.is_accepted);
        let invitation = live.ok_or_else(link_gone)?;
        living(cx, invitation.organisation).map_err(|_| Stop::from(link_gone()))?;
        let (_, shut_until) = store::person::attempts(cx.tx, &self.bucket())?;
        let known = store::person::by_email(cx.tx, &invitation.email)?;
        let places = match &known {
            Some((person, _)) => store::person::roles(cx.tx, person.id, cx.now)?,
            None => Vec::new(),
        };
        let places = places.into_iter().map(|(_, at, role)| (at, role)).collect();
        Ok(Accepting { invitation, known, places, shut_until })
    }

    fn thing(&self, _: &Accepting) -> Thing {
        Thing::open()
    }

    fn decide(&self, it: Accepting, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if cx.now < it.shut_until {
            let seconds = it.shut_until.seconds_since(cx.now) + 1;
            return Err(vec![Refusal::new(Class::TooMany, "too-many").number("seconds", seconds)]);
        }
        let Some((person, kept)) = it.known else {
            return self.newcomer(it.invitation);
        };
        let is_right = self.checked.as_ref().is_some_and(|(hash, is)| *is && *hash == kept);
        if !is_right {
            return Err(vec![Refusal::invalid("invitation-password-wrong").on("password")]);
        }
        if person.state != PersonState::Active {
            return Err(vec![link_gone()]);
        }
        if it.places.contains(&(it.invitation.organisation, it.invitation.role)) {
            return Err(vec![Refusal::new(Class::Conflict, "membership-exists")]);
        }
        if it.places.iter().any(|(_, role)| is_machinery(*role)) {
            return Err(vec![Refusal::new(Class::Refused, "membership-roles-separate")]);
        }
        Ok((it.invitation, Some(person.id), person.name))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Accepted, Stop> {
        let (invitation, known, name) = plan;
        let person = match known {
            Some(person) => person,
            None => self.add_person(cx, &invitation, name)?,
        };
        let place = Membership {
            id: cx.city.with_chance(|chance| MembershipId::new(cx.now, chance)),
            person,
            organisation: invitation.organisation,
            role: invitation.role,
            until_at: FOR_EVER,
        };
        store::person::add_membership(cx.tx, &place, &invitation.invited_by, cx.now)?;
        let organisation = invitation.organisation;
        let body =
            serde_json::json!({ "role": invitation.role.word(), "organisation": organisation });
        event(cx, "membership-granted", person, body);
        store::colleague::accept(cx.tx, invitation.id)?;
        Ok(Accepted { person, organisation })
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        if !reasons.iter().any(|refusal| refusal.code == "invitation-password-wrong") {
            return Ok(());
        }
        let bucket = self.bucket();
        let (n_wrong, _) = store::person::attempts(cx.tx, &bucket)?;
        let pause = session::pause_seconds(n_wrong + 1);
        store::person::count_attempt(cx.tx, &bucket, cx.now.plus_seconds(pause))
    }
}

impl AcceptInvitation {
    fn newcomer(
        &self,
        invitation: Invitation,
    ) -> Result<(Invitation, Option<PersonId>, Bilingual), Vec<Refusal>> {
        let mut problems = Vec::new();
        let mut side = |typed: &str| {
            text::line("name", typed, limits::NAME_CHARS_MAX).unwrap_or_else(|no| {
                problems.push(no);
                String::new()
            })
        };
        let name = Bilingual::new(side(&self.name.en), side(&self.name.zh));
        if name.is_empty() {
            let missing = Refusal::invalid("field-required").on("name");
            problems.push(missing.term("field", "field-name"));
        }
        let known = [invitation.email.as_str(), &self.name.en, &self.name.zh];
        problems.extend(parties::password::check(&self.password, &known).err());
        if self.hashed.is_empty() && problems.is_empty() {
            // The account was shut or erased between the two looks: the link tells what is now.
            problems.push(link_gone());
        }
        if problems.is_empty() { Ok((invitation, None, name)) } else { Err(problems) }
    }

    fn add_person(
        &self,
        cx: &mut Cx<'_, '_>,
        invitation: &Invitation,
        name: Bilingual,
    ) -> Result<PersonId, Stop> {
        let id = cx.city.with_chance(|chance| PersonId::new(cx.now, chance));
        let person = Person {
            id,
            email: invitation.email.clone(),
            name,
            lang: invitation.lang,
            state: PersonState::Active,
            invented: store::city::find(cx.tx)?.is_some_and(|city| city.demo),
            version: 1,
            created_at: cx.now,
        };
        store::person::add(cx.tx, &person, &self.hashed)?;
        event(cx, "person-created", id, serde_json::json!({ "role": invitation.role.word() }));
        Ok(id)
    }
}

/// What whoever opens an invitation sees.
pub struct InvitationView {
    pub organisation: Bilingual,
    pub email: String,
    pub role: Role,
    pub ends_at: Instant,
    /// Whether the address has an account already: its password counts then.
    pub has_account: bool,
}

impl City {
    /// What a link is about. Looking uses nothing up.
    pub fn invitation_of_link(&self, asker: &Asker, secret: &str) -> Result<InvitationView, No> {
        self.read(asker, |rx| {
            rx.may(A::AcceptInvitation, &Thing::open())?;
            let found = store::colleague::by_secret(rx.tx, &digest(secret))?;
            let now = rx.now;
            let live = found.filter(|it| now < it.ends_at && !it.is_accepted);
            let it = live.ok_or_else(link_gone)?;
            let organisation = store::organisation::find(rx.tx, it.organisation)?;
            let organisation = organisation.ok_or_else(link_gone)?;
            let has_account = store::person::by_email(rx.tx, &it.email)?.is_some();
            Ok(InvitationView {
                organisation: organisation.profile.name,
                email: it.email,
                role: it.role,
                ends_at: it.ends_at,
                has_account,
            })
        })
    }
}
