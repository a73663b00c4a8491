//! Vouchers and subsidies: public money that pays a part of a service, within its limits.
//!
//! A voucher gives an organisation a right; every order that uses it is a [`Redemption`] with a
//! hold in the ledger. What a voucher paid is no base of a later subsidy.

use crate::words_of;
use base::{
    Class, Date, Instant, OrganisationId, RedemptionId, Reference, Refusal, Value, VoucherId,
};
use ledger::rounding::Rounding;

/// The whole, in basis points.
const WHOLE_BP: u32 = 10_000;

words_of! {
    /// Where a voucher stands.
    State {
        Issued = "issued",
        Expired = "expired",
        Revoked = "revoked",
    }

    /// Where the use of a voucher for one order stands.
    Stage {
        /// A pending transfer keeps the money.
        Held = "held",
        /// Posted at settlement.
        Redeemed = "redeemed",
        /// The unit asks for it, with its evidence.
        Claimed = "claimed",
        Paid = "paid",
        /// Given back: the order fell through.
        Released = "released",
    }

    /// What happens to a redemption.
    Step {
        Redeem = "redeem",
        Claim = "claim",
        Pay = "pay",
        Release = "release",
    }

    /// A kind of service that a voucher may pay.
    Kind {
        Use = "use",
        Testing = "testing",
        Technical = "technical",
        Training = "training",
    }

    /// What a claim must show.
    Evidence {
        Contract = "contract",
        Invoice = "invoice",
        Result = "result",
        Record = "record",
    }
}

/// What a voucher grants. Amounts are minor units of the city's currency.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Terms {
    pub holder: OrganisationId,
    /// Basis points of the price that it pays.
    pub share_bp: u32,
    pub cap_claim: i64,
    pub cap_year: i64,
    /// Empty for all.
    pub kinds: Vec<Kind>,
    /// Units that take it; empty for all.
    pub units: Vec<OrganisationId>,
    /// The last day on which it may be held.
    pub last: Date,
}

/// A voucher as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: VoucherId,
    pub reference: Reference,
    /// The programme that pays.
    pub programme: String,
    pub terms: Terms,
    /// What was set aside for it.
    pub amount: i64,
    pub state: State,
    pub issued_at: Instant,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// The use of a voucher for one order or use, as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRedemption {
    pub id: RedemptionId,
    pub voucher: VoucherId,
    pub unit: OrganisationId,
    /// What it pays a part of, by its id.
    pub subject: String,
    pub redemption: Redemption,
    pub year: i16,
    pub evidence: Vec<Evidence>,
    /// Counts the changes, from 1.
    pub version: u64,
    pub at: Instant,
}

/// What an order asks of a voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask<'a> {
    pub customer: OrganisationId,
    pub unit: OrganisationId,
    /// Organisations that control, or are controlled by, the customer.
    pub related: &'a [OrganisationId],
    pub kind: Kind,
    /// What is to be paid before the voucher.
    pub amount: i64,
    /// Held and redeemed before in the same civil year.
    pub used_year: i64,
    pub today: Date,
}

impl Terms {
    /// Everything that is wrong with them, by field.
    pub fn flaws(&self) -> Vec<Refusal> {
        let mut flaws = Vec::new();
        if self.share_bp == 0 || self.share_bp > WHOLE_BP {
            flaws.push(Refusal::invalid("voucher-share").on("share"));
        }
        if self.cap_claim <= 0 {
            flaws.push(Refusal::invalid("voucher-cap").on("cap_claim"));
        }
        if self.cap_year < self.cap_claim {
            flaws.push(Refusal::invalid("voucher-cap-year").on("cap_year"));
        }
        flaws
    }

    /// What it pays of an amount: the share, within the cap of a claim and what the year has left.
    pub fn part(&self, amount: i64, used_year: i64) -> i64 {
        let exact = i128::from(amount.max(0)) * i128::from(self.share_bp);
        let share = Rounding::HalfUp.quotient(exact, i128::from(WHOLE_BP)).expect("a part of it");
        share.min(self.cap_claim).min((self.cap_year - used_year).max(0))
    }

    /// What it pays for an order, or everything that stands against it.
    pub fn hold(&self, state: State, ask: &Ask<'_>) -> Result<i64, Vec<Refusal>> {
        let mut against = Vec::new();
        let mut refuse = |is: bool, refusal: Refusal| {
            if is {
                against.push(refusal);
            }
        };
        let no = |code| Refusal::new(Class::Refused, code);
        refuse(state == State::Revoked, no("voucher-revoked"));
        let over = state == State::Expired || ask.today > self.last;
        refuse(over, no("voucher-expired").with("last", Value::On(self.last)));
        refuse(ask.customer != self.holder, no("voucher-other-holder"));
        let is_related = ask.customer == ask.unit || ask.related.contains(&ask.unit);
        refuse(is_related, no("voucher-related"));
        let takes = self.units.is_empty() || self.units.contains(&ask.unit);
        refuse(!takes, no("voucher-unit"));
        let covers = self.kinds.is_empty() || self.kinds.contains(&ask.kind);
        refuse(!covers, no("voucher-kind"));
        let part = self.part(ask.amount, ask.used_year);
        let spent = no("voucher-spent").number("year", i64::from(ask.today.year()));
        refuse(part == 0 && ask.amount > 0, spent);
        if against.is_empty() { Ok(part) } else { Err(against) }
    }
}

/// The use of a voucher for one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    pub stage: Stage,
    pub amount: i64,
}

impl Redemption {
    /// Whether its amount counts against the caps.
    pub fn counts(&self) -> bool {
        self.stage != Stage::Released
    }

    /// The stage after a step.
    pub fn step(&self, step: Step) -> Result<Stage, Refusal> {
        match (self.stage, step) {
            (Stage::Held, Step::Redeem) => Ok(Stage::Redeemed),
            (Stage::Redeemed, Step::Claim) => Ok(Stage::Claimed),
            (Stage::Claimed, Step::Pay) => Ok(Stage::Paid),
            (Stage::Held, Step::Release) => Ok(Stage::Released),
            (stage, _) => {
                let refusal = Refusal::new(Class::Conflict, "voucher-stage");
                Err(refusal.term("stage", format!("voucher-stage-{stage}")))
            }
        }
    }

    /// What goes back when the order shrinks to a price of which the voucher pays `now_pays`.
    pub fn returned(&self, now_pays: i64) -> i64 {
        (self.amount - now_pays).max(0)
    }
}

/// Lets a unit claim what it redeemed: everything that is missing is named.
pub fn claim(shown: &[Evidence], has_dispute: bool) -> Result<(), Vec<Refusal>> {
    let missing = Evidence::ALL.iter().filter(|one| !shown.contains(one));
    let mut against: Vec<Refusal> = missing
        .map(|one| {
            let refusal = Refusal::new(Class::Refused, "voucher-evidence-missing");
            refusal.term("evidence", format!("voucher-evidence-{one}"))
        })
        .collect();
    if has_dispute {
        against.push(Refusal::new(Class::Refused, "voucher-claim-disputed"));
    }
    if against.is_empty() { Ok(()) } else { Err(against) }
}

/// How a price comes down to what the customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Chain {
    pub list: i64,
    pub class_discount: i64,
    pub subsidy: i64,
    pub voucher: i64,
    pub pays: i64,
}

impl Chain {
    /// From the list price and the class's own line; a class dearer than the list has no discount.
    pub fn new(list: i64, gross: i64, subsidy: i64, voucher: i64) -> Self {
        let list = list.max(gross);
        let (class_discount, pays) = (list - gross, gross - subsidy - voucher);
        Self { list, class_discount, subsidy, voucher, pays }
    }

    /// What a later subsidy may be counted from: money paid before is not claimed again.
    pub fn base_of_later_subsidy(&self) -> i64 {
        self.pays.max(0)
    }
}

/// A subsidy of testing fees by programme: of several shares the highest counts, once a project.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Programme {
    /// Basis points, by what the applicant is.
    pub shares_bp: Vec<u32>,
    /// For one unit and grant.
    pub cap: i64,
}

impl Programme {
    /// What it grants for fees actually paid, after what was granted to the unit before.
    pub fn grant(&self, paid: i64, granted: i64, has_had_project: bool) -> i64 {
        if has_had_project {
            return 0;
        }
        let share = self.shares_bp.iter().copied().max().unwrap_or(0).min(WHOLE_BP);
        let exact = i128::from(paid.max(0)) * i128::from(share);
        let grant = Rounding::HalfUp.quotient(exact, i128::from(WHOLE_BP)).expect("a part of it");
        grant.min((self.cap - granted).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOLDER: OrganisationId = OrganisationId::from_bits(1);
    const UNIT: OrganisationId = OrganisationId::from_bits(2);
    const OTHER: OrganisationId = OrganisationId::from_bits(3);

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn terms() -> Terms {
        Terms {
            holder: HOLDER,
            share_bp: 5_000,
            cap_claim: 3_000_000,
            cap_year: 10_000_000,
            kinds: vec![Kind::Testing],
            units: vec![UNIT],
            last: day("2026-12-31"),
        }
    }

    fn ask(amount: i64) -> Ask<'static> {
        let (customer, unit, related, kind) = (HOLDER, UNIT, [].as_slice(), Kind::Testing);
        Ask { customer, unit, related, kind, amount, used_year: 0, today: day("2026-12-31") }
    }

    #[test]
    fn shares_and_caps() {
        let check = |amount: i64, used: i64, voucher: i64, pays: i64| {
            let part = terms().part(amount * 100, used * 100);
            let chain = Chain::new(amount * 100, amount * 100, 0, part);
            assert_eq!((chain.voucher, chain.pays), (voucher * 100, pays * 100), "{amount}");
        };
        check(8_000, 0, 4_000, 4_000);
        check(100_000, 0, 30_000, 70_000);
        check(50_000, 90_000, 10_000, 40_000);
        check(50_000, 100_000, 0, 50_000);
    }

    #[test]
    fn the_testing_fee_programme() {
        let programme = Programme { shares_bp: vec![1_000, 3_000, 2_000], cap: 5_000_000 };
        assert_eq!(programme.grant(8_000_000, 0, false), 2_400_000);
        assert_eq!(programme.grant(20_000_000, 0, false), 5_000_000);
        assert_eq!(programme.grant(20_000_000, 4_000_000, false), 1_000_000);
        assert_eq!(programme.grant(8_000_000, 0, true), 0);
        // What a voucher paid is no base: 100.00, of which it paid 50.00.
        let chain = Chain::new(10_000, 10_000, 0, 5_000);
        assert_eq!(programme.grant(chain.base_of_later_subsidy(), 0, false), 1_500);
    }

    #[test]
    fn everything_against_a_hold_is_told() {
        assert_eq!(terms().hold(State::Issued, &ask(800_000)), Ok(400_000));
        let related = [OTHER];
        let wrong = Ask {
            customer: OTHER,
            unit: OTHER,
            related: &related,
            kind: Kind::Training,
            used_year: 10_000_000,
            today: day("2027-01-01"),
            ..ask(800_000)
        };
        let against = terms().hold(State::Revoked, &wrong).expect_err("all wrong");
        let codes: Vec<&str> = against.iter().map(|refusal| refusal.code.as_ref()).collect();
        let want = [
            "voucher-revoked",
            "voucher-expired",
            "voucher-other-holder",
            "voucher-related",
            "voucher-unit",
            "voucher-kind",
            "voucher-spent",
        ];
        assert_eq!(codes, want);
        let related = [UNIT];
        let against = terms().hold(State::Issued, &Ask { related: &related, ..ask(1) });
        assert_eq!(against.expect_err("a sister firm")[0].code, "voucher-related");
    }

    #[test]
    fn stages_follow_each_other() {
        let after = |stage, step| Redemption { stage, amount: 1 }.step(step).ok();
        let mut found = Vec::new();
        for stage in Stage::ALL {
            for step in Step::ALL {
                found.extend(after(*stage, *step).map(|next| (*stage, *step, next)));
            }
        }
        let want = [
            (Stage::Held, Step::Redeem, Stage::Redeemed),
            (Stage::Held, Step::Release, Stage::Released),
            (Stage::Redeemed, Step::Claim, Stage::Claimed),
            (Stage::Claimed, Step::Pay, Stage::Paid),
        ];
        assert_eq!(found, want);
    }

    #[test]
    fn a_claim_names_all_that_is_missing() {
        assert_eq!(claim(Evidence::ALL, false), Ok(()));
        let against = claim(&[Evidence::Contract, Evidence::Record], true).expect_err("missing");
        assert_eq!(against.len(), 3);
    }

    #[test]
    fn the_unused_share_returns() {
        let held = Redemption { stage: Stage::Redeemed, amount: 400_000 };
        assert_eq!(held.returned(terms().part(600_000, 0)), 100_000);
        assert_eq!(held.returned(500_000), 0);
        assert!(held.counts() && !Redemption { stage: Stage::Released, amount: 1 }.counts());
    }

    #[test]
    fn terms_tell_their_flaws() {
        assert_eq!(terms().flaws(), []);
        let wrong = Terms { share_bp: 10_001, cap_claim: 0, cap_year: -1, ..terms() };
        assert_eq!(wrong.flaws().len(), 3);
    }

    proptest! {
        #[test]
        fn a_year_never_pays_more_than_its_cap(
            orders in prop::collection::vec(0_i64..20_000_000, 1..40), share_bp in 1_u32..=10_000,
        ) {
            let terms = Terms { share_bp, ..terms() };
            let mut used = 0;
            for amount in orders {
                let part = terms.part(amount, used);
                prop_assert!((0..=terms.cap_claim.min(amount)).contains(&part));
                used += part;
                let chain = Chain::new(amount + 7, amount, 0, part);
                let sum = chain.class_discount + chain.subsidy + chain.voucher + chain.pays;
                prop_assert_eq!(chain.list, sum);
            }
            prop_assert!(used <= terms.cap_year);
        }
    }
}
