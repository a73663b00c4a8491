//! Samples on their way through a laboratory: who took one when, and where it stands since.

use super::{OrderChanged, find, told};
use crate::act::{Act, Cx, Stop};
use access::{Act as A, Thing};
use base::{Class, Refusal, SampleId, ServiceOrderId, limits};
use instruments::service::{Handling, KeptSample, Order, Whereabouts};
use store::Hold;

/// Says that somebody took a sample, or put it elsewhere.
#[derive(serde::Serialize)]
pub struct MoveSample {
    pub order: ServiceOrderId,
    pub sample: SampleId,
    /// Where it stands from now on.
    pub stands: String,
    pub note: String,
}

impl Act for MoveSample {
    const ACT: A = A::WorkOnService;
    type Facts = (Order, KeptSample, Thing);
    type Plan = (Order, KeptSample, String, String);
    type Outcome = OrderChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.order)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (order, thing) = find(cx, self.order)?;
        let samples = store::service_order::samples(cx.tx, order.id)?;
        let sample = samples.into_iter().find(|it| it.id == self.sample);
        Ok((order, sample.ok_or_else(Refusal::not_found)?, thing))
    }

    fn thing(&self, (.., thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (order, sample, _): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        if sample.whereabouts != Whereabouts::Here {
            no.push(Refusal::new(Class::Conflict, "service-sample-away"));
        }
        let stands = base::text::required_line("stands", &self.stands, limits::NAME_CHARS_MAX);
        let note = base::text::line("note", &self.note, limits::NAME_CHARS_MAX);
        no.extend([stands.as_ref().err(), note.as_ref().err()].into_iter().flatten().cloned());
        match (stands, note, no.is_empty()) {
            (Ok(stands), Ok(note), true) => Ok((order, sample, stands, note)),
            _ => Err(no),
        }
    }

    fn save(
        &self,
        (order, sample, stands, note): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<OrderChanged, Stop> {
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let of = (sample.id, Handling::Moved);
        store::service_order::add_custody(cx.tx, of, person, (&stands, &note), cx.now)?;
        told(cx, &order, "service-sample-moved", serde_json::json!({ "sample": sample.code }));
        Ok(OrderChanged::of(&order))
    }
}
