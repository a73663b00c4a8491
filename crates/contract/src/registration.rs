//! The form of the registration of technology contracts, filled from the terms.
//!
//! Every field is named, also the ones nobody has filled; which are required and how its number
//! looks are parameters of the office, since the measure in force changes (trading.md 10).

use crate::kind::Kind;
use crate::party::{CHINA, Party, Side};
use crate::terms::Terms;
use base::{Date, Lang, Money};
use std::collections::BTreeMap;

/// One field of the form. Nothing is filled with a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Such as `provider.division`.
    pub key: &'static str,
    pub value: Option<String>,
    pub is_required: bool,
}

/// A filled form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub fields: Vec<Field>,
}

/// What the terms do not hold: planned sums and what the office gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Extra {
    /// The day of the last signature.
    #[serde(default)]
    pub signed: Option<Date>,
    #[serde(default)]
    pub planned_investment: Option<Money>,
    #[serde(default)]
    pub planned_output: Option<Money>,
    /// The office's number, once it has given one.
    #[serde(default)]
    pub number: Option<String>,
    #[serde(default)]
    pub applicant: Option<String>,
    #[serde(default)]
    pub telephone: Option<String>,
    /// What the form asks of the parties and the terms leave open, by its key. Terms that bind are
    /// changed with two signatures, and what the office alone asks for needs none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parties: BTreeMap<String, String>,
}

/// How numbers of the office look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberShape {
    pub digits: usize,
}

impl NumberShape {
    /// Sixteen digits, as on the older form.
    pub const OLDER: Self = Self { digits: 16 };

    pub fn fits(self, number: &str) -> bool {
        number.len() == self.digits && number.bytes().all(|b| b.is_ascii_digit())
    }
}

/// The keys in the order of the form.
pub const KEYS: &[&str] = &[
    "number",
    "kind",
    "mode",
    "title",
    "title-en",
    "reference",
    "signed",
    "valid-from",
    "valid-until",
    "field",
    "right",
    "total",
    "technology-amount",
    "currency",
    "payment-form",
    "planned-investment",
    "planned-output",
    "provider.name",
    "provider.code",
    "provider.country",
    "provider.division",
    "provider.nature",
    "provider.address",
    "provider.representative",
    "acquirer.name",
    "acquirer.code",
    "acquirer.country",
    "acquirer.division",
    "acquirer.nature",
    "acquirer.address",
    "acquirer.representative",
    "applicant",
    "telephone",
];

/// Keys that older practice does not ask for.
const OPTIONAL: &[&str] = &["number", "title-en", "planned-investment", "planned-output", "mode"];

impl Form {
    /// Fills the form; codes are codes and sums are decimals, as the office's file has them.
    pub fn fill(terms: &Terms, extra: &Extra) -> Self {
        let fields = KEYS.iter().map(|key| Field {
            key,
            value: value(key, terms, extra).filter(|it| !it.is_empty()),
            is_required: is_required(key, terms),
        });
        Self { fields: fields.collect() }
    }

    /// Required fields that nobody has filled.
    pub fn missing(&self) -> Vec<&'static str> {
        let empty = self.fields.iter().filter(|it| it.is_required && it.value.is_none());
        empty.map(|it| it.key).collect()
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|it| it.key == key)?.value.as_deref()
    }
}

/// Keys of the form that ask of a party what the terms leave open: a form has a row for each.
pub fn open_of_parties(terms: &Terms) -> Vec<&'static str> {
    let is_open = |key: &&'static str| {
        key.contains('.')
            && is_required(key, terms)
            && value(key, terms, &Extra::default()).is_none_or(|it| it.is_empty())
    };
    KEYS.iter().copied().filter(is_open).collect()
}

/// The party that applies: the one that develops, gives or serves, where it sits.
pub fn applicant(terms: &Terms) -> Option<&Party> {
    terms.on(Side::Provider).next()
}

fn is_required(key: &str, terms: &Terms) -> bool {
    match key {
        "valid-until" => terms.kind != Kind::Transfer,
        "right" => matches!(terms.kind, Kind::Transfer | Kind::Licence),
        "provider.division" => is_chinese(terms, Side::Provider),
        "acquirer.division" => is_chinese(terms, Side::Acquirer),
        _ => !OPTIONAL.contains(&key),
    }
}

/// Divisions are asked for in China, and where the country is not known yet.
fn is_chinese(terms: &Terms, side: Side) -> bool {
    terms.on(side).next().is_none_or(|it| it.country.is_empty() || it.country == CHINA)
}

fn value(key: &str, terms: &Terms, extra: &Extra) -> Option<String> {
    if let Some((side, part)) = key.split_once('.') {
        let side = Side::ALL.into_iter().find(|it| it.code() == side)?;
        let told = || extra.parties.get(key).cloned();
        return of_party(part, terms, side).filter(|text| !text.is_empty()).or_else(told);
    }
    let money =
        |minor: Option<i64>| minor.map(|minor| Money::new(minor, terms.price.currency).decimal());
    let text = |text: &str| Some(text.to_owned());
    match key {
        "number" => extra.number.clone(),
        "kind" => text(terms.kind.code()),
        "mode" => text(terms.mode.code()),
        "title" => text(terms.subject.title.best(Lang::Zh).0),
        "title-en" => text(&terms.subject.title.en),
        "reference" => text(terms.reference.trim()),
        "signed" => extra.signed.map(|on| on.to_string()),
        "valid-from" => text(&terms.from.to_string()),
        "valid-until" => terms.until.map(|on| on.to_string()),
        "field" => text(&terms.subject.field),
        "right" => terms.subject.rights.first().map(|it| it.kind.code().to_owned()),
        "total" => money(terms.price.total()),
        "technology-amount" => money(terms.price.technology_amount()),
        "currency" => text(terms.price.currency.code()),
        "payment-form" => text(terms.price.form().code()),
        "planned-investment" => extra.planned_investment.map(Money::decimal),
        "planned-output" => extra.planned_output.map(Money::decimal),
        "applicant" => extra.applicant.clone(),
        "telephone" => extra.telephone.clone(),
        _ => None,
    }
}

fn of_party(part: &str, terms: &Terms, side: Side) -> Option<String> {
    let all: Vec<&Party> = terms.on(side).collect();
    let first = *all.first()?;
    let text = match part {
        // All names of a side stand in the one field; codes are those of the first.
        "name" => all.iter().map(|it| it.name.best(Lang::Zh).0).collect::<Vec<_>>().join("；"),
        "code" => first.code.clone(),
        "country" => first.country.clone(),
        "division" => first.division.clone(),
        "nature" => first.nature.clone(),
        "address" => first.address.best(Lang::Zh).0.to_owned(),
        "representative" => first.representative.clone(),
        _ => return None,
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::tests::{date, licence};

    #[test]
    fn the_form_is_filled_and_names_what_is_missing() {
        let mut terms = licence();
        let form = Form::fill(&terms, &Extra::default());
        assert_eq!(form.get("total"), Some("1000000.00"));
        assert_eq!(form.get("technology-amount"), Some("700000.00"));
        assert_eq!(form.get("payment-form"), Some("entry-and-royalty"));
        assert_eq!(form.get("provider.name"), Some("光学研究所"));
        assert_eq!(form.get("right"), Some("patent"));
        let of_parties = |missing: Vec<&'static str>| {
            missing.into_iter().filter(|key| key.contains('.')).collect::<Vec<_>>()
        };
        assert_eq!(
            of_parties(form.missing()),
            [
                "provider.nature",
                "provider.address",
                "provider.representative",
                "acquirer.nature",
                "acquirer.address",
                "acquirer.representative",
            ]
        );
        assert!(form.missing().contains(&"signed"));
        for party in &mut terms.parties {
            party.nature = "10".into();
            party.address = base::Bilingual::new("", "绵阳");
            party.representative = "Wu".into();
            party.division.clear();
        }
        terms.parties[1].country = "276".into();
        let extra = Extra {
            signed: Some(date("2026-03-20")),
            applicant: Some("Li".into()),
            telephone: Some("0816".into()),
            ..Extra::default()
        };
        // A division is asked for of the Chinese party alone.
        assert_eq!(Form::fill(&terms, &extra).missing(), ["provider.division"]);
        assert_eq!(open_of_parties(&terms), ["provider.division"]);
        // What the terms leave open is told to the form, which never overrules them.
        let told = |key: &str, text: &str| (key.to_owned(), text.to_owned());
        let parties = [told("provider.division", "510700"), told("provider.name", "Another")];
        let extra = Extra { parties: parties.into(), ..extra };
        let form = Form::fill(&terms, &extra);
        assert!(form.missing().is_empty());
        assert_eq!(form.get("provider.division"), Some("510700"));
        assert_eq!(form.get("provider.name"), Some("光学研究所"));
    }

    #[test]
    fn every_key_has_a_source() {
        let mut terms = licence();
        for party in &mut terms.parties {
            party.nature = "10".into();
            party.address = base::Bilingual::new("", "绵阳");
            party.representative = "Wu".into();
        }
        let sum = Money::new(1, base::Currency::CNY);
        let extra = Extra {
            signed: Some(date("2026-03-20")),
            planned_investment: Some(sum),
            planned_output: Some(sum),
            number: Some("2026510700000001".into()),
            applicant: Some("Li".into()),
            telephone: Some("0816".into()),
            ..Extra::default()
        };
        let form = Form::fill(&terms, &extra);
        let empty: Vec<_> = form.fields.iter().filter(|it| it.value.is_none()).collect();
        assert!(empty.is_empty(), "{empty:?}");
        assert!(NumberShape::OLDER.fits("2026510700000001"));
        assert!(!NumberShape::OLDER.fits("202651070000000X"));
    }
}
