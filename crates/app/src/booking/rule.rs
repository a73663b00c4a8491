//! What owners set: rules of each level, and who is trusted with an instrument.

use super::scene::rules_of;
use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{Class, Instant, InstrumentId, Label, OrganisationId, PersonId, Refusal, limits, text};
use calendar::Hours;
use instruments::Instrument;
use instruments::qualification::{Grade, Grant, Way};
use instruments::rules::{Layer, Rules};
use instruments::setting::Level;
use instruments::training::State;

/// Bytes of the rules of one level, as text.
const RULES_BYTES_MAX: usize = 64 * 1024;

/// Whose rules they are.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Target {
    Platform,
    Unit(OrganisationId),
    Group(OrganisationId, String),
    Instrument(InstrumentId),
}

impl Target {
    fn level(&self) -> Level {
        match self {
            Self::Platform => Level::Platform,
            Self::Unit(_) => Level::Unit,
            Self::Group(..) => Level::Group,
            Self::Instrument(_) => Level::Instrument,
        }
    }

    fn thing(&self) -> String {
        match self {
            Self::Platform => String::new(),
            Self::Unit(id) => id.to_string(),
            Self::Group(id, name) => store::booking_rule::group_of(*id, name),
            Self::Instrument(id) => id.to_string(),
        }
    }
}

/// Sets the rules of a level, all of them at once.
#[derive(serde::Serialize)]
pub struct SetBookingRules {
    pub target: Target,
    /// The version that was seen; 0 where there were none.
    pub version: u64,
    pub rules: Layer,
}

/// What setting rules tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RulesSet {
    pub level: String,
    pub version: u64,
}

impl Act for SetBookingRules {
    const ACT: A = A::SetBookingRules;
    type Facts = (u64, Thing, Option<OrganisationId>);
    type Plan = Option<OrganisationId>;
    type Outcome = RulesSet;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (_, version) =
            store::booking_rule::layer(cx.tx, self.target.level(), &self.target.thing())?;
        let (thing, owner) = match &self.target {
            Target::Platform => (Thing::open(), None),
            Target::Unit(id) | Target::Group(id, _) => {
                let found = store::organisation::find(cx.tx, *id)?;
                let found = found.ok_or_else(Refusal::not_found)?;
                (Thing::of(found.id), Some(found.id))
            }
            Target::Instrument(id) => {
                let it = instrument::find(cx, *id)?;
                (instrument::thing_of(&it, &cx.actor), Some(it.owner))
            }
        };
        Ok((version, thing, owner))
    }

    fn thing(&self, (_, thing, _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (version, _, owner): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        if version != self.version {
            let refusal = Refusal::new(Class::Conflict, "version-conflict");
            no.push(refusal.number("seen", self.version).number("now", version));
        }
        no.extend(self.rules.unsound().into_iter().map(|name| {
            Refusal::invalid("booking-rule-unsound").on(format!("rules.{name}")).text("rule", name)
        }));
        let bytes = serde_json::to_string(&self.rules).map_or(0, |text| text.len());
        if bytes > RULES_BYTES_MAX {
            let refusal = Refusal::new(Class::TooLarge, "booking-rules-too-large").on("rules");
            no.push(refusal.number("most", RULES_BYTES_MAX));
        }
        if no.is_empty() { Ok(owner) } else { Err(no) }
    }

    fn save(&self, owner: Option<OrganisationId>, cx: &mut Cx<'_, '_>) -> Result<RulesSet, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let (level, thing) = (self.target.level(), self.target.thing());
        let set = (level, thing.as_str(), &self.rules);
        if !store::booking_rule::set_layer(cx.tx, set, self.version, (by, cx.now))? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        let version = self.version + 1;
        let label = Label::public();
        let about = About { thing, version, owner, label: &label, state: level.code() };
        let body = serde_json::json!({ "level": level.code() });
        cx.event("booking-rules-set", about, body);
        Ok(RulesSet { level: level.code().to_owned(), version })
    }
}

/// Days after the last use that a qualification lives at most.
const LIVES_DAYS_MAX: u32 = 3_660;

/// Trusts somebody with an instrument, or renews that.
#[derive(serde::Serialize)]
pub struct GrantQualification {
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub grade: Grade,
    pub way: Way,
    /// Days after the last use at which it runs out; 0 never.
    pub lives_days: u32,
    pub ends: Option<Instant>,
    pub hours: Hours,
    pub reason: String,
}

/// What a change of a qualification tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QualificationChanged {
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub stands: bool,
}

/// The instrument and whether the person is known.
pub struct Trusted {
    it: Instrument,
    thing: Thing,
    is_known: bool,
}

impl Act for GrantQualification {
    const ACT: A = A::QualifyPeople;
    type Facts = Trusted;
    type Plan = (Instrument, Grant, String);
    type Outcome = QualificationChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Trusted, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let is_known = store::person::find(cx.tx, self.person)?.is_some();
        Ok(Trusted { it, thing, is_known })
    }

    fn thing(&self, facts: &Trusted) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Trusted, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let reason = text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX)
            .map_err(|refusal| no.push(refusal))
            .unwrap_or_default();
        if !facts.is_known {
            let refusal = Refusal::invalid("choice-unknown").on("person");
            no.push(refusal.term("field", "field-person"));
        }
        if cx.actor.person == Some(self.person) {
            no.push(Refusal::new(Class::NotAllowed, "qualification-of-oneself"));
        }
        let is_sound = self.hours.windows.iter().all(|window| window.is_sound());
        if !is_sound || self.hours.windows.len() > calendar::hours::WINDOWS_MAX {
            no.push(Refusal::invalid("booking-rule-unsound").on("hours").text("rule", "hours"));
        }
        if self.lives_days > LIVES_DAYS_MAX {
            let refusal = Refusal::invalid("booking-rule-unsound").on("lives_days");
            no.push(refusal.text("rule", "lives_days"));
        }
        if self.ends.is_some_and(|ends| ends <= cx.now) {
            no.push(Refusal::invalid("booking-bad-span").on("ends"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let grant = Grant {
            grade: self.grade,
            granted: cx.now,
            last_use: None,
            lives_days: self.lives_days,
            ends: self.ends,
            withdrawn: None,
            hours: self.hours.clone(),
        };
        Ok((facts.it, grant, reason))
    }

    fn save(
        &self,
        (it, grant, reason): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<QualificationChanged, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let whom = (it.id, self.person);
        store::booking_rule::grant(cx.tx, whom, (&grant, self.way, &reason), by)?;
        // Whoever asked for it has it now.
        let asked = (it.id, self.person, "");
        store::training::answer(cx.tx, asked, (State::Done, &reason), (by, cx.now))?;
        tell(cx, &it, self.person, ("qualification-granted", self.grade.code()));
        Ok(QualificationChanged { instrument: it.id, person: self.person, stands: true })
    }
}

fn tell(cx: &mut Cx<'_, '_>, it: &Instrument, person: PersonId, (kind, state): (&str, &str)) {
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &it.label,
        state,
    };
    cx.event(kind, about, serde_json::json!({ "person": person }));
}

/// Takes a qualification back.
#[derive(serde::Serialize)]
pub struct WithdrawQualification {
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub reason: String,
}

impl Act for WithdrawQualification {
    const ACT: A = A::QualifyPeople;
    type Facts = (Instrument, Thing);
    type Plan = (Instrument, String);
    type Outcome = QualificationChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        Ok((it, thing))
    }

    fn thing(&self, (_, thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(&self, (it, _): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let reason = text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX);
        reason.map(|reason| (it, reason)).map_err(|refusal| vec![refusal])
    }

    fn save(
        &self,
        (it, reason): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<QualificationChanged, Stop> {
        let whom = (it.id, self.person);
        if !store::booking_rule::withdraw(cx.tx, whom, &reason, cx.now)? {
            return Err(Refusal::not_found().into());
        }
        tell(cx, &it, self.person, ("qualification-withdrawn", "withdrawn"));
        Ok(QualificationChanged { instrument: it.id, person: self.person, stands: false })
    }
}

/// The rules of an instrument: those in force, and what its own level sets.
#[derive(Clone, Debug)]
pub struct RulesView {
    pub instrument: Instrument,
    /// Whether the reader may set what its own level says.
    pub may_set: bool,
    pub rules: Rules,
    pub own: Layer,
    pub version: u64,
}

impl City {
    /// The rules of an instrument.
    pub fn booking_rules(&self, asker: &Asker, id: InstrumentId) -> Result<RulesView, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            let (rules, _) = rules_of(rx.tx, &it)?;
            let (own, version) =
                store::booking_rule::layer(rx.tx, Level::Instrument, &id.to_string())?;
            let thing = instrument::thing_of(&it, &rx.actor);
            let may_set = offers(&rx.actor, A::SetBookingRules, &thing);
            Ok(RulesView { instrument: it, may_set, rules, own, version })
        })
    }
}
