//! What agreement a booking needs, as the rules of its scene say.

use super::{For, Scene};
use crate::tariff::EXTERNAL;
use base::{Instant, PersonId, Span};
use instruments::Instrument;
use instruments::approval::{Answerer, Asking, Chain, Stage, When};
use instruments::rules::Rules;
use store::{StoreError, Tx};

/// What agreement a booking needs.
pub(crate) struct Approval {
    /// Whether it waits for anybody.
    pub waits: bool,
    /// The steps, with those that whoever books it for somebody else answers by that.
    pub stages: Vec<Stage>,
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
        };
        let (is_staff, is_manager) = (self.actor.is_staff, self.actor.is_manager);
        let steps = self.rules.steps(&asking);
        if steps.is_empty() {
            let waits = is_asked || self.rules.needs_approval(minutes, is_external);
            return Approval { waits: waits && !is_staff && !is_manager, stages: Vec::new() };
        }
        // Who answers for the owner leads those who book for it.
        let leads = is_manager && self.beneficiary.organisation == Some(self.it.owner);
        let who = Answerer { leads, is_staff, is_manager };
        let has_agreed = |step| self.actor.is_for_other && who.may(Some(step));
        let stage = |step| Stage { step, agreed: has_agreed(step).then_some((by, now)) };
        let stages: Vec<Stage> = steps.into_iter().map(stage).collect();
        Approval { waits: instruments::approval::turn(&stages).is_some(), stages }
    }
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
