//! The terms of a contract as data: what a template makes a text of.

use crate::flaw::{Flaw, Flaws};
use crate::kind::{Exclusivity, Forum, Holder, Kind, Mode, RightKind};
use crate::party::{Party, Side};
use crate::{Milestone, Price, rates};
use base::{Bilingual, Date, ListingId, TechnologyId};
use ledger::rounding::Rate;

/// What is agreed. [`Terms::flaws`] says what is missing for its kind.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Terms {
    pub kind: Kind,
    pub mode: Mode,
    /// The number people use.
    pub reference: String,
    pub parties: Vec<Party>,
    pub subject: Subject,
    pub price: Price,
    /// Of a licence, and of no other kind.
    #[serde(default)]
    pub grant: Option<Grant>,
    /// Whose the results are; of development, consulting and service.
    #[serde(default)]
    pub results: Option<Results>,
    pub from: Date,
    /// Last day; none for a right that changes hands for good.
    #[serde(default)]
    pub until: Option<Date>,
    /// What is handed over, how and where.
    pub delivery: Bilingual,
    #[serde(default)]
    pub milestones: Vec<Milestone>,
    /// Whose improvements are.
    pub improvements: Holder,
    #[serde(default)]
    pub confidentiality: Option<Confidentiality>,
    pub breach: Breach,
    pub disputes: Disputes,
    /// The provider warrants that it may give what it gives.
    pub is_title_warranted: bool,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    #[serde(default)]
    pub special: Bilingual,
}

/// What the contract is about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Subject {
    pub title: Bilingual,
    /// What it is, what it does, how good it has to be.
    pub description: Bilingual,
    #[serde(default)]
    pub technology: Option<TechnologyId>,
    #[serde(default)]
    pub listing: Option<ListingId>,
    #[serde(default)]
    pub rights: Vec<Right>,
    /// Field of the national list, for registration and statistics.
    #[serde(default)]
    pub field: String,
}

/// A patent, a secret, a program: with its number where it has one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Right {
    pub kind: RightKind,
    #[serde(default)]
    pub number: String,
    pub title: Bilingual,
}

/// What a licensee may do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Grant {
    pub exclusivity: Exclusivity,
    pub territory: Bilingual,
    /// Empty where every field is granted.
    #[serde(default)]
    pub field_of_use: Bilingual,
    pub may_sublicense: bool,
}

/// Whose the results are, and who bears that there are none.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Results {
    pub owner: Holder,
    /// Who bears the loss of a development that fails through no fault.
    pub risk: Holder,
    /// Whether the other side may use them free of charge.
    pub may_other_use: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Confidentiality {
    /// Years after the end; none is for as long as it is secret.
    #[serde(default)]
    pub years: Option<u32>,
    /// What is meant, beyond what is marked.
    #[serde(default)]
    pub matter: Bilingual,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Breach {
    /// Days from a notice until it has to be cured.
    pub cure_days: u32,
    /// Of a late sum or the price of a late milestone, for each day.
    #[serde(with = "rates::text")]
    pub penalty_day: Rate,
    /// Of the same sum, at most.
    #[serde(with = "rates::text")]
    pub penalty_max: Rate,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Disputes {
    pub forum: Forum,
    /// The court's place, or the name of the arbitration body.
    pub place: Bilingual,
    /// Days of talks before it.
    pub talk_days: u32,
}

/// A file that is part of the contract; its digest binds its bytes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attachment {
    pub title: Bilingual,
    /// SHA-256 in small hexadecimal letters.
    pub sha256: String,
}

/// Parts of any list of the terms.
pub const PARTS_MAX: usize = base::limits::PARTS_MAX;

impl Terms {
    /// The parties of one side, in their order.
    pub fn on(&self, side: Side) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.side == side)
    }

    /// Everything that has to be mended before a text is made of it.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Flaws::default();
        flaws.when(self.reference.trim().is_empty(), "reference", "absent");
        self.party_flaws(&mut flaws);
        self.subject_flaws(&mut flaws);
        self.by_kind(&mut flaws);
        self.price.flaws(&self.milestones, &mut flaws);
        for (n, it) in self.milestones.iter().enumerate() {
            it.flaws(n, &mut flaws);
            let is_twice = self.milestones.iter().take(n).any(|other| other.key == it.key);
            flaws.when(is_twice, format!("milestones.{n}.key"), "twice");
            let is_outside = it.due < self.from || self.until.is_some_and(|last| it.due > last);
            flaws.when(is_outside, format!("milestones.{n}.due"), "out-of-order");
        }
        flaws.when(self.until.is_some_and(|last| last < self.from), "until", "out-of-order");
        flaws.when(self.delivery.is_empty(), "delivery", "absent");
        let parts = [self.penalty_parts(), rates::is_part(self.breach.penalty_max)];
        flaws.when(!parts[0], "breach.penalty_day", "beyond");
        flaws.when(!parts[1], "breach.penalty_max", "beyond");
        flaws.when(self.breach.cure_days > 366, "breach.cure_days", "beyond");
        flaws.when(self.disputes.place.is_empty(), "disputes.place", "absent");
        flaws.when(self.disputes.talk_days > 366, "disputes.talk_days", "beyond");
        for (n, it) in self.attachments.iter().enumerate() {
            let is_digest = it.sha256.len() == 64
                && it.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            flaws.when(!is_digest, format!("attachments.{n}.sha256"), "unreadable");
        }
        for (name, n) in [
            ("parties", self.parties.len()),
            ("milestones", self.milestones.len()),
            ("subject.rights", self.subject.rights.len()),
            ("attachments", self.attachments.len()),
            ("price.instalments", self.price.instalments.len()),
            ("price.deductions", self.price.deductions.len()),
        ] {
            flaws.when(n > PARTS_MAX, name, "too-many");
        }
        flaws.0
    }

    fn penalty_parts(&self) -> bool {
        rates::is_part(self.breach.penalty_day)
            && self.breach.penalty_day <= self.breach.penalty_max
    }

    fn party_flaws(&self, flaws: &mut Flaws) {
        for side in Side::ALL {
            let field = format!("parties.{}", side.code());
            flaws.when(self.on(side).next().is_none(), field, "absent");
        }
        for (n, party) in self.parties.iter().enumerate() {
            party.flaws(n, flaws);
            let others = || self.parties.iter().take(n);
            let is_twice = others().any(|other| other.key == party.key);
            flaws.when(is_twice, format!("parties.{n}.key"), "twice");
            let is_same = |other: &Party| {
                let by_code = !party.code.is_empty() && other.code == party.code;
                by_code || party.organisation.is_some() && other.organisation == party.organisation
            };
            // Nobody contracts with itself.
            flaws.when(others().any(is_same), format!("parties.{n}.code"), "twice");
        }
    }

    fn subject_flaws(&self, flaws: &mut Flaws) {
        flaws.when(self.subject.title.is_empty(), "subject.title", "absent");
        flaws.when(self.subject.description.is_empty(), "subject.description", "absent");
        for (n, right) in self.subject.rights.iter().enumerate() {
            let is_numbered =
                matches!(right.kind, RightKind::Patent | RightKind::PatentApplication);
            let field = format!("subject.rights.{n}.number");
            flaws.when(is_numbered && right.number.is_empty(), field, "absent");
            let field = format!("subject.rights.{n}.title");
            flaws.when(right.title.is_empty(), field, "absent");
        }
    }

    fn by_kind(&self, flaws: &mut Flaws) {
        let gives_right = matches!(self.kind, Kind::Transfer | Kind::Licence);
        flaws.when(gives_right && self.subject.rights.is_empty(), "subject.rights", "absent");
        flaws.when(!gives_right && self.results.is_none(), "results", "absent");
        flaws.when(gives_right && self.results.is_some(), "results", "unfit");
        let is_licence = self.kind == Kind::Licence;
        flaws.when(is_licence && self.grant.is_none(), "grant", "absent");
        flaws.when(!is_licence && self.grant.is_some(), "grant", "unfit");
        flaws.when(self.kind != Kind::Transfer && self.until.is_none(), "until", "absent");
        if let Some(grant) = &self.grant {
            flaws.when(grant.territory.is_empty(), "grant.territory", "absent");
            // Standing terms for everybody leave nobody anything to pass on.
            let is_open = grant.exclusivity == Exclusivity::Open;
            flaws.when(is_open && grant.may_sublicense, "grant.may_sublicense", "unfit");
        }
        if let Some(results) = &self.results {
            flaws.when(results.risk == Holder::Maker, "results.risk", "unfit");
        }
        let has_secret = self.subject.rights.iter().any(|it| it.kind == RightKind::KnowHow);
        // A secret that nobody must keep is none: the grant would destroy what is granted.
        flaws.when(has_secret && self.confidentiality.is_none(), "confidentiality", "absent");
        // A development is in writing with a test of its result (Civil Code, article 851).
        let is_untested = self.kind == Kind::Development && self.milestones.is_empty();
        flaws.when(is_untested, "milestones", "absent");
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::kind::{Deduction, OnMiss};
    use crate::price::{Instalment, NotTechnology, When};
    use crate::royalty::{Base, Every, Royalty};
    use base::Currency;
    use ledger::rounding::Rounding;

    pub(crate) fn date(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect("a rate")
    }

    fn party(key: &str, side: Side, en: &str, zh: &str) -> Party {
        let mut party = Party::new(key, side, Bilingual::new(en, zh));
        party.code = format!("CODE-{key}");
        party.country = crate::party::CHINA.into();
        party.division = "510700".into();
        party
    }

    /// A licence with an entry fee in two parts and a royalty.
    pub(crate) fn licence() -> Terms {
        Terms {
            kind: Kind::Licence,
            mode: Mode::InstituteToFirm,
            reference: "HT-2026-0001".into(),
            parties: vec![
                party("a", Side::Provider, "Institute of Optics", "光学研究所"),
                party("b", Side::Acquirer, "Fucheng Sensors Ltd", "涪城传感有限公司"),
            ],
            subject: Subject {
                title: Bilingual::new("Fibre sensor", "光纤传感器"),
                description: Bilingual::new("A sensor of strain", "应变传感器"),
                technology: None,
                listing: None,
                rights: vec![Right {
                    kind: RightKind::Patent,
                    number: "202111286633.X".into(),
                    title: Bilingual::new("Fibre sensor", "光纤传感器"),
                }],
                field: "electronics".into(),
            },
            price: Price {
                currency: Currency::CNY,
                instalments: vec![
                    Instalment {
                        key: "entry".into(),
                        amount: 60_000_000,
                        when: When::Signed { days: 10 },
                    },
                    Instalment {
                        key: "proof".into(),
                        amount: 40_000_000,
                        when: When::Accepted { milestone: "m1".into(), days: 15 },
                    },
                ],
                royalty: Some(Royalty {
                    base: Base::NetSales,
                    rate: rate("0.03"),
                    rounding: Rounding::HalfUp,
                    every: Every::Year,
                    from: date("2026-04-01"),
                    until: Some(date("2031-03-31")),
                    report_days: 30,
                    pay_days: 15,
                    minimum_year: Some(8_000_000),
                    cap_year: None,
                    cap_total: None,
                    deductible: rate("0.1"),
                }),
                equity: None,
                deductions: vec![NotTechnology { kind: Deduction::Equipment, amount: 30_000_000 }],
            },
            grant: Some(Grant {
                exclusivity: Exclusivity::Exclusive,
                territory: Bilingual::new("mainland China", "中国大陆"),
                field_of_use: Bilingual::new("bridges", "桥梁"),
                may_sublicense: false,
            }),
            results: None,
            from: date("2026-04-01"),
            until: Some(date("2031-03-31")),
            delivery: Bilingual::new("drawings and two days of training", "图纸及两天培训"),
            milestones: vec![Milestone {
                key: "m1".into(),
                title: Bilingual::new("First sensor", "首台传感器"),
                due: date("2026-10-01"),
                acceptance: Bilingual::new("error under 1 %", "误差小于百分之一"),
                answer_days: 10,
                is_tacit: true,
                on_miss: OnMiss::Penalty,
            }],
            improvements: Holder::Maker,
            confidentiality: Some(Confidentiality { years: Some(5), matter: Bilingual::default() }),
            breach: Breach { cure_days: 30, penalty_day: rate("0.0005"), penalty_max: rate("0.1") },
            disputes: Disputes {
                forum: Forum::Arbitration,
                place: Bilingual::new("Mianyang Arbitration Commission", "绵阳仲裁委员会"),
                talk_days: 30,
            },
            is_title_warranted: true,
            attachments: Vec::new(),
            special: Bilingual::default(),
        }
    }

    /// A commissioned development.
    pub(crate) fn development() -> Terms {
        let mut terms = licence();
        terms.kind = Kind::Development;
        terms.grant = None;
        terms.subject.rights.clear();
        terms.price.royalty = None;
        terms.results =
            Some(Results { owner: Holder::Joint, risk: Holder::Acquirer, may_other_use: true });
        terms
    }

    fn check(change: impl FnOnce(&mut Terms), want: &[(&str, &'static str)]) {
        let mut terms = licence();
        change(&mut terms);
        let found: Vec<_> = terms.flaws();
        let found: Vec<(&str, &'static str)> =
            found.iter().map(|it| (it.field.as_str(), it.code)).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn what_a_kind_needs_is_asked_for() {
        check(|_| {}, &[]);
        assert_eq!(development().flaws(), []);
        check(|it| it.grant = None, &[("grant", "absent")]);
        check(|it| it.kind = Kind::Transfer, &[("grant", "unfit")]);
        check(|it| it.until = None, &[("until", "absent")]);
        check(|it| it.kind = Kind::Consulting, &[("results", "absent"), ("grant", "unfit")]);
        check(|it| it.subject.rights[0].number.clear(), &[("subject.rights.0.number", "absent")]);
        check(
            |it| {
                it.subject.rights[0].kind = RightKind::KnowHow;
                it.confidentiality = None;
            },
            &[("confidentiality", "absent")],
        );
        let mut untested = development();
        untested.milestones.clear();
        untested.price.instalments.truncate(1);
        assert_eq!(untested.flaws(), [Flaw { field: "milestones".into(), code: "absent" }]);
    }

    #[test]
    fn all_reasons_are_given_at_once() {
        check(
            |it| {
                it.parties.remove(1);
                it.reference = " ".into();
                it.breach.penalty_day = rate("0.2");
                it.milestones[0].due = date("2032-01-01");
            },
            &[
                ("reference", "absent"),
                ("parties.acquirer", "absent"),
                ("milestones.0.due", "out-of-order"),
                ("breach.penalty_day", "beyond"),
            ],
        );
        check(|it| it.parties[1].code = "CODE-a".into(), &[("parties.1.code", "twice")]);
    }

    #[test]
    fn terms_are_stored_and_read_back() {
        for terms in [licence(), development()] {
            let stored = serde_json::to_string(&terms).expect("a text");
            assert_eq!(serde_json::from_str::<Terms>(&stored).ok(), Some(terms));
        }
        let stored = serde_json::to_string(&licence()).expect("a text");
        let wrong = stored.replace("\"0.0005\"", "\"half\"");
        assert!(serde_json::from_str::<Terms>(&wrong).is_err());
    }
}
