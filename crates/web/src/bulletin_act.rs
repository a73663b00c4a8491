//! What officers do with a bulletin: look at its letter, schedule it, send it, take it back.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, moment, post, say};
use access::{Act, Thing};
use app::No;
use app::bulletin::send::SendBulletin;
use app::bulletin::{Bulletin, Every, Schedule, ScheduleBulletin, State, View, WithdrawBulletin};
use base::{BulletinId, Lang, Refusal};
use edge::{Reply, Request, Route};
use look::{Choice, Confirm, Crumb, Field, Form, Kind, Look, PageHead, PostButton, Tone, Width};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/bulletins/{id}/preview", Act::LookAtBulletin, preview),
    post("/bulletins/{id}/schedule", Act::ScheduleBulletin, schedule),
    post("/bulletins/{id}/sending", Act::SendBulletin, send),
    post("/bulletins/{id}/withdrawal", Act::WithdrawBulletin, withdraw),
];

fn thing(bulletin: &Bulletin) -> Thing {
    Thing { state: bulletin.state.word(), ..Thing::of(bulletin.owner) }
}

/// The next steps of an officer; none for everybody else.
pub fn actions(request: &Request, view: &View) -> Vec<Markup> {
    let id = view.bulletin.id;
    let mut actions = Vec::new();
    if may(request, Act::ReviseBulletin, &thing(&view.bulletin)) {
        let results = say(request, "bulletin-choose");
        let href = link::bulletin_part(id, "results");
        actions.push(look::link_button(&href, &results, Look::Primary));
        let revise = say(request, "bulletin-revise");
        let href = link::bulletin_part(id, "revision");
        actions.push(look::link_button(&href, &revise, Look::Second));
    }
    if view.is_officer {
        let preview = say(request, "bulletin-preview");
        let href = link::bulletin_part(id, "preview");
        actions.push(look::link_button(&href, &preview, Look::Plain));
    }
    actions
}

/// The part of the page for officers: to whom, when, how often opened.
pub fn desk(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let bulletin = &view.bulletin;
    let names: Vec<&str> = view.departments.iter().map(|(_, name)| name.best(lang).0).collect();
    let mut to: Vec<String> = names.into_iter().map(str::to_owned).collect();
    if bulletin.draft.to_subscribers {
        to.push(say(request, "bulletin-count-subscribers"));
    }
    let to = if to.is_empty() { say(request, "bulletin-nobody") } else { words::list(lang, &to) };
    let asks = bulletin.draft.question.as_ref().map(|question| {
        let wanted = crate::search_filter::Wanted::of(question);
        wanted.sentence(lang, request.city().fields(), &std::collections::BTreeMap::new())
    });
    let labels = ["to", "question", "due"].map(|key| say(request, &format!("bulletin-fact-{key}")));
    let mut facts = vec![(labels[0].as_str(), html! { (to) })];
    if let Some(asks) = asks {
        facts.push((labels[1].as_str(), html! { (asks) }));
    }
    if bulletin.state == State::Scheduled {
        facts.push((labels[2].as_str(), html! { (moment(request, bulletin.due_at)) }));
    }
    html! {
        (look::part("to", &say(request, "bulletin-to"), look::facts(&facts)))
        @if !view.counts.is_empty() || view.n_waiting > 0 {
            (look::part("counts", &say(request, "bulletin-counts"), html! {
                (crate::bulletin::counts(request, &view.counts))
                @if view.n_waiting > 0 {
                    p.quiet { (words::say_with(lang, "bulletin-waiting", &[
                        ("count", usize::try_from(view.n_waiting).unwrap_or(usize::MAX).into()),
                    ])) }
                }
            }))
        }
        @if may(request, Act::SendBulletin, &thing(bulletin)) { (going_out(request, bulletin, &[])) }
        @if may(request, Act::WithdrawBulletin, &thing(bulletin)) { (withdrawal(request, bulletin)) }
    }
}

fn press(request: &Request, bulletin: &Bulletin, part: &str, text: &str, look: Look) -> Markup {
    let ticket = ticket(request);
    look::post_button(&PostButton {
        action: &link::bulletin_part(bulletin.id, part),
        csrf: &ticket.csrf,
        key: &ticket.key,
        text: &say(request, text),
        look,
        values: &[("version", &bulletin.version.to_string())],
    })
}

fn going_out(request: &Request, bulletin: &Bulletin, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    let ticket = ticket(request);
    let action = link::bulletin_part(bulletin.id, "schedule");
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let now = bulletin.schedule;
    let every = [Every::Week, Every::Month]
        .map(|every| (every, say(request, &format!("bulletin-every-{}", every.word()))));
    let chosen = now.map_or(Every::Month, |now| now.every);
    let choices: Vec<Choice<'_>> = every
        .iter()
        .map(|(one, text)| Choice { value: one.word(), text, hint: "", is_chosen: *one == chosen })
        .collect();
    let (day, hour) = now.map_or((1, 9), |now| (now.day, now.hour));
    look::part(
        "sending",
        &say(request, "bulletin-going-out"),
        html! {
            (look::confirm(&Confirm {
                lang,
                open: &say(request, "bulletin-send"),
                title: &say(request, "bulletin-send-title"),
                text: html! { p { (say(request, "bulletin-send-text")) } },
                act: press(request, bulletin, "sending", "bulletin-send-press", Look::Primary),
            }))
            p.quiet { (say(request, "bulletin-schedule-lead")) }
            (form.view(html! {
                input type="hidden" name="version" value=(bulletin.version);
                (look::radios(&form, &Field { name: "every", ..Field::default() }, &choices))
                (look::text_field(&form, &Field {
                    name: "day", value: &day.to_string(), kind: Kind::Number, width: Width::Tiny,
                    hint: &say(request, "bulletin-day-hint"), ..Field::default()
                }))
                (look::text_field(&form, &Field {
                    name: "hour", value: &hour.to_string(), kind: Kind::Number, width: Width::Tiny,
                    hint: &say(request, "bulletin-hour-hint"), ..Field::default()
                }))
                (look::actions(&[
                    look::button(&say(request, "bulletin-schedule"), Look::Second),
                    html! { @if bulletin.state == State::Scheduled {
                        (look::button_named(
                            &say(request, "bulletin-unschedule"), Look::Plain, "stop", "1",
                        ))
                    } },
                ]))
            }))
        },
    )
}

fn withdrawal(request: &Request, bulletin: &Bulletin) -> Markup {
    look::confirm(&Confirm {
        lang: request.lang,
        open: &say(request, "bulletin-withdraw"),
        title: &say(request, "bulletin-withdraw-title"),
        text: html! { p { (say(request, "bulletin-withdraw-text")) } },
        act: press(request, bulletin, "withdrawal", "bulletin-withdraw-press", Look::Danger),
    })
}

fn asked(request: &Request) -> Result<(BulletinId, u64), No> {
    me(request)?;
    Ok((request.id("id")?, request.form.get("version").parse().unwrap_or(0)))
}

/// The page of the bulletin, or its reasons.
fn after<O>(request: &Request, id: BulletinId, done: Result<O, No>) -> Result<Reply, No> {
    let errors = match done {
        Ok(_) => return Ok(Reply::see_other(link::bulletin(id))),
        Err(no) => reasons(no)?,
    };
    let view = request.city().bulletin(&request.asker, id)?;
    let title = say(request, "bulletin-going-out");
    let list = say(request, "bulletin-title");
    let name = view.bulletin.draft.title.best(request.lang).0.to_owned();
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[
                Crumb { href: link::BULLETINS, text: &list },
                Crumb { href: &link::bulletin(id), text: &name },
            ],
            title: &title,
            ..PageHead::default()
        }))
        (going_out(request, &view.bulletin, &errors))
    };
    Ok(Page::new(request, &title).at(link::bulletin(id)).failed(&errors).reply(content))
}

fn schedule(request: &Request) -> Result<Reply, No> {
    let (bulletin, version) = asked(request)?;
    let number = |name| {
        let typed: String = request.form.get(name).chars().map(base::time::half_width).collect();
        typed.trim().parse().unwrap_or(-1)
    };
    let every = Every::parse(request.form.get("every")).unwrap_or(Every::Month);
    let schedule = Schedule { every, day: number("day"), hour: number("hour") };
    let schedule = (request.form.get("stop") != "1").then_some(schedule);
    let act = ScheduleBulletin { bulletin, version, schedule };
    after(request, bulletin, request.city().perform(&request.keyed(), act))
}

fn send(request: &Request) -> Result<Reply, No> {
    let (bulletin, version) = asked(request)?;
    let act = SendBulletin::new(bulletin, version);
    after(request, bulletin, request.city().perform(&request.keyed(), act))
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let (bulletin, version) = asked(request)?;
    let act = WithdrawBulletin { bulletin, version };
    after(request, bulletin, request.city().perform(&request.keyed(), act))
}

/// The letter in both languages, as it would go out now.
fn preview(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: BulletinId = request.id("id")?;
    let view = request.city().bulletin(&request.asker, id)?;
    let title = say(request, "bulletin-preview");
    let list = say(request, "bulletin-title");
    let name = view.bulletin.draft.title.best(request.lang).0.to_owned();
    let mut letters = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        letters.push((lang, request.city().bulletin_preview(&request.asker, id, lang)?));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[
                Crumb { href: link::BULLETINS, text: &list },
                Crumb { href: &link::bulletin(id), text: &name },
            ],
            title: &title,
            lead: Some(html! { (say(request, "bulletin-preview-lead")) }),
            ..PageHead::default()
        }))
        @for (lang, (subject, text)) in &letters {
            @let id = format!("letter-{}", lang.short());
            (look::part(&id, &say(request, &format!("bulletin-letter-{}", lang.short())), html! {
                p lang=(lang.tag()) { strong { (subject) } }
                @for paragraph in text.split("\n\n") {
                    p lang=(lang.tag()) {
                        @for line in paragraph.lines() { (line) br; }
                    }
                }
            }))
        }
        @if view.items.is_empty() && view.bulletin.draft.question.is_none() {
            (look::notice(request.lang, Tone::Wait, html! {
                p { (say(request, "bulletin-results-none")) }
            }))
        }
    };
    Ok(Page::new(request, &title).personal().reply(content))
}
