//! The history of a technology, and two of its versions side by side.

use crate::link;
use crate::page::{Page, moment, stamp, zoned};
use crate::person::openable;
use crate::refused::PAGE;
use crate::search_filter::field_name;
use crate::search_hit::state;
use access::Act;
use app::No;
use app::technology::{VERSIONS_MAX, VersionView, View};
use base::{Lang, Refusal, TechnologyId};
use edge::{Body, Reply, Request, Route};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Row, Section, Table, Width, actions,
    button, diff_rows, label_badge, page_head, part, select, table,
};
use maud::{Markup, html};
use trading::compare::Change;

/// The routes of this file.
pub static ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/technologies/{id}/versions",
    act: Act::LookAtVersions,
    body: Body::None,
    face: &PAGE,
    run: show,
}];

fn show(request: &Request) -> Result<Reply, No> {
    let id: TechnologyId = request.id("id")?;
    let (view, versions) = request.city().versions(&request.asker, id)?;
    let lang = request.lang;
    let pair = chosen(request, &versions)?;
    let compared = match pair {
        Some(pair) => Some(request.city().changes_between(&request.asker, id, &versions, pair)?),
        None => None,
    };
    let of = crate::technology::title(request, &view);
    let title = words::say(lang, "technology-page-history");
    let list = words::say(lang, "search-technologies");
    let thing = link::technology(id);
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::TECHNOLOGIES, text: &list },
                Crumb { href: &thing, text: &of },
            ],
            title: &title,
            label: Some(&view.technology.label),
            reference: view.technology.reference.as_str(),
            ..PageHead::default()
        }))
        @if versions.len() > 1 { (choice(request, &view, &versions, pair)) }
        @if let (Some(compared), Some((before, after))) = (&compared, pair) {
            @let numbers = [
                ("before", before.to_string().into()),
                ("after", after.to_string().into()),
            ];
            (part("changes", &words::say_with(lang, "technology-page-compared", &numbers),
                changes(request, compared)))
        }
        (part("versions", &words::say(lang, "technology-page-versions"),
            rows(request, &view, &versions)))
        @if versions.len() == VERSIONS_MAX {
            p.quiet.small { (words::say_with(lang, "technology-page-versions-cut",
                &[("most", VERSIONS_MAX.into())])) }
        }
    };
    let mut page = Page::new(request, title).section(Section::Find);
    if !view.technology.label.is_public() {
        page = page.label(&view.technology.label, words::say(lang, "technology-page-kind"));
    }
    Ok(page.reply(content))
}

/// The two versions of the address; without them the last change, if there was one.
fn chosen(request: &Request, versions: &[VersionView]) -> Result<Option<(u64, u64)>, No> {
    let typed = |name: &str| request.query.get(name).parse::<u64>().ok();
    if request.query.has("before") || request.query.has("after") {
        let (Some(before), Some(after)) = (typed("before"), typed("after")) else {
            return Err(Refusal::not_found().into());
        };
        return Ok(Some((before.min(after), before.max(after))));
    }
    Ok(match versions {
        [after, before, ..] => Some((before.version, after.version)),
        _ => None,
    })
}

fn choice(
    request: &Request,
    view: &View,
    versions: &[VersionView],
    pair: Option<(u64, u64)>,
) -> Markup {
    let lang = request.lang;
    let action = link::technology_versions(view.technology.id);
    let named: Vec<(u64, String, String)> = versions
        .iter()
        .map(|version| {
            let at = moment(request, version.at);
            (version.version, version.version.to_string(), format!("{} · {at}", version.version))
        })
        .collect();
    // Only the fields are borrowed from it: comparing changes nothing, so the form asks by address.
    let form = Form::new(lang, &action, "", "");
    let list = |name: &'static str, chosen: Option<u64>| {
        let choices: Vec<Choice<'_>> = named
            .iter()
            .map(|(number, value, text)| Choice {
                value,
                text,
                is_chosen: Some(*number) == chosen,
                ..Choice::default()
            })
            .collect();
        let label = words::say(lang, &format!("technology-page-version-{name}"));
        select(
            &form,
            &Field { name, label: &label, width: Width::Half, ..Field::default() },
            &choices,
        )
    };
    html! {
        form.form action=(action) {
            div.fields {
                (list("before", pair.map(|pair| pair.0)))
                (list("after", pair.map(|pair| pair.1)))
            }
            (actions(&[button(&words::say(lang, "button-compare"), Look::Second)]))
        }
    }
}

fn rows(request: &Request, view: &View, versions: &[VersionView]) -> Markup {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    let titles = [
        say("technology-page-version"),
        zoned(request, &say("technology-page-version-at")),
        say("technology-page-version-state"),
        say("technology-page-version-by"),
        say("technology-page-version-note"),
        say("technology-page-version-receipt"),
    ];
    let people = openable(request, versions.iter().filter_map(|one| one.person.as_ref()));
    let has_people = versions.iter().any(|version| version.person.is_some());
    let mut columns = vec![
        Column::figures("version", &titles[0], ""),
        Column::text("at", &titles[1]),
        Column::text("state", &titles[2]),
    ];
    if has_people {
        columns.push(Column::text("by", &titles[3]));
    }
    columns.push(Column::text("note", &titles[4]));
    // Whoever answers for the thing may keep the proof of each version.
    let has_proofs = view.view != "public";
    if has_proofs {
        columns.push(Column::text("receipt", &titles[5]));
    }
    let row = |(place, version): (usize, &VersionView)| {
        let mut cells = vec![
            number_cell(view, version.version, versions.get(place + 1)),
            stamp(request, version.at),
            html! {
                (state(lang, &version.state))
                @if let Some(label) = version.label.as_ref().filter(|label| !label.is_public()) {
                    " " (label_badge(lang, label))
                }
            },
        ];
        if has_people {
            cells.push(html! {
                @if let Some((id, name)) = &version.person {
                    @if people.contains(id) {
                        a href=(link::person(*id)) { (name.best(lang).0) }
                    } @else { (name.best(lang).0) }
                } @else { (say("table-unknown")) }
            });
        }
        let note = if version.note == "undo" {
            say("technology-page-withdrawn-undo")
        } else {
            version.note.clone()
        };
        cells.push(html! { (note) });
        if has_proofs {
            let href = link::technology_receipt(view.technology.id, version.version);
            cells.push(html! { a href=(href) { (say("technology-page-receipt")) } });
        }
        Row::from(cells)
    };
    let caption = say("technology-page-versions");
    table(&Table {
        lang,
        caption: &caption,
        is_caption_hidden: true,
        columns,
        rows: versions.iter().enumerate().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// A version leads to what it changed.
fn number_cell(view: &View, number: u64, before: Option<&VersionView>) -> Markup {
    let path = link::technology_versions(view.technology.id);
    let href = before.map(|before| {
        let pair = [("before", before.version.to_string()), ("after", number.to_string())];
        look::address::build(&path, &pair)
    });
    html! {
        @match href {
            Some(href) => { a href=(href) { (number) } },
            None => (number),
        }
    }
}

/// What differs, field by field, side by side.
pub fn changes(request: &Request, changes: &[Change]) -> Markup {
    let shown: Vec<(String, String, String)> = changes
        .iter()
        .map(|change| {
            let value = |text: &Option<String>| value_text(request, &change.field, text);
            (label(request.lang, &change.field), value(&change.before), value(&change.after))
        })
        .collect();
    let rows: Vec<(&str, &str, &str)> = shown
        .iter()
        .map(|(name, before, after)| (name.as_str(), before.as_str(), after.as_str()))
        .collect();
    diff_rows(request.lang, &rows)
}

/// The name of a field by its path: `inventors.1.share` is the share of the second inventor.
pub fn label(lang: Lang, path: &str) -> String {
    let steps: Vec<&str> = path.split('.').collect();
    let place = steps.iter().find_map(|step| step.parse::<usize>().ok());
    let mut names: Vec<&str> =
        steps.into_iter().filter(|step| step.parse::<usize>().is_err()).collect();
    let side = names.last().copied().and_then(|last| match last {
        "en" => Some("form-in-english"),
        "zh" => Some("form-in-chinese"),
        _ => None,
    });
    if side.is_some() {
        names.pop();
    }
    let key = format!("field-{}", names.join("-").replace('_', "-"));
    let known = if words::has(&key) { words::say(lang, &key) } else { names.join(" ") };
    let mut letters = known.chars();
    let known: String = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => known,
    };
    let known = match place {
        Some(place) => format!("{known} {}", place + 1),
        None => known,
    };
    match side {
        Some(key) => words::say_with(lang, key, &[("field", known.into())]),
        None => known,
    }
}

/// Words of lists by their names; everything else as it stands.
fn value_text(request: &Request, path: &str, value: &Option<String>) -> String {
    let lang = request.lang;
    let Some(value) = value else { return String::new() };
    let last = path.rsplit('.').next().unwrap_or(path);
    let stem = match (path, last) {
        ("stage", _) => "technology-stage",
        ("mode", _) => "technology-mode",
        ("export.category", _) => "technology-export",
        (path, "kind") if path.starts_with("rights.") => "technology-right",
        (path, "status") if path.starts_with("rights.") => "technology-status",
        ("field", _) => return field_name(lang, request.city().fields(), value),
        _ => {
            return if value == "true" {
                words::say(lang, "technology-yes")
            } else {
                value.clone()
            };
        }
    };
    let key = format!("{stem}-{value}");
    if words::has(&key) { words::say(lang, &key) } else { value.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_by_their_paths() {
        let check = |path, want| assert_eq!(label(Lang::En, path), want, "{path}");
        check("title.en", "Title (English)");
        check("applications.zh", "Applications (Chinese)");
        check("inventors.1.share", "Inventor’s share 2");
        check("trl.level", "Readiness level");
        assert_eq!(label(Lang::Zh, "rights.0.office"), "受理机构 1");
    }
}
