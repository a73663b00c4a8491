//! Test items: what a laboratory can measure, by which standard, at what price, under which mark.
//!
//! A mark stands on a report only for items inside the accredited scope on the day of issue.

use crate::capability::standard_key;
use crate::charge::Samples;
use crate::find::Texts;
use crate::tariff::{CLASS_CHARS_MAX, Counted};
use crate::term::fold;
use crate::words_of;
use base::limits::{NAME_CHARS_MAX, SUMMARY_CHARS_MAX};
use base::{
    Bilingual, Class, Date, Instant, InstrumentId, OrganisationId, Refusal, TestItemId, Value, text,
};

/// Years for which a CMA certificate is valid.
pub const CMA_YEARS: i16 = 6;
/// Months before its end in which renewal must have been asked for.
pub const RENEWAL_MONTHS: i32 = 3;
/// Instruments that one item names.
pub const INSTRUMENTS_MAX: usize = 20;
/// Accreditations of one item.
pub const ACCREDITATIONS_MAX: usize = 6;
/// Days that a test takes at most, as an item promises it.
pub const DAYS_MAX: u32 = 365;
/// Classes of customers with a price of their own at most.
pub const CLASSES_MAX: usize = 20;
/// Basis points that urgency adds at most: five times the price.
pub const URGENT_BP_MAX: u32 = 50_000;

words_of! {
    /// A mark of accreditation.
    Mark {
        Cma = "cma",
        Cnas = "cnas",
    }

    /// Whether an item can be asked for.
    State {
        Offered = "offered",
        Withdrawn = "withdrawn",
    }
}

/// An accreditation as it stands on a certificate.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Accreditation {
    pub mark: Mark,
    pub certificate: String,
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// A test item as kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    pub id: TestItemId,
    pub unit: OrganisationId,
    /// Counts the changes, from 1.
    pub version: u64,
    pub sheet: Sheet,
    pub is_withdrawn: bool,
    pub changed_at: Instant,
}

impl Item {
    /// Whether it can be asked for.
    pub fn state(&self) -> State {
        if self.is_withdrawn { State::Withdrawn } else { State::Offered }
    }
}

/// What one sample costs customers of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClassPrice {
    pub class: String,
    pub price: i64,
}

/// What a laboratory says about an item. Amounts are minor units of the city's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Sheet {
    pub category: String,
    /// What is tested.
    pub object: Bilingual,
    /// What is measured of it.
    pub parameter: Bilingual,
    /// Number with its year: `GB/T 228.1-2021`.
    pub standard: String,
    pub range: Bilingual,
    pub uncertainty: Bilingual,
    pub exclusions: Bilingual,
    pub instruments: Vec<InstrumentId>,
    /// Of one sample; nothing where every test is quoted.
    pub price: i64,
    /// Of one sample for classes of customers, instead of the list price.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub class_prices: Vec<ClassPrice>,
    /// Which samples are charged.
    pub counted: Counted,
    pub minimum: i64,
    /// Basis points added for urgent work.
    pub urgent_bp: u32,
    pub usual_days: u32,
    /// Zero where nothing is done urgently.
    pub urgent_days: u32,
    pub sample: Bilingual,
    pub accreditations: Vec<Accreditation>,
    pub invented: bool,
}

impl Accreditation {
    /// Whether the certificate is valid on that day, first and last included.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }

    /// The last day on which its renewal is asked for in time.
    pub fn renew_by(&self) -> Date {
        months_before(self.until, RENEWAL_MONTHS)
    }

    fn flaw(&self) -> Option<&'static str> {
        let digits = self.certificate.bytes().filter(u8::is_ascii_digit).count();
        let is_number = digits == 12 && self.certificate.len() == 12;
        // A CMA certificate: year, issuer, field, sector, each two digits, and four of a serial.
        if self.mark == Mark::Cma && !is_number {
            return Some("item-certificate");
        }
        let longest = self.from.year().saturating_add(CMA_YEARS);
        let is_long = self.until.year() > longest
            || (self.until.year() == longest
                && (self.until.month(), self.until.day()) > (self.from.month(), self.from.day()));
        let is_wrong = self.until < self.from || (self.mark == Mark::Cma && is_long);
        is_wrong.then_some("item-accreditation-span")
    }
}

fn months_before(day: Date, months: i32) -> Date {
    let (mut year, mut month) = (day.year(), day.month());
    for _ in 0..months {
        (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    }
    let first = Date::new(year, month, 1).unwrap_or(day);
    Date::new(year, month, day.day().min(first.days_in_month())).unwrap_or(first)
}

impl Sheet {
    /// What its tests cost; nothing where every one is quoted.
    pub fn prices(&self) -> Option<Samples> {
        let Self { price, minimum, counted, urgent_bp, .. } = *self;
        (price > 0 || minimum > 0).then_some(Samples { price, minimum, counted, urgent_bp })
    }

    /// What they cost a customer of this class; list prices where it has none of its own.
    pub fn prices_for(&self, class: &str) -> Option<Samples> {
        let Self { minimum, counted, urgent_bp, .. } = *self;
        match self.class_prices.iter().find(|own| own.class == class) {
            Some(own) => Some(Samples { price: own.price, minimum, counted, urgent_bp }),
            None => self.prices(),
        }
    }

    /// The texts in which is looked, in both languages.
    pub fn texts(&self) -> Texts {
        let both = |all: &[&Bilingual]| {
            let parts = all.iter().flat_map(|it| [it.en.as_str(), &it.zh]);
            let full: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
            fold(&full.join(" · "))
        };
        let key = standard_key(&self.standard);
        Texts {
            names: both(&[&self.object, &self.parameter]),
            measures: fold(&format!("{} · {key}", self.category)),
            rest: both(&[&self.range, &self.uncertainty, &self.exclusions, &self.sample]),
            standards: if key.is_empty() { "|".to_owned() } else { format!("|{key}|") },
        }
    }

    /// Makes the texts safe to keep and says all that stands against it.
    fn tidy(&mut self) -> Vec<Refusal> {
        let mut no = Vec::new();
        let mut keep =
            |field: String, value: &mut String, most: usize| match text::block(&field, value, most)
            {
                Ok(tidy) => *value = tidy,
                Err(refusal) => no.push(refusal.on(field)),
            };
        self.standard = standard_key(&self.standard);
        keep("category".to_owned(), &mut self.category, NAME_CHARS_MAX);
        keep("standard".to_owned(), &mut self.standard, NAME_CHARS_MAX);
        for (field, both, most) in [
            ("object", &mut self.object, NAME_CHARS_MAX),
            ("parameter", &mut self.parameter, NAME_CHARS_MAX),
            ("range", &mut self.range, NAME_CHARS_MAX),
            ("uncertainty", &mut self.uncertainty, NAME_CHARS_MAX),
            ("exclusions", &mut self.exclusions, SUMMARY_CHARS_MAX),
            ("sample", &mut self.sample, SUMMARY_CHARS_MAX),
        ] {
            keep(format!("{field}.en"), &mut both.en, most);
            keep(format!("{field}.zh"), &mut both.zh, most);
        }
        self.instruments.sort_unstable();
        self.instruments.dedup();
        for own in &mut self.class_prices {
            own.class = own.class.trim().to_owned();
        }
        for one in &mut self.accreditations {
            one.certificate = one.certificate.trim().to_uppercase();
        }
        no.extend(self.flaws());
        no
    }

    /// Everything that is wrong with it, by field.
    pub fn flaws(&self) -> Vec<Refusal> {
        let mut flaws = Vec::new();
        let missing = |text: &Bilingual| text.zh.trim().is_empty() && text.en.trim().is_empty();
        for (field, text) in [("object", &self.object), ("parameter", &self.parameter)] {
            if missing(text) {
                flaws.push(Refusal::invalid("item-text-missing").on(field));
            }
        }
        if !self.standard.trim().is_empty() && year_of(&self.standard).is_none() {
            flaws.push(Refusal::invalid("item-standard-year").on("standard"));
        }
        let most = crate::tariff::PRICE_MAX;
        for (field, amount) in [("price", self.price), ("minimum", self.minimum)] {
            if !(0..=most).contains(&amount) {
                flaws.push(Refusal::invalid("tariff-amount").on(field));
            }
        }
        flaws.extend(self.class_flaw().map(|refusal| refusal.on("class_prices")));
        if self.instruments.len() > INSTRUMENTS_MAX {
            let refusal = Refusal::invalid("item-instruments").on("instruments");
            flaws.push(refusal.number("most", INSTRUMENTS_MAX));
        }
        for (field, days) in [("usual_days", self.usual_days), ("urgent_days", self.urgent_days)] {
            if days > DAYS_MAX {
                flaws.push(out_of_range(field, DAYS_MAX));
            }
        }
        if self.urgent_bp > URGENT_BP_MAX {
            flaws.push(out_of_range("urgent", URGENT_BP_MAX / 100));
        }
        if self.accreditations.len() > ACCREDITATIONS_MAX {
            let refusal = Refusal::invalid("item-accreditations").on("accreditations");
            flaws.push(refusal.number("most", ACCREDITATIONS_MAX));
        }
        let of = |one: &Accreditation| {
            one.flaw().map(|code| Refusal::invalid(code).on("accreditations"))
        };
        flaws.extend(self.accreditations.iter().filter_map(of));
        flaws
    }

    /// The first thing that is wrong with prices of classes.
    fn class_flaw(&self) -> Option<Refusal> {
        let all = &self.class_prices;
        if all.len() > CLASSES_MAX {
            return Some(Refusal::invalid("item-classes").number("most", CLASSES_MAX));
        }
        let most = crate::tariff::PRICE_MAX;
        all.iter().enumerate().find_map(|(n, own)| {
            if own.class.trim().is_empty() {
                return Some(Refusal::invalid("tariff-class-missing"));
            }
            if let Err(no) = text::line("class", &own.class, CLASS_CHARS_MAX) {
                return Some(no);
            }
            if all[..n].iter().any(|other| other.class.trim() == own.class.trim()) {
                return Some(Refusal::invalid("item-class-twice").text("class", &*own.class));
            }
            (!(0..=most).contains(&own.price)).then(|| Refusal::invalid("tariff-amount"))
        })
    }

    /// Lets a report of that day carry a mark for this item.
    pub fn carry(&self, mark: Mark, day: Date) -> Result<(), Refusal> {
        let mut of_mark = self.accreditations.iter().filter(|one| one.mark == mark);
        if of_mark.any(|one| one.is_valid_on(day)) {
            return Ok(());
        }
        let refusal = Refusal::new(base::Class::Refused, "item-out-of-scope").on("mark");
        Err(refusal.term("mark", format!("item-mark-{mark}")).with("on", Value::On(day)))
    }

    /// Marks that a report of that day may carry for this item.
    pub fn marks_on(&self, day: Date) -> Vec<Mark> {
        let can = |mark: &Mark| self.carry(*mark, day).is_ok();
        Mark::ALL.iter().copied().filter(can).collect()
    }
}

/// Marks that one report over several items may carry: each item must bear it.
pub fn marks_of_report(items: &[&Sheet], day: Date) -> Vec<Mark> {
    let all =
        |mark: &Mark| !items.is_empty() && items.iter().all(|it| it.carry(*mark, day).is_ok());
    Mark::ALL.iter().copied().filter(all).collect()
}

fn out_of_range(field: &str, most: u32) -> Refusal {
    let refusal = Refusal::invalid("number-out-of-range").on(field);
    refusal.term("field", text::field_term(field)).number("least", 0u32).number("most", most)
}

/// Enters an item of a unit.
pub fn enter(
    id: TestItemId,
    unit: OrganisationId,
    mut sheet: Sheet,
    now: Instant,
) -> Result<Item, Vec<Refusal>> {
    let no = sheet.tidy();
    match no.is_empty() {
        true => Ok(Item { id, unit, version: 1, sheet, is_withdrawn: false, changed_at: now }),
        false => Err(no),
    }
}

/// Changes an item of the version that was seen. An equal sheet is no change: `None`.
pub fn revise(
    item: &Item,
    version: u64,
    (mut sheet, is_withdrawn): (Sheet, bool),
    now: Instant,
) -> Result<Option<Item>, Vec<Refusal>> {
    if item.version != version {
        let no = Refusal::new(Class::Conflict, "version-conflict");
        return Err(vec![no.number("seen", version).number("now", item.version)]);
    }
    let no = sheet.tidy();
    if !no.is_empty() {
        return Err(no);
    }
    let is_same = sheet == item.sheet && is_withdrawn == item.is_withdrawn;
    let next = Item { sheet, is_withdrawn, version: version + 1, changed_at: now, ..item.clone() };
    Ok((!is_same).then_some(next))
}

/// The year at the end of a standard's number.
pub fn year_of(standard: &str) -> Option<i16> {
    let (_, year) = standard.trim().rsplit_once(['-', ':', '—', '–'])?;
    let year: String = year.chars().map(base::time::half_width).collect();
    year.trim().parse().ok().filter(|year| (1900..=2200).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn accredited(mark: Mark, from: &str, until: &str) -> Accreditation {
        Accreditation {
            mark,
            certificate: "230012345678".to_owned(),
            from: day(from),
            until: day(until),
        }
    }

    fn tensile() -> Sheet {
        Sheet {
            object: Bilingual::new("metals", "金属材料"),
            parameter: Bilingual::new("tensile strength", "抗拉强度"),
            standard: "GB/T 228.1-2021".to_owned(),
            price: 30_000,
            accreditations: vec![accredited(Mark::Cma, "2023-05-01", "2029-04-30")],
            ..Sheet::default()
        }
    }

    #[test]
    fn a_class_has_its_own_price_and_only_one() {
        let own = |class: &str, price| ClassPrice { class: class.to_owned(), price };
        let sheet = Sheet { class_prices: vec![own("member", 200)], ..tensile() };
        let price = |class: &str| sheet.prices_for(class).map(|it| it.price);
        assert_eq!((price("member"), price("external")), (Some(200), Some(tensile().price)));
        let told = |class_prices: Vec<ClassPrice>| -> Vec<String> {
            let flaws = Sheet { class_prices, ..tensile() }.flaws();
            flaws.iter().map(|it| it.code.to_string()).collect()
        };
        assert_eq!(told(vec![own("a", 1), own("b", 0)]), Vec::<String>::new());
        assert_eq!(told(vec![own("a", 1), own("a ", 2)]), ["item-class-twice"]);
        assert_eq!(told(vec![own(" ", 1)]), ["tariff-class-missing"]);
        assert_eq!(told(vec![own(&"x".repeat(CLASS_CHARS_MAX), 1)]), Vec::<String>::new());
        assert_eq!(told(vec![own(&"x".repeat(CLASS_CHARS_MAX + 1), 1)]), ["text-too-long"]);
        assert_eq!(told(vec![own("a", -1)]), ["tariff-amount"]);
        assert_eq!(told(vec![own("a", 1); CLASSES_MAX + 1]), ["item-classes"]);
    }

    #[test]
    fn a_mark_stands_only_inside_the_scope_on_the_day() {
        let item = tensile();
        assert_eq!(item.carry(Mark::Cma, day("2023-05-01")), Ok(()));
        assert_eq!(item.carry(Mark::Cma, day("2029-04-30")), Ok(()));
        for (mark, on) in
            [(Mark::Cma, "2023-04-30"), (Mark::Cma, "2029-05-01"), (Mark::Cnas, "2025-01-01")]
        {
            let refusal = item.carry(mark, day(on)).expect_err("outside of the scope");
            assert_eq!(refusal.code, "item-out-of-scope", "{on}");
        }
        let bare = Sheet { accreditations: Vec::new(), ..tensile() };
        assert_eq!(marks_of_report(&[&item], day("2025-01-01")), [Mark::Cma]);
        assert_eq!(marks_of_report(&[&item, &bare], day("2025-01-01")), []);
        assert_eq!(marks_of_report(&[], day("2025-01-01")), []);
    }

    #[test]
    fn certificates_have_their_form_and_length() {
        let check = |change: &dyn Fn(&mut Accreditation), want: &[&str]| {
            let mut one = accredited(Mark::Cma, "2023-05-01", "2029-05-01");
            change(&mut one);
            let flaws = Sheet { accreditations: vec![one], ..tensile() }.flaws();
            let codes: Vec<&str> = flaws.iter().map(|flaw| flaw.code.as_ref()).collect();
            assert_eq!(codes, want);
        };
        check(&|_| (), &[]);
        check(&|one| one.until = day("2029-05-02"), &["item-accreditation-span"]);
        check(&|one| one.until = day("2023-04-30"), &["item-accreditation-span"]);
        check(&|one| one.certificate = "23001234567".to_owned(), &["item-certificate"]);
        check(&|one| one.certificate = "23001234567x".to_owned(), &["item-certificate"]);
        check(&|one| (one.mark, one.certificate) = (Mark::Cnas, "L1234".to_owned()), &[]);
    }

    #[test]
    fn an_item_is_found_by_object_parameter_and_standard_in_both_languages() {
        use crate::find::{Candidate, Question};
        let texts = tensile().texts();
        let fits = |typed: &str| {
            let asked = Question { text: typed.to_owned(), ..Question::default() }.ready();
            let it = Candidate { texts: &texts, class: "", mode: Default::default(), point: None };
            asked.fit(&it).is_some()
        };
        for typed in
            ["metals", "抗拉强度", "tensile strength of metals", "GB/T 228.1", "gb/t 228.1-2021"]
        {
            assert!(fits(typed), "{typed}");
        }
        for typed in ["viscosity", "GB/T 229-2020"] {
            assert!(!fits(typed), "{typed}");
        }
    }

    #[test]
    fn an_item_changes_in_the_version_that_was_seen() {
        let now = Instant::from_micros(0);
        let (id, unit) = (TestItemId::from_bits(1), OrganisationId::from_bits(2));
        let item = enter(id, unit, tensile(), now).expect("entered");
        assert_eq!(revise(&item, 1, (tensile(), false), now), Ok(None));
        let next = revise(&item, 1, (tensile(), true), now).expect("changed").expect("another");
        assert_eq!((next.version, next.state()), (2, State::Withdrawn));
        let stale = revise(&next, 1, (tensile(), false), now).expect_err("stale");
        assert_eq!(stale[0].code, "version-conflict");
        let slow = Sheet { usual_days: 400, urgent_bp: 60_000, ..tensile() };
        let codes = enter(id, unit, slow, now).expect_err("two flaws");
        assert!(codes.iter().all(|no| no.code == "number-out-of-range") && codes.len() == 2);
    }

    #[test]
    fn renewal_is_asked_three_months_before() {
        let by = |until: &str| accredited(Mark::Cma, "2023-05-01", until).renew_by();
        assert_eq!(by("2029-05-31"), day("2029-02-28"));
        assert_eq!(by("2029-01-15"), day("2028-10-15"));
    }

    #[test]
    fn a_standard_is_named_with_its_year() {
        for (text, want) in [
            ("GB/T 228.1-2021", Some(2021)),
            ("ISO 6892-1:2019", Some(2019)),
            ("GB/T 228.1—2021", Some(2021)),
            ("GB/T 228.1", None),
            ("GB/T 228-1", None),
        ] {
            assert_eq!(year_of(text), want, "{text}");
        }
        let bare = Sheet { standard: "GB/T 228.1".to_owned(), price: -1, ..Sheet::default() };
        let codes: Vec<String> = bare.flaws().iter().map(|flaw| flaw.code.to_string()).collect();
        let want =
            ["item-text-missing", "item-text-missing", "item-standard-year", "tariff-amount"];
        assert_eq!(codes, want);
    }
}
