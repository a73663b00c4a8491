//! People: invited, given a place and a clearance, disabled. Nobody decides about themselves.

use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::{Asker, Who};
use crate::city::City;
use crate::mail::{self, Letter, To};
use crate::secret::Secret;
use access::{Act as A, Role, Thing};
use base::{
    Bilingual, Class, Clearance, Instant, Label, Lang, Level, MembershipId, OrganisationId,
    PersonId, Refusal, SessionId, limits, text,
};
use parties::factor::Policy;
use parties::{Person, PersonState, session};
use std::collections::BTreeSet;
use store::person::{FOR_EVER, Membership};
use store::who::{By, Found};
use store::{Hold, StoreError, Tx};

/// A person with roles, as an administrator or the person sees them.
pub struct View {
    pub person: Person,
    pub roles: Vec<(MembershipId, OrganisationId, Bilingual, Role)>,
    pub clearance: Option<Clearance>,
    pub may_administer: bool,
    pub has_factor: bool,
}

/// Who is signed in, for the top bar and the desk.
#[derive(Clone, Debug)]
pub struct Me {
    pub person: Person,
    pub roles: Vec<(OrganisationId, Bilingual, Role)>,
    pub actor: access::Actor,
}

impl City {
    /// Who this is, if anybody.
    pub fn me(&self, asker: &Asker) -> Result<Option<Me>, No> {
        let by = match asker.who {
            Who::Nobody => return Ok(None),
            Who::Person(id) => By::Person(id),
            Who::Session(id) => By::Session(id),
            Who::Token(id) => By::Token(id),
        };
        let now = self.now();
        let found = self.store().read(|tx| store::who::find(tx, by, now))?;
        Ok(found.and_then(|found| me_of(found, now, self.settings().second_factor)))
    }

    /// Finds out who asks once for a whole request: the asker with a snapshot for its readings.
    ///
    /// `None` where the secret opens nothing, or nothing any more.
    pub fn identify(
        &self,
        asker: Asker,
        shown: Shown<'_>,
    ) -> Result<Option<(Asker, Option<Me>)>, No> {
        let digest;
        let by = match shown {
            Shown::Nothing => {
                let snapshot = Some(access::Actor::anonymous());
                return Ok(Some((Asker { who: Who::Nobody, snapshot, ..asker }, None)));
            }
            Shown::Session(secret) => {
                digest = crate::secret::digest(secret);
                By::SessionSecret(&digest)
            }
            Shown::Opened(id) => By::Session(id),
            Shown::Token(secret) => {
                digest = crate::secret::digest(secret);
                By::TokenSecret(&digest)
            }
        };
        let now = self.now();
        let found = self.store().read(|tx| store::who::find(tx, by, now))?;
        let active = found.filter(|found| found.person.state == PersonState::Active);
        let Some(found) = active else { return Ok(None) };
        let (session, token) = (found.session.clone(), found.token.clone());
        let Some(me) = me_of(found, now, self.settings().second_factor) else { return Ok(None) };
        let who = match (&session, &token) {
            (Some(session), _) => Who::Session(session.id),
            (_, Some(token)) => Who::Token(token.id),
            _ => Who::Nobody,
        };
        // Only what lives is noted as seen: a session that was idle for too long stays ended.
        self.note_use(session.as_ref(), token.as_ref(), now);
        Ok(Some((Asker { who, snapshot: Some(me.actor.clone()), ..asker }, Some(me))))
    }

    /// One person.
    ///
    /// That somebody else looked is recorded before this returns, once in ten minutes.
    pub fn person(&self, asker: &Asker, id: PersonId) -> Result<View, No> {
        let (found, look) = self.read(asker, |rx| {
            let looker = rx.actor.person.ok_or_else(sign_in_required)?;
            let found = store::who::person(rx.tx, id)?;
            let (person, clearance) = found.ok_or_else(Refusal::not_found)?;
            let roles = store::person::named_roles(rx.tx, id, rx.now)?;
            let owner = roles.first().map(|(_, organisation, ..)| *organisation);
            let thing = Thing { owner, person: Some(id), ..Thing::default() };
            let view = rx.may(A::LookAtPerson, &thing)?;
            let is_known = looker == id || rx.city.recent_looks().is_same(looker, id, rx.now);
            let look = (!is_known).then_some((looker, view));
            let may_administer = crate::act::offers(&rx.actor, A::GrantMembership, &thing);
            // Colleagues need not know how somebody signs in.
            let has_factor = view != "colleague" && store::factor::find(rx.tx, id)?.is_some();
            let found = View { person, roles, clearance, may_administer, has_factor };
            Ok((found, look))
        })?;
        if let Some((looker, view)) = look {
            self.note_look_at(looker, id, view)?;
        }
        Ok(found)
    }

    /// Which of these people this reader may look at.
    pub fn people_seen(&self, asker: &Asker, ids: &[PersonId]) -> Result<BTreeSet<PersonId>, No> {
        self.read(asker, |rx| {
            let places = store::person::places_of(rx.tx, ids, rx.now)?;
            let seen = ids.iter().filter(|id| {
                let owner = places.get(id).copied();
                let thing = Thing { owner, person: Some(**id), ..Thing::default() };
                rx.may(A::LookAtPerson, &thing).is_ok()
            });
            Ok(seen.copied().collect())
        })
    }

    /// People after an id, for administrators; of one organisation, for those who run it.
    pub fn people(
        &self,
        asker: &Asker,
        organisation: Option<OrganisationId>,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(Person, Vec<Role>)>, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            let thing = organisation.map_or_else(Thing::open, Thing::of);
            rx.may(A::ListPeople, &thing)?;
            let limit = limit.min(limits::PAGE_ROWS_MAX);
            let Some(organisation) = organisation else {
                let people = store::person::list(rx.tx, after, limit)?;
                let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
                let mut roles = store::person::roles_of(rx.tx, &ids, rx.now)?;
                let with_roles = |person: Person| {
                    let held = roles.remove(&person.id).unwrap_or_default();
                    (person, held)
                };
                return Ok(people.into_iter().map(with_roles).collect());
            };
            let mut found: Vec<(Person, Vec<Role>)> = Vec::new();
            let place = (organisation, rx.now);
            for (person, _, role) in store::person::of_organisation(rx.tx, place, after, limit)? {
                match found.last_mut() {
                    Some((last, roles)) if last.id == person.id => roles.push(role),
                    _ => found.push((person, vec![role])),
                }
            }
            Ok(found)
        })
    }

    /// The person that an operator means: an id or an e-mail address.
    pub fn person_named(&self, typed: &str) -> Result<PersonId, No> {
        let found = self.store().read(|tx| {
            if let Ok(id) = PersonId::parse(typed) {
                return Ok(store::person::find(tx, id)?.map(|found| found.id));
            }
            let folded = typed.trim().to_lowercase();
            Ok(store::person::by_email(tx, &folded)?.map(|(found, _)| found.id))
        })?;
        let unknown = || Refusal::new(Class::NotFound, "person-unknown").text("found", typed);
        Ok(found.ok_or_else(unknown)?)
    }
}

/// What somebody carries to show who they are.
#[derive(Clone, Copy)]
pub enum Shown<'s> {
    Nothing,
    /// The secret of a browser's session.
    Session(&'s str),
    /// A session that was opened for this very request.
    Opened(SessionId),
    /// The secret of a key of the programming interface.
    Token(&'s str),
}

fn me_of(found: Found, now: Instant, policy: Policy) -> Option<Me> {
    let actor = crate::asker::actor_of(&found, now, policy)?;
    let roles = if actor.must_enrol { Vec::new() } else { found.places };
    Some(Me { person: found.person, roles, actor })
}

pub(crate) type Roles = Vec<(MembershipId, OrganisationId, Role)>;

/// A person as access judges them: themselves, and in the organisation of their first place.
pub(crate) fn thing_of(
    tx: &mut Tx<'_>,
    id: PersonId,
    now: Instant,
) -> Result<(Thing, Roles), StoreError> {
    let roles = store::person::roles(tx, id, now)?;
    let owner = roles.first().map(|(_, organisation, _)| *organisation);
    Ok((Thing { owner, person: Some(id), ..Thing::default() }, roles))
}

/// What a change of a person tells its caller.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct PersonChanged {
    pub person: PersonId,
    /// A one-time link to set a password, told once.
    #[serde(skip)]
    pub link_secret: Option<String>,
    /// Whether the link goes to the person by mail, too.
    #[serde(default)]
    pub is_mailed: bool,
    /// What became of the open tasks of somebody who can no longer do them.
    #[serde(default)]
    pub tasks: crate::case::Passed,
}

impl PersonChanged {
    /// A change that made no link.
    pub(crate) fn of(person: PersonId) -> Self {
        let tasks = crate::case::Passed::default();
        Self { person, link_secret: None, is_mailed: false, tasks }
    }
}

/// Invites a person into an organisation with a role.
#[derive(serde::Serialize)]
pub struct CreatePerson {
    pub email: String,
    pub name: Bilingual,
    pub lang: Lang,
    pub organisation: OrganisationId,
    pub role: Role,
    pub invented: bool,
    /// For the demonstration city, whose passwords are printed; otherwise a link is made.
    #[serde(skip)]
    pub password: Option<String>,
    #[serde(skip)]
    pub hashed: String,
}

impl CreatePerson {
    fn problems(&self, cx: &Cx<'_, '_>) -> Vec<Refusal> {
        let mut problems = Vec::new();
        if self.name.is_empty() {
            problems
                .push(Refusal::invalid("field-required").on("name").term("field", "field-name"));
        }
        for side in [&self.name.en, &self.name.zh] {
            problems.extend(text::line("name", side, limits::NAME_CHARS_MAX).err());
        }
        // A firm's administrator invites colleagues, not officers of the city.
        let wide = cx.actor.holds(&[Role::SecurityAdministrator, Role::Operator]);
        let own = [Role::FirmMember, Role::FirmAdministrator, Role::Member];
        if !wide && !own.contains(&self.role) {
            problems.push(Refusal::new(Class::NotAllowed, "person-role-too-wide").on("role"));
        }
        problems
    }
}

impl Act for CreatePerson {
    const ACT: A = A::CreatePerson;
    type Facts = (OrganisationId, bool);
    type Plan = String;
    type Outcome = PersonChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        if let Some(password) = &self.password {
            self.hashed = crate::account::hash_for(city, password)?;
        }
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let organisation =
            store::organisation::find(cx.tx, self.organisation)?.ok_or_else(Refusal::not_found)?;
        let folded = self.email.trim().to_lowercase();
        Ok((organisation.id, store::person::by_email(cx.tx, &folded)?.is_some()))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<String, Vec<Refusal>> {
        let mut problems = self.problems(cx);
        let email = parties::person::email(&self.email).map_err(|no| problems.push(no));
        if facts.1 {
            problems.push(Refusal::new(Class::Conflict, "person-email-taken").on("email"));
        }
        match email {
            Ok(email) if problems.is_empty() => Ok(email),
            _ => Err(problems),
        }
    }

    fn save(&self, email: String, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        let now = cx.now;
        let (id, membership, link) = cx.city.with_chance(|chance| {
            let link = Secret::from_bytes("bwl_", &chance.bytes32());
            (PersonId::new(now, chance), MembershipId::new(now, chance), link)
        });
        let has_password = !self.hashed.is_empty();
        let state = if has_password { PersonState::Active } else { PersonState::Invited };
        let person = Person {
            id,
            email,
            name: self.name.clone(),
            lang: self.lang,
            state,
            invented: self.invented,
            version: 1,
            created_at: now,
        };
        store::person::add(cx.tx, &person, &self.hashed)?;
        let place = Membership {
            id: membership,
            person: id,
            organisation: self.organisation,
            role: self.role,
            until_at: FOR_EVER,
        };
        add_place(cx, &place)?;
        event(cx, "person-created", id, serde_json::json!({ "role": self.role.word() }));
        if has_password {
            return Ok(PersonChanged::of(id));
        }
        let ends = now.plus_seconds(session::INVITATION_SECONDS);
        store::person::add_link(cx.tx, &link.digest, id, now, ends)?;
        let is_mailed = mail_link(cx, id, "invitation", &link.text, ends)?;
        Ok(PersonChanged { link_secret: Some(link.text), is_mailed, ..PersonChanged::of(id) })
    }
}

/// Where pages take one-time links; the secret follows.
pub const LINK_PATH: &str = "/set-password/";

/// Queues a one-time link for its person: here, because its secret is in no log. Says whether it
/// goes out.
fn mail_link(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    text: &str,
    secret: &str,
    ends_at: Instant,
) -> Result<bool, Stop> {
    if cx.city.settings().log_seed == [0; 32] {
        // A command far from the data folder has half of the key only: what it seals opens nowhere.
        return Ok(false);
    }
    let row = cx.city.row().map_err(|no| Stop::Refused(no.0))?;
    let cause = format!("link:{}", cx.act);
    let place = Bilingual::new(row.name_en.clone(), row.name_zh.clone());
    let letter = Letter::new(&mail::INVITATION, To::Person(person), cause, text)
        .fact("place", place)
        .fact("until", ends_at)
        .path(LINK_PATH)
        .secret(secret)
        .until(ends_at);
    Ok(cx.letter(letter)? && cx.city.sends_mail())
}

pub(crate) fn add_place(cx: &mut Cx<'_, '_>, place: &Membership) -> Result<(), StoreError> {
    let by = cx.actor.person.map_or_else(|| "init".to_owned(), |id| id.to_string());
    store::person::add_membership(cx.tx, place, &by, cx.now)
}

pub(crate) fn event(cx: &mut Cx<'_, '_>, kind: &str, id: PersonId, body: serde_json::Value) {
    let label = Label::at(Level::Restricted);
    let about = About { thing: id.to_string(), version: 0, owner: None, label: &label, state: "" };
    cx.event(kind, about, body);
}

pub(crate) fn find(cx: &mut Cx<'_, '_>, id: PersonId) -> Result<(Person, Thing), Stop> {
    let person = store::person::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let (thing, _) = thing_of(cx.tx, id, cx.now)?;
    Ok((person, thing))
}

/// Starts a password reset: a one-time link that lasts half an hour.
#[derive(serde::Serialize)]
pub struct ResetPassword {
    pub person: PersonId,
}

impl Act for ResetPassword {
    const ACT: A = A::DisablePerson;
    type Facts = (Person, Thing);
    type Plan = Person;
    type Outcome = PersonChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        find(cx, self.person)
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.1.clone()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Person, Vec<Refusal>> {
        if facts.0.state.is_shut() {
            return Err(vec![Refusal::new(Class::Refused, "person-disabled")]);
        }
        Ok(facts.0)
    }

    fn save(&self, person: Person, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        let link = cx.city.with_chance(|chance| Secret::from_bytes("bwl_", &chance.bytes32()));
        store::person::drop_links(cx.tx, person.id)?;
        let ends = cx.now.plus_seconds(session::RESET_SECONDS);
        store::person::add_link(cx.tx, &link.digest, person.id, cx.now, ends)?;
        event(cx, "password-reset-started", person.id, serde_json::Value::Null);
        let is_mailed = mail_link(cx, person.id, "password-reset", &link.text, ends)?;
        let made = PersonChanged::of(person.id);
        Ok(PersonChanged { link_secret: Some(link.text), is_mailed, ..made })
    }
}

/// Disables a person: sessions, keys, links and stand-ins end at once, and open tasks pass on.
#[derive(serde::Serialize)]
pub struct DisablePerson {
    pub person: PersonId,
    /// Who takes over the open tasks that the successor may take; the others wait for everybody
    /// who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<PersonId>,
}

impl Act for DisablePerson {
    const ACT: A = A::DisablePerson;
    type Facts = (Person, Thing, Vec<Role>);
    type Plan = Person;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on("administrators"), Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (person, thing) = find(cx, self.person)?;
        let last = last_of(cx, self.person)?;
        crate::case::successor(cx, self.successor)?;
        Ok((person, thing, last))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.1.clone()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Person, Vec<Refusal>> {
        refuse_last(&facts.2)?;
        Ok(facts.0)
    }

    fn save(&self, person: Person, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        store::person::set_state(cx.tx, person.id, PersonState::Disabled)?;
        store::session::end_all(cx.tx, person.id, None, cx.now)?;
        store::token::end_all(cx.tx, person.id, cx.now)?;
        store::person::drop_links(cx.tx, person.id)?;
        store::stand_in::end_of(cx.tx, person.id, cx.now)?;
        event(cx, "person-disabled", person.id, serde_json::Value::Null);
        let tasks = crate::case::pass_on(cx, person.id, self.successor)?;
        Ok(PersonChanged { tasks, ..PersonChanged::of(person.id) })
    }
}

/// The administrator roles of which this person is the last active holder.
fn last_of(cx: &mut Cx<'_, '_>, id: PersonId) -> Result<Vec<Role>, Stop> {
    let mut last = Vec::new();
    for (_, _, role) in store::person::roles(cx.tx, id, cx.now)? {
        if is_administrator(role) && store::person::n_of_role(cx.tx, role, cx.now)? <= 1 {
            last.push(role);
        }
    }
    Ok(last)
}

fn is_administrator(role: Role) -> bool {
    matches!(
        role,
        Role::Operator
            | Role::SystemAdministrator
            | Role::SecurityAdministrator
            | Role::AuditAdministrator
    )
}

/// Whether it is one of the three administrators, who hold no other role.
pub(crate) fn is_machinery(role: Role) -> bool {
    matches!(
        role,
        Role::SystemAdministrator | Role::SecurityAdministrator | Role::AuditAdministrator
    )
}

fn refuse_last(last: &[Role]) -> Result<(), Vec<Refusal>> {
    let refusal = |role: &Role| {
        let refusal = Refusal::new(Class::Refused, "person-last-administrator");
        refusal.term("role", format!("role-{}", role.word()))
    };
    if last.is_empty() { Ok(()) } else { Err(last.iter().map(refusal).collect()) }
}

/// Gives a person a place in an organisation.
#[derive(serde::Serialize)]
pub struct GrantMembership {
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub role: Role,
    pub until: Option<Instant>,
}

impl Act for GrantMembership {
    const ACT: A = A::GrantMembership;
    type Facts = (Person, Thing, Vec<(OrganisationId, Role)>);
    type Plan = Person;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (person, thing) = find(cx, self.person)?;
        store::organisation::find(cx.tx, self.organisation)?.ok_or_else(Refusal::not_found)?;
        let roles = store::person::roles(cx.tx, self.person, cx.now)?;
        Ok((person, thing, roles.into_iter().map(|(_, org, role)| (org, role)).collect()))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.1.clone()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Person, Vec<Refusal>> {
        let (person, _, roles) = facts;
        let mut problems = Vec::new();
        if roles.contains(&(self.organisation, self.role)) {
            problems.push(Refusal::new(Class::Conflict, "membership-exists").on("role"));
        }
        if self.until.is_some_and(|until| until <= cx.now) {
            problems.push(Refusal::invalid("membership-ends-in-past").on("until"));
        }
        // The three administrators are three people, and none has a business role
        // (GB/T 22239-2019, separation of administrators).
        let mixes = roles.iter().any(|(_, held)| {
            *held != self.role && (is_machinery(*held) || is_machinery(self.role))
        });
        if mixes {
            problems.push(Refusal::new(Class::Refused, "membership-roles-separate").on("role"));
        }
        if problems.is_empty() { Ok(person) } else { Err(problems) }
    }

    fn save(&self, person: Person, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        let place = Membership {
            id: cx.city.with_chance(|chance| MembershipId::new(cx.now, chance)),
            person: person.id,
            organisation: self.organisation,
            role: self.role,
            until_at: self.until.unwrap_or(FOR_EVER),
        };
        add_place(cx, &place)?;
        let body =
            serde_json::json!({ "role": self.role.word(), "organisation": self.organisation });
        event(cx, "membership-granted", person.id, body);
        Ok(PersonChanged::of(person.id))
    }
}

/// Ends a person's place in an organisation. Open tasks that only this place let the person do pass
/// on.
#[derive(serde::Serialize)]
pub struct EndMembership {
    pub membership: MembershipId,
    /// Who takes over the open tasks that the successor may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<PersonId>,
}

impl Act for EndMembership {
    const ACT: A = A::EndMembership;
    type Facts = (Membership, Thing, Vec<Role>, bool);
    type Plan = Membership;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on("administrators")]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = store::person::find_membership(cx.tx, self.membership)?
            .ok_or_else(Refusal::not_found)?;
        let (_, thing) = find(cx, found.person)?;
        let last = last_of(cx, found.person)?;
        let alone = found.role == Role::FirmAdministrator
            && found.until_at > cx.now
            && store::registration::n_administrators(cx.tx, found.organisation, cx.now)? <= 1;
        crate::case::successor(cx, self.successor)?;
        Ok((found, thing, last, alone))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.1.clone()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Membership, Vec<Refusal>> {
        let (found, _, last, is_alone) = facts;
        if last.contains(&found.role) {
            refuse_last(&[found.role])?;
        }
        if is_alone {
            return Err(vec![Refusal::new(Class::Refused, "colleague-last-administrator")]);
        }
        Ok(found)
    }

    fn save(&self, found: Membership, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        if store::person::end_membership(cx.tx, found.id, cx.now)? {
            let body = serde_json::json!({ "role": found.role.word() });
            event(cx, "membership-ended", found.person, body);
        }
        let tasks = crate::case::pass_on(cx, found.person, self.successor)?;
        Ok(PersonChanged { tasks, ..PersonChanged::of(found.person) })
    }
}

/// Says what a person is cleared for, with dates.
#[derive(serde::Serialize)]
pub struct SetClearance {
    pub person: PersonId,
    pub clearance: Clearance,
}

impl Act for SetClearance {
    const ACT: A = A::SetClearance;
    type Facts = (Person, Thing);
    type Plan = Person;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        find(cx, self.person)
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.1.clone()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Person, Vec<Refusal>> {
        let words = self.clearance.compartments.iter().chain(&self.clearance.lists);
        let mut odd = words.filter(|word| !base::label::is_label_word(word));
        if let Some(found) = odd.next() {
            return Err(vec![Refusal::invalid("label-word").on("clearance").text("found", found)]);
        }
        Ok(facts.0)
    }

    fn save(&self, person: Person, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        let by = cx.actor.person.map_or_else(String::new, |id| id.to_string());
        store::person::set_clearance(cx.tx, person.id, &self.clearance, &by, cx.now)?;
        store::session::end_all(cx.tx, person.id, None, cx.now)?;
        let body = serde_json::json!({ "level": self.clearance.level });
        event(cx, "clearance-set", person.id, body);
        // What somebody may no longer read, somebody else has to do.
        let tasks = crate::case::pass_on(cx, person.id, None)?;
        Ok(PersonChanged { tasks, ..PersonChanged::of(person.id) })
    }
}
