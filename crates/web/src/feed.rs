//! The feed of a query for feed readers, in Atom (RFC 4287).

use crate::link;
use crate::refused::PAGE;
use crate::search::ask;
use crate::search_filter::Wanted;
use access::Act;
use app::No;
use app::search::{Ask, Found};
use base::Instant;
use edge::{Body, Cache, Reply, Request, Route};

/// Entries of the feed.
const ENTRIES: usize = 50;
/// Hits that are brought into the order of time.
const NEWEST_OF: usize = 500;

/// The routes of this file.
pub static ROUTES: &[Route] = &[Route {
    method: "GET",
    path: link::FEED_TECHNOLOGIES,
    act: Act::ReadFeed,
    body: Body::None,
    face: &PAGE,
    run: atom,
}];

fn atom(request: &Request) -> Result<Reply, No> {
    let city = request.city();
    let lang = request.lang;
    let wanted = Wanted { is_own: false, ..Wanted::read(&request.query, city.fields()) };
    let asked = Ask { limit: ENTRIES, facets: false, ..ask(request, &wanted.first()) };
    let found = city.search_newest(&request.asker, &asked, NEWEST_OF, 0)?;
    let is_public = found.label.is_public();
    let about = wanted.sentence(lang, city.fields(), &found.owner_names);
    let title = words::say_with(lang, "feed-title", &[("filter", about.into())]);
    let origin = request.origin();
    let own = format!("{origin}{}", wanted.whole(link::FEED_TECHNOLOGIES));
    let page = format!("{origin}{}", wanted.whole(link::SEARCH));
    // A feed without entries keeps the moment of its city, so that it stays the same.
    let newest = found.rows.iter().map(|row| row.summary.changed_at).max();
    let updated = newest.unwrap_or(city.row()?.created_at);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    xml.push_str(&format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n  <id>{}</id>\n  \
         <title>{}</title>\n  <updated>{}</updated>\n  <link rel=\"self\" href=\"{}\"/>\n  \
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n  \
         <author><name>{}</name></author>\n",
        lang.tag(),
        escaped(&own),
        escaped(&title),
        second(updated),
        escaped(&own),
        escaped(&page),
        escaped(&words::say(lang, "shell-name")),
    ));
    for row in &found.rows {
        entry(request, row, &mut xml);
    }
    xml.push_str("</feed>\n");
    let cache = if is_public { Cache::Revalidate } else { Cache::Never };
    Ok(Reply::new("application/atom+xml; charset=utf-8", xml).kept(cache))
}

fn entry(request: &Request, row: &Found, xml: &mut String) {
    let lang = request.lang;
    let summary = &row.summary;
    let address = format!("{}{}", request.origin(), link::technology(summary.id));
    // Feed readers keep what they get: above public an entry says only that there is one.
    let is_public = summary.label.is_public();
    let title = match summary.title.best(lang).0 {
        title if is_public && !title.is_empty() => title.to_owned(),
        _ => crate::search_hit::withheld(lang, summary.reference.as_str()),
    };
    let about = if is_public { summary.summary.best(lang).0 } else { "" };
    xml.push_str(&format!(
        "  <entry>\n    <id>{0}</id>\n    <title>{1}</title>\n    <updated>{2}</updated>\n    \
         <link rel=\"alternate\" type=\"text/html\" href=\"{0}\"/>\n    \
         <author><name>{3}</name></author>\n    <summary>{4}</summary>\n  </entry>\n",
        escaped(&address),
        escaped(&title),
        second(summary.changed_at),
        escaped(row.owner_name.best(lang).0),
        escaped(about),
    ));
}

/// RFC 3339 to the second.
fn second(at: Instant) -> String {
    let whole = at.rfc3339();
    whole.split_once('.').map_or(whole.clone(), |(second, _)| format!("{second}Z"))
}

/// A text inside an element or an attribute; characters that XML 1.0 forbids are left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_safe_in_xml() {
        assert_eq!(escaped("a<b & \"c\"\u{1}"), "a&lt;b &amp; &quot;c&quot;");
        assert_eq!(second(Instant::from_micros(1_772_355_600_000_001)), "2026-03-01T09:00:00Z");
    }
}
