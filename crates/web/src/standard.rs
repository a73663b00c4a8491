//! Standards: which there are, whether they count, what serves them; kept by the office.

use crate::form::{reasons, ticket};
use crate::instrument::hit;
use crate::link;
use crate::page::{Page, get, me, post, say};
use crate::technology_form::allowed;
use access::Act;
use app::No;
use app::standard::{FollowStandard, SaveStandard, StandardRow, StandardView};
use base::time::read_date;
use base::{Bilingual, Date, Refusal, StandardId, limits};
use edge::{Fields, Reply, Request, Route};
use instruments::standard::{Facts, Standard, Status};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Pager, PostButton, Row, Section, Table,
    Tone, Width, actions, bilingual_field, button, date_field, link_button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::STANDARDS, Act::ListStandards, list),
    get("/standards/new", Act::SaveStandard, blank),
    post(link::STANDARDS, Act::SaveStandard, enter),
    get("/standards/{id}", Act::LookAtStandard, show),
    get("/standards/{id}/revision", Act::SaveStandard, revision),
    post("/standards/{id}/revision", Act::SaveStandard, revise),
    post("/standards/{id}/following", Act::FollowStandard, follow),
];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let typed = request.query.get("q");
    let after = request.query.get("after");
    let found = request.city().standards(&request.asker, typed, after, limits::PAGE_ROWS)?;
    let title = say(request, "standard-page-title");
    let mut acts = Vec::new();
    if request.me.is_some() {
        let text = say(request, "standard-page-missing");
        acts.push(link_button(link::JOINT_REQUESTS, &text, Look::Second));
    }
    if found.may_save {
        acts.push(link_button("/standards/new", &say(request, "standard-page-new"), Look::Second));
    }
    let next = found.next.as_ref().map(|number| {
        look::address::build(link::STANDARDS, &[("q", typed), ("after", number.as_str())])
    });
    let what = say(request, "standard-page-search");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { p { (say(request, "standard-page-lead")) } }),
            actions: acts,
            ..PageHead::default()
        }))
        form.ask role="search" method="get" action=(link::STANDARDS) {
            input type="search" name="q" value=(typed) autocomplete="off" aria-label=(what)
                placeholder=(what) maxlength=(limits::QUERY_CHARS_MAX);
            button.btn type="submit" { (say(request, "instrument-page-find")) }
        }
        (table(request, &found.rows))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).section(Section::Share).own_search();
    Ok(page.indexed(say(request, "standard-page-lead")).reply(content))
}

fn table(request: &Request, rows: &[StandardRow]) -> Markup {
    let lang = request.lang;
    let row = |it: &StandardRow| {
        let facts = &it.standard.facts;
        Row::from(vec![
            html! { a href=(link::standard(it.standard.id)) { (facts.number) } },
            html! { (facts.title.best(lang).0) },
            status_tag(request, facts.status),
            html! { (words::number(lang, i64::try_from(it.n_instruments).unwrap_or(i64::MAX))) },
        ])
    };
    let heads =
        ["number", "name", "status"].map(|key| say(request, &format!("standard-page-{key}")));
    let served = say(request, "standard-page-served");
    let mut columns: Vec<Column<'_>> = heads.iter().map(|head| Column::text("", head)).collect();
    columns.push(Column::figures("", &served, ""));
    look::table(&Table {
        lang,
        caption: &say(request, "standard-page-title"),
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "standard-page-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

/// Whether it counts, in a word.
pub fn status_tag(request: &Request, status: Status) -> Markup {
    let tone = match status {
        Status::InForce => Tone::Ok,
        Status::Coming => Tone::Info,
        Status::Superseded | Status::Withdrawn => Tone::Wait,
    };
    look::state_tag(tone, &say(request, &format!("standard-status-{}", status.word())))
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().standard(&request.asker, request.id("id")?)?;
    let lang = request.lang;
    let facts = &view.standard.facts;
    let tests = request.city().items_of_standard(&request.asker, &facts.number)?;
    let today = request.now.date_at(request.city().settings().utc_offset_minutes);
    let all = say(request, "standard-page-title");
    let (title, title_lang) = facts.title.best(lang);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::STANDARDS, text: &all }],
            kind: &facts.number,
            title,
            title_lang: Some(title_lang),
            tags: vec![status_tag(request, facts.status)],
            lead: Some(html! { p { (facts.scope.best(lang).0) } }),
            actions: acts(request, &view),
            ..PageHead::default()
        }))
        (superseded(request, &view))
        (look::aside_split(html! {
            @if !tests.is_empty() {
                (look::part("tests", &say(request, "standard-page-tests"), look::results(lang, tests.len(), true, html! {
                    @for row in &tests { (crate::item::hit(request, row, today)) }
                })))
            }
            (serving(request, &view))
        }, look::sheet(
            &say(request, "standard-page-facts"), facts_of(request, &view))))
    };
    let page = Page::new(request, format!("{} {title}", facts.number)).section(Section::Share);
    Ok(page.personal().reply(content))
}

fn acts(request: &Request, view: &StandardView) -> Vec<Markup> {
    let mut all = Vec::new();
    let id = view.standard.id;
    if request.me.is_some() {
        let forms = ticket(request);
        let (key, value) = match view.is_followed {
            true => ("standard-page-unfollow", "0"),
            false => ("standard-page-follow", "1"),
        };
        all.push(look::post_button(&PostButton {
            action: &link::standard_part(id, "following"),
            csrf: &forms.csrf,
            key: &forms.key,
            text: &say(request, key),
            look: Look::Second,
            values: &[("on", value)],
        }));
    }
    if view.may_save {
        let edit = link::standard_part(id, "revision");
        all.push(link_button(&edit, &say(request, "instrument-page-edit"), Look::Plain));
    }
    all
}

fn superseded(request: &Request, view: &StandardView) -> Markup {
    let facts = &view.standard.facts;
    if !matches!(facts.status, Status::Superseded | Status::Withdrawn) {
        return html! {};
    }
    look::notice(
        request.lang,
        Tone::Wait,
        html! {
            p {
                (say(request, "standard-page-no-longer")) " "
                @match &view.successor {
                    Some(it) => { a href=(link::standard(it.id)) { (it.facts.number) } }
                    None => { (facts.successor) }
                }
            }
        },
    )
}

fn serving(request: &Request, view: &StandardView) -> Markup {
    look::part(
        "served",
        &say(request, "standard-page-serving"),
        html! {
            @if view.instruments.is_empty() {
                (look::empty(&say(request, "standard-page-nobody"), html! {}))
            } @else {
                (look::results(request.lang, view.n_instruments, true, html! {
                    @for found in &view.instruments { (hit(request, found)) }
                }))
            }
        },
    )
}

fn facts_of(request: &Request, view: &StandardView) -> Markup {
    let lang = request.lang;
    let facts = &view.standard.facts;
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut put = |key: &str, value: Markup| rows.push((say(request, key), value));
    for (key, day) in [
        ("standard-page-published", facts.published),
        ("standard-page-in-force", facts.in_force),
        ("standard-page-ended", facts.ended),
    ] {
        if let Some(day) = day {
            put(key, html! { (words::date(lang, day)) });
        }
    }
    if !facts.issuer.is_empty() {
        put("standard-page-issuer", html! { (facts.issuer) });
    }
    if !view.former.is_empty() {
        put(
            "standard-page-former",
            html! {
                ul { @for (number, id) in &view.former { li { a href=(link::standard(*id)) { (number) } } } }
            },
        );
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    look::facts(&rows)
}

fn blank(request: &Request) -> Result<Reply, No> {
    let may = request.city().standards(&request.asker, "", "", 1)?.may_save;
    me(request)?;
    allowed(request, may)?;
    Ok(form_page(request, None, &Fields::default(), &[]))
}

fn revision(request: &Request) -> Result<Reply, No> {
    let view = request.city().standard(&request.asker, request.id("id")?)?;
    me(request)?;
    allowed(request, view.may_save)?;
    let fields = of_facts(&view.standard);
    Ok(form_page(request, Some(&view.standard), &fields, &[]))
}

fn enter(request: &Request) -> Result<Reply, No> {
    let (facts, no) = read(&request.form);
    save(request, None, facts, no)
}

fn revise(request: &Request) -> Result<Reply, No> {
    let view = request.city().standard(&request.asker, request.id("id")?)?;
    allowed(request, view.may_save)?;
    let (facts, no) = read(&request.form);
    save(request, Some(&view.standard), facts, no)
}

fn save(
    request: &Request,
    before: Option<&Standard>,
    facts: Facts,
    mut no: Vec<Refusal>,
) -> Result<Reply, No> {
    if no.is_empty() {
        let version = request.form.get("version").parse().unwrap_or(0);
        let facts = Facts { invented: before.is_some_and(|it| it.facts.invented), ..facts };
        let act = SaveStandard { standard: before.map(|it| (it.id, version)), facts };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => return Ok(Reply::see_other(link::standard(done.standard))),
            Err(refused) => no = reasons(refused)?,
        }
    }
    Ok(form_page(request, before, &request.form, &no))
}

fn follow(request: &Request) -> Result<Reply, No> {
    let standard: StandardId = request.id("id")?;
    let is_on = request.form.get("on") == "1";
    request.city().perform(&request.keyed(), FollowStandard { standard, is_on })?;
    Ok(Reply::see_other(link::standard(standard)))
}

fn of_facts(it: &Standard) -> Fields {
    let facts = &it.facts;
    let day = |on: Option<Date>| on.map(|on| on.to_string()).unwrap_or_default();
    let pairs = [
        ("number", facts.number.clone()),
        ("title.en", facts.title.en.clone()),
        ("title.zh", facts.title.zh.clone()),
        ("status", facts.status.word().to_owned()),
        ("published", day(facts.published)),
        ("in_force", day(facts.in_force)),
        ("ended", day(facts.ended)),
        ("successor", facts.successor.clone()),
        ("issuer", facts.issuer.clone()),
        ("scope.en", facts.scope.en.clone()),
        ("scope.zh", facts.scope.zh.clone()),
        ("version", it.version.to_string()),
    ];
    Fields(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn read(form: &Fields) -> (Facts, Vec<Refusal>) {
    let mut no = Vec::new();
    let mut day = |name: &'static str| {
        let typed = form.get(name).trim();
        let found = read_date(typed);
        if found.is_none() && !typed.is_empty() {
            let refusal = Refusal::invalid("date-unreadable").on(name);
            no.push(refusal.term("field", base::text::field_term(name)));
        }
        found
    };
    let facts = Facts {
        number: form.get("number").to_owned(),
        title: crate::form::bilingual(form, "title"),
        status: Status::parse(form.get("status")).unwrap_or_default(),
        published: day("published"),
        in_force: day("in_force"),
        ended: day("ended"),
        successor: form.get("successor").to_owned(),
        issuer: form.get("issuer").to_owned(),
        scope: crate::form::bilingual(form, "scope"),
        invented: false,
    };
    (facts, no)
}

fn form_page(
    request: &Request,
    before: Option<&Standard>,
    typed: &Fields,
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let (key, address) = match before {
        None => ("standard-page-new", link::STANDARDS.to_owned()),
        Some(it) => ("standard-page-revision", link::standard_part(it.id, "revision")),
    };
    let here = before.map_or_else(|| "/standards/new".to_owned(), |_| address.clone());
    let title = say(request, key);
    let all = say(request, "standard-page-title");
    let forms = ticket(request);
    let form = Form::new(lang, &address, &forms.csrf, &forms.key).with_errors(errors);
    let pair = |name: &str| -> Bilingual { crate::form::bilingual(typed, name) };
    let line = |name: &'static str, is_optional: bool| {
        text_field(
            &form,
            &Field {
                name,
                value: typed.get(name),
                is_optional,
                width: Width::Half,
                ..Field::default()
            },
        )
    };
    let day = |name: &'static str| {
        let value = typed.get(name);
        date_field(&form, &Field { name, value, is_optional: true, ..Field::default() })
    };
    let named: Vec<(&str, String)> = Status::ALL
        .iter()
        .map(|it| (it.word(), say(request, &format!("standard-status-{}", it.word()))))
        .collect();
    let chosen = if typed.get("status").is_empty() { "in-force" } else { typed.get("status") };
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(word, text)| Choice {
            value: word,
            text,
            is_chosen: *word == chosen,
            ..Choice::default()
        })
        .collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::STANDARDS, text: &all }],
            title: &title,
            ..PageHead::default()
        }))
        (form.view(html! {
            input type="hidden" name="version" value=(typed.get("version"));
            @match before {
                None => { (line("number", false)) }
                Some(it) => { p { strong { (it.facts.number) } } }
            }
            (bilingual_field(&form, &Field { name: "title", ..Field::default() }, &pair("title")))
            (select(&form, &Field { name: "status", width: Width::Half, ..Field::default() }, &choices))
            (line("successor", true))
            (day("published"))
            (day("in_force"))
            (day("ended"))
            (line("issuer", true))
            (bilingual_field(&form, &Field {
                name: "scope",
                is_optional: true,
                lines: Some(3),
                ..Field::default()
            }, &pair("scope")))
            (actions(&[button(&say(request, "button-save"), Look::Primary)]))
        }))
    };
    Page::new(request, &title)
        .section(Section::Share)
        .at(here)
        .personal()
        .failed(errors)
        .reply(content)
}
