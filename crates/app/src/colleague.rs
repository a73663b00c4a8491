//! Colleagues: an organisation's own administrator invites them, changes their roles, lets them go.
//!
//! Invariants: who invites does not learn whether an address has an account here: the link is the
//! same, and asks its holder for a password either way. A firm that has an administrator is never
//! left without one by these acts. Whoever leaves is signed out everywhere in the same act.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::mail::{self, Letter, To};
use crate::person::{add_place, event};
use crate::secret::Secret;
use access::{Act as A, Role, Thing};
use base::{
    Bilingual, Class, Instant, InvitationId, Lang, MembershipId, OrganisationId, PersonId, Refusal,
};
use parties::{Organisation, session};
use store::Hold;
pub use store::colleague::Invitation;
use store::person::{FOR_EVER, Membership};

/// Roles that an organisation's own administrator gives.
pub const ROLES: [Role; 3] = [Role::FirmMember, Role::FirmAdministrator, Role::Member];
/// Invitations of one organisation that wait at a time.
const WAITING_MAX: usize = 200;
/// Where pages take the links of invitations; the secret follows.
const LINK_PATH: &str = "/invitations/";

fn last_administrator() -> Refusal {
    Refusal::new(Class::Refused, "colleague-last-administrator")
}

/// The organisation, while people can still belong to it.
pub(crate) fn living(cx: &mut Cx<'_, '_>, id: OrganisationId) -> Result<Organisation, Stop> {
    let found = store::organisation::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
    Ok(Some(found).filter(|it| it.merged_into.is_none()).ok_or_else(Refusal::not_found)?)
}

fn not_own(role: Role) -> Option<Refusal> {
    let no = || Refusal::new(Class::NotAllowed, "person-role-too-wide").on("role");
    (!ROLES.contains(&role)).then(no)
}

/// Invites somebody into an organisation by a one-time link.
#[derive(serde::Serialize)]
pub struct InviteColleague {
    pub organisation: OrganisationId,
    pub email: String,
    pub role: Role,
    pub lang: Lang,
}

/// An invitation that was made.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Invited {
    pub invitation: InvitationId,
    pub ends_at: Instant,
    /// Told once, and only where no mail goes out.
    #[serde(skip)]
    pub link_secret: Option<String>,
    pub is_mailed: bool,
}

impl Act for InviteColleague {
    const ACT: A = A::InviteColleague;
    type Facts = (Organisation, usize);
    type Plan = (Organisation, String);
    type Outcome = Invited;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let organisation = living(cx, self.organisation)?;
        let waiting = store::colleague::waiting(cx.tx, self.organisation, cx.now, WAITING_MAX)?;
        Ok((organisation, waiting.len()))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0.id)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (organisation, n_waiting) = facts;
        let mut problems: Vec<Refusal> = not_own(self.role).into_iter().collect();
        if n_waiting >= WAITING_MAX {
            let refusal = Refusal::new(Class::Refused, "colleague-too-many-invitations");
            problems.push(refusal.number("most", WAITING_MAX));
        }
        match parties::person::email(&self.email) {
            Ok(email) if problems.is_empty() => Ok((organisation, email)),
            read => {
                problems.extend(read.err());
                Err(problems)
            }
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Invited, Stop> {
        let (organisation, email) = plan;
        let (id, link) = cx.city.with_chance(|chance| {
            let link = Secret::from_bytes("bwi_", &chance.bytes32());
            (InvitationId::new(cx.now, chance), link)
        });
        let ends_at = cx.now.plus_seconds(session::INVITATION_SECONDS);
        let by = cx.actor.person.map_or_else(String::new, |id| id.to_string());
        let invitation = Invitation {
            id,
            organisation: organisation.id,
            email: email.clone(),
            role: self.role,
            lang: self.lang,
            invited_by: by,
            is_accepted: false,
            created_at: cx.now,
            ends_at,
        };
        store::colleague::sweep(cx.tx, cx.now)?;
        store::colleague::add(cx.tx, &link.digest, &invitation)?;
        let is_mailed = mail_link(cx, &invitation, &organisation.profile.name, &link.text)?;
        let label = base::Label::at(base::Level::Members);
        let about = crate::act::About {
            thing: organisation.id.to_string(),
            version: 0,
            owner: Some(organisation.id),
            label: &label,
            state: "",
        };
        // Whom is not said: the address is nobody's until the link was opened.
        let body = serde_json::json!({ "role": self.role.word(), "invitation": id });
        cx.event("colleague-invited", about, body);
        let link_secret = Some(link.text).filter(|_| !is_mailed);
        Ok(Invited { invitation: id, ends_at, link_secret, is_mailed })
    }
}

fn mail_link(
    cx: &mut Cx<'_, '_>,
    it: &Invitation,
    organisation: &Bilingual,
    secret: &str,
) -> Result<bool, Stop> {
    if cx.city.settings().log_seed == [0; 32] {
        // A command far from the data folder has half of the key only: what it seals opens nowhere.
        return Ok(false);
    }
    let to = To::Address(it.email.clone(), it.lang);
    let cause = format!("colleague:{}", cx.act);
    let letter = Letter::new(&mail::REGISTRATION, to, cause, "colleague")
        .fact("organisation", organisation.clone())
        .fact("until", it.ends_at)
        .path(LINK_PATH)
        .secret(secret)
        .until(it.ends_at);
    Ok(cx.letter(letter)? && cx.city.sends_mail())
}

/// Takes an invitation back.
#[derive(serde::Serialize)]
pub struct RevokeInvitation {
    pub organisation: OrganisationId,
    pub invitation: InvitationId,
}

impl Act for RevokeInvitation {
    const ACT: A = A::RevokeInvitation;
    type Facts = Invitation;
    type Plan = Invitation;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Invitation, Stop> {
        let found = store::colleague::find(cx.tx, self.invitation)?;
        let own = found.filter(|it| it.organisation == self.organisation);
        Ok(own.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, facts: &Invitation) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, facts: Invitation, _: &Cx<'_, '_>) -> Result<Invitation, Vec<Refusal>> {
        Ok(facts)
    }

    fn save(&self, it: Invitation, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(store::colleague::drop_one(cx.tx, it.id)?)
    }
}

/// Gives a colleague another role in the same organisation.
#[derive(serde::Serialize)]
pub struct ChangeColleague {
    pub organisation: OrganisationId,
    pub person: PersonId,
    pub role: Role,
}

/// What the organisation has of somebody.
pub struct Colleague {
    organisation: OrganisationId,
    /// The places here, by their ids.
    places: Vec<(MembershipId, Role)>,
    has_other_places: bool,
    n_administrators: u64,
    is_administrator: bool,
}

/// What became of a colleague.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ColleagueChanged {
    pub person: PersonId,
}

fn load_colleague(
    cx: &mut Cx<'_, '_>,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<Colleague, Stop> {
    store::organisation::find(cx.tx, organisation)?.ok_or_else(Refusal::not_found)?;
    let all = store::person::roles(cx.tx, person, cx.now)?;
    let here = all.iter().filter(|(_, at, _)| *at == organisation);
    let places: Vec<_> = here.map(|(id, _, role)| (*id, *role)).collect();
    let found = store::person::find(cx.tx, person)?;
    let is_there = found.is_some_and(|person| !person.state.is_shut());
    Ok(Colleague {
        organisation,
        has_other_places: all.len() > places.len(),
        is_administrator: is_there
            && places.iter().any(|(_, role)| *role == Role::FirmAdministrator),
        places,
        n_administrators: store::registration::n_administrators(cx.tx, organisation, cx.now)?,
    })
}

impl Colleague {
    /// Whether the organisation would have nobody to look after it.
    fn is_last(&self) -> bool {
        self.is_administrator && self.n_administrators <= 1
    }

    /// Somebody who belongs elsewhere is not known here.
    fn known(self) -> Result<Self, Vec<Refusal>> {
        if self.places.is_empty() { Err(vec![Refusal::not_found()]) } else { Ok(self) }
    }
}

fn end_places(cx: &mut Cx<'_, '_>, person: PersonId, it: &Colleague) -> Result<(), Stop> {
    for (id, role) in &it.places {
        if store::person::end_membership(cx.tx, *id, cx.now)? {
            let body = serde_json::json!({ "role": role.word(), "organisation": it.organisation });
            event(cx, "membership-ended", person, body);
        }
    }
    Ok(())
}

impl Act for ChangeColleague {
    const ACT: A = A::ChangeColleague;
    type Facts = Colleague;
    type Plan = Colleague;
    type Outcome = ColleagueChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on("administrators"), Hold::on(self.organisation), Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Colleague, Stop> {
        living(cx, self.organisation)?;
        load_colleague(cx, self.organisation, self.person)
    }

    fn thing(&self, facts: &Colleague) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, it: Colleague, _: &Cx<'_, '_>) -> Result<Colleague, Vec<Refusal>> {
        let it = it.known()?;
        let mut problems: Vec<Refusal> = not_own(self.role).into_iter().collect();
        // An officer of an institute is the city's to name and to end.
        if it.places.iter().any(|(_, role)| !ROLES.contains(role)) {
            problems.push(Refusal::new(Class::NotAllowed, "colleague-role-not-yours").on("role"));
        }
        if self.role != Role::FirmAdministrator && it.is_last() {
            problems.push(last_administrator().on("role"));
        }
        if problems.is_empty() { Ok(it) } else { Err(problems) }
    }

    fn save(&self, it: Colleague, cx: &mut Cx<'_, '_>) -> Result<ColleagueChanged, Stop> {
        if it.places.iter().any(|(_, role)| *role == self.role) && it.places.len() == 1 {
            return Ok(ColleagueChanged { person: self.person });
        }
        end_places(cx, self.person, &it)?;
        let place = Membership {
            id: cx.city.with_chance(|chance| MembershipId::new(cx.now, chance)),
            person: self.person,
            organisation: self.organisation,
            role: self.role,
            until_at: FOR_EVER,
        };
        add_place(cx, &place)?;
        let body =
            serde_json::json!({ "role": self.role.word(), "organisation": self.organisation });
        event(cx, "membership-granted", self.person, body);
        crate::case::pass_on(cx, self.person, None)?;
        Ok(ColleagueChanged { person: self.person })
    }
}

/// Lets a colleague go: every place here ends, and the sessions opened while it was held.
#[derive(serde::Serialize)]
pub struct RemoveColleague {
    pub organisation: OrganisationId,
    pub person: PersonId,
    /// Who takes over the open tasks that the successor may take; the others wait for everybody
    /// who may.
    pub successor: Option<PersonId>,
}

impl Act for RemoveColleague {
    const ACT: A = A::RemoveColleague;
    type Facts = Colleague;
    type Plan = Colleague;
    type Outcome = ColleagueChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on("administrators"), Hold::on(self.organisation), Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Colleague, Stop> {
        crate::case::successor(cx, self.successor)?;
        load_colleague(cx, self.organisation, self.person)
    }

    fn thing(&self, facts: &Colleague) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, it: Colleague, _: &Cx<'_, '_>) -> Result<Colleague, Vec<Refusal>> {
        let it = it.known()?;
        let mut problems = Vec::new();
        if it.places.iter().any(|(_, role)| !ROLES.contains(role)) {
            problems.push(Refusal::new(Class::NotAllowed, "colleague-role-not-yours"));
        }
        if it.is_last() {
            problems.push(last_administrator());
        }
        if problems.is_empty() { Ok(it) } else { Err(problems) }
    }

    fn save(&self, it: Colleague, cx: &mut Cx<'_, '_>) -> Result<ColleagueChanged, Stop> {
        end_places(cx, self.person, &it)?;
        store::session::end_all(cx.tx, self.person, None, cx.now)?;
        // A key reaches what its person may do now; one without any place left is of no use.
        if !it.has_other_places {
            store::token::end_all(cx.tx, self.person, cx.now)?;
        }
        crate::case::pass_on(cx, self.person, self.successor)?;
        Ok(ColleagueChanged { person: self.person })
    }
}

impl City {
    /// Invitations of an organisation that wait, for those who look after its people.
    pub fn invitations(
        &self,
        asker: &Asker,
        organisation: OrganisationId,
    ) -> Result<Vec<Invitation>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListPeople, &Thing::of(organisation))?;
            Ok(store::colleague::waiting(rx.tx, organisation, rx.now, WAITING_MAX)?)
        })
    }
}
