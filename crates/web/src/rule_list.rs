//! The rules of booking that are more than one value: quotas, quiet hours, other horizons, and the days
//! of the unit's own calendar, as a form asks for them and as a reader is told them.

use crate::booking_rule::{read_windows, windows_text, windows_words};
use crate::outage::{choices, named};
use crate::page::say;
use crate::rule_chain;
use base::{Bilingual, Date};
use calendar::{Day, Days, Hours};
use edge::{Fields, Request};
use instruments::accessory::are_sound;
use instruments::approval::Chain;
use instruments::quota::{Period, QUOTAS_MAX, Quota, Relief};
use instruments::rules::{ClassHorizon, Layer};
use instruments::sheet::Accessory;
use look::{Field, Form, Width, fieldset, select, text_area, text_field};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const WHO: [&str; 4] = ["person", "group", "project", "organisation"];
const WHAT: [&str; 4] = ["instrument", "group", "unit", "all"];
const MEASURE: [&str; 2] = ["minutes", "bookings"];
const PERIOD: [&str; 7] = ["day", "week", "month", "quarter", "year", "rolling", "future"];

/// A field that cannot be read, and the rule it belongs to.
pub type Fault = (String, &'static str);

/// The word by which something is kept.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A list of rules as a reader understands it; `None` where it is none of these.
pub fn told(request: &Request, name: &str, value: &Value) -> Option<String> {
    let all = match name {
        "quotas" => read_as::<Vec<Quota>>(value).iter().map(|it| quota(request, it)).collect(),
        "chains" => {
            read_as::<Vec<Chain>>(value).iter().map(|it| rule_chain::told(request, it)).collect()
        }
        "relief" => read_as::<Vec<Relief>>(value).iter().map(|it| relief(request, it)).collect(),
        "class_horizons" => {
            let of = |it: &ClassHorizon| match it.days {
                0 => format!("{}: {}", it.class, say(request, "rule-none")),
                days => format!("{}: {}", it.class, counted(request, "rule-in-days", days)),
            };
            read_as::<Vec<ClassHorizon>>(value).iter().map(of).collect()
        }
        "shared_accessories" => {
            let of = |it: &Accessory| {
                let name = it.name.best(request.lang).0.to_owned();
                let args = [("name", name.into()), ("count", i64::from(it.stock).into())];
                words::say_with(request.lang, "instrument-page-accessory", &args)
            };
            read_as::<Vec<Accessory>>(value).iter().map(of).collect()
        }
        "days" => days(request, &read_as::<Days>(value)),
        _ => return None,
    };
    Some(match all {
        none if none.is_empty() => say(request, "rule-none"),
        all => words::list(request.lang, &all.iter().map(String::as_str).collect::<Vec<_>>()),
    })
}

fn read_as<T: serde::de::DeserializeOwned + Default>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

fn counted(request: &Request, key: &str, n: u32) -> String {
    words::say_with(request.lang, key, &[("count", i64::from(n).into())])
}

fn quota(request: &Request, it: &Quota) -> String {
    let of = |part: &str, word: String| say(request, &format!("rule-quota-{part}-{word}")).into();
    let period = match it.period {
        Period::Rolling(days) => counted(request, "rule-quota-rolling", u32::from(days)),
        period => say(request, &format!("rule-quota-period-{}", period.code())),
    };
    let parts = [
        ("who", of("who", word(&it.who))),
        ("what", of("what", word(&it.what))),
        ("limit", counted(request, &format!("rule-in-{}", word(&it.measure)), it.limit).into()),
        ("period", period.into()),
    ];
    let all = words::say_with(request.lang, "rule-quota-of", &parts);
    if it.hours.windows.is_empty() {
        return all;
    }
    let hours = windows_words(request, &it.hours);
    let hours = words::list(request.lang, &hours.iter().map(String::as_str).collect::<Vec<_>>());
    let parts = [("quota", all.into()), ("hours", hours.into())];
    words::say_with(request.lang, "rule-quota-within", &parts)
}

fn relief(request: &Request, it: &Relief) -> String {
    match it {
        Relief::Daily { from, to } => format!("{}–{}", clock(*from), clock(*to)),
        Relief::RestDays => say(request, "rule-relief-rest"),
    }
}

fn days(request: &Request, it: &Days) -> Vec<String> {
    let key = if it.follows_china { "rule-days-value" } else { "rule-days-weekends" };
    let own = |(date, day): (&Date, &Day)| {
        let day = say(request, &format!("rule-days-{}", word(day)));
        format!("{} {day}", words::date(request.lang, *date))
    };
    let mut all = vec![say(request, key)];
    all.extend(it.named.iter().take(NAMED_SHOWN).map(own));
    if it.named.len() > NAMED_SHOWN {
        all.push("…".to_owned());
    }
    all
}

/// Days that are named in a row of the table.
const NAMED_SHOWN: usize = 6;

/// What the level sets, as the form holds it.
fn drafted(own: &Layer) -> Fields {
    let mut typed = Fields::default();
    let mut put = |name: String, value: String| typed.0.push((name, value));
    for (n, it) in own.quotas.iter().flat_map(|set| &set.value).enumerate() {
        let rolling = match it.period {
            Period::Rolling(days) => days.to_string(),
            _ => String::new(),
        };
        let parts = [
            ("who", word(&it.who)),
            ("what", word(&it.what)),
            ("measure", word(&it.measure)),
            ("period", it.period.code().to_owned()),
            ("days", rolling),
            ("limit", it.limit.to_string()),
            ("hours", windows_text(&it.hours)),
        ];
        for (part, value) in parts {
            put(format!("quotas.{n}.{part}"), value);
        }
    }
    rule_chain::draft(own.chains.as_ref().map_or(&[], |set| &set.value), &mut put);
    let quiet = own.relief.iter().flat_map(|set| &set.value);
    let daily = quiet.clone().filter_map(|it| match it {
        Relief::Daily { from, to } => Some(format!("{}-{}", clock(*from), clock(*to))),
        Relief::RestDays => None,
    });
    put("relief".to_owned(), daily.collect::<Vec<_>>().join("\n"));
    if quiet.clone().any(|it| *it == Relief::RestDays) {
        put("relief_rest".to_owned(), "yes".to_owned());
    }
    let others = own.class_horizons.iter().flat_map(|set| &set.value);
    let others: Vec<String> = others.map(|it| format!("{} {}", it.class, it.days)).collect();
    put("class_horizons".to_owned(), others.join("\n"));
    let shared = own.shared_accessories.iter().flat_map(|set| &set.value);
    let shared: Vec<String> = shared.map(shared_line).collect();
    put("shared_accessories".to_owned(), shared.join("\n"));
    if let Some(days) = &own.days {
        let of = |wanted: Day| {
            let dates = days.value.named.iter().filter(|(_, day)| **day == wanted);
            dates.map(|(date, _)| date.to_string()).collect::<Vec<_>>().join(", ")
        };
        let china = if days.value.follows_china { "yes" } else { "no" };
        put("days_china".to_owned(), china.to_owned());
        put("days_rest".to_owned(), of(Day::Rest));
        put("days_work".to_owned(), of(Day::Work));
    }
    typed
}

/// The part of the form that asks for them; what was sent is shown as it was sent.
pub fn form(request: &Request, form: &Form<'_>, own: &Layer, is_sent: bool) -> Markup {
    let kept = drafted(own);
    let typed = if is_sent { &request.form } else { &kept };
    let rows = typed.rows("quotas").into_iter();
    let is_filled = |n: &usize| !typed.get(&format!("quotas.{n}.limit")).trim().is_empty();
    let filled: Vec<usize> = rows.filter(is_filled).collect();
    let next = filled.last().map_or(0, |n| n + 1);
    let area = |name: &'static str, hint: &str| {
        let label = say(request, &format!("rule-{name}"));
        text_area(
            form,
            &Field {
                name,
                label: &label,
                hint: &say(request, hint),
                value: typed.get(name),
                is_optional: true,
                lines: Some(2),
                ..Field::default()
            },
        )
    };
    let choice = |name: &'static str| {
        let mut names = vec![(String::new(), say(request, "rule-inherit"))];
        names.extend(named(request, "rule", vec!["yes", "no"]));
        let label = say(request, &format!("rule-{name}"));
        let field = Field { name, label: &label, ..Field::default() };
        select(form, &field, &choices(&names, typed.get(name)))
    };
    html! {
        (rule_chain::form(request, form, typed))
        (fieldset(&say(request, "rule-quotas"), "", html! {
            @for n in &filled { div.stack.part { (row(request, form, typed, *n)) } }
            @if filled.len() < QUOTAS_MAX {
                details.part {
                    summary { (say(request, "rule-quota-more")) }
                    div.stack { (row(request, form, typed, next)) }
                }
            }
        }))
        (fieldset(&say(request, "rule-group-days"), "", html! {
            (area("relief", "rule-relief-hint"))
            (choice("relief_rest"))
            (choice("days_china"))
            (area("days_rest", "rule-days-hint"))
            (area("days_work", "rule-days-hint"))
            (area("class_horizons", "rule-class-horizons-hint"))
        }))
        (area("shared_accessories", "rule-shared-accessories-hint"))
    }
}

fn row(request: &Request, form: &Form<'_>, typed: &Fields, n: usize) -> Markup {
    let label = |part: &str| say(request, &format!("rule-quota-{part}"));
    let chosen = |part: &str, words: &[&str]| {
        let name = format!("quotas.{n}.{part}");
        let names = named(request, &format!("rule-quota-{part}"), words.to_vec());
        let label = label(part);
        let field = Field { name: &name, label: &label, ..Field::default() };
        select(form, &field, &choices(&names, typed.get(&name)))
    };
    let text = |part: &str, hint: &str| {
        let (name, label) = (format!("quotas.{n}.{part}"), label(part));
        let field = Field {
            name: &name,
            label: &label,
            hint,
            value: typed.get(&name),
            is_optional: true,
            lines: Some(2),
            width: if hint.is_empty() { Width::Tiny } else { Width::Full },
            ..Field::default()
        };
        if hint.is_empty() { text_field(form, &field) } else { text_area(form, &field) }
    };
    html! {
        (chosen("who", &WHO))
        (chosen("what", &WHAT))
        (text("limit", ""))
        (chosen("measure", &MEASURE))
        (chosen("period", &PERIOD))
        (text("days", ""))
        (text("hours", &say(request, "rule-hours-hint")))
    }
}

/// Puts what was typed; says what cannot be read.
pub fn read(typed: &Fields, mut put: impl FnMut(&str, Option<Value>)) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut quotas = Vec::new();
    for n in typed.rows("quotas") {
        match read_quota(typed, n) {
            Ok(found) => quotas.extend(found),
            Err(part) => faults.push((format!("quotas.{n}.{part}"), "quotas")),
        }
    }
    put("quotas", (!quotas.is_empty()).then(|| json!(quotas)));
    let chains = rule_chain::read(typed, &mut faults);
    put("chains", (!chains.is_empty()).then(|| json!(chains)));
    match read_relief(typed) {
        Some(quiet) => put("relief", (!quiet.is_empty()).then(|| json!(quiet))),
        None => faults.push(("relief".to_owned(), "relief")),
    }
    match read_horizons(typed.get("class_horizons")) {
        Some(others) => put("class_horizons", (!others.is_empty()).then(|| json!(others))),
        None => faults.push(("class_horizons".to_owned(), "class_horizons")),
    }
    match read_shared(typed.get("shared_accessories")) {
        Some(shared) => put("shared_accessories", (!shared.is_empty()).then(|| json!(shared))),
        None => faults.push(("shared_accessories".to_owned(), "shared_accessories")),
    }
    match read_days(typed) {
        Ok(days) => put("days", days.map(|days| json!(days))),
        Err(field) => faults.push((field.to_owned(), "days")),
    }
    faults
}

fn plain(text: &str) -> String {
    text.trim().chars().map(base::time::half_width).collect()
}

/// A quota, none where no limit was typed, or the part that cannot be read.
fn read_quota(typed: &Fields, n: usize) -> Result<Option<Quota>, &'static str> {
    let get = |part: &str| typed.get(&format!("quotas.{n}.{part}"));
    let limit = plain(get("limit"));
    if limit.is_empty() {
        let is_bare = plain(get("days")).is_empty() && plain(get("hours")).is_empty();
        return if is_bare { Ok(None) } else { Err("limit") };
    }
    fn chosen<T: serde::de::DeserializeOwned>(
        text: &str,
        part: &'static str,
    ) -> Result<T, &'static str> {
        serde_json::from_value(json!(text)).map_err(|_| part)
    }
    let period = match get("period") {
        "rolling" => Period::Rolling(plain(get("days")).parse().map_err(|_| "days")?),
        word => chosen(word, "period")?,
    };
    let quota = Quota {
        who: chosen(get("who"), "who")?,
        what: chosen(get("what"), "what")?,
        measure: chosen(get("measure"), "measure")?,
        period,
        hours: read_windows(get("hours")).ok_or("hours")?,
        limit: limit.parse().map_err(|_| "limit")?,
    };
    let bare = Quota { hours: Hours::default(), ..quota.clone() };
    match (quota.is_sound(), bare.is_sound()) {
        (true, _) => Ok(Some(quota)),
        (false, true) => Err("hours"),
        (false, false) => Err("days"),
    }
}

fn read_relief(typed: &Fields) -> Option<Vec<Relief>> {
    let minute = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let lines = plain(typed.get("relief"));
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let daily = lines.map(|line| {
        let (from, to) = line.split_once(['-', '–'])?;
        let quiet = Relief::Daily { from: minute(from)?, to: minute(to)? };
        quiet.is_sound().then_some(quiet)
    });
    let mut quiet = daily.collect::<Option<Vec<_>>>()?;
    quiet.extend((typed.get("relief_rest") == "yes").then_some(Relief::RestDays));
    Some(quiet)
}

fn read_horizons(text: &str) -> Option<Vec<ClassHorizon>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let of = |line: &str| {
        let (class, days) = line.rsplit_once(char::is_whitespace)?;
        Some(ClassHorizon { class: class.trim().to_owned(), days: plain(days).parse().ok()? })
    };
    lines.map(of).collect()
}

/// How many there are, with a mark where every booking takes one, and the names on either side of a
/// slash.
fn shared_line(it: &Accessory) -> String {
    let mark = if it.is_needed { "!" } else { "" };
    format!("{}{mark} {}", it.stock, names_line(&it.name))
}

/// A name in one language stands alone where it is read back as it is.
fn names_line(name: &Bilingual) -> String {
    let Bilingual { en, zh } = name;
    match (en.is_empty(), zh.is_empty()) {
        (false, false) => format!("{en} / {zh}"),
        (_, true) if read_names(en) == *name => en.clone(),
        (true, _) if read_names(zh) == *name => zh.clone(),
        (_, true) => format!("{en} /"),
        (true, _) => format!("/ {zh}"),
    }
}

/// The names around the last slash between spaces, or around a wide one.
fn read_names(text: &str) -> Bilingual {
    let text = text.trim();
    let padded = format!(" {text} ");
    match padded.rsplit_once(" / ").or_else(|| text.split_once('／')) {
        Some((en, zh)) => Bilingual::new(en.trim(), zh.trim()),
        None if text.is_ascii() => Bilingual::new(text, ""),
        None => Bilingual::new("", text),
    }
}

fn read_shared(text: &str) -> Option<Vec<Accessory>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let of = |line: &str| {
        let (count, names) = line.split_once(char::is_whitespace)?;
        let count = plain(count);
        let (stock, is_needed) = match count.strip_suffix('!') {
            Some(stock) => (stock, true),
            None => (count.as_str(), false),
        };
        Some(Accessory { name: read_names(names), stock: stock.parse().ok()?, is_needed })
    };
    let shared = lines.map(of).collect::<Option<Vec<_>>>()?;
    are_sound(&shared).then_some(shared)
}

/// The own days, none where nothing was typed, or the field that cannot be read.
fn read_days(typed: &Fields) -> Result<Option<Days>, &'static str> {
    let mut named = BTreeMap::new();
    for (field, day) in [("days_rest", Day::Rest), ("days_work", Day::Work)] {
        let separator = |c: char| c.is_whitespace() || [',', '，', '、', ';', '；'].contains(&c);
        for text in typed.get(field).split(separator).filter(|text| !text.is_empty()) {
            let date: Date = plain(text).parse().map_err(|_| field)?;
            if named.insert(date, day).is_some_and(|known| known != day) {
                return Err(field);
            }
        }
    }
    match typed.get("days_china") {
        "" if named.is_empty() => Ok(None),
        follows => Ok(Some(Days { follows_china: follows != "no", named })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use instruments::quota::{Measure, What, Who};
    use instruments::setting::Set;

    fn set<T>(value: T) -> Option<Set<T>> {
        Some(Set { value, is_locked: false })
    }

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned())).collect())
    }

    fn check(pairs: &[(&str, &str)], faults: &[&str], expect: &[(&str, &str)]) {
        let mut kept: Vec<(String, Value)> = Vec::new();
        let told = read(&typed(pairs), |name, value| {
            kept.extend(value.map(|value| (name.to_owned(), value)));
        });
        assert_eq!(told.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), faults);
        let kept: Vec<(&str, String)> =
            kept.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect();
        let kept: Vec<(&str, &str)> =
            kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(kept, expect);
    }

    #[test]
    fn what_is_kept_is_read_back_as_it_was() {
        let own = Layer {
            quotas: set(vec![
                Quota {
                    who: Who::Group,
                    what: What::Unit,
                    measure: Measure::Minutes,
                    period: Period::Rolling(30),
                    hours: Hours::default(),
                    limit: 600,
                },
                Quota {
                    who: Who::Person,
                    what: What::Instrument,
                    measure: Measure::Bookings,
                    period: Period::Week,
                    hours: read_windows("1-5 09:00-17:00").expect("windows"),
                    limit: 3,
                },
            ]),
            relief: set(vec![Relief::Daily { from: 1_200, to: 360 }, Relief::RestDays]),
            class_horizons: set(vec![ClassHorizon { class: "net work".to_owned(), days: 30 }]),
            shared_accessories: set(vec![
                Accessory {
                    name: Bilingual::new("Holder", "样品杆"), stock: 2, is_needed: true
                },
                Accessory { name: Bilingual::new("", "加热台"), stock: 1, is_needed: false },
            ]),
            days: set(Days {
                follows_china: false,
                named: [
                    (Date::new(2026, 10, 1).expect("a day"), Day::Rest),
                    (Date::new(2026, 10, 10).expect("a day"), Day::Work),
                ]
                .into(),
            }),
            ..Layer::default()
        };
        let mut read_back = serde_json::Map::new();
        let faults = read(&drafted(&own), |name, value| {
            read_back.extend(value.map(|value| (name.to_owned(), json!({ "value": value }))));
        });
        assert_eq!(faults, []);
        let layer: Layer = serde_json::from_value(Value::Object(read_back)).expect("a layer");
        assert_eq!(layer, own);
    }

    #[test]
    fn shared_accessories_are_read_back_as_they_were_written() {
        let one =
            |en, zh, is_needed| Accessory { name: Bilingual::new(en, zh), stock: 2, is_needed };
        let check = |line: &str, it: Accessory| {
            assert_eq!(shared_line(&it), line);
            assert_eq!(read_shared(line), Some(vec![it]));
        };
        check("2 Holder / 样品杆", one("Holder", "样品杆", false));
        check("2! Holder / 样品杆", one("Holder", "样品杆", true));
        check("2! 加热台", one("", "加热台", true));
        check("2 AC/DC supply", one("AC/DC supply", "", false));
        check("2 AC/DC supply / 交直流／电源", one("AC/DC supply", "交直流／电源", false));
        check("2 Heater / cooler / 台", one("Heater / cooler", "台", false));
        check("2 Heater / cooler /", one("Heater / cooler", "", false));
        check("2 / 杆／台", one("", "杆／台", false));
        check("2 Ångström gauge /", one("Ångström gauge", "", false));
        let typed = |line| read_shared(line).expect("read");
        assert_eq!(typed("２！ Holder／样品杆"), [one("Holder", "样品杆", true)]);
    }

    #[test]
    fn faults_are_named_at_their_fields() {
        check(&[("quotas.0.who", "person"), ("quotas.0.limit", " ")], &[], &[]);
        let quota = |limit, period, days, hours| {
            [
                ("quotas.0.who", "person"),
                ("quotas.0.what", "all"),
                ("quotas.0.measure", "bookings"),
                ("quotas.0.period", period),
                ("quotas.0.days", days),
                ("quotas.0.limit", limit),
                ("quotas.0.hours", hours),
            ]
        };
        check(&quota("many", "week", "", ""), &["quotas.0.limit"], &[]);
        check(&quota("", "week", "", "1 09:00-10:00"), &["quotas.0.limit"], &[]);
        check(&quota("3", "rolling", "", ""), &["quotas.0.days"], &[]);
        check(&quota("3", "rolling", "400", ""), &["quotas.0.days"], &[]);
        check(&quota("3", "decade", "", ""), &["quotas.0.period"], &[]);
        check(&quota("3", "week", "", "Monday"), &["quotas.0.hours"], &[]);
        check(&[("relief", "20:00")], &["relief"], &[]);
        check(&[("class_horizons", "external")], &["class_horizons"], &[]);
        let shared = |text| check(&[("shared_accessories", text)], &["shared_accessories"], &[]);
        shared("Holder");
        shared("2 Holder\n1 Holder / 样品杆");
        check(&[("days_rest", "soon")], &["days_rest"], &[]);
        let twice = [("days_rest", "2026-10-01"), ("days_work", "2026-10-01")];
        check(&twice, &["days_work"], &[]);
        check(
            &[("relief", "20:00–06:00")],
            &[],
            &[("relief", r#"[{"daily":{"from":1200,"to":360}}]"#)],
        );
    }
}
