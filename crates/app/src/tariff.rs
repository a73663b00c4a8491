//! Tariffs of instruments: set by the owner's people, dated, never two for one day; and the classes
//! of customers that choose between them.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument::{allowed, find, thing_of};
use access::{Act as A, Thing};
use base::{
    Class, Date, InstrumentId, Label, Level, OrganisationId, Refusal, TariffId, WorkingDays,
};
use calendar::zone::Zone;
use instruments::Instrument;
use instruments::tariff::{CLASS_CHARS_MAX, Kept, Local, Tariff, beside};
use store::{Hold, Tx};

/// The class of a unit's own people.
pub const INTERNAL: &str = "internal";
/// The class of everybody to whom the unit gave none; its prices are the list prices.
pub const EXTERNAL: &str = "external";

/// What a change of a tariff tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TariffChanged {
    pub tariff: TariffId,
    pub instrument: InstrumentId,
}

/// The wall clock of an instrument's site, with China's working days.
pub(crate) fn wall(instrument: &Instrument) -> impl Fn(base::Instant) -> Local + use<> {
    let zone = Zone::named(instrument.zone()).unwrap_or_else(Zone::china);
    move |at| {
        let civil = zone.civil(at);
        let minute =
            u16::from(civil.hour().unsigned_abs()) * 60 + u16::from(civil.minute().unsigned_abs());
        let date = civil.date();
        Local { date, minute, is_working: WorkingDays::china().is_working(date) }
    }
}

/// The class of a customer at a unit on a day.
pub(crate) fn class_of(
    tx: &mut Tx<'_>,
    (unit, customer): (OrganisationId, OrganisationId),
    day: Date,
) -> Result<String, store::StoreError> {
    if unit == customer {
        return Ok(INTERNAL.to_owned());
    }
    Ok(store::tariff::class_on(tx, unit, customer, day)?.unwrap_or_else(|| EXTERNAL.to_owned()))
}

/// Sets a tariff from a day on. Where an open one of the same class and way is valid then, it ends
/// on that day.
#[derive(serde::Serialize)]
pub struct SetTariff {
    pub instrument: InstrumentId,
    pub tariff: Tariff,
}

impl Act for SetTariff {
    const ACT: A = A::SetTariff;
    type Facts = (Instrument, Thing, Vec<Kept>);
    type Plan = (Instrument, Option<Kept>, Kept);
    type Outcome = TariffChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let instrument = find(cx, self.instrument)?;
        let thing = thing_of(&instrument, &cx.actor);
        let kept = store::tariff::of_instrument(cx.tx, self.instrument)?;
        Ok((instrument, thing, kept))
    }

    fn thing(&self, (_, thing, _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (instrument, _, mut kept): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut tariff = self.tariff.clone();
        let class = base::text::line("class", &tariff.class, CLASS_CHARS_MAX);
        tariff.class = class.unwrap_or(tariff.class);
        let mut no = tariff.flaws();
        let today = wall(&instrument)(cx.now).date;
        let is_same = |it: &Kept| {
            (it.tariff.class.as_str(), it.tariff.way) == (tariff.class.as_str(), tariff.way)
        };
        if tariff.from < today && kept.iter().any(is_same) {
            // What was served is not priced anew; the first price may reach back.
            no.push(Refusal::invalid("tariff-past").on("from"));
        }
        if kept.len() >= store::tariff::TARIFFS_MAX {
            no.push(Refusal::new(Class::Refused, "tariff-full"));
        }
        let is_former = |it: &Kept| {
            (it.tariff.class.as_str(), it.tariff.way) == (tariff.class.as_str(), tariff.way)
                && it.tariff.until.is_none()
                && it.tariff.from < tariff.from
        };
        let mut former = None;
        if let Some(at) = kept.iter().position(is_former) {
            kept[at].tariff.until = Some(tariff.from);
            former = Some(kept[at].clone());
        }
        no.extend(beside(kept.iter().map(|it| &it.tariff), &tariff).err());
        if !no.is_empty() {
            return Err(no);
        }
        let new = Kept {
            id: cx.city.with_chance(|chance| TariffId::new(cx.now, chance)),
            instrument: self.instrument,
            tariff,
            set_at: cx.now,
        };
        Ok((instrument, former, new))
    }

    fn save(
        &self,
        (instrument, former, new): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<TariffChanged, Stop> {
        if let Some(former) = former {
            store::tariff::end(cx.tx, &former)?;
        }
        store::tariff::add(cx.tx, &new, cx.actor.person)?;
        told(cx, &instrument, "tariff-set", serde_json::json!({ "tariff": new.tariff }));
        Ok(TariffChanged { tariff: new.id, instrument: instrument.id })
    }
}

/// Ends a tariff before a day; one that was not yet valid then goes.
#[derive(serde::Serialize)]
pub struct EndTariff {
    pub instrument: InstrumentId,
    pub tariff: TariffId,
    pub until: Date,
}

impl Act for EndTariff {
    const ACT: A = A::SetTariff;
    type Facts = (Instrument, Thing, Kept);
    type Plan = (Instrument, Kept);
    type Outcome = TariffChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let instrument = find(cx, self.instrument)?;
        let thing = thing_of(&instrument, &cx.actor);
        let kept = store::tariff::find(cx.tx, self.tariff)?;
        let kept = kept.filter(|it| it.instrument == self.instrument);
        Ok((instrument, thing, kept.ok_or_else(Refusal::not_found)?))
    }

    fn thing(&self, (_, thing, _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (instrument, _, mut kept): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let today = wall(&instrument)(cx.now).date;
        let is_later = kept.tariff.until.is_some_and(|until| until < self.until);
        if self.until < today || is_later {
            return Err(vec![Refusal::invalid("tariff-past").on("until")]);
        }
        kept.tariff.until = Some(self.until);
        Ok((instrument, kept))
    }

    fn save(
        &self,
        (instrument, kept): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<TariffChanged, Stop> {
        if self.until <= kept.tariff.from {
            store::tariff::drop(cx.tx, kept.id)?;
        } else {
            store::tariff::end(cx.tx, &kept)?;
        }
        told(cx, &instrument, "tariff-ended", serde_json::json!({ "tariff": kept.tariff }));
        Ok(TariffChanged { tariff: kept.id, instrument: instrument.id })
    }
}

fn told(cx: &mut Cx<'_, '_>, it: &Instrument, kind: &str, body: serde_json::Value) {
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &it.label,
        state: it.state().word(),
    };
    cx.event(kind, about, body);
}

/// Puts a customer into a class of a unit from a day on.
#[derive(serde::Serialize)]
pub struct SetCustomerClass {
    pub unit: OrganisationId,
    pub customer: OrganisationId,
    pub class: String,
    pub from: Date,
}

impl Act for SetCustomerClass {
    const ACT: A = A::SetCustomerClass;
    type Facts = ();
    type Plan = String;
    type Outcome = OrganisationId;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.unit)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        for id in [self.unit, self.customer] {
            store::organisation::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
        }
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::of(self.unit)
    }

    fn decide(&self, (): (), cx: &Cx<'_, '_>) -> Result<String, Vec<Refusal>> {
        let mut no = Vec::new();
        if self.from < WorkingDays::china().date(cx.now) {
            no.push(Refusal::invalid("tariff-past").on("from"));
        }
        match base::text::required_line("class", &self.class, CLASS_CHARS_MAX) {
            Ok(class) if no.is_empty() => Ok(class),
            class => {
                no.extend(class.err());
                Err(no)
            }
        }
    }

    fn save(&self, class: String, cx: &mut Cx<'_, '_>) -> Result<OrganisationId, Stop> {
        let by = (cx.actor.person, cx.now);
        store::tariff::set_class(cx.tx, (self.unit, self.customer), (self.from, &class), by)?;
        let label = Label::at(Level::Members);
        let about = About {
            thing: self.unit.to_string(),
            version: 0,
            owner: Some(self.unit),
            label: &label,
            state: "",
        };
        let body = serde_json::json!({ "customer": self.customer, "class": class });
        cx.event("customer-class-set", about, body);
        Ok(self.customer)
    }
}

/// The tariffs of an instrument as its reader may see them.
#[derive(Clone, Debug)]
pub struct Tariffs {
    pub instrument: Instrument,
    pub tariffs: Vec<Kept>,
    /// The day at the site.
    pub today: Date,
    pub may_set: bool,
}

impl City {
    /// The tariffs of an instrument that the reader may see.
    pub fn tariffs(&self, asker: &Asker, id: InstrumentId) -> Result<Tariffs, No> {
        self.read(asker, |rx| {
            let (instrument, _) = allowed(rx, id, A::LookAtInstrument)?;
            let thing = thing_of(&instrument, &rx.actor);
            let may_set = crate::act::offers(&rx.actor, A::SetTariff, &thing);
            let tariffs = store::tariff::of_instrument(rx.tx, id)?;
            let today = wall(&instrument)(rx.now).date;
            Ok(Tariffs { instrument, tariffs, today, may_set })
        })
    }
}
