//! Royalties: the licensee reports, the rate does the rest, and what is odd is asked about.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::contract::{ContractChanged, find, own_party, save, thing_of, today};
use ::contract::audit::{Bounds, Question, questions};
use ::contract::kept::{Kept, Payment};
use ::contract::royalty::{Due, Report};
use access::{Act as A, Thing};
use base::{Class, ContractId, Refusal};
use store::Hold;

/// Reports what was sold in a period, for the acquirer. A later report of the same period counts.
#[derive(serde::Serialize)]
pub struct ReportSales {
    pub contract: ContractId,
    /// From 0, in the order of time.
    pub period: u32,
    /// Minor units; pieces are pieces.
    pub gross: i64,
    pub deductions: i64,
    pub units: i64,
    pub profit: i64,
}

impl Act for ReportSales {
    const ACT: A = A::ReportSales;
    type Facts = (Kept, Vec<Report>);
    type Plan = (Kept, Report, usize, String);
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.contract)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let kept = find(cx, self.contract)?;
        let reports = store::contract_money::reports(cx.tx, kept.id)?;
        Ok((kept, reports))
    }

    fn thing(&self, (kept, _): &Self::Facts) -> Thing {
        thing_of(kept)
    }

    fn decide(
        &self,
        (kept, reports): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let by = own_party(&kept, cx)?;
        let mut no = Vec::new();
        let royalty = kept.bound.as_ref().and_then(|it| it.price.royalty.as_ref());
        if royalty.is_none() {
            no.push(Refusal::new(Class::Refused, "contract-no-royalty"));
        }
        if royalty.is_some_and(|it| it.period(self.period).is_none()) {
            no.push(Refusal::invalid("contract-flaw-unknown").on("period"));
        }
        for (field, sum) in
            [("gross", self.gross), ("deductions", self.deductions), ("units", self.units)]
        {
            if sum < 0 {
                no.push(Refusal::invalid("contract-flaw-beyond").on(field));
            }
        }
        if reports.len() >= store::contract_money::REPORTS_MAX {
            no.push(Refusal::new(Class::Refused, "contract-reports-full"));
        }
        let report = Report {
            period: self.period,
            on: today(cx),
            gross: self.gross,
            deductions: self.deductions,
            units: self.units,
            profit: self.profit,
        };
        let mut all = reports;
        let n = 1 + all.len();
        all.push(report.clone());
        // Sums that no reckoning holds are refused before they are kept.
        if no.is_empty() && royalty.is_some_and(|it| it.reckon(&all, today(cx)).is_none()) {
            no.push(Refusal::invalid("contract-flaw-too-large").on("gross"));
        }
        if no.is_empty() { Ok((kept, report, n, by)) } else { Err(no) }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        let (mut kept, report, n, by) = plan;
        let told = (cx.actor.person, cx.now);
        store::contract_money::add_report(cx.tx, kept.id, n, &report, told)?;
        save(cx, &mut kept, "reported", &by, &(report.period + 1).to_string())
    }
}

/// What is owed by period, what came in for each, and what to ask.
#[derive(Clone, Debug)]
pub struct Royalties {
    /// Each with what came in.
    pub dues: Vec<(Due, i64)>,
    pub reports: Vec<Report>,
    pub questions: Vec<Question>,
}

pub(super) fn royalties(
    kept: &Kept,
    reports: Vec<Report>,
    payments: &[Payment],
    on: base::Date,
) -> Option<Royalties> {
    let royalty = kept.bound.as_ref()?.price.royalty.as_ref()?;
    let paid = |number: u32| {
        let what = format!("{}{number}", super::payment::ROYALTY);
        let came = payments.iter().filter(|it| it.what == what);
        came.fold(0_i64, |sum, it| sum.saturating_add(it.amount))
    };
    let dues = kept.royalties(&reports, on);
    Some(Royalties {
        dues: dues.into_iter().map(|due| (due.clone(), paid(due.period.number))).collect(),
        questions: questions(royalty, &reports, &Bounds::usual(), on),
        reports,
    })
}

impl City {
    /// The royalties of a contract as they stand today; none where there are none.
    pub fn contract_royalties(
        &self,
        asker: &Asker,
        id: ContractId,
    ) -> Result<Option<Royalties>, No> {
        self.read(asker, |rx| {
            let kept = super::reading::allowed(rx, id)?;
            let reports = store::contract_money::reports(rx.tx, id)?;
            let payments = store::contract_money::payments(rx.tx, id)?;
            let on = rx.now.date_at(rx.city.settings().utc_offset_minutes);
            Ok(royalties(&kept, reports, &payments, on))
        })
    }
}
