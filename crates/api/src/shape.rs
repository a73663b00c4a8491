//! Shapes that several nouns share: texts in two languages, money, labels, words, cursors.

use base::{Bilingual, Currency, Date, Instant, Label, Level, Money, Refusal};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// A text in English, Chinese, or both; an absent language is the empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Text")]
pub struct TextJson {
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub zh: String,
}

impl From<&Bilingual> for TextJson {
    fn from(of: &Bilingual) -> Self {
        Self { en: of.en.clone(), zh: of.zh.clone() }
    }
}

impl From<TextJson> for Bilingual {
    fn from(of: TextJson) -> Self {
        Self::new(of.en, of.zh)
    }
}

/// An exact amount: a decimal text beside an ISO 4217 currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Money")]
pub struct MoneyJson {
    /// `1234.50`; never a number, because numbers lose digits.
    pub amount: String,
    #[schemars(with = "OneOf<Currency>")]
    pub currency: String,
}

impl From<Money> for MoneyJson {
    fn from(of: Money) -> Self {
        Self { amount: of.decimal(), currency: of.currency.code().to_owned() }
    }
}

impl MoneyJson {
    /// The amount, or the reason why it is none.
    pub(crate) fn read(&self, field: &str, no: &mut Vec<Refusal>) -> Option<Money> {
        let currency = word(&format!("{field}.currency"), &self.currency, no)?;
        let read = Money::parse(&self.amount, currency);
        let unread = || {
            let field_name = base::text::field_term(field);
            let refusal = Refusal::invalid("money-unreadable").term("field", field_name);
            refusal.on(format!("{field}.amount")).text("found", &*self.amount)
        };
        read.map_err(|_| no.push(unread())).ok()
    }
}

/// How widely a thing may be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Label")]
pub struct LabelJson {
    #[schemars(with = "OneOf<Level>")]
    pub level: String,
    /// A reader must hold all of them.
    #[serde(default)]
    pub compartments: BTreeSet<String>,
    /// Need-to-know lists; a reader must stand on all of them.
    #[serde(default)]
    pub readers: BTreeSet<String>,
    /// ISO 3166 codes of the jurisdictions allowed; null allows every one.
    #[serde(default)]
    pub jurisdictions: Option<BTreeSet<String>>,
}

impl From<&Label> for LabelJson {
    fn from(of: &Label) -> Self {
        Self {
            level: of.level.word().to_owned(),
            compartments: of.compartments.clone(),
            readers: of.readers.clone(),
            jurisdictions: of.jurisdictions.clone(),
        }
    }
}

impl LabelJson {
    /// The label, or the reasons why it is none.
    pub(crate) fn read(self, field: &str, no: &mut Vec<Refusal>) -> Option<Label> {
        let level = word(&format!("{field}.level"), &self.level, no);
        let jurisdictions = self.jurisdictions.iter().flatten();
        let mut words = self.compartments.iter().chain(&self.readers).chain(jurisdictions);
        if let Some(odd) = words.find(|word| !base::label::is_label_word(word)) {
            no.push(Refusal::invalid("label-word").on(field).text("found", shortened(odd)));
            return None;
        }
        let (compartments, readers) = (self.compartments, self.readers);
        Some(Label { level: level?, compartments, readers, jurisdictions: self.jurisdictions })
    }
}

fn shortened(text: &str) -> String {
    crate::query::shortened(text)
}

/// A thing by its id, with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Named")]
pub struct NamedJson {
    pub id: String,
    pub name: TextJson,
}

impl NamedJson {
    /// The name of this id.
    pub(crate) fn new(id: impl ToString, name: &Bilingual) -> Self {
        Self { id: id.to_string(), name: name.into() }
    }
}

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Next")]
pub struct NextJson {
    /// Opaque; send it as `after`.
    pub cursor: String,
    /// The whole address of what follows.
    pub uri: String,
}

/// Some rows and where they go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub struct ListJson<T> {
    pub data: Vec<T>,
    /// Null at the end.
    pub next: Option<NextJson>,
}

/// Words of an enumeration, as they are published.
pub trait Words: Sized + 'static {
    /// The name of the schema.
    const NAME: &'static str;
    /// All words.
    fn all() -> Vec<&'static str>;
    /// Reads a word.
    fn read(word: &str) -> Option<Self>;
}

/// The schema of a text that is one of an enumeration's words.
pub struct OneOf<T>(PhantomData<T>);

impl<T: Words> JsonSchema for OneOf<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::all() })
    }
}

// Implements `Words` where the type itself has `ALL` and `parse`; only the word's method differs.
macro_rules! words {
    ($($kind:ty, $name:literal, $word:ident;)*) => {$(
        impl Words for $kind {
            const NAME: &'static str = $name;

            fn all() -> Vec<&'static str> {
                Self::ALL.iter().map(|one| one.$word()).collect()
            }

            fn read(word: &str) -> Option<Self> {
                Self::parse(word)
            }
        }
    )*};
}

words! {
    Currency, "Currency", code;
    Level, "Level", word;
    access::Role, "Role", word;
    access::Scope, "Scope", word;
    app::bulletin::Every, "BulletinRhythm", word;
    app::bulletin::State, "BulletinState", word;
    app::mail::State, "LetterState", word;
    app::mail::Wish, "MailWish", word;
    app::saved_search::Frequency, "Frequency", word;
    app::webhook::DeliveryState, "DeliveryState", word;
    app::webhook::Reason, "WebhookReason", word;
    app::webhook::State, "WebhookState", word;
    instruments::item::Mark, "TestMark", word;
    instruments::item::State, "TestState", word;
    instruments::joint_request::State, "JointRequestState", word;
    instruments::service::Handling, "SampleHandling", word;
    instruments::service::Whereabouts, "SampleWhereabouts", word;
    instruments::service_order::Manner, "ServiceManner", word;
    instruments::approval::Step, "BookingStepName", word;
    instruments::service_order::Opinion, "ServiceOpinion", word;
    instruments::service_order::Rest, "SampleRest", word;
    instruments::service_order::Side, "ServiceSide", word;
    instruments::service_order::State, "ServiceState", word;
    instruments::service_order::Step, "ServiceStepName", word;
    instruments::service_record::Purpose, "ServicePurpose", word;
    instruments::relay::Fault, "RelayFault", word;
    instruments::relay::Wants, "RelayWants", word;
    instruments::start::Pass, "UsePass", word;
    instruments::tariff::Counted, "TestCounted", word;
    instruments::tariff::Days, "TariffDays", word;
    instruments::tariff::Mode, "TariffMode", word;
    instruments::tariff::Unit, "TariffUnit", word;
    instruments::tariff::Way, "ServiceWay", word;
    instruments::training::State, "TrainingState", word;
    instruments::upkeep::FaultState, "InstrumentFaultState", word;
    instruments::upkeep::Kind, "UpkeepKind", word;
    instruments::usage::Source, "UseSource", word;
    parties::OrganisationKind, "OrganisationKind", word;
    parties::emergency::Standing, "EmergencyStanding", word;
    base::Becomes, "WorkdayBecomes", word;
    trading::DealMode, "DealMode", word;
    trading::ExportCategory, "ExportCategory", word;
    trading::Licence, "Licence", word;
    trading::RightKind, "RightKind", word;
    trading::RightStatus, "RightStatus", word;
    trading::Stage, "Stage", word;
    trading::TransferMode, "TransferMode", word;
}

/// The meaning of a word, or the reason why it has none.
pub(crate) fn word<T: Words>(field: &str, text: &str, no: &mut Vec<Refusal>) -> Option<T> {
    let found = T::read(text);
    if found.is_none() {
        let refusal = Refusal::invalid("choice-unknown").on(field);
        let refusal = refusal.term("field", base::text::field_term(field));
        no.push(refusal.text("found", shortened(text)).text("known", T::all().join(", ")));
    }
    found
}

/// The id in a text, or the reason why there is none.
pub(crate) fn id<T: std::str::FromStr>(
    field: &str,
    text: &str,
    no: &mut Vec<Refusal>,
) -> Option<T> {
    let unread = || {
        let refusal = Refusal::invalid("id-unreadable").on(field);
        refusal.term("field", base::text::field_term(field)).text("found", shortened(text))
    };
    text.parse().map_err(|_| no.push(unread())).ok()
}

/// The civil date in a text, written `2026-03-01` and not otherwise.
pub(crate) fn date(field: &str, text: &str, no: &mut Vec<Refusal>) -> Option<Date> {
    let read = (text.len() == 10).then(|| base::time::read_date(text)).flatten();
    let read = read.filter(|date| date.to_string() == text);
    if read.is_none() {
        let refusal = Refusal::invalid("date-unreadable").on(field);
        no.push(refusal.term("field", base::text::field_term(field)));
    }
    read
}

/// The moment in a text of RFC 3339.
pub(crate) fn moment(field: &str, text: &str, no: &mut Vec<Refusal>) -> Option<Instant> {
    let read = Instant::parse_rfc3339(text);
    if read.is_none() {
        let refusal = Refusal::invalid("date-unreadable").on(field);
        no.push(refusal.term("field", base::text::field_term(field)));
    }
    read
}

/// The schema of a civil date.
pub struct Day;

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

/// The schema of a moment, in RFC 3339 and UTC.
pub struct Moment;

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_reads_back() {
        let mut label = Label::at(Level::Members);
        label.compartments.insert("TURBINE".to_owned());
        label.jurisdictions = Some(["CN".to_owned()].into());
        let mut no = Vec::new();
        assert_eq!(LabelJson::from(&label).read("label", &mut no), Some(label.clone()));
        let odd = LabelJson { compartments: ["A:B".to_owned()].into(), ..LabelJson::from(&label) };
        assert_eq!(odd.read("label", &mut no), None);
        let odd = LabelJson { level: "secret".to_owned(), ..LabelJson::from(&label) };
        assert_eq!(odd.read("label", &mut no), None);
        let codes: Vec<String> = no.iter().map(ToString::to_string).collect();
        assert_eq!(codes, ["label-word (label)", "choice-unknown (label.level)"]);
    }

    #[test]
    fn money_is_read_exactly() {
        let check = |amount: &str, currency: &str, want: Option<i64>| {
            let json = MoneyJson { amount: amount.to_owned(), currency: currency.to_owned() };
            let mut no = Vec::new();
            assert_eq!(json.read("price", &mut no).map(|money| money.minor), want, "{amount}");
            assert_eq!(no.is_empty(), want.is_some());
        };
        check("1234.50", "CNY", Some(123_450));
        check("5", "JPY", Some(5));
        check("5.5", "JPY", None);
        check("1,234.50", "CNY", None);
        check("1", "QQQ", None);
        let back = MoneyJson::from(Money::new(5, Currency::CNY));
        assert_eq!((back.amount.as_str(), back.currency.as_str()), ("0.05", "CNY"));
    }

    #[test]
    fn dates_are_written_one_way_only() {
        let mut no = Vec::new();
        assert!(date("on", "2026-03-01", &mut no).is_some() && no.is_empty());
        for wrong in ["2026-3-1", "20260301", "2026/03/01", "2026-02-30", ""] {
            assert_eq!(date("on", wrong, &mut no), None, "{wrong}");
        }
        assert_eq!(no.len(), 5);
    }
}
