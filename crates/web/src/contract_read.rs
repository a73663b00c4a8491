//! The terms of a contract out of its form: every field that cannot be read is told at once.

use crate::contract_form::N_MORE;
use crate::form::bilingual;
use crate::listing_money::read_money;
use base::{Bilingual, Currency, Date, Refusal};
use contract::kept::Kept;
use contract::kind::{Deduction, Exclusivity, Forum, Holder, OnMiss, RightKind};
use contract::milestone::Milestone;
use contract::price::{Equity, Instalment, NotTechnology, Price, When};
use contract::royalty::{Base, Every, Royalty};
use contract::terms::{Breach, Confidentiality, Disputes, Grant, PARTS_MAX, Results, Right, Terms};
use contract::{Kind, Mode, Party, rates};
use edge::Fields;
use ledger::rounding::{Rate, Rounding};

struct Reader<'a> {
    fields: &'a Fields,
    no: Vec<Refusal>,
    currency: Currency,
}

/// The terms that a form describes, over those that stand; or everything to mend in it.
pub fn read_terms(kept: &Kept, fields: &Fields) -> Result<Terms, Vec<Refusal>> {
    let before = &kept.terms;
    let currency = Currency::parse(fields.get("price.currency"));
    let mut from = Reader { fields, no: Vec::new(), currency: currency.unwrap_or(Currency::CNY) };
    if currency.is_none() {
        from.unread("price.currency");
    }
    let kind = from.code("kind", Kind::parse).unwrap_or(before.kind);
    let terms = Terms {
        kind,
        mode: from.code("mode", Mode::parse).unwrap_or(before.mode),
        reference: before.reference.clone(),
        parties: before.parties.iter().enumerate().map(|(n, it)| from.party(n, it)).collect(),
        subject: contract::terms::Subject {
            title: from.both("subject.title"),
            description: from.both("subject.description"),
            rights: from.rights(),
            field: from.text("subject.field"),
            ..before.subject.clone()
        },
        price: from.price(),
        grant: (kind == Kind::Licence).then(|| from.grant()),
        results: (!matches!(kind, Kind::Transfer | Kind::Licence)).then(|| from.results()),
        from: from.date("from").unwrap_or(before.from),
        until: from.some_date("until"),
        delivery: from.both("delivery"),
        milestones: from.milestones(),
        improvements: from.code("improvements", Holder::parse).unwrap_or(before.improvements),
        confidentiality: from.confidentiality(),
        breach: Breach {
            cure_days: from.number("breach.cure_days"),
            penalty_day: from.percent("breach.penalty_day"),
            penalty_max: from.percent("breach.penalty_max"),
        },
        disputes: Disputes {
            forum: from.code("disputes.forum", Forum::parse).unwrap_or(before.disputes.forum),
            place: from.both("disputes.place"),
            talk_days: from.number("disputes.talk_days"),
        },
        is_title_warranted: fields.has("is_title_warranted"),
        attachments: before
            .attachments
            .iter()
            .filter(|it| !fields.has(&format!("attachments.{}", it.sha256)))
            .cloned()
            .collect(),
        special: from.both("special"),
    };
    if from.no.is_empty() { Ok(terms) } else { Err(from.no) }
}

impl Reader<'_> {
    fn unread(&mut self, field: &str) {
        self.no.push(Refusal::invalid("contract-flaw-unreadable").on(field.to_owned()));
    }

    fn text(&self, field: &str) -> String {
        self.fields.get(field).trim().to_owned()
    }

    fn both(&self, field: &str) -> Bilingual {
        bilingual(self.fields, field)
    }

    fn code<T>(&mut self, field: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let found = parse(self.fields.get(field));
        if found.is_none() {
            self.unread(field);
        }
        found
    }

    fn date(&mut self, field: &str) -> Option<Date> {
        let found = self.some_date(field);
        if found.is_none() && self.text(field).is_empty() {
            self.unread(field);
        }
        found
    }

    fn some_date(&mut self, field: &str) -> Option<Date> {
        let typed = self.text(field);
        if typed.is_empty() {
            return None;
        }
        let found = base::time::read_date(&typed);
        if found.is_none() {
            self.unread(field);
        }
        found
    }

    fn number(&mut self, field: &str) -> u32 {
        let plain: String = self.text(field).chars().map(base::time::half_width).collect();
        match plain.parse() {
            Ok(n) => n,
            Err(_) if plain.is_empty() => 0,
            Err(_) => {
                self.unread(field);
                0
            }
        }
    }

    fn percent(&mut self, field: &str) -> Rate {
        let typed = self.text(field);
        let typed = if typed.is_empty() { "0" } else { &typed };
        let found = rates::read_percent(typed);
        if found.is_none() {
            self.unread(field);
        }
        found.unwrap_or_else(|| rates::read_percent("0").expect("nought is a rate"))
    }

    fn sum(&mut self, field: &str) -> Option<i64> {
        match read_money(self.fields.get(field), self.currency) {
            Ok(found) => found.map(|it| it.minor),
            Err(()) => {
                self.unread(field);
                None
            }
        }
    }

    /// Rows of a list in which a first field says something.
    fn rows(&self, list: &str, says: &[&str]) -> Vec<usize> {
        let is_filled = |n: &usize| {
            says.iter().any(|part| !self.text(&format!("{list}.{n}.{part}")).is_empty())
        };
        (0..PARTS_MAX + N_MORE).filter(is_filled).collect()
    }

    fn party(&self, n: usize, before: &Party) -> Party {
        let at = |part: &str| self.text(&format!("parties.{n}.{part}"));
        Party {
            code: at("code"),
            country: at("country"),
            division: at("division"),
            nature: at("nature"),
            address: self.both(&format!("parties.{n}.address")),
            representative: at("representative"),
            contact: at("contact"),
            ..before.clone()
        }
    }

    fn rights(&mut self) -> Vec<Right> {
        let rows = self.rows("subject.rights", &["number", "title.en", "title.zh"]);
        rows.into_iter()
            .map(|n| {
                let kind = self.code(&format!("subject.rights.{n}.kind"), RightKind::parse);
                Right {
                    kind: kind.unwrap_or(RightKind::KnowHow),
                    number: self.text(&format!("subject.rights.{n}.number")),
                    title: self.both(&format!("subject.rights.{n}.title")),
                }
            })
            .collect()
    }

    fn price(&mut self) -> Price {
        let rows = self.rows("price.instalments", &["amount"]);
        let instalments = rows.into_iter().map(|n| self.instalment(n)).collect();
        let rows = self.rows("price.deductions", &["amount"]);
        let deductions = rows
            .into_iter()
            .map(|n| {
                let kind = self.code(&format!("price.deductions.{n}.kind"), Deduction::parse);
                NotTechnology {
                    kind: kind.unwrap_or(Deduction::Other),
                    amount: self.sum(&format!("price.deductions.{n}.amount")).unwrap_or(0),
                }
            })
            .collect();
        Price {
            currency: self.currency,
            instalments,
            royalty: self.royalty(),
            equity: self.equity(),
            deductions,
        }
    }

    fn instalment(&mut self, n: usize) -> Instalment {
        let at = |part: &str| format!("price.instalments.{n}.{part}");
        let key = match self.text(&at("key")) {
            key if key.is_empty() => format!("part-{}", n + 1),
            key => key,
        };
        let days = self.number(&at("days"));
        let when = match self.text(&at("when")).as_str() {
            "date" => match self.date(&at("date")) {
                Some(date) => When::On { date },
                None => When::Signed { days },
            },
            "accepted" => When::Accepted { milestone: self.text(&at("milestone")), days },
            _ => When::Signed { days },
        };
        Instalment { key, amount: self.sum(&at("amount")).unwrap_or(0), when }
    }

    fn royalty(&mut self) -> Option<Royalty> {
        let typed = self.text("price.royalty.rate");
        if typed.is_empty() {
            return None;
        }
        let base = self.code("price.royalty.base", Base::parse)?;
        let rate = match base {
            // A sum for each piece is a rate in minor units.
            Base::Units => self
                .sum("price.royalty.rate")
                .and_then(|minor| Rate::parse(&minor.to_string()))
                .unwrap_or_else(|| rates::read_percent("0").expect("nought is a rate")),
            _ => self.percent("price.royalty.rate"),
        };
        Some(Royalty {
            base,
            rate,
            rounding: Rounding::HalfUp,
            every: self.code("price.royalty.every", Every::parse)?,
            from: self.date("price.royalty.from")?,
            until: self.some_date("price.royalty.until"),
            report_days: self.number("price.royalty.report_days"),
            pay_days: self.number("price.royalty.pay_days"),
            minimum_year: self.sum("price.royalty.minimum_year"),
            cap_year: self.sum("price.royalty.cap_year"),
            cap_total: self.sum("price.royalty.cap_total"),
            deductible: self.percent("price.royalty.deductible"),
        })
    }

    fn equity(&mut self) -> Option<Equity> {
        let company = self.both("price.equity.company");
        if company.is_empty() {
            return None;
        }
        Some(Equity {
            company,
            part: self.percent("price.equity.part"),
            value: self.sum("price.equity.value").unwrap_or(0),
        })
    }

    fn grant(&mut self) -> Grant {
        let exclusivity = self.code("grant.exclusivity", Exclusivity::parse);
        Grant {
            exclusivity: exclusivity.unwrap_or(Exclusivity::NonExclusive),
            territory: self.both("grant.territory"),
            field_of_use: self.both("grant.field_of_use"),
            may_sublicense: self.fields.has("grant.may_sublicense"),
        }
    }

    fn results(&mut self) -> Results {
        Results {
            owner: self.code("results.owner", Holder::parse).unwrap_or(Holder::Joint),
            risk: self.code("results.risk", Holder::parse).unwrap_or(Holder::Joint),
            may_other_use: self.fields.has("results.may_other_use"),
        }
    }

    fn milestones(&mut self) -> Vec<Milestone> {
        let rows = self.rows("milestones", &["title.en", "title.zh"]);
        rows.into_iter().filter_map(|n| self.milestone(n)).collect()
    }

    fn milestone(&mut self, n: usize) -> Option<Milestone> {
        let at = |part: &str| format!("milestones.{n}.{part}");
        let key = match self.text(&at("key")) {
            key if key.is_empty() => format!("m{}", n + 1),
            key => key,
        };
        let on_miss = self.code(&at("on_miss"), OnMiss::parse);
        Some(Milestone {
            key,
            title: self.both(&at("title")),
            due: self.date(&at("due"))?,
            acceptance: self.both(&at("acceptance")),
            answer_days: self.number(&at("answer_days")),
            is_tacit: self.fields.has(&at("is_tacit")),
            on_miss: on_miss?,
        })
    }

    fn confidentiality(&mut self) -> Option<Confidentiality> {
        if !self.fields.has("confidentiality") {
            return None;
        }
        let years = match self.text("confidentiality.years").is_empty() {
            true => None,
            false => Some(self.number("confidentiality.years")),
        };
        Some(Confidentiality { years, matter: self.both("confidentiality.matter") })
    }
}

#[cfg(test)]
mod tests {
    use crate::contract_form::fields_of;

    #[test]
    fn a_form_gives_back_the_terms_it_was_made_of() {
        let kept = crate::contract_form::tests::kept();
        let typed = fields_of(&kept.terms);
        let read = super::read_terms(&kept, &typed).expect("readable");
        assert_eq!(read, kept.terms);
    }
}
