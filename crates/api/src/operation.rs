//! One operation: a route together with everything that is published about it.
//!
//! A route is written only inside an operation, so that one without documentation cannot exist.
//! What is asked of every request alike is checked here, before the operation's own function.

use crate::body;
use crate::problem::FACE;
use crate::query::{Parameter, Query};
use app::account::sign_in_required;
use app::{Asker, City, No};
use base::{Class, Lang, Refusal};
use edge::{Body, Reply, Request, Route};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

/// Writes the schema of a published shape into the document's components.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of this shape.
pub const fn schema_of<T: JsonSchema>() -> SchemaOf {
    |generator| generator.subschema_for::<T>()
}

/// What an operation answers when all is well.
#[derive(Clone, Copy)]
pub struct Answer {
    pub status: u16,
    pub media: &'static str,
    /// `None` where the body is no JSON, or empty.
    pub schema: Option<SchemaOf>,
}

impl Answer {
    /// A JSON document of this shape.
    pub const fn json<T: JsonSchema>(status: u16) -> Self {
        Self { status, media: "application/json", schema: Some(schema_of::<T>()) }
    }

    /// A text of this type.
    pub const fn text(media: &'static str) -> Self {
        Self { status: 200, media, schema: None }
    }
}

/// A route with its documentation.
pub struct Operation {
    /// `<noun>-<verb>`; the summary is `api-<id>` in `words`.
    pub id: &'static str,
    pub route: Route,
    pub query: &'static [Parameter],
    /// The shape of the body, if it takes one.
    pub request: Option<SchemaOf>,
    /// Whether the body may be left out.
    pub is_body_optional: bool,
    pub answer: Answer,
    /// Every status with which it may say no.
    pub errors: &'static [u16],
    /// Whether the version seen may stand in `If-Match`.
    pub takes_version: bool,
    /// Whether a key of any scope opens it: documents about the interface itself.
    pub is_open: bool,
    /// Whether it may change something for somebody without a key. Their idempotency key is asked
    /// for all the same: no foreign page can make a browser send that header.
    pub is_for_anybody: bool,
    pub(crate) handle: fn(&Call<'_>) -> Result<Reply, No>,
}

/// What a look or a list may answer instead.
pub(crate) const READ: &[u16] = &[401, 403, 413, 422, 429, 500, 503];
/// The same for one thing, which may not be there.
pub(crate) const LOOK: &[u16] = &[401, 403, 404, 413, 422, 429, 500, 503];
/// What a change may answer instead.
pub(crate) const CHANGE: &[u16] = &[400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 504, 507];

type Run = fn(&Request) -> Result<Reply, No>;
type Handle = fn(&Call<'_>) -> Result<Reply, No>;

impl Operation {
    /// A list or a document. `run` is `|request| NAME.answer(request)`.
    pub(crate) const fn list(
        id: &'static str,
        path: &'static str,
        act: access::Act,
        run: Run,
        handle: Handle,
    ) -> Self {
        let route = Route { method: "GET", path, act, body: Body::None, face: &FACE, run };
        Self {
            id,
            route,
            query: &[],
            request: None,
            is_body_optional: false,
            answer: Answer::text("application/json"),
            errors: READ,
            takes_version: false,
            is_open: false,
            is_for_anybody: false,
            handle,
        }
    }

    /// One thing, which may not be there.
    pub(crate) const fn look(
        id: &'static str,
        path: &'static str,
        act: access::Act,
        run: Run,
        handle: Handle,
    ) -> Self {
        Self { errors: LOOK, ..Self::list(id, path, act, run, handle) }
    }

    /// A change that is sent with `POST`.
    pub(crate) const fn post(
        id: &'static str,
        path: &'static str,
        act: access::Act,
        run: Run,
        handle: Handle,
    ) -> Self {
        let route = Route { method: "POST", path, act, body: Body::Json, face: &FACE, run };
        Self { route, errors: CHANGE, ..Self::list(id, path, act, run, handle) }
    }

    /// A change that is sent with `PUT`.
    pub(crate) const fn put(
        id: &'static str,
        path: &'static str,
        act: access::Act,
        run: Run,
        handle: Handle,
    ) -> Self {
        let route = Route { method: "PUT", path, act, body: Body::Json, face: &FACE, run };
        Self { route, errors: CHANGE, ..Self::list(id, path, act, run, handle) }
    }

    /// A change that is sent with `DELETE`.
    pub(crate) const fn delete(
        id: &'static str,
        path: &'static str,
        act: access::Act,
        run: Run,
        handle: Handle,
    ) -> Self {
        let route = Route { method: "DELETE", path, act, body: Body::None, face: &FACE, run };
        Self { route, errors: CHANGE, ..Self::list(id, path, act, run, handle) }
    }

    /// The same operation with another kind of body.
    pub(crate) const fn taking(mut self, body: Body) -> Self {
        self.route.body = body;
        self
    }

    /// The noun, and so the file of its snapshot.
    pub fn noun(&self) -> &'static str {
        self.id.split('-').next().unwrap_or(self.id)
    }

    /// Whether it changes anything, and so needs an idempotency key.
    pub fn changes(&self) -> bool {
        self.route.method != "GET"
    }

    /// Whether nobody without a key gets anything but a refusal.
    pub fn needs_key(&self) -> bool {
        const PERSONAL: [&str; 26] = [
            "account",
            "area",
            "booking",
            "case",
            "charge",
            "colleague",
            "contract",
            "emergency",
            "file",
            "import",
            "joint",
            "ledger",
            "mail",
            "order",
            "person",
            "relay",
            "saved",
            "service",
            "standing",
            "subscription",
            "training",
            "use",
            "venture",
            "voucher",
            "webhook",
            "wish",
        ];
        // The rows of law are everybody's, the ventures under them are not.
        let is_law = self.id == "venture-rules";
        // The week of an instrument and its free time are everybody's, the bookings are not.
        let is_open_time = matches!(
            self.id,
            "booking-week" | "booking-free" | "booking-rules" | "booking-board" | "booking-outages"
        );
        let is_personal = PERSONAL.contains(&self.noun()) && !is_law && !is_open_time;
        (self.changes() && !self.is_for_anybody) || is_personal
    }

    /// Checks what every request owes, then answers.
    pub(crate) fn answer(&self, request: &Request) -> Result<Reply, No> {
        self.check_asker(&request.asker)?;
        let query = Query::read(self.query, &request.query)?;
        (self.handle)(&Call { request, query })
    }

    /// Who asks comes before what they ask, so that strangers learn nothing from answers.
    fn check_asker(&self, asker: &Asker) -> Result<(), No> {
        let actor = asker.snapshot.clone().unwrap_or_default();
        if self.changes() && !self.is_for_anybody && actor.person.is_none() {
            return Err(sign_in_required().into());
        }
        let scope = self.route.act.row().scope;
        if !self.is_open && !actor.covers(scope) {
            let refusal = Refusal::new(Class::NotAllowed, "token-scope-missing");
            return Err(refusal.text("scope", scope.word()).into());
        }
        if self.changes() && asker.key.is_none() {
            return Err(Refusal::invalid("key-missing").into());
        }
        Ok(())
    }
}

/// A request whose query was read.
pub(crate) struct Call<'r> {
    pub(crate) request: &'r Request,
    pub(crate) query: Query,
}

impl Call<'_> {
    pub(crate) fn city(&self) -> &City {
        self.request.city()
    }

    pub(crate) fn asker(&self) -> &Asker {
        &self.request.asker
    }

    pub(crate) fn lang(&self) -> Lang {
        self.request.lang
    }

    /// A named part of the path as an id; anything else was never there.
    pub(crate) fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, No> {
        self.request.id(name)
    }

    /// The whole address of a path of this city.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.request.origin())
    }

    /// The body as this shape.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, No> {
        Ok(body::read(&self.request.body)?)
    }

    /// The body as this shape; without one, the shape's defaults.
    pub(crate) fn body_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, No> {
        if self.request.body.trim_ascii().is_empty() {
            return Ok(T::default());
        }
        self.body()
    }

    /// The version that the writer saw: from the body, or from `If-Match`.
    pub(crate) fn version(&self, in_body: Option<u64>) -> Result<u64, No> {
        let header = self.request.header("if-match");
        Ok(seen_version(header, in_body)?)
    }
}

/// An entity tag is the version, or the version, a hyphen and a digest.
fn seen_version(header: &str, in_body: Option<u64>) -> Result<u64, Refusal> {
    if header.is_empty() {
        let missing = || Refusal::invalid("version-missing").on("version");
        return in_body.ok_or_else(missing);
    }
    let plain = header.trim().trim_start_matches("W/").trim_matches('"');
    let digits = plain.split('-').next().unwrap_or("");
    let unread = || Refusal::invalid("if-match-unreadable").text("found", header);
    let seen: u64 = digits.parse().map_err(|_| unread())?;
    match in_body {
        Some(other) if other != seen => Err(Refusal::invalid("version-differs")
            .on("version")
            .number("header", seen)
            .number("body", other)),
        _ => Ok(seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_stands_in_the_header_or_in_the_body() {
        let check = |header, body, want: Result<u64, &str>| {
            let found = seen_version(header, body).map_err(|no| no.code.into_owned());
            assert_eq!(found, want.map_err(str::to_owned), "{header} {body:?}");
        };
        check("", Some(3), Ok(3));
        check("\"7-a1b2\"", None, Ok(7));
        check("W/\"7\"", Some(7), Ok(7));
        check("7", None, Ok(7));
        check("", None, Err("version-missing"));
        check("*", Some(1), Err("if-match-unreadable"));
        check("\"7\"", Some(6), Err("version-differs"));
    }
}
