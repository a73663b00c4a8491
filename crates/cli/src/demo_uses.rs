//! Uses of the demonstration city: prices of one institute's instruments, a firm with a voucher, what
//! it used in the last days and what it disputes. All of it is invented.

use crate::exit::{Exit, Failure};
use app::charge::DisputeCharge;
use app::instrument::SearchAsk;
use app::tariff::{EXTERNAL, INTERNAL, SetTariff};
use app::telephone::SetTelephone;
use app::usage::EnterUse;
use app::voucher::{FundProgramme, IssueVoucher};
use app::{Asker, City};
use base::{
    AccountId, Class, Date, InstrumentId, OrganisationId, PersonId, Refusal, Span, WorkingDays,
};
use instruments::adjustment::Wish;
use instruments::tariff::{Days, Late, LateFee, Mode, Tariff, Window};
use instruments::voucher::Terms;
use std::collections::BTreeMap;

/// The institute and its officer; the firm that uses its instruments, and who speaks for it.
pub(crate) const INSTITUTE: &str = "gti";
pub(crate) const OFFICER: &str = "lin.shuyao@demo.bellwether.example";
pub(crate) const FIRM: &str = "yanguang";
const SPEAKER: &str = "tang.ruoxi@demo.bellwether.example";
/// Who of the firm stands at the instruments.
const USER: &str = "deng.haoran@demo.bellwether.example";
const PROGRAMME: &str = "创新券（演示） / Innovation vouchers (demonstration)";
/// Instruments that get prices (all of the institute), those of them that the firm used, and on
/// how many days.
const PRICED: usize = 40;
const USED: usize = 8;
const DAYS_USED: i64 = 5;
const DAY_SECONDS: i64 = 86_400;

/// What the seeding of uses works with.
pub(crate) struct Uses<'c> {
    pub city: &'c City,
    pub operator: &'c Asker,
    pub organisations: &'c BTreeMap<String, OrganisationId>,
    /// By e-mail.
    pub people: &'c BTreeMap<String, PersonId>,
}

impl Uses<'_> {
    /// Sees to it that there are prices, uses, a voucher and a dispute; what is there stays.
    pub(crate) fn seed(&self, bank: AccountId) -> Result<(), Failure> {
        let (officer, speaker) = (self.person(OFFICER)?, self.person(SPEAKER)?);
        if !self.city.uses(&officer, (None, None), 1)?.rows.is_empty() {
            return Ok(());
        }
        let (institute, firm) = (self.organisation(INSTITUTE)?, self.organisation(FIRM)?);
        let instruments = self.instruments(&officer, institute)?;
        let today = WorkingDays::china().date(self.city.now());
        let from = Date::new(today.year(), 1, 1).unwrap_or(today);
        for instrument in &instruments {
            self.prices(&officer, *instrument, from)?;
        }
        self.voucher(bank, firm)?;
        self.used(&officer, (firm, self.id_of(USER)?), &instruments)?;
        // What they used is reported whole.
        let telephone = SetTelephone { telephone: "0816-000 0801".to_owned() };
        self.city.perform(&self.person(USER)?, telephone)?;
        self.disputed(&speaker)
    }

    fn instruments(
        &self,
        officer: &Asker,
        institute: OrganisationId,
    ) -> Result<Vec<InstrumentId>, Failure> {
        let owners = vec![institute];
        let ask = SearchAsk { owners, page: 1, page_rows: PRICED, ..SearchAsk::default() };
        let page = self.city.instruments(officer, &ask)?;
        Ok(page.rows.iter().map(|row| row.instrument.id).collect())
    }

    fn prices(&self, officer: &Asker, instrument: InstrumentId, from: Date) -> Result<(), Failure> {
        if !self.city.tariffs(officer, instrument)?.tariffs.is_empty() {
            return Ok(());
        }
        // The tariff says what the page of the instrument says in words.
        let told = self.city.instrument(officer, instrument)?.instrument.sheet.rates.en;
        let digits: String = told.chars().skip(1).take_while(char::is_ascii_digit).collect();
        let price = digits.parse::<i64>().unwrap_or(120) * 100;
        let rest = Window { days: Days::NonWorking, from: 0, until: 1_440, off_bp: 2_500 };
        let late = Late { within_minutes: 180, fee: LateFee::Fixed, amount: 5_000 };
        let external = Tariff {
            windows: vec![rest],
            minimum: price / 2,
            late: Some(late),
            ..Tariff::flat(EXTERNAL, Mode::Usage, from, price)
        };
        let internal = Tariff::flat(INTERNAL, Mode::Usage, from, price * 4 / 5);
        for tariff in [external, internal] {
            self.city.perform(officer, SetTariff { instrument, tariff })?;
        }
        Ok(())
    }

    fn voucher(&self, bank: AccountId, firm: OrganisationId) -> Result<(), Failure> {
        let programme = PROGRAMME.to_owned();
        let fund = FundProgramme {
            programme: programme.clone(),
            bank,
            amount: 50_000_000,
            reference: "DEMO-VOUCHERS-1".to_owned(),
            value_date: None,
        };
        self.city.perform(self.operator, fund)?;
        let today = WorkingDays::china().date(self.city.now());
        let terms = Terms {
            holder: firm,
            share_bp: 5_000,
            cap_claim: 3_000_000,
            cap_year: 10_000_000,
            kinds: Vec::new(),
            units: Vec::new(),
            last: Date::new(today.year(), 12, 31).unwrap_or(today),
        };
        let (amount, voucher) = (10_000_000, self.city.new_voucher_id());
        self.city.perform(self.operator, IssueVoucher { programme, terms, amount, voucher })?;
        Ok(())
    }

    /// One use a day on each of some instruments, for a few days.
    fn used(
        &self,
        officer: &Asker,
        (firm, user): (OrganisationId, PersonId),
        instruments: &[InstrumentId],
    ) -> Result<(), Failure> {
        for (n, instrument) in instruments.iter().take(USED).enumerate() {
            for days in 1..=DAYS_USED {
                let hours = 1 + i64::try_from(n % 4).unwrap_or(0);
                let end = self.city.now().plus_seconds(-days * DAY_SECONDS);
                let start = end.plus_seconds(-hours * 3_600);
                let Some(span) = Span::new(start, end) else { continue };
                let mut act = EnterUse::new(*instrument, firm, span);
                act.person = Some(user);
                act.project = "演示 / Demonstration".to_owned();
                act.reason = "演示（虚构） / Demonstration, invented".to_owned();
                self.city.perform(officer, act)?;
            }
        }
        Ok(())
    }

    fn disputed(&self, speaker: &Asker) -> Result<(), Failure> {
        let page = self.city.uses(speaker, (None, None), 1)?;
        let Some(row) = page.rows.first() else { return Ok(()) };
        let view = self.city.use_view(speaker, row.kept.id)?;
        let Some(line) = view.charges.first() else { return Ok(()) };
        let reason = "演示（虚构）：束流中断 / Demonstration, invented: the beam failed".to_owned();
        let act = DisputeCharge { charge: line.id, wish: Wish::Waive, reason };
        self.city.perform(speaker, act)?;
        Ok(())
    }

    fn person(&self, email: &str) -> Result<Asker, Failure> {
        self.id_of(email).map(Asker::person)
    }

    fn id_of(&self, email: &str) -> Result<PersonId, Failure> {
        self.people.get(email).copied().ok_or_else(|| broken(email))
    }

    fn organisation(&self, key: &str) -> Result<OrganisationId, Failure> {
        self.organisations.get(key).copied().ok_or_else(|| broken(key))
    }
}

pub(crate) fn broken(what: &str) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-demo-broken").text("found", what);
    Failure::new(Exit::Failed, reason)
}
