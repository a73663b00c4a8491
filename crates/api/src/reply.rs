//! Answers: JSON, entity tags, cursors.

use crate::operation::Call;
use crate::shape::NextJson;
use app::secret::digest;
use edge::{Cache, Reply};
use serde::Serialize;

/// A JSON document.
pub(crate) fn json(shape: &impl Serialize) -> Reply {
    Reply::new("application/json", bytes_of(shape))
}

fn bytes_of(shape: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(shape).expect("published shapes have text keys")
}

/// A JSON document that strangers' caches may keep and ask about.
pub(crate) fn public(shape: &impl Serialize) -> Reply {
    json(shape).kept(Cache::Revalidate)
}

/// One thing: the entity tag begins with its version, which `If-Match` sends back.
pub(crate) fn single(call: &Call<'_>, version: u64, shape: &impl Serialize) -> Reply {
    tagged(call, &format!("{version}-"), shape)
}

/// A document with an entity tag of its content; an unchanged one costs no bytes.
pub(crate) fn unchanged_is_free(call: &Call<'_>, shape: &impl Serialize) -> Reply {
    tagged(call, "", shape)
}

fn tagged(call: &Call<'_>, stem: &str, shape: &impl Serialize) -> Reply {
    let body = serde_json::to_string(shape).expect("published shapes have text keys");
    let mark: String = digest(&body).chars().take(16).collect();
    let etag = format!("\"{stem}{mark}\"");
    let is_known = is_known(call.request.header("if-none-match"), &etag);
    let reply = Reply::new("application/json", body).with_header("etag", etag);
    if !is_known {
        return reply;
    }
    Reply { body: Vec::new(), ..reply }.with_status(304)
}

fn is_known(asked: &str, etag: &str) -> bool {
    let mut tags = asked.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|tag| tag == etag || tag == "*")
}

/// A new thing with its address.
pub(crate) fn created(call: &Call<'_>, path: &str, shape: &impl Serialize) -> Reply {
    json(shape).with_status(201).with_header("location", call.url(path))
}

/// Where the next page of this list is, if there is one.
pub(crate) fn next(call: &Call<'_>, cursor: Option<String>) -> Option<NextJson> {
    let cursor = cursor?;
    let query = call.query.with("after", &cursor);
    let uri = call.url(&format!("{}?{query}", call.request.path));
    Some(NextJson { cursor, uri })
}

/// Cuts what was read one row too many, and says whether it was.
pub(crate) fn cut<T>(rows: &mut Vec<T>, limit: usize) -> bool {
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    is_more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tag_is_found_in_a_list() {
        assert!(is_known("\"1-aa\", W/\"2-bb\"", "\"2-bb\"") && is_known("*", "\"2-bb\""));
        assert!(!is_known("", "\"2-bb\"") && !is_known("\"2\"", "\"2-bb\""));
    }

    #[test]
    fn one_row_too_many_means_there_is_more() {
        let mut rows = vec![1, 2, 3];
        assert!(cut(&mut rows, 2) && rows == [1, 2]);
        assert!(!cut(&mut rows, 2));
    }
}
