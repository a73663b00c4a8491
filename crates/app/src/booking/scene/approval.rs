//! What agreement a booking needs, as the rules of its scene say.

use super::super::{MANAGERS, PEOPLE};
use super::{For, Scene};
use crate::tariff::EXTERNAL;
use access::Role;
use base::{Class, Instant, OrganisationId, PersonId, Refusal, Span};
use instruments::Instrument;
use instruments::approval::{Answerer, Asking, Chain, Others, Stage, When};
use instruments::rules::{self, Rules};
use store::{StoreError, Tx};

/// What agreement a booking needs.
pub(crate) struct Approval {
    /// Whether it waits for anybody.
    pub waits: bool,
    /// The steps, with those that whoever books it for somebody else answers by that.
    pub stages: Vec<Stage>,
    /// Whether a step would wait for somebody that there is not.
    pub is_dead: bool,
}

impl Approval {
    /// Refuses what nobody could ever answer.
    pub(crate) fn alive(self) -> Result<Self, Refusal> {
        match self.is_dead {
            true => Err(Refusal::new(Class::Refused, "booking-nobody-agrees")),
            false => Ok(self),
        }
    }
}

impl Scene {
    /// Who has to agree to a booking of this time. Without chains the owner's people have agreed by
    /// booking it; with them nobody agrees to the own booking by making it.
    pub(crate) fn approval(
        &self,
        (span, is_asked): (Span, bool),
        (by, now): (PersonId, Instant),
    ) -> Approval {
        let minutes = calendar::zone::minutes(span);
        let is_external = self.person.is_external;
        let asking = Asking {
            minutes,
            is_external,
            classes: &self.classes,
            is_asked,
            has_leader: self.beneficiary.has_leader(),
            others: self.others,
        };
        let (is_staff, is_manager) = (self.actor.is_staff, self.actor.is_manager);
        let steps = self.rules.steps(&asking);
        if steps.is_empty() {
            let waits = is_asked || self.rules.needs_approval(minutes, is_external);
            let waits = waits && !is_staff && !is_manager;
            return Approval { waits, stages: Vec::new(), is_dead: false };
        }
        // Who answers for the owner leads those who book for it.
        let leads = is_manager && self.beneficiary.organisation == Some(self.it.owner);
        let who = Answerer { leads, is_staff, is_manager };
        let has_agreed = |step| self.actor.is_for_other && who.may(Some(step));
        let stage = |step| Stage { step, agreed: has_agreed(step).then_some((by, now)) };
        let stages: Vec<Stage> = steps.into_iter().map(stage).collect();
        let is_dead = self.is_dead(&stages);
        Approval { waits: instruments::approval::turn(&stages).is_some(), stages, is_dead }
    }

    /// Whether a step would wait for somebody that there is not.
    pub(crate) fn is_dead(&self, stages: &[Stage]) -> bool {
        instruments::approval::is_dead(stages, self.others)
    }

    /// Whether any rule here asks somebody to agree.
    pub(crate) fn asks_agreement(&self) -> bool {
        !self.rules.chains.value.is_empty() || self.rules.approval.value != rules::Approval::Never
    }
}

/// Who answers for the owner besides the beneficiary: asked only where a chain is set and they answer for
/// it themselves.
pub(super) fn others_of(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    beneficiary: &For,
    now: Instant,
) -> Result<Others, StoreError> {
    let own = |roles: &[Role]| {
        beneficiary.places.iter().any(|(id, role)| *id == it.owner && roles.contains(role))
    };
    if rules.chains.value.is_empty() || !own(MANAGERS) {
        return Ok(Others::ALL);
    }
    let mut of = |roles: &[Role], limit| {
        let places: Vec<_> = roles.iter().map(|role| (it.owner, role.word())).collect();
        store::person::of_roles(tx, &places, now, limit)
    };
    // Themselves, and one more.
    let is_other = |id: &PersonId| *id != beneficiary.person;
    if of(MANAGERS, 2)?.iter().any(|(id, ..)| is_other(id)) {
        return Ok(Others::ALL);
    }
    let mut has_staff = false;
    for operator in it.sheet.operators.iter().filter(|id| is_other(id)) {
        let held = store::person::roles(tx, *operator, now)?;
        let is_own = |role: &Role, of: OrganisationId| of == it.owner && PEOPLE.contains(role);
        has_staff |= held.iter().any(|(_, of, role)| is_own(role, *of));
    }
    Ok(Others { has_manager: false, has_staff })
}

/// The classes of a customer with the owner, where a chain of agreement asks for one: of all their
/// organisations where none is named, so that nobody escapes a chain by naming none.
pub(super) fn classes_of(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    beneficiary: &For,
    span: Span,
) -> Result<Vec<String>, StoreError> {
    let asks = |chain: &Chain| matches!(chain.when, When::Class(_));
    if !rules.chains.value.iter().any(asks) {
        return Ok(Vec::new());
    }
    let day = crate::tariff::wall(it)(span.start()).date;
    let customers = beneficiary.judged();
    if customers.is_empty() {
        return Ok(vec![EXTERNAL.to_owned()]);
    }
    customers.into_iter().map(|id| crate::tariff::class_of(tx, (it.owner, id), day)).collect()
}
