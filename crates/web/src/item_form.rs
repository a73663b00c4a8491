//! Writing about a test item: the form of a new one and of its next version.

use crate::form::{reasons, ticket};
use crate::form_rows::{self, Group};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{Page, get, post, say};
use crate::technology_form::{allowed, required};
use access::Act;
use app::No;
use app::item::{ItemView, SaveItem};
use base::{Bilingual, Currency, InstrumentId, Money, OrganisationId, Refusal};
use edge::{Fields, Reply, Request, Route};
use instruments::item::{ACCREDITATIONS_MAX, Accreditation, ClassPrice, Mark, Sheet};
use instruments::tariff::Counted;
use look::{
    Choice, Crumb, Field, Form, Kind, Look, PageHead, Rows, Section, Width, actions,
    bilingual_field, button, checkboxes, date_field, fieldset, radios, select, text_area,
    text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::SERVICE_NEW, Act::SaveItem, blank),
    post(link::SERVICES, Act::SaveItem, enter),
    get("/services/{id}/revision", Act::SaveItem, revision),
    post("/services/{id}/revision", Act::SaveItem, revise),
];

const GROUPS: [Group; 1] = [("accreditations", "certificate")];

type Unit = (OrganisationId, Bilingual, Vec<(InstrumentId, Bilingual)>);

fn units(request: &Request) -> Result<Vec<Unit>, No> {
    allowed(request, request.me.is_some())?;
    let mut units = request.city().item_units(&request.asker)?;
    allowed(request, !units.is_empty())?;
    words::sort_by_name(request.lang, &mut units, |(_, name, _)| name.best(request.lang).0);
    Ok(units)
}

fn blank(request: &Request) -> Result<Reply, No> {
    let units = units(request)?;
    let mut typed = Fields::default();
    typed.0.push(("unit".to_owned(), request.query.get("unit").to_owned()));
    Ok(form_page(request, None, (&units, &typed), &[]))
}

fn enter(request: &Request) -> Result<Reply, No> {
    let units = units(request)?;
    save(request, None, &units)
}

fn revision(request: &Request) -> Result<Reply, No> {
    let view = request.city().test_item(&request.asker, request.id("id")?)?;
    allowed(request, view.may_save)?;
    let units = units(request)?;
    let typed = fields_of(&view);
    Ok(form_page(request, Some(&view), (&units, &typed), &[]))
}

fn revise(request: &Request) -> Result<Reply, No> {
    let view = request.city().test_item(&request.asker, request.id("id")?)?;
    allowed(request, view.may_save)?;
    let units = units(request)?;
    save(request, Some(&view), &units)
}

fn save(request: &Request, before: Option<&ItemView>, units: &[Unit]) -> Result<Reply, No> {
    let mut typed = request.form.clone();
    if form_rows::change(&mut typed, &GROUPS, request.form.get("do"), ACCREDITATIONS_MAX) {
        return Ok(form_page(request, before, (units, &typed), &[]));
    }
    form_rows::compact(&mut typed, &GROUPS);
    let invented = before.is_some_and(|it| it.row.item.sheet.invented);
    let (sheet, mut no) = read(&typed, invented);
    let unit = match before {
        Some(it) => Some(it.row.item.unit),
        None => typed.get("unit").parse().ok(),
    };
    if unit.is_none() {
        no.push(required("unit"));
    }
    if let (Some(unit), true) = (unit, no.is_empty()) {
        let version = typed.get("version").parse().unwrap_or(0);
        let item = before.map(|it| (it.row.item.id, version));
        let is_withdrawn = typed.get("withdrawn") == "1";
        let act = SaveItem { item, unit, sheet, is_withdrawn };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => return Ok(Reply::see_other(link::service(done.item))),
            Err(refused) => no = reasons(refused)?,
        }
    }
    Ok(form_page(request, before, (units, &typed), &no))
}

fn fields_of(view: &ItemView) -> Fields {
    let it = &view.row.item;
    let sheet = &it.sheet;
    let money = |minor: i64| match minor {
        0 => String::new(),
        minor => Money::new(minor, Currency::CNY).decimal(),
    };
    let number = |n: u32| if n == 0 { String::new() } else { n.to_string() };
    let mut all: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| all.push((name.to_owned(), value));
    for (name, text) in [
        ("object", &sheet.object),
        ("parameter", &sheet.parameter),
        ("range", &sheet.range),
        ("uncertainty", &sheet.uncertainty),
        ("exclusions", &sheet.exclusions),
        ("sample", &sheet.sample),
    ] {
        put(&format!("{name}.en"), text.en.clone());
        put(&format!("{name}.zh"), text.zh.clone());
    }
    put("category", sheet.category.clone());
    put("standard", sheet.standard.clone());
    put("price", money(sheet.price));
    put("minimum", money(sheet.minimum));
    let classes = sheet.class_prices.iter();
    let classes = classes
        .map(|own| format!("{} {}", own.class, Money::new(own.price, Currency::CNY).decimal()));
    put("class_prices", classes.collect::<Vec<_>>().join("\n"));
    put("counted", sheet.counted.word().to_owned());
    put("urgent", number(sheet.urgent_bp / 100));
    put("usual_days", number(sheet.usual_days));
    put("urgent_days", number(sheet.urgent_days));
    put("version", it.version.to_string());
    put("withdrawn", if it.is_withdrawn { "1" } else { "" }.to_owned());
    for id in &sheet.instruments {
        put("instruments", id.to_string());
    }
    for (n, one) in sheet.accreditations.iter().enumerate() {
        put(&format!("accreditations.{n}.mark"), one.mark.word().to_owned());
        put(&format!("accreditations.{n}.certificate"), one.certificate.clone());
        put(&format!("accreditations.{n}.from"), one.from.to_string());
        put(&format!("accreditations.{n}.until"), one.until.to_string());
    }
    Fields(all)
}

fn unread(field: &str, code: &'static str) -> Refusal {
    Refusal::invalid(code).on(field.to_owned()).term("field", base::text::field_term(field))
}

fn read(typed: &Fields, invented: bool) -> (Sheet, Vec<Refusal>) {
    let mut no = Vec::new();
    let [price, minimum] = ["price", "minimum"].map(|field| {
        let found = read_money(typed.get(field), Currency::CNY);
        found.map(|money| money.map_or(0, |money| money.minor)).unwrap_or_else(|()| {
            no.push(unread(field, "money-unreadable"));
            0
        })
    });
    let [urgent, usual_days, urgent_days] = ["urgent", "usual_days", "urgent_days"].map(|field| {
        let plain: String = typed.get(field).trim().chars().map(base::time::half_width).collect();
        let plain = plain.trim_end_matches('%').trim();
        match plain.is_empty() {
            true => 0,
            false => plain.parse::<u32>().unwrap_or_else(|_| {
                no.push(unread(field, "number-unreadable"));
                0
            }),
        }
    });
    let class_prices = read_classes(typed.get("class_prices")).unwrap_or_else(|()| {
        no.push(unread("class_prices", "money-unreadable"));
        Vec::new()
    });
    let both = |name: &str| crate::form::bilingual(typed, name);
    let mut accreditations = Vec::new();
    for n in typed.rows("accreditations") {
        let part = |name: &str| typed.get(&format!("accreditations.{n}.{name}"));
        let mut day = |name: &str| {
            let found = base::time::read_date(part(name).trim());
            if found.is_none() {
                no.push(unread(&format!("accreditations.{n}.{name}"), "date-unreadable"));
            }
            found
        };
        let (from, until) = (day("from"), day("until"));
        let mark = Mark::parse(part("mark")).unwrap_or_default();
        let certificate = part("certificate").to_owned();
        if let (Some(from), Some(until)) = (from, until) {
            accreditations.push(Accreditation { mark, certificate, from, until });
        }
    }
    let sheet = Sheet {
        category: typed.get("category").to_owned(),
        object: both("object"),
        parameter: both("parameter"),
        standard: typed.get("standard").to_owned(),
        range: both("range"),
        uncertainty: both("uncertainty"),
        exclusions: both("exclusions"),
        instruments: typed.all("instruments").iter().filter_map(|id| id.parse().ok()).collect(),
        price,
        class_prices,
        minimum,
        counted: Counted::parse(typed.get("counted")).unwrap_or_default(),
        urgent_bp: urgent.saturating_mul(100),
        usual_days,
        urgent_days,
        sample: both("sample"),
        accreditations,
        invented,
    };
    (sheet, no)
}

/// One class a line with its price after it.
fn read_classes(text: &str) -> Result<Vec<ClassPrice>, ()> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let of = |line: &str| {
        let (class, price) = line.rsplit_once(char::is_whitespace).ok_or(())?;
        let price = read_money(price, Currency::CNY)?.ok_or(())?.minor;
        Ok(ClassPrice { class: class.trim().to_owned(), price })
    };
    lines.map(of).collect()
}

fn form_page(
    request: &Request,
    before: Option<&ItemView>,
    (units, typed): (&[Unit], &Fields),
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let (key, address) = match before {
        None => ("item-new", link::SERVICES.to_owned()),
        Some(it) => ("item-edit", link::service_part(it.row.item.id, "revision")),
    };
    let here = before.map_or_else(|| link::SERVICE_NEW.to_owned(), |_| address.clone());
    let title = say(request, key);
    let forms = ticket(request);
    let form = Form::new(lang, &address, &forms.csrf, &forms.key).with_errors(errors);
    let is_conflict = errors.iter().any(|error| error.code == "version-conflict");
    let now = before.map(|it| it.row.item.version.to_string()).unwrap_or_default();
    let version = if is_conflict { now.as_str() } else { typed.get("version") };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::SERVICES, text: &say(request, "item-title") }],
            title: &title,
            lead: Some(html! { p { (say(request, "item-form-lead")) } }),
            ..PageHead::default()
        }))
        (form.view(html! {
            input type="hidden" name="version" value=(version);
            (what(request, &form, (before, units), typed))
            (terms(request, &form, typed))
            (marks(request, &form, typed))
            @if before.is_some() {
                (checkboxes(&form, &Field { name: "withdrawn", label: &say(request, "item-offer"), is_optional: true, ..Field::default() }, &[Choice {
                    value: "1", text: &say(request, "item-withdraw"), hint: "", is_chosen: typed.get("withdrawn") == "1",
                }]))
            }
            (actions(&[button(&say(request, "button-save"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Share).at(here);
    page.personal().failed(errors).reply(content)
}

fn what(
    request: &Request,
    form: &Form<'_>,
    (before, units): (Option<&ItemView>, &[Unit]),
    typed: &Fields,
) -> Markup {
    let lang = request.lang;
    let pair = |name: &str| -> Bilingual { crate::form::bilingual(typed, name) };
    let both = |name: &'static str, is_optional: bool, lines: Option<u8>| {
        bilingual_field(form, &Field { name, is_optional, lines, ..Field::default() }, &pair(name))
    };
    let line = |name: &'static str, hint: &str| {
        let value = typed.get(name);
        text_field(
            form,
            &Field { name, value, hint, is_optional: true, width: Width::Half, ..Field::default() },
        )
    };
    let named: Vec<(String, &str)> =
        units.iter().map(|(id, name, _)| (id.to_string(), name.best(lang).0)).collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            hint: "",
            is_chosen: value == typed.get("unit"),
        })
        .collect();
    let unit = before.map(|it| it.row.item.unit);
    let chosen = typed.all("instruments");
    let offered: Vec<(String, String)> = units
        .iter()
        .filter(|(id, ..)| unit.is_none_or(|unit| unit == *id))
        .flat_map(|(_, name, all)| {
            let of = if unit.is_some() || units.len() == 1 { "" } else { name.best(lang).0 };
            all.iter().map(move |(id, text)| {
                let text = text.best(lang).0;
                let text = if of.is_empty() { text.to_owned() } else { format!("{text} ({of})") };
                (id.to_string(), text)
            })
        })
        .collect();
    let instruments: Vec<Choice<'_>> = offered
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            hint: "",
            is_chosen: chosen.contains(&value.as_str()),
        })
        .collect();
    html! {
        @if before.is_none() {
            (select(form, &Field { name: "unit", ..Field::default() }, &choices))
        }
        (both("object", false, None))
        (both("parameter", false, None))
        (line("category", ""))
        (line("standard", &say(request, "item-standard-hint")))
        (both("range", true, None))
        (both("uncertainty", true, None))
        (both("exclusions", true, Some(2)))
        (both("sample", true, Some(2)))
        @if !instruments.is_empty() {
            (checkboxes(form, &Field { name: "instruments", is_optional: true, ..Field::default() }, &instruments))
        }
    }
}

fn terms(request: &Request, form: &Form<'_>, typed: &Fields) -> Markup {
    let field = |name: &'static str, unit: &str, hint: &str| {
        let kind = if unit == "¥" { Kind::Text } else { Kind::Number };
        text_field(
            form,
            &Field {
                name,
                kind,
                unit,
                hint,
                value: typed.get(name),
                is_optional: true,
                width: Width::Short,
                ..Field::default()
            },
        )
    };
    let named: Vec<(&str, String)> = Counted::ALL
        .iter()
        .map(|it| (it.word(), say(request, &format!("item-counted-{it}"))))
        .collect();
    let chosen = Counted::parse(typed.get("counted")).unwrap_or_default();
    let counted: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: *value == chosen.word() })
        .collect();
    let days = say(request, "item-days-unit");
    fieldset(
        &say(request, "item-terms"),
        "",
        html! {
            (field("price", "¥", &say(request, "item-price-hint")))
            (field("minimum", "¥", ""))
            (text_area(form, &Field {
                name: "class_prices",
                hint: &say(request, "item-class-prices-hint"),
                value: typed.get("class_prices"),
                is_optional: true,
                lines: Some(2),
                ..Field::default()
            }))
            (radios(form, &Field { name: "counted", ..Field::default() }, &counted))
            (field("urgent", "%", ""))
            (field("usual_days", &days, ""))
            (field("urgent_days", &days, ""))
        },
    )
}

fn marks(request: &Request, form: &Form<'_>, typed: &Fields) -> Markup {
    let named: Vec<(&str, String)> =
        Mark::ALL.iter().map(|it| (it.word(), say(request, &format!("item-mark-{it}")))).collect();
    let body = |n: usize| {
        let name = |part: &str| format!("accreditations.{n}.{part}");
        let (mark, certificate) = (name("mark"), name("certificate"));
        let (from, until) = (name("from"), name("until"));
        let choices: Vec<Choice<'_>> = named
            .iter()
            .map(|(value, text)| Choice {
                value,
                text,
                hint: "",
                is_chosen: *value == typed.get(&mark),
            })
            .collect();
        html! {
            (select(form, &Field { name: &mark, width: Width::Short, ..Field::default() }, &choices))
            (text_field(form, &Field { name: &certificate, value: typed.get(&certificate), width: Width::Half, ..Field::default() }))
            (date_field(form, &Field { name: &from, value: typed.get(&from), ..Field::default() }))
            (date_field(form, &Field { name: &until, value: typed.get(&until), ..Field::default() }))
        }
    };
    let bodies: Vec<Markup> = typed.rows("accreditations").into_iter().map(body).collect();
    look::rows(
        form,
        &Rows {
            name: "accreditations",
            title: &say(request, "item-accreditation"),
            what: &say(request, "item-accreditation-one"),
            hint: &say(request, "item-accreditation-hint"),
            most: ACCREDITATIONS_MAX,
        },
        &bodies,
    )
}
