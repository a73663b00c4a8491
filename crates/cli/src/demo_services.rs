//! What laboratories of the demonstration city test: made of what their instruments measure, with prices
//! and marks by a fixed rule. All of it is invented.

use crate::exit::{Exit, Failure};
use app::instrument::{Found, SearchAsk};
use app::item::{ItemAsk, ItemRow, SaveItem};
use app::joint_request::{JoinJointRequest, OpenJointRequest};
use app::service_order::{AnswerOrder, RequestService, Requested, Wanted, WorkOnOrder};
use app::{Asker, City};
use base::{
    Bilingual, Class, Date, OrganisationId, PersonId, Refusal, ServiceOrderId, WorkingDays,
};
use instruments::capability::Capability;
use instruments::charge::Samples;
use instruments::item::{Accreditation, Mark, Sheet};
use instruments::service::{Doing, Quote};
use instruments::service_order::{Manner, Opinion, Rest, Sample};
use instruments::service_record::Purpose;
use instruments::tariff::Counted;
use std::collections::{BTreeMap, BTreeSet};

/// Units that test for others, and tests of each.
const UNITS: usize = 24;
const TESTS: usize = 6;
/// Instruments of one unit that are looked at.
const INSTRUMENTS: usize = 40;
/// The laboratory and its officer; the firm that orders, and who speaks for it.
const INSTITUTE: &str = "gti";
const OFFICER: &str = "lin.shuyao@demo.bellwether.example";
const FIRM: &str = "yanguang";
const SPEAKER: &str = "tang.ruoxi@demo.bellwether.example";
/// What customers said of the orders that are over: enough of them that it is told to all.
const OPINIONS: [Opinion; 6] = [
    Opinion::Fair,
    Opinion::Content,
    Opinion::VeryContent,
    Opinion::Content,
    Opinion::VeryContent,
    Opinion::VeryContent,
];
/// The report of the demonstration, a page that says what it is.
const REPORT: &str = "%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R
/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 62>>stream
BT /F 24 Tf 72 720 Td (Demonstration report, invented) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
";

/// What the seeding of services works with.
pub(crate) struct Services<'c> {
    pub city: &'c City,
    pub operator: &'c Asker,
    pub organisations: &'c BTreeMap<String, OrganisationId>,
    /// By e-mail.
    pub people: &'c BTreeMap<String, PersonId>,
}

impl Services<'_> {
    /// Sees to it that there are tests; what is there stays.
    pub(crate) fn seed(&self) -> Result<(), Failure> {
        let ask = ItemAsk { page: 1, page_rows: 1, ..ItemAsk::default() };
        if self.city.test_items(self.operator, &ask)?.total > 0 {
            return Ok(());
        }
        let units = crate::demo_instruments::units().map_err(|_| broken("units.toml"))?;
        for (n, unit) in units.iter().take(UNITS).enumerate() {
            let id = self.organisations.get(&unit.key).copied();
            self.tests(id.ok_or_else(|| broken(&unit.key))?, n)?;
        }
        self.orders()?;
        self.joint()
    }

    fn person(&self, email: &str) -> Result<Asker, Failure> {
        self.people.get(email).map(|id| Asker::person(*id)).ok_or_else(|| broken(email))
    }

    fn organisation(&self, key: &str) -> Result<OrganisationId, Failure> {
        self.organisations.get(key).copied().ok_or_else(|| broken(key))
    }

    fn items(&self, unit: Option<OrganisationId>) -> Result<Vec<ItemRow>, Failure> {
        let ask = ItemAsk { unit, page: 1, page_rows: 200, ..ItemAsk::default() };
        let mut rows = self.city.test_items(self.operator, &ask)?.rows;
        rows.sort_by_key(|row| row.item.id);
        Ok(rows)
    }

    /// Orders of one firm at each stage: rated, in test, answered, just asked, asked of several.
    fn orders(&self) -> Result<(), Failure> {
        let (officer, speaker) = (self.person(OFFICER)?, self.person(SPEAKER)?);
        let items = self.items(Some(self.organisation(INSTITUTE)?))?;
        let listed: Vec<&ItemRow> =
            items.iter().filter(|row| row.item.sheet.prices().is_some()).collect();
        let Some(first) = listed.first().copied() else { return Ok(()) };
        let second = listed.get(1).copied().unwrap_or(first);
        let accept = || Doing::Accept { voucher: None };
        let receive = || Doing::Receive { stands: "样品架3 / Shelf 3".to_owned() };

        for opinion in OPINIONS {
            let id = self.ask(&speaker, &[first], Manner::Each)?;
            let finish = Doing::Finish { succeeded: vec![true, true, true, true, false] };
            for doing in [accept(), receive(), Doing::Start, finish] {
                self.work(&officer, id, doing)?;
            }
            let got = self.city.receive_all("demo-report.pdf", &mut REPORT.as_bytes())?;
            let file = Some(self.city.keep_received(&officer, &got)?.file);
            let marks = self.city.service_order(&officer, id)?.marks;
            self.work(&officer, id, Doing::Report { file, marks })?;
            self.work(&officer, id, Doing::Clear { note: String::new() })?;
            let word = "演示（虚构） / Demonstration".to_owned();
            self.answer(&speaker, id, Doing::Close { opinion: Some(opinion), word })?;
        }

        let id = self.ask(&speaker, &[second], Manner::Each)?;
        for doing in [accept(), receive(), Doing::Start] {
            self.work(&officer, id, doing)?;
        }
        let id = self.ask(&speaker, &[first], Manner::Each)?;
        self.work(&officer, id, self.quote(9_500, 6))?;
        self.ask(&speaker, &[second], Manner::Each)?;

        // The same asked of several laboratories; one of them has answered.
        let all = self.items(None)?;
        let mut units: BTreeSet<OrganisationId> = BTreeSet::new();
        let same = |row: &&ItemRow| row.item.sheet.parameter == first.item.sheet.parameter;
        let several: Vec<&ItemRow> =
            all.iter().filter(same).filter(|row| units.insert(row.item.unit)).take(4).collect();
        if several.len() > 1 {
            let done = self.asked(&speaker, &several, Manner::Compare)?;
            for (id, _) in done.orders {
                if self.city.service_order(&officer, id).is_ok_and(|view| view.may_work) {
                    self.work(&officer, id, self.quote(8_800, 5))?;
                }
            }
        }
        Ok(())
    }

    fn quote(&self, price: i64, days: u32) -> Doing {
        let prices = Samples { price, minimum: 0, counted: Counted::All, urgent_bp: 0 };
        let note = "演示（虚构） / Demonstration, invented".to_owned();
        Doing::Quote(Quote { prices, days, note })
    }

    fn ask(
        &self,
        who: &Asker,
        rows: &[&ItemRow],
        manner: Manner,
    ) -> Result<ServiceOrderId, Failure> {
        let done = self.asked(who, rows, manner)?;
        done.orders.first().map(|(id, _)| *id).ok_or_else(|| broken("orders"))
    }

    fn asked(&self, who: &Asker, rows: &[&ItemRow], manner: Manner) -> Result<Requested, Failure> {
        let sample = |n: usize| Sample {
            label: format!("试样 / Specimen {}", n + 1),
            material: "Ti-6Al-4V".to_owned(),
            amount: "1".to_owned(),
            rest: if n == 0 { Rest::Dispose } else { Rest::Return },
            ..Sample::default()
        };
        let wanted = |row: &&ItemRow| Wanted { item: Some(row.item.id), ..Wanted::default() };
        let act = RequestService {
            customer: self.organisation(FIRM)?,
            title: String::new(),
            project: "演示 / Demonstration".to_owned(),
            purpose: Purpose::Development,
            note: "演示（虚构） / Demonstration, invented".to_owned(),
            is_urgent: false,
            manner,
            wanted: rows.iter().map(wanted).collect(),
            samples: (0..5).map(sample).collect(),
            voucher: None,
        };
        Ok(self.city.perform(who, act)?)
    }

    fn work(&self, who: &Asker, id: ServiceOrderId, doing: Doing) -> Result<(), Failure> {
        let version = self.city.service_order(who, id)?.row.order.version;
        self.city.perform(who, WorkOnOrder::new(id, version, doing))?;
        Ok(())
    }

    fn answer(&self, who: &Asker, id: ServiceOrderId, doing: Doing) -> Result<(), Failure> {
        let version = self.city.service_order(who, id)?.row.order.version;
        self.city.perform(who, AnswerOrder::new(id, version, doing))?;
        Ok(())
    }

    /// A standard that two organisations miss.
    fn joint(&self) -> Result<(), Failure> {
        let (officer, speaker) = (self.person(OFFICER)?, self.person(SPEAKER)?);
        let act = OpenJointRequest {
            organisation: self.organisation(FIRM)?,
            title: "增材制造钛合金疲劳试验 / Fatigue of printed titanium".to_owned(),
            reason: "演示（虚构）：客户要求的方法各不相同。 / Demonstration, invented".to_owned(),
        };
        let request = self.city.perform(&speaker, act)?.request;
        let organisation = self.organisation(INSTITUTE)?;
        let word = "高周疲劳 / High-cycle fatigue".to_owned();
        self.city.perform(&officer, JoinJointRequest { request, organisation, word })?;
        Ok(())
    }

    /// The tests of one unit: one for each quantity and standard that its instruments know.
    fn tests(&self, unit: OrganisationId, at: usize) -> Result<(), Failure> {
        let owners = vec![unit];
        let ask = SearchAsk { owners, page: 1, page_rows: INSTRUMENTS, ..SearchAsk::default() };
        let rows = self.city.instruments(self.operator, &ask)?.rows;
        let mut known: BTreeSet<(String, String)> = BTreeSet::new();
        for row in &rows {
            for capability in &row.instrument.sheet.capabilities {
                let standard = capability.standards.first().cloned().unwrap_or_default();
                if known.len() >= TESTS
                    || !known.insert((capability.parameter.en.clone(), standard))
                {
                    continue;
                }
                let n = at * TESTS + known.len();
                let sheet = self.sheet(row, capability, n);
                let act = SaveItem { item: None, unit, sheet, is_withdrawn: false };
                self.city.perform(self.operator, act)?;
            }
        }
        Ok(())
    }

    fn sheet(&self, row: &Found, capability: &Capability, n: usize) -> Sheet {
        let today = WorkingDays::china().date(self.city.now());
        let step = i64::try_from(n).unwrap_or(0);
        let days = 3 + u32::try_from(n % 8).unwrap_or(0);
        let range = capability.range.text();
        // Two of three are accredited, every seventh of them no longer.
        let from = Date::new(today.year() - if n.is_multiple_of(7) { 6 } else { 2 }, 1, 1)
            .unwrap_or(today);
        let until = Date::new(from.year() + 5, 12, 31).unwrap_or(today);
        let mut accreditations = Vec::new();
        if n % 3 != 2 {
            let certificate = format!("{:02}2200{:06}", from.year() % 100, 340_000 + n);
            accreditations.push(Accreditation { mark: Mark::Cma, certificate, from, until });
        }
        if n.is_multiple_of(3) {
            let certificate = format!("L{:05}", 9_000 + n);
            accreditations.push(Accreditation { mark: Mark::Cnas, certificate, from, until });
        }
        Sheet {
            category: format!("{} {}", row.instrument.sheet.name.zh, row.instrument.sheet.name.en),
            object: capability.object.clone(),
            parameter: capability.parameter.clone(),
            standard: capability.standards.first().cloned().unwrap_or_default(),
            range: Bilingual::new(range.clone(), range),
            uncertainty: capability.precision.clone(),
            sample: capability.sample.clone(),
            instruments: vec![row.instrument.id],
            // Every fifth is quoted for each order.
            price: if n % 5 == 4 { 0 } else { 8_000 + 2_000 * (step % 20) },
            minimum: if n % 5 == 4 || n.is_multiple_of(2) { 0 } else { 30_000 },
            counted: if n.is_multiple_of(2) { Counted::All } else { Counted::Successful },
            urgent_bp: 5_000,
            usual_days: days,
            urgent_days: days.div_ceil(2),
            accreditations,
            invented: true,
            ..Sheet::default()
        }
    }
}

fn broken(what: &str) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-demo-broken").text("found", what);
    Failure::new(Exit::Failed, reason)
}
