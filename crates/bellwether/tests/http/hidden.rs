//! A restricted technology is shown by no page, interface, feed, count, suggestion, export or error.

use crate::{PEOPLE, secret_label, stage};
use base::TechnologyId;

/// Every address that could tell, with `{id}` for the technology.
pub fn addresses() -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut all: Vec<&edge::Route> = web::routes().into_iter().flatten().collect();
    all.extend(api::routes());
    for route in all {
        if route.method == "GET" && !route.path.contains("{*") {
            found.push(route.path.to_owned());
        }
    }
    for query in ["zyxglow", "zyx", "Zyxglow laser", "laser", "zyxglwo", ""] {
        let typed = query.replace(' ', "+");
        found.extend([
            format!("/search?q={typed}"),
            format!("/technologies?q={typed}"),
            format!("/suggest?q={typed}"),
            format!("/feeds/technologies?q={typed}"),
            format!("/api/v1/technologies?q={typed}&facets=true"),
            format!("/api/v1/suggestions?q={typed}"),
        ]);
    }
    found.push("/api/v1/feed?limit=1000&mode=event".to_owned());
    found.push("/api/v1/feed?limit=1000&mode=state".to_owned());
    found
}

/// What differs from one answer to the next for reasons of its own.
fn plain(body: &str, id: &str) -> String {
    let mut text = body.replace(id, "{id}");
    for (start, ends) in [
        ("name=\"csrf_token\" value=\"", "\""),
        ("name=\"idempotency_key\" value=\"", "\""),
        ("\"instance\":\"", "\""),
        ("evt_", "<\" "),
        ("act_", "<\" "),
    ] {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(start) {
            let after = &rest[at + start.len()..];
            let end = after.find(|c| ends.contains(c)).unwrap_or(after.len());
            out.push_str(&rest[..at + start.len()]);
            rest = &after[end..];
        }
        out.push_str(rest);
        text = out;
    }
    text
}

#[test]
fn nobody_without_need_to_know_learns_of_it() {
    let stage = stage();
    let officer = app::Asker::person(
        stage.world.city.person_named("officer@testing.example").expect("known"),
    );
    let owner = stage.world.city.organisation_named("Owner institute").expect("known");
    let secret = stage.world.technology(&officer, owner, "Zyxglow laser", secret_label());
    stage.world.settle();
    let view = stage.world.city.technology(&officer, secret).expect("the owner sees it");
    let reference = view.technology.reference.to_string();
    let absent = TechnologyId::from_bits(12_345).to_string();
    let secret = secret.to_string();
    let mut problems = Vec::new();
    for name in &PEOPLE[..6] {
        let mut browser = stage.browser(name);
        for address in addresses() {
            let ask = |id: &str| {
                let mut filled = address.clone();
                while let (Some(start), Some(end)) = (filled.find('{'), filled.find('}')) {
                    filled.replace_range(start..=end, id);
                }
                filled
            };
            let about = browser.get(&ask(&secret));
            let other = browser.get(&ask(&absent));
            let told = plain(&about.body, &secret);
            let asked_for_it = address.contains("q=zyx") || address.contains("q=Zyx");
            for word in ["Zyxglow", reference.as_str()] {
                if told.contains(word) && !asked_for_it {
                    problems.push(format!("{name:?} {address}: says {word}"));
                }
            }
            if asked_for_it && told.contains("Zyxglow laser</a>") {
                problems.push(format!("{name:?} {address}: a hit"));
            }
            if address.contains('{') {
                let same = about.status == other.status && told == plain(&other.body, &absent);
                if !same {
                    problems.push(format!(
                        "{name:?} {address}: hidden {} differs from absent {}",
                        about.status, other.status
                    ));
                }
            }
            if about.status >= 500 {
                problems.push(format!("{name:?} {address}: status {}", about.status));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    // The test can fail: who needs to know does find it.
    let mut cleared = stage.browser("cleared");
    assert!(cleared.get(&format!("/technologies/{secret}")).body.contains("Zyxglow"));
    assert!(cleared.get("/search?q=zyxglow").body.contains("Zyxglow"));
}
