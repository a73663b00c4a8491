//! What somebody was writing when the session ended, carried through signing in.
//!
//! The words travel in the sign-in form of the writer's own browser and are kept nowhere here.
//! Passwords and files are never carried; only forms of our own pages are shown again.

use crate::{link, sign_in};
use base::{SessionId, limits};
use edge::{Fields, Reply, Request, Route, route_of};
use maud::{Markup, html};

/// Names whose values never go back to a browser.
pub const SECRETS: [&str; 7] =
    ["csrf_token", "idempotency_key", "password", "old", "new", "account", "one_time_code"];
/// Where the form was going.
const AT: &str = "kept_at";
/// What the names of its fields begin with on the way.
const PREFIX: &str = "kept.";
/// What a field needs beside its words when it is posted.
const FIELD_BYTES: usize = 48;

/// A form on its way through signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    at: String,
    fields: Fields,
}

impl Carried {
    /// What this request brought, if it can be shown again.
    pub fn of(request: &Request) -> Option<Self> {
        let at = request.path_and_query.clone();
        let has_secret = request.form.has("password") || request.form.has("old");
        route(&at)?;
        let told = |(name, value): &&(String, String)| {
            !SECRETS.contains(&name.as_str()) && !value.is_empty()
        };
        let fields: Vec<_> = request.form.0.iter().filter(told).cloned().collect();
        // Three bytes of an encoded form for each byte of Chinese text, and the frame around.
        let n_bytes: usize =
            fields.iter().map(|(name, value)| 3 * (name.len() + value.len()) + FIELD_BYTES).sum();
        let fits = n_bytes < limits::FORM_BYTES_MAX;
        (fits && !has_secret && !fields.is_empty()).then_some(Self { at, fields: Fields(fields) })
    }

    /// What the form of signing in brought back.
    pub fn back(request: &Request) -> Option<Self> {
        let at = request.form.get(AT).to_owned();
        route(&at)?;
        let kept = request.form.0.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix(PREFIX).filter(|name| !SECRETS.contains(name))?;
            Some((name.to_owned(), value.clone()))
        });
        Some(Self { at, fields: Fields(kept.collect()) })
    }

    /// The fields as they go along.
    pub fn fields(&self) -> Markup {
        html! {
            input type="hidden" name=(AT) value=(self.at);
            @for (name, value) in &self.fields.0 {
                input type="hidden" name={ (PREFIX) (name) } value=(value);
            }
        }
    }
}

type Found = (&'static Route, Vec<(String, String)>);

/// The route of a form that may be shown again: a page's own, and none about signing in.
fn route(at: &str) -> Option<Found> {
    let path = at.split('?').next().unwrap_or("");
    if link::own(at) != at || path.starts_with(link::SIGN_IN) || path == link::SIGN_OUT {
        return None;
    }
    let (route, params) = route_of(&crate::routes(), "POST", path)?;
    let is_secret = matches!(route.act, access::Act::SetPassword | access::Act::ChangePassword);
    (!is_secret).then_some((route, params))
}

/// The form as it was, for the person of this session; nothing of it is done.
pub fn resume(request: &Request, session: SessionId, carried: Carried) -> Option<Reply> {
    let found = route(&carried.at)?;
    let run = found.0.run;
    let (path, query) = carried.at.split_once('?').unwrap_or((&carried.at, ""));
    let again = request.resumed(session, found, (path, query), carried.fields).ok()?;
    let reply = match run(&again) {
        Ok(reply) => reply,
        Err(no) => (sign_in::ROUTES[0].face.refused)(&again, &no),
    };
    Some(reply.kept(edge::Cache::Never))
}
