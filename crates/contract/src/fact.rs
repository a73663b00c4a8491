//! Facts: the terms as a flat list of named values, which templates choose by and fill in.
//!
//! Invariant: every fact has a name and shape of [`FIELDS`] or [`LISTS`]; templates are checked
//! against these before any contract is made of them.

use crate::kind::{Deduction, Exclusivity, Forum, Holder, Kind, Mode, OnMiss, RightKind};
use crate::party::Side;
use crate::price::{Form, When};
use crate::rates::percent;
use crate::royalty::{Base, Every, Royalty};
use crate::terms::Terms;
use base::{Bilingual, Date, Lang, Money};
use std::collections::BTreeMap;

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Code(&'static str),
    Text(Bilingual),
    Money(Money),
    Number(i64),
    /// Without its sign: `3.5`.
    Percent(String),
    Date(Date),
    Flag(bool),
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Code(&'static [&'static str]),
    Text,
    Money,
    Number,
    Percent,
    Date,
    Flag,
}

impl Fact {
    /// Whether it is of this shape.
    pub fn fits(&self, shape: Shape) -> bool {
        match (self, shape) {
            (Self::Code(code), Shape::Code(codes)) => codes.contains(code),
            (Self::Text(_), Shape::Text)
            | (Self::Money(_), Shape::Money)
            | (Self::Number(_), Shape::Number)
            | (Self::Percent(_), Shape::Percent)
            | (Self::Date(_), Shape::Date)
            | (Self::Flag(_), Shape::Flag) => true,
            _ => false,
        }
    }

    /// The value as a text of a language; codes as they are, for want of words.
    pub fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Code(code) => (*code).to_owned(),
            Self::Text(text) => text.best(lang).0.to_owned(),
            Self::Money(money) => {
                format!("{} {}", money.currency.code(), grouped(&money.decimal()))
            }
            Self::Number(number) => number.to_string(),
            Self::Percent(percent) => match lang {
                Lang::En => format!("{percent} %"),
                Lang::Zh => format!("{percent}%"),
            },
            Self::Date(date) => match lang {
                Lang::En => date.to_string(),
                Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
            },
            Self::Flag(is) => if *is { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// Groups of three digits, as sums stand in contracts.
fn grouped(decimal: &str) -> String {
    let (whole, part) = decimal.split_once('.').map_or((decimal, None), |(a, b)| (a, Some(b)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

const CURRENCIES: &[&str] = &["CNY", "USD", "EUR", "GBP", "HKD", "JPY", "CHF"];
const SIDES: &[&str] = &["provider", "acquirer"];
const WHENS: &[&str] = &["date", "signed", "accepted"];
const ROUNDINGS: &[&str] = &["half-even", "half-up", "down", "ceiling", "floor"];

/// Every field of a contract, with its shape.
pub const FIELDS: &[(&str, Shape)] = &[
    ("kind", Shape::Code(Kind::CODES)),
    ("mode", Shape::Code(Mode::CODES)),
    ("reference", Shape::Text),
    ("provider.names", Shape::Text),
    ("acquirer.names", Shape::Text),
    ("subject.title", Shape::Text),
    ("subject.description", Shape::Text),
    ("subject.field", Shape::Text),
    ("from", Shape::Date),
    ("until", Shape::Date),
    ("delivery", Shape::Text),
    ("improvements", Shape::Code(Holder::CODES)),
    ("warranted", Shape::Flag),
    ("special", Shape::Text),
    ("price.form", Shape::Code(Form::CODES)),
    ("price.currency", Shape::Code(CURRENCIES)),
    ("price.total", Shape::Money),
    ("price.technology", Shape::Money),
    ("price.deducted", Shape::Money),
    ("royalty.base", Shape::Code(Base::CODES)),
    ("royalty.rate", Shape::Percent),
    ("royalty.each", Shape::Text),
    ("royalty.rounding", Shape::Code(ROUNDINGS)),
    ("royalty.every", Shape::Code(Every::CODES)),
    ("royalty.from", Shape::Date),
    ("royalty.until", Shape::Date),
    ("royalty.report-days", Shape::Number),
    ("royalty.pay-days", Shape::Number),
    ("royalty.minimum-year", Shape::Money),
    ("royalty.cap-year", Shape::Money),
    ("royalty.cap-total", Shape::Money),
    ("royalty.deductible", Shape::Percent),
    ("equity.company", Shape::Text),
    ("equity.part", Shape::Percent),
    ("equity.value", Shape::Money),
    ("grant.exclusivity", Shape::Code(Exclusivity::CODES)),
    ("grant.territory", Shape::Text),
    ("grant.field", Shape::Text),
    ("grant.sublicence", Shape::Flag),
    ("results.owner", Shape::Code(Holder::CODES)),
    ("results.risk", Shape::Code(Holder::CODES)),
    ("results.other-may-use", Shape::Flag),
    ("confidentiality", Shape::Flag),
    ("confidentiality.years", Shape::Number),
    ("confidentiality.matter", Shape::Text),
    ("breach.cure-days", Shape::Number),
    ("breach.penalty-day", Shape::Percent),
    ("breach.penalty-max", Shape::Percent),
    ("disputes.forum", Shape::Code(Forum::CODES)),
    ("disputes.place", Shape::Text),
    ("disputes.talk-days", Shape::Number),
];

/// Every list of a contract, with the fields of its items.
pub const LISTS: &[(&str, &[(&str, Shape)])] = &[
    (
        "parties",
        &[
            ("key", Shape::Text),
            ("side", Shape::Code(SIDES)),
            ("name", Shape::Text),
            ("code", Shape::Text),
            ("address", Shape::Text),
            ("representative", Shape::Text),
        ],
    ),
    (
        "rights",
        &[("kind", Shape::Code(RightKind::CODES)), ("number", Shape::Text), ("title", Shape::Text)],
    ),
    (
        "milestones",
        &[
            ("key", Shape::Text),
            ("title", Shape::Text),
            ("due", Shape::Date),
            ("acceptance", Shape::Text),
            ("answer-days", Shape::Number),
            ("tacit", Shape::Flag),
            ("on-miss", Shape::Code(OnMiss::CODES)),
        ],
    ),
    (
        "instalments",
        &[
            ("key", Shape::Text),
            ("amount", Shape::Money),
            ("when", Shape::Code(WHENS)),
            ("date", Shape::Date),
            ("days", Shape::Number),
            ("milestone", Shape::Text),
        ],
    ),
    ("deductions", &[("kind", Shape::Code(Deduction::CODES)), ("amount", Shape::Money)]),
    ("attachments", &[("title", Shape::Text), ("sha256", Shape::Text)]),
];

/// The shape of a field, where it is one.
pub fn shape(name: &str) -> Option<Shape> {
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape)
}

/// The fields of a list's items, where it is one.
pub fn list(name: &str) -> Option<(&'static str, &'static [(&'static str, Shape)])> {
    LISTS.iter().find(|(known, _)| *known == name).copied()
}

/// An item of a list.
pub type Item = BTreeMap<&'static str, Fact>;

/// The terms, flat. A field that does not apply, or holds an empty text, is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub values: Item,
    pub lists: BTreeMap<&'static str, Vec<Item>>,
}

impl Facts {
    /// The facts of terms; none where a sum is out of range, which terms without flaws never are.
    pub fn of(terms: &Terms) -> Option<Self> {
        let mut facts = Self::default();
        facts.common(terms);
        facts.price(terms)?;
        facts.by_kind(terms);
        facts.lists(terms);
        facts.values.retain(|_, fact| !is_empty(fact));
        for items in facts.lists.values_mut() {
            items.iter_mut().for_each(|item| item.retain(|_, fact| !is_empty(fact)));
        }
        Some(facts)
    }

    /// Everything as lines of name and value, in a fixed order: what a digest binds and a
    /// comparison compares.
    pub fn sheet(&self) -> Vec<(String, Bilingual)> {
        let shown = |fact: &Fact| match fact {
            Fact::Text(text) => text.clone(),
            fact => Bilingual::new(fact.shown(Lang::En), fact.shown(Lang::Zh)),
        };
        let values = self.values.iter().map(|(name, fact)| ((*name).to_owned(), shown(fact)));
        let mut sheet: Vec<_> = values.collect();
        for (list, items) in &self.lists {
            for (n, item) in items.iter().enumerate() {
                for (name, fact) in item {
                    sheet.push((format!("{list}.{n}.{name}"), shown(fact)));
                }
            }
        }
        sheet
    }

    fn put(&mut self, name: &'static str, fact: Fact) {
        self.values.insert(name, fact);
    }

    fn put_some(&mut self, name: &'static str, fact: Option<Fact>) {
        self.values.extend(fact.map(|fact| (name, fact)));
    }

    fn common(&mut self, terms: &Terms) {
        self.put("kind", Fact::Code(terms.kind.code()));
        self.put("mode", Fact::Code(terms.mode.code()));
        self.put("reference", text(&terms.reference));
        self.put("provider.names", names(terms, Side::Provider));
        self.put("acquirer.names", names(terms, Side::Acquirer));
        self.put("subject.title", Fact::Text(terms.subject.title.clone()));
        self.put("subject.description", Fact::Text(terms.subject.description.clone()));
        self.put("subject.field", text(&terms.subject.field));
        self.put("from", Fact::Date(terms.from));
        self.put_some("until", terms.until.map(Fact::Date));
        self.put("delivery", Fact::Text(terms.delivery.clone()));
        self.put("improvements", Fact::Code(terms.improvements.code()));
        self.put("warranted", Fact::Flag(terms.is_title_warranted));
        self.put("special", Fact::Text(terms.special.clone()));
        self.put("confidentiality", Fact::Flag(terms.confidentiality.is_some()));
        if let Some(it) = &terms.confidentiality {
            self.put_some("confidentiality.years", it.years.map(|n| Fact::Number(n.into())));
            self.put("confidentiality.matter", Fact::Text(it.matter.clone()));
        }
        self.put("breach.cure-days", Fact::Number(terms.breach.cure_days.into()));
        self.put("breach.penalty-day", Fact::Percent(percent(terms.breach.penalty_day)));
        self.put("breach.penalty-max", Fact::Percent(percent(terms.breach.penalty_max)));
        self.put("disputes.forum", Fact::Code(terms.disputes.forum.code()));
        self.put("disputes.place", Fact::Text(terms.disputes.place.clone()));
        self.put("disputes.talk-days", Fact::Number(terms.disputes.talk_days.into()));
    }

    fn price(&mut self, terms: &Terms) -> Option<()> {
        let price = &terms.price;
        let money = |minor: i64| Fact::Money(Money::new(minor, price.currency));
        self.put("price.form", Fact::Code(price.form().code()));
        self.put("price.currency", Fact::Code(price.currency.code()));
        let (total, deducted) = (price.total()?, price.deducted()?);
        self.put_some("price.total", (total > 0).then(|| money(total)));
        let technology = price.technology_amount()?;
        self.put_some("price.technology", (technology > 0).then(|| money(technology)));
        self.put_some("price.deducted", (deducted > 0).then(|| money(deducted)));
        if let Some(royalty) = &price.royalty {
            self.royalty(royalty, price.currency);
        }
        if let Some(equity) = &price.equity {
            self.put("equity.company", Fact::Text(equity.company.clone()));
            self.put("equity.part", Fact::Percent(percent(equity.part)));
            self.put("equity.value", money(equity.value));
        }
        Some(())
    }

    fn royalty(&mut self, it: &Royalty, currency: base::Currency) {
        let money = |minor: i64| Fact::Money(Money::new(minor, currency));
        self.put("royalty.base", Fact::Code(it.base.code()));
        match it.base {
            Base::Units => self.put("royalty.each", text(&each(it, currency))),
            _ => self.put("royalty.rate", Fact::Percent(percent(it.rate))),
        }
        self.put("royalty.rounding", Fact::Code(it.rounding.code()));
        self.put("royalty.every", Fact::Code(it.every.code()));
        self.put("royalty.from", Fact::Date(it.from));
        self.put_some("royalty.until", it.until.map(Fact::Date));
        self.put("royalty.report-days", Fact::Number(it.report_days.into()));
        self.put("royalty.pay-days", Fact::Number(it.pay_days.into()));
        self.put_some("royalty.minimum-year", it.minimum_year.map(money));
        self.put_some("royalty.cap-year", it.cap_year.map(money));
        self.put_some("royalty.cap-total", it.cap_total.map(money));
        let is_net = it.base == Base::NetSales;
        let deductible = is_net.then(|| Fact::Percent(percent(it.deductible)));
        self.put_some("royalty.deductible", deductible);
    }

    fn by_kind(&mut self, terms: &Terms) {
        if let Some(grant) = &terms.grant {
            self.put("grant.exclusivity", Fact::Code(grant.exclusivity.code()));
            self.put("grant.territory", Fact::Text(grant.territory.clone()));
            self.put("grant.field", Fact::Text(grant.field_of_use.clone()));
            self.put("grant.sublicence", Fact::Flag(grant.may_sublicense));
        }
        if let Some(results) = &terms.results {
            self.put("results.owner", Fact::Code(results.owner.code()));
            self.put("results.risk", Fact::Code(results.risk.code()));
            self.put("results.other-may-use", Fact::Flag(results.may_other_use));
        }
    }

    fn lists(&mut self, terms: &Terms) {
        let money = |minor: i64| Fact::Money(Money::new(minor, terms.price.currency));
        let parties = terms.parties.iter().map(|it| {
            Item::from([
                ("key", text(&it.key)),
                ("side", Fact::Code(it.side.code())),
                ("name", Fact::Text(it.name.clone())),
                ("code", text(&it.code)),
                ("address", Fact::Text(it.address.clone())),
                ("representative", text(&it.representative)),
            ])
        });
        self.lists.insert("parties", parties.collect());
        let rights = terms.subject.rights.iter().map(|it| {
            Item::from([
                ("kind", Fact::Code(it.kind.code())),
                ("number", text(&it.number)),
                ("title", Fact::Text(it.title.clone())),
            ])
        });
        self.lists.insert("rights", rights.collect());
        self.lists.insert("milestones", terms.milestones.iter().map(milestone).collect());
        let instalments = terms.price.instalments.iter().map(|it| {
            let mut item = Item::from([("key", text(&it.key)), ("amount", money(it.amount))]);
            when(terms, &it.when, &mut item);
            item
        });
        self.lists.insert("instalments", instalments.collect());
        let deductions = terms.price.deductions.iter().map(|it| {
            Item::from([("kind", Fact::Code(it.kind.code())), ("amount", money(it.amount))])
        });
        self.lists.insert("deductions", deductions.collect());
        let attachments = terms.attachments.iter().map(|it| {
            Item::from([("title", Fact::Text(it.title.clone())), ("sha256", text(&it.sha256))])
        });
        self.lists.insert("attachments", attachments.collect());
    }
}

fn milestone(it: &crate::Milestone) -> Item {
    Item::from([
        ("key", text(&it.key)),
        ("title", Fact::Text(it.title.clone())),
        ("due", Fact::Date(it.due)),
        ("acceptance", Fact::Text(it.acceptance.clone())),
        ("answer-days", Fact::Number(it.answer_days.into())),
        ("tacit", Fact::Flag(it.is_tacit)),
        ("on-miss", Fact::Code(it.on_miss.code())),
    ])
}

fn when(terms: &Terms, when: &When, item: &mut Item) {
    match when {
        When::On { date } => {
            item.insert("when", Fact::Code("date"));
            item.insert("date", Fact::Date(*date));
        }
        When::Signed { days } => {
            item.insert("when", Fact::Code("signed"));
            item.insert("days", Fact::Number((*days).into()));
        }
        When::Accepted { milestone, days } => {
            item.insert("when", Fact::Code("accepted"));
            item.insert("days", Fact::Number((*days).into()));
            let title = terms.milestones.iter().find(|it| it.key == *milestone);
            item.extend(title.map(|it| ("milestone", Fact::Text(it.title.clone()))));
        }
    }
}

/// A royalty for each piece, in whole units of the currency: rate 150.5 minor units is `CNY 1.505`.
///
/// The point is moved in the text, so that no rate is too large to be shown.
fn each(it: &Royalty, currency: base::Currency) -> String {
    let digits = usize::try_from(currency.minor_digits()).expect("few digits");
    let minor = it.rate.to_string();
    let (whole, part) = minor.split_once('.').unwrap_or((&minor, ""));
    let padded = format!("{whole:0>least$}", least = digits + 1);
    let (whole, moved) = padded.split_at(padded.len() - digits);
    let rest = format!("{moved}{part}");
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    format!("{} {whole}{point}{rest}", currency.code())
}

fn names(terms: &Terms, side: Side) -> Fact {
    let joined = |lang: Lang, between: &str| {
        let names: Vec<&str> = terms.on(side).map(|it| it.name.best(lang).0).collect();
        names.join(between)
    };
    Fact::Text(Bilingual::new(joined(Lang::En, ", "), joined(Lang::Zh, "、")))
}

/// A text that is the same in both languages: numbers, codes, names of people.
fn text(text: &str) -> Fact {
    let text = text.trim();
    Fact::Text(Bilingual::new(text, text))
}

fn is_empty(fact: &Fact) -> bool {
    matches!(fact, Fact::Text(text) if text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::Equity;
    use crate::terms::tests::{date, development, licence};
    use ledger::rounding::Rate;

    #[test]
    fn every_fact_has_a_declared_name_and_shape() {
        let mut seen: Vec<String> = Vec::new();
        let mut rich = licence();
        rich.special = Bilingual::new("None", "无");
        rich.price.equity = Some(Equity {
            company: Bilingual::new("New Co", "新公司"),
            part: Rate::parse("0.2").expect("a rate"),
            value: 5,
        });
        rich.attachments.push(crate::terms::Attachment {
            title: Bilingual::new("Drawings", "图纸"),
            sha256: "0".repeat(64),
        });
        let on = When::On { date: date("2026-05-01") };
        rich.price.instalments.push(crate::price::Instalment {
            key: "x".into(),
            amount: 1,
            when: on,
        });
        rich.confidentiality.as_mut().expect("one").matter = Bilingual::new("All", "全部");
        for party in &mut rich.parties {
            party.address = Bilingual::new("Mianyang", "绵阳");
            party.representative = "Wu".into();
        }
        let royalty = rich.price.royalty.as_mut().expect("one");
        royalty.cap_year = Some(90_000_000);
        royalty.cap_total = Some(99_000_000);
        let mut by_piece = rich.clone();
        by_piece.price.royalty.as_mut().expect("one").base = Base::Units;
        for terms in [rich, by_piece, development()] {
            let facts = Facts::of(&terms).expect("in range");
            for (name, fact) in &facts.values {
                assert!(fact.fits(shape(name).expect(name)), "{name} {fact:?}");
                seen.push((*name).to_owned());
            }
            for (name, items) in &facts.lists {
                let (_, fields) = list(name).expect(name);
                for (field, fact) in items.iter().flatten() {
                    let (_, shape) = fields.iter().find(|(it, _)| it == field).expect(field);
                    assert!(fact.fits(*shape), "{name}.{field} {fact:?}");
                    seen.push(format!("{name}.{field}"));
                }
            }
        }
        // And no declared field is one that no terms can fill.
        for (name, _) in FIELDS {
            assert!(seen.iter().any(|it| it == name), "{name}");
        }
        for (name, fields) in LISTS {
            for (field, _) in *fields {
                assert!(seen.contains(&format!("{name}.{field}")), "{name}.{field}");
            }
        }
    }

    #[test]
    fn values_are_shown() {
        let check = |fact: Fact, en: &str, zh: &str| {
            assert_eq!((fact.shown(Lang::En).as_str(), fact.shown(Lang::Zh).as_str()), (en, zh));
        };
        let cny = |minor| Fact::Money(Money::new(minor, base::Currency::CNY));
        check(cny(123_456_789), "CNY 1,234,567.89", "CNY 1,234,567.89");
        check(cny(-100_000), "CNY -1,000.00", "CNY -1,000.00");
        check(cny(99_900), "CNY 999.00", "CNY 999.00");
        check(Fact::Date(date("2026-04-01")), "2026-04-01", "2026年4月1日");
        check(Fact::Percent("3.5".into()), "3.5 %", "3.5%");
        let mut royalty = licence().price.royalty.expect("one");
        royalty.rate = Rate::parse("150.5").expect("a rate");
        assert_eq!(each(&royalty, base::Currency::CNY), "CNY 1.505");
        assert_eq!(each(&royalty, base::Currency::JPY), "JPY 150.5");
        royalty.rate = Rate::parse("5").expect("a rate");
        assert_eq!(each(&royalty, base::Currency::CNY), "CNY 0.05");
        royalty.rate = Rate::parse("5000000000").expect("a rate");
        assert_eq!(each(&royalty, base::Currency::CNY), "CNY 50000000");
        assert_eq!(each(&royalty, base::Currency::JPY), "JPY 5000000000");
    }
}
