//! What people need at instruments of the demonstration city: training, a course, a notice that was read;
//! a queue, an outage that is planned, and who controls whom. All of it is invented.

use crate::demo_uses::{FIRM, INSTITUTE, OFFICER, broken};
use crate::exit::Failure;
use app::booking::{
    AskTraining, ConfirmNotice, DeclareOutage, GrantQualification, SetBookingRules, Target,
    TrainPerson,
};
use app::control::EnterControl;
use app::instrument::SearchAsk;
use app::turn::JoinQueue;
use app::upkeep::{PlanUpkeep, RecordUpkeep, ReportFault};
use app::{Asker, City};
use base::{InstrumentId, OrganisationId, PersonId, UpkeepPlanId};
use calendar::Hours;
use calendar::zone::add_months;
use instruments::outage::Over;
use instruments::qualification::{Grade, Way};
use instruments::rules::{Approval, Layer};
use instruments::setting::Set;
use instruments::sheet::Mode;
use instruments::upkeep::Kind;
use std::collections::BTreeMap;

/// Who is trained, and who has asked to be.
const TRAINED: &str = "ma.xiaofeng@demo.bellwether.example";
const ASKING: &str = "deng.haoran@demo.bellwether.example";
/// The course that some instruments ask for besides.
const COURSE: &str = "LAB-SAFETY";
const REASON: &str = "演示（虚构） / Demonstration, invented";
/// The first of the institute ask for training; so many are looked through for one with a queue.
const INSTRUMENTS: usize = 40;
const WITH_TRAINING: usize = 12;
const DAY_SECONDS: i64 = 86_400;

/// What the seeding of training works with.
pub(crate) struct Trainings<'c> {
    pub city: &'c City,
    pub operator: &'c Asker,
    pub organisations: &'c BTreeMap<String, OrganisationId>,
    /// By e-mail.
    pub people: &'c BTreeMap<String, PersonId>,
}

impl Trainings<'_> {
    /// Sees to it that instruments with prices ask for training; what is there stays.
    pub(crate) fn seed(&self) -> Result<(), Failure> {
        let officer = self.person(OFFICER)?;
        let institute = self.organisation(INSTITUTE)?;
        let owners = vec![institute];
        let ask = SearchAsk { owners, page: 1, page_rows: INSTRUMENTS, ..SearchAsk::default() };
        let rows = self.city.instruments(&officer, &ask)?.rows;
        let all = rows.iter().map(|row| &row.instrument);
        let booked: Vec<InstrumentId> = all
            .clone()
            .take(WITH_TRAINING)
            .filter(|it| it.takes_bookings())
            .map(|it| it.id)
            .collect();
        let Some(first) = booked.first().copied() else { return Ok(()) };
        if self.city.booking_rules(&officer, first)?.version > 0 {
            return Ok(());
        }
        for (n, id) in booked.iter().enumerate() {
            let target = Target::Instrument(*id);
            let act = SetBookingRules { target, version: 0, rules: rules(n) };
            self.city.perform(&officer, act)?;
        }
        self.people_at(&officer, &booked)?;
        if let Some(queue) = all.clone().find(|it| it.mode() == Mode::Queue) {
            for email in [TRAINED, ASKING] {
                // Somebody who may not is left out: the queue is the shorter.
                let _ = self.city.perform(&self.person(email)?, JoinQueue { instrument: queue.id });
            }
        }
        if let Some(id) = booked.last() {
            let start = self.city.now().plus_seconds(3 * DAY_SECONDS);
            let span = (start, start.plus_seconds(DAY_SECONDS / 4));
            let title = "年度校准（演示） / Yearly calibration (demonstration)";
            self.city.perform(&officer, DeclareOutage::new(*id, title, span, Over::Displace))?;
        }
        self.upkeep_of(&officer, &booked)?;
        let grounds =
            "持股51%（演示，虚构） / 51% of the shares (demonstration, invented)".to_owned();
        let organisation = self.organisation("panci")?;
        let act = EnterControl { organisation, controller: self.organisation(FIRM)?, grounds };
        self.city.perform(self.operator, act)?;
        Ok(())
    }

    /// Calibrations with certificates that end one after the other, what is planned, and a fault.
    fn upkeep_of(&self, officer: &Asker, booked: &[InstrumentId]) -> Result<(), Failure> {
        let today = base::WorkingDays::china().date(self.city.now());
        let mut ends = today;
        for (n, instrument) in booked.iter().copied().enumerate() {
            let done = add_months(today, -11);
            ends = add_months(ends, 1);
            let title = "年度校准（演示） / Yearly calibration (demonstration)".to_owned();
            let kind = Kind::Calibration;
            let plan = PlanUpkeep { instrument, kind, title, every_months: 12, due: done };
            let plan = self.city.perform(officer, plan)?;
            let act = RecordUpkeep {
                instrument,
                plan: UpkeepPlanId::parse(&plan.thing).ok(),
                kind,
                done,
                by: "虚构计量院 / Invented institute of metrology".to_owned(),
                certificate: format!("DEMO-{}-{:03}", done.year(), n + 1),
                until: Some(ends),
                note: REASON.to_owned(),
            };
            self.city.perform(officer, act)?;
        }
        if let Some(instrument) = booked.first().copied() {
            let said =
                "样品台有异响（演示，虚构） / The stage makes a noise (demonstration, invented)";
            let act = ReportFault { instrument, said: said.to_owned(), is_stopped: false };
            self.city.perform(&self.person(ASKING)?, act)?;
        }
        Ok(())
    }

    /// One who has everything at the first instrument, and one who waits for it at each.
    fn people_at(&self, officer: &Asker, booked: &[InstrumentId]) -> Result<(), Failure> {
        let Some(first) = booked.first().copied() else { return Ok(()) };
        let (trained, person) = (self.person(TRAINED)?, self.id(TRAINED)?);
        let ends = Some(self.city.now().plus_seconds(365 * DAY_SECONDS));
        let grant = GrantQualification {
            instrument: first,
            person,
            grade: Grade::Full,
            way: Way::Course,
            lives_days: 180,
            ends,
            hours: Hours::default(),
            reason: REASON.to_owned(),
        };
        self.city.perform(officer, grant)?;
        let course = COURSE.to_owned();
        let done = TrainPerson { instrument: first, person, course, ends };
        self.city.perform(officer, done)?;
        self.city.perform(&trained, ConfirmNotice { instrument: first })?;
        let asking = self.person(ASKING)?;
        for id in booked.iter().take(2) {
            let (course, note) = (String::new(), REASON.to_owned());
            self.city.perform(&asking, AskTraining { instrument: *id, course, note })?;
        }
        Ok(())
    }

    fn id(&self, email: &str) -> Result<PersonId, Failure> {
        self.people.get(email).copied().ok_or_else(|| broken(email))
    }

    fn person(&self, email: &str) -> Result<Asker, Failure> {
        self.id(email).map(Asker::person)
    }

    fn organisation(&self, key: &str) -> Result<OrganisationId, Failure> {
        self.organisations.get(key).copied().ok_or_else(|| broken(key))
    }
}

/// Open at every hour, so that the demonstration can be walked at any; every third asks for the course too.
fn rules(n: usize) -> Layer {
    let courses = if n.is_multiple_of(3) { vec![COURSE.to_owned()] } else { Vec::new() };
    Layer {
        hours: Some(Set::open(Hours::default())),
        approval: Some(Set::open(Approval::Never)),
        chains: Some(Set::open(Vec::new())),
        needs_qualification: Some(Set::open(true)),
        needs_notice: Some(Set::open(true)),
        trainings: Some(Set::open(courses)),
        ..Layer::default()
    }
}
