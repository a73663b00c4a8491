//! `organisation`: who owns technologies and whom people belong to.

use crate::args::{Organisation, OrganisationAdd, OrganisationList};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use app::organisation::CreateOrganisation;
use base::{Bilingual, Class, Refusal, limits};
use parties::OrganisationKind;
use parties::organisation::Profile;

/// Runs one of them.
pub fn run(desk: &mut Desk<'_>, asked: &Organisation) -> Outcome {
    match asked {
        Organisation::Add(asked) => add(desk, asked),
        Organisation::List(asked) => list(desk, asked),
    }
}

fn kind_of(typed: &str) -> Result<OrganisationKind, Failure> {
    OrganisationKind::parse(typed.trim()).ok_or_else(|| {
        let choices = OrganisationKind::ALL.map(OrganisationKind::word).join(", ");
        let reason = Refusal::new(Class::Invalid, "cli-kind-unknown");
        Failure::usage(reason.text("found", typed).text("choices", choices))
    })
}

fn add(desk: &mut Desk<'_>, asked: &OrganisationAdd) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let typed = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let code: String = typed(&asked.credit_code).chars().map(base::time::half_width).collect();
    let profile = Profile {
        kind: kind_of(&asked.kind)?,
        name: Bilingual::new(typed(&asked.name_en), typed(&asked.name_zh)),
        short: Bilingual::default(),
        credit_code: code.to_ascii_uppercase(),
        region: Bilingual::new(typed(&asked.region_en), typed(&asked.region_zh)),
        about: Bilingual::default(),
        invented: false,
    };
    let name = profile.name.best(desk.lang()).0.to_owned();
    let named = [("name", name.as_str().into())];
    if asked.writing.dry_run {
        let problems = profile.problems();
        if !problems.is_empty() {
            return Err(app::No(problems).into());
        }
        return desk.dry("cli-organisation-would-add", &named);
    }
    let act = CreateOrganisation { profile, aliases: Vec::new() };
    let made = desk.city.perform(&asker, act)?;
    if desk.common.json {
        desk.json(&serde_json::json!({
            "organisation": made.organisation,
            "reference": made.reference.as_str(),
        }))?;
        return Ok(Exit::Done);
    }
    desk.say("cli-organisation-added", &named);
    desk.line(made.reference.as_str())?;
    Ok(Exit::Done)
}

fn list(desk: &mut Desk<'_>, asked: &OrganisationList) -> Outcome {
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    let lang = desk.lang();
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = desk.city.organisations(&asker, &after, limits::PAGE_ROWS_MAX)?;
        let is_last = page.len() < limits::PAGE_ROWS_MAX;
        after = page.last().map(|last| last.id.to_string()).unwrap_or_default();
        all.extend(page);
        if is_last {
            break;
        }
    }
    if desk.common.json {
        let rows: Vec<serde_json::Value> = all
            .iter()
            .map(|of| {
                serde_json::json!({
                    "organisation": of.id,
                    "reference": of.reference.as_str(),
                    "kind": of.profile.kind.word(),
                    "name": of.profile.name,
                    "credit_code": of.profile.credit_code,
                    "region": of.profile.region,
                })
            })
            .collect();
        desk.json(&serde_json::json!({ "organisations": rows }))?;
        return Ok(Exit::Done);
    }
    let heads = ["reference", "kind", "name", "credit-code"]
        .map(|head| words::say(lang, &format!("cli-head-{head}")));
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|of| {
            let name = of.profile.name.best(lang).0.to_owned();
            let kind = of.profile.kind.word().to_owned();
            vec![of.reference.as_str().to_owned(), kind, name, of.profile.credit_code.clone()]
        })
        .collect();
    desk.table(&heads, &rows)?;
    Ok(Exit::Done)
}
