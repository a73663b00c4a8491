//! Agreements on services: a unit records that a customer's people may use its instruments for a time.

use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Bilingual, Class, Date, Label, Level, OrganisationId, Refusal};
use instruments::agreement::Agreement;
use parties::Organisation;
use std::collections::BTreeMap;

/// Agreements of one list.
const AGREEMENTS_MAX: usize = 500;

/// What a change of an agreement tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AgreementChanged {
    pub unit: OrganisationId,
    pub number: String,
    pub stands: bool,
}

fn told(cx: &mut Cx<'_, '_>, unit: OrganisationId, kind: &str, body: serde_json::Value) {
    let label = Label::at(Level::Members);
    let about =
        About { thing: unit.to_string(), version: 0, owner: Some(unit), label: &label, state: "" };
    cx.event(kind, about, body);
}

/// Records an agreement of a unit with a customer.
#[derive(serde::Serialize)]
pub struct RecordAgreement {
    pub unit: OrganisationId,
    pub customer: OrganisationId,
    /// The unit's own number, used once.
    pub number: String,
    pub from: Date,
    pub until: Date,
    /// What it is about, and where its text lies.
    pub subject: String,
}

impl Act for RecordAgreement {
    const ACT: A = A::KeepAgreements;
    type Facts = ();
    type Plan = Agreement;
    type Outcome = AgreementChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        for id in [self.unit, self.customer] {
            store::organisation::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
        }
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::of(self.unit)
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<Agreement, Vec<Refusal>> {
        let it = Agreement {
            unit: self.unit,
            customer: self.customer,
            number: self.number.clone(),
            from: self.from,
            until: self.until,
            subject: self.subject.clone(),
            ended_at: None,
        };
        it.read()
    }

    fn save(&self, it: Agreement, cx: &mut Cx<'_, '_>) -> Result<AgreementChanged, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        if !store::agreement::add(cx.tx, &it, (by, cx.now))? {
            return Err(Refusal::new(Class::Conflict, "agreement-known").on("number").into());
        }
        let body = serde_json::json!({ "customer": it.customer, "number": it.number });
        told(cx, it.unit, "agreement-recorded", body);
        Ok(AgreementChanged { unit: it.unit, number: it.number, stands: true })
    }
}

/// Ends an agreement before its last day.
#[derive(serde::Serialize)]
pub struct EndAgreement {
    pub unit: OrganisationId,
    pub number: String,
}

impl Act for EndAgreement {
    const ACT: A = A::KeepAgreements;
    type Facts = ();
    type Plan = ();
    type Outcome = AgreementChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        store::organisation::find(cx.tx, self.unit)?.ok_or_else(Refusal::not_found)?;
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::of(self.unit)
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        Ok(())
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<AgreementChanged, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let number = self.number.trim().to_owned();
        if !store::agreement::end(cx.tx, (self.unit, &number), (by, cx.now))? {
            return Err(Refusal::not_found().into());
        }
        told(cx, self.unit, "agreement-ended", serde_json::json!({ "number": number }));
        Ok(AgreementChanged { unit: self.unit, number, stands: false })
    }
}

/// Agreements of an organisation on either side, for its own people.
#[derive(Clone, Debug)]
pub struct AgreementsView {
    pub organisation: Organisation,
    /// Those that end last first.
    pub agreements: Vec<Agreement>,
    /// By the written form of their ids.
    pub names: BTreeMap<String, Bilingual>,
    /// Whether the reader may record and end those of this unit.
    pub may_keep: bool,
    pub today: Date,
}

impl City {
    /// The agreements of an organisation, as unit and as customer.
    pub fn agreements(&self, asker: &Asker, id: OrganisationId) -> Result<AgreementsView, No> {
        self.read(asker, |rx| {
            let organisation =
                store::organisation::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            rx.may(A::ListAgreements, &Thing::of(id))?;
            let agreements = store::agreement::of(rx.tx, id, AGREEMENTS_MAX)?;
            let both = agreements.iter().flat_map(|it| [it.unit, it.customer]);
            let both: Vec<OrganisationId> = both.collect();
            let names = store::organisation::names_of(rx.tx, &both)?;
            let may_keep = offers(&rx.actor, A::KeepAgreements, &Thing::of(id));
            let today = base::WorkingDays::china().date(rx.now);
            Ok(AgreementsView { organisation, agreements, names, may_keep, today })
        })
    }
}
