//! Suggestions while somebody types: a small JSON document for the search box.

use crate::link;
use crate::page::{get, say};
use access::Act;
use app::No;
use edge::{Cache, Reply, Request, Route};

/// The route of suggestions.
pub static ROUTES: &[Route] = &[get(link::SUGGEST, Act::ListTechnologies, show)];

/// Suggestions at a time.
const SHOWN: usize = 8;

fn show(request: &Request) -> Result<Reply, No> {
    let typed = request.query.get("q").trim();
    let found = match typed {
        "" => Vec::new(),
        typed => request.city().suggest(&request.asker, typed, SHOWN)?,
    };
    let items: Vec<serde_json::Value> = found
        .into_iter()
        .map(|one| {
            let href = one.technology.map_or_else(|| link::search(&one.text), link::technology);
            let kind = say(request, &format!("home-suggested-{}", one.what));
            serde_json::json!({ "text": one.text, "href": href, "kind": kind })
        })
        .collect();
    Ok(Reply::json(&serde_json::json!({ "items": items })).kept(Cache::Revalidate))
}
