//! Asking: of one unit, of several that each do a part, or of several whose answers are compared.

use super::told;
use crate::act::{Act, Cx, Stop};
use crate::booking::scene::{is_barred, rules_of};
use crate::tariff::class_of;
use crate::usage::label;
use access::{Act as A, Thing};
use base::{
    InstrumentId, OrganisationId, Reference, Refusal, SampleId, ServiceOrderId, ServiceRequestId,
    TestItemId, VoucherId,
};
use instruments::service::{Asked, KeptSample, Line, Order, Whereabouts, Wish};
use instruments::service_order::{Manner, Sample, Side, State, Step, sample_code};
use instruments::service_record::Purpose;
use store::service_order::{Move, Request};

/// One thing that is wanted: a test item, or work on an instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Wanted {
    pub item: Option<TestItemId>,
    pub instrument: Option<InstrumentId>,
    /// What is to be done, where no item says it.
    pub what: String,
}

/// Asks one or several units for a service.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RequestService {
    pub customer: OrganisationId,
    pub title: String,
    pub project: String,
    pub purpose: Purpose,
    pub note: String,
    pub is_urgent: bool,
    pub manner: Manner,
    pub wanted: Vec<Wanted>,
    pub samples: Vec<Sample>,
    pub voucher: Option<VoucherId>,
}

/// What a request led to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Requested {
    /// Where several units were asked.
    pub request: Option<ServiceRequestId>,
    pub orders: Vec<(ServiceOrderId, Reference)>,
}

/// What is wanted, as the city knows it.
pub struct Known {
    lines: Vec<(OrganisationId, Line)>,
    against: Vec<Refusal>,
}

impl Act for RequestService {
    const ACT: A = A::RequestService;
    type Facts = Known;
    type Plan = Asked;
    type Outcome = Requested;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Known, Stop> {
        let (mut lines, mut against) = (Vec::new(), Vec::new());
        if store::organisation::find(cx.tx, self.customer)?.is_none() {
            return Err(Refusal::not_found().into());
        }
        for (n, wanted) in self.wanted.iter().enumerate().take(instruments::service::LINES_MAX + 1)
        {
            match self.line(cx, wanted)? {
                Some((owner, line)) => {
                    if self.is_barred(cx, wanted, &line)? {
                        let no = Refusal::new(base::Class::Refused, "booking-export-control");
                        against.push(no.on(format!("wanted.{n}")));
                    }
                    lines.push((owner, line));
                }
                None => {
                    let no = Refusal::invalid("service-wanted-unknown");
                    against.push(no.on(format!("wanted.{n}")));
                }
            }
        }
        if let Some(id) = self.voucher {
            let found = store::voucher::find(cx.tx, id)?;
            if found.is_none_or(|it| it.terms.holder != self.customer) {
                against.push(Refusal::invalid("voucher-other-holder").on("voucher"));
            }
        }
        Ok(Known { lines, against })
    }

    fn thing(&self, _: &Known) -> Thing {
        Thing { owner: Some(self.customer), label: label(), ..Thing::default() }
    }

    fn decide(&self, known: Known, cx: &Cx<'_, '_>) -> Result<Asked, Vec<Refusal>> {
        let wish = Wish {
            title: self.title.clone(),
            project: self.project.clone(),
            purpose: self.purpose,
            note: self.note.clone(),
            is_urgent: self.is_urgent,
            manner: self.manner,
            lines: known.lines,
            samples: self.samples.clone(),
        };
        let against = known.against;
        match wish.divide(cx.now) {
            Ok(asked) if against.is_empty() => Ok(asked),
            Ok(_) => Err(against),
            // Without what is not known there may be nothing left: that is said once.
            Err(no) => {
                let rest =
                    no.into_iter().filter(|it| against.is_empty() || it.code != "service-lines");
                let rest: Vec<Refusal> = rest.collect();
                Err(against.iter().cloned().chain(rest).collect())
            }
        }
    }

    fn save(&self, asked: Asked, cx: &mut Cx<'_, '_>) -> Result<Requested, Stop> {
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let request = match asked.parts.len() {
            1 => None,
            _ => Some(self.add_request(cx, &asked)?),
        };
        let mut orders = Vec::new();
        for (unit, matter) in &asked.parts {
            let id = cx.city.with_chance(|chance| ServiceOrderId::new(cx.now, chance));
            let order = Order {
                id,
                reference: cx.city.reference("FW", cx.now),
                request,
                customer: self.customer,
                unit: *unit,
                person,
                state: State::Submitted,
                matter: matter.clone(),
                voucher: self.voucher,
                opinion: None,
                version: 1,
            };
            store::service_order::add(cx.tx, &order)?;
            for (place, sample) in asked.samples.iter().enumerate() {
                let kept = KeptSample {
                    id: cx.city.with_chance(|chance| SampleId::new(cx.now, chance)),
                    order: id,
                    place,
                    code: sample_code(&order.reference, place),
                    sample: sample.clone(),
                    whereabouts: Whereabouts::Announced,
                };
                store::service_order::add_sample(cx.tx, &kept)?;
            }
            let (step, side) = (Step::Submit, Side::Customer);
            let note = String::new();
            let first = Move { n: 1, step, side, person, note, at: cx.now };
            store::service_order::add_move(cx.tx, id, &first)?;
            let body = serde_json::json!({ "unit": unit, "samples": asked.samples.len() });
            told(cx, &order, "service-requested", body);
            orders.push((id, order.reference));
        }
        Ok(Requested { request, orders })
    }
}

impl RequestService {
    fn add_request(&self, cx: &mut Cx<'_, '_>, asked: &Asked) -> Result<ServiceRequestId, Stop> {
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let id = cx.city.with_chance(|chance| ServiceRequestId::new(cx.now, chance));
        let (_, first) = asked.parts.first().expect("a request has parts: the domain refuses none");
        let request = Request {
            id,
            reference: cx.city.reference("FX", cx.now),
            customer: self.customer,
            person,
            manner: first.manner,
            title: first.title.clone(),
            made_at: cx.now,
            chosen: None,
        };
        store::service_order::add_request(cx.tx, &request)?;
        Ok(id)
    }

    /// Whether an instrument of what is wanted is barred for the customer or the asker.
    fn is_barred(&self, cx: &mut Cx<'_, '_>, wanted: &Wanted, line: &Line) -> Result<bool, Stop> {
        let mut ids: Vec<InstrumentId> = line.instrument.into_iter().collect();
        if let Some(found) = wanted.item.map(|id| store::item::find(cx.tx, id)).transpose()? {
            ids.extend(found.map(|it| it.sheet.instruments).unwrap_or_default());
        }
        ids.sort_unstable();
        ids.dedup();
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        for id in ids {
            let Some(it) = store::instrument::find(cx.tx, id)? else { continue };
            let (rules, _) = rules_of(cx.tx, &it)?;
            if is_barred(cx.tx, &rules, (person, &[self.customer]))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What is wanted with the unit that would do it; nothing where the asker may not see it.
    fn line(
        &self,
        cx: &mut Cx<'_, '_>,
        wanted: &Wanted,
    ) -> Result<Option<(OrganisationId, Line)>, Stop> {
        if let Some(id) = wanted.item {
            let Some(it) = store::item::find(cx.tx, id)?.filter(|it| !it.is_withdrawn) else {
                return Ok(None);
            };
            let sheet = &it.sheet;
            let join = |a: &str, b: &str| match (a, b) {
                ("", one) | (one, "") => one.to_owned(),
                (a, b) => format!("{a} · {b}"),
            };
            let what = base::Bilingual::new(
                join(&sheet.object.en, &sheet.parameter.en),
                join(&sheet.object.zh, &sheet.parameter.zh),
            );
            let is_hurried = self.is_urgent && sheet.urgent_days > 0;
            let days = if is_hurried { sheet.urgent_days } else { sheet.usual_days };
            let instrument = sheet.instruments.first().copied();
            let standard = sheet.standard.clone();
            let prices = match sheet.class_prices.is_empty() {
                true => sheet.prices(),
                false => {
                    let day = base::WorkingDays::china().date(cx.now);
                    let class = class_of(cx.tx, (it.unit, self.customer), day)?;
                    sheet.prices_for(&class)
                }
            };
            let list = sheet.prices().filter(|list| prices != Some(*list));
            let line = Line { item: Some(id), instrument, what, standard, prices, list, days };
            return Ok(Some((it.unit, line)));
        }
        let Some(id) = wanted.instrument else { return Ok(None) };
        let Some(it) = store::instrument::find(cx.tx, id)? else { return Ok(None) };
        let thing = crate::instrument::thing_of(&it, &cx.actor);
        let is_shared = it.state().word() == "listed";
        if crate::act::may(&cx.actor, A::LookAtInstrument, &thing).is_err() || !is_shared {
            return Ok(None);
        }
        let typed = base::text::line("what", &wanted.what, base::limits::TITLE_CHARS_MAX)?;
        let what = match typed.is_empty() {
            true => it.sheet.name.clone(),
            false => base::Bilingual::new(typed.clone(), typed),
        };
        Ok(Some((it.owner, Line { instrument: Some(id), what, ..Line::default() })))
    }
}
