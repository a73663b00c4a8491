//! A request as a face sees it: who, in which language, with which fields.

use crate::body::{Fields, Received, Upload};
use crate::bounds::Held;
use crate::dispatch::Edge;
use app::person::Me;
use app::{Asker, City};
use base::{Instant, Lang};
use std::sync::Arc;

/// Light, dark, or as the device says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

/// Everything a route needs to answer.
pub struct Request {
    pub edge: Arc<Edge>,
    pub asker: Asker,
    /// Who is signed in, if anybody.
    pub me: Option<Me>,
    pub lang: Lang,
    pub theme: Theme,
    pub method: &'static str,
    pub path: String,
    /// The part of the address that a language switch has to keep.
    pub path_and_query: String,
    /// The named parts of the path.
    pub params: Vec<(String, String)>,
    pub query: Fields,
    pub form: Fields,
    pub files: Vec<Upload>,
    /// Files that lie in the file store already, or why one does not.
    pub received: Vec<Received>,
    /// The raw body of a JSON route.
    pub body: Vec<u8>,
    /// The token that this reader's forms must carry.
    pub csrf: String,
    /// Request headers that faces look at, names in lower case.
    pub headers: Vec<(String, String)>,
    pub now: Instant,
    /// Set when an anonymous reader was given a form cookie by this answer.
    pub(crate) form_cookie: Option<String>,
    /// The bytes of the body, counted until the request is done with.
    pub(crate) held: Held,
}

impl Request {
    /// The same request without its body, but with its key: enough to say no.
    pub(crate) fn shell(&self) -> Self {
        let key = self.form.0.iter().filter(|(name, _)| name == "idempotency_key").take(1);
        Self {
            edge: Arc::clone(&self.edge),
            asker: self.asker.clone(),
            me: self.me.clone(),
            lang: self.lang,
            theme: self.theme,
            method: self.method,
            path: self.path.clone(),
            path_and_query: self.path_and_query.clone(),
            params: self.params.clone(),
            query: self.query.clone(),
            form: Fields(key.cloned().collect()),
            files: Vec::new(),
            received: Vec::new(),
            body: Vec::new(),
            csrf: self.csrf.clone(),
            headers: self.headers.clone(),
            now: self.now,
            form_cookie: self.form_cookie.clone(),
            held: Held::default(),
        }
    }

    /// The city.
    pub fn city(&self) -> &City {
        &self.edge.city
    }

    /// A named part of the path, as typed.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A named part of the path as an id; anything else was never there.
    pub fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, app::No> {
        self.param(name).parse().map_err(|_| base::Refusal::not_found().into())
    }

    /// A header of the request, or the empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The asker with the idempotency key of this form.
    pub fn keyed(&self) -> Asker {
        let key = self.form.get("idempotency_key");
        if key.is_empty() { self.asker.clone() } else { self.asker.clone().keyed(key) }
    }

    /// A fresh idempotency key for a form that is about to be shown.
    pub fn fresh_key(&self) -> String {
        self.city().with_chance(|chance| {
            let id = base::ActId::new(self.now, chance);
            id.to_string()
        })
    }

    /// The address of this city without a slash at its end.
    pub fn origin(&self) -> &str {
        &self.city().settings().public_url
    }

    /// A secret cookie of this city for the browser; `None` ends with the browser, 0 deletes.
    pub fn secret_cookie(&self, name: &str, value: &str, seconds: Option<i64>) -> String {
        let https = self.edge.settings.is_https;
        crate::cookie::write(&crate::cookie::name(name, https), value, seconds, true, https)
    }

    /// The value of a secret cookie of this city, or the empty text.
    pub fn secret(&self, name: &str) -> &str {
        let name = crate::cookie::name(name, self.edge.settings.is_https);
        crate::cookie::read(self.header("cookie"), &name).unwrap_or("")
    }

    /// A cookie that scripts may read: language and theme.
    pub fn plain_cookie(&self, name: &str, value: &str) -> String {
        let year = 365 * 24 * 3600;
        crate::cookie::write(name, value, Some(year), false, self.edge.settings.is_https)
    }
}
