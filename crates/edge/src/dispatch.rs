//! From a socket to a route and back: the one path that every request takes.

use crate::bounds::Bounds;
use crate::live::{Listener, Live};
use crate::metrics::Metrics;
use crate::network::Proxies;
use crate::read::{self, Carried};
use crate::reply::{Cache, Reply};
use crate::request::Request;
use app::asker::{Asker, Who};
use app::person::Shown;
use app::{City, No};
use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{DefaultBodyLimit, RawPathParams, Request as HttpRequest};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use base::{Class, Lang, Refusal, limits};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;

/// How long a page may take to be made; below it, every wait ends sooner (reliability 2.2).
const ANSWER_WAIT: Duration = Duration::from_millis(9_500);
/// How long an export, and what an upload becomes, may take.
const EXPORT_ANSWER_WAIT: Duration = Duration::from_secs(60);
const UPLOAD_ANSWER_WAIT: Duration = Duration::from_secs(120);

/// What an operator sets about the edge.
#[derive(Clone, Debug, Default)]
pub struct EdgeSettings {
    pub is_https: bool,
    pub is_demo: bool,
    pub proxies: Proxies,
    /// Lets monitoring read `/metrics` from other machines; empty allows loopback alone.
    pub metrics_token: String,
}

/// What all requests share.
pub struct Edge {
    pub city: City,
    pub settings: EdgeSettings,
    pub metrics: Metrics,
    pub bounds: Bounds,
    pub live: Live,
}

/// What a route reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    None,
    /// Form fields within [`limits::FORM_BYTES_MAX`].
    Form,
    /// Form fields with files within [`limits::UPLOAD_BYTES_MAX`].
    Upload,
    /// Form fields with files that go to the file store as they come, never whole into memory.
    Files,
    /// JSON within [`limits::JSON_BYTES_MAX`].
    Json,
}

/// What the routes of a face have in common.
pub struct Face {
    pub name: &'static str,
    /// Renders a refusal.
    pub refused: fn(&Request, &No) -> Reply,
    /// Whether keys of the programming interface open it; browsers' cookies open the other.
    pub by_token: bool,
}

/// One route; it cannot be written without its row in the matrix.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub act: access::Act,
    pub body: Body,
    pub face: &'static Face,
    pub run: fn(&Request) -> Result<Reply, No>,
}

/// The router of these routes; `missing` renders what no route knows.
pub fn router(edge: &Arc<Edge>, routes: &[&'static [Route]], missing: &'static Route) -> Router {
    let mut router = Router::new();
    for route in routes.iter().copied().flatten() {
        let edge = Arc::clone(edge);
        let handler = move |params: Params, request: HttpRequest| {
            let edge = Arc::clone(&edge);
            async move {
                match params {
                    Ok(params) => answer(edge, route, named(&params), request).await,
                    // A path that is no text names nothing.
                    Err(_) => answer(edge, missing, Vec::new(), request).await,
                }
            }
        };
        router = router.route(route.path, on(filter_of(route.method), handler));
    }
    let (edge, again) = (Arc::clone(edge), Arc::clone(edge));
    router
        // Bodies have bounds of their own here; the framework's would cut uploads at 2 MB.
        .layer(DefaultBodyLimit::disable())
        .fallback(move |request: HttpRequest| {
            let edge = Arc::clone(&edge);
            async move { answer(edge, missing, Vec::new(), request).await }
        })
        .method_not_allowed_fallback(move |request: HttpRequest| {
            let edge = Arc::clone(&again);
            async move { answer(edge, missing, Vec::new(), request).await }
        })
}

type Params = Result<RawPathParams, RawPathParamsRejection>;

#[expect(
    clippy::disallowed_methods,
    reason = "how long an answer took is measured, not decided on"
)]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}

fn filter_of(method: &str) -> MethodFilter {
    match method {
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "PATCH" => MethodFilter::PATCH,
        "DELETE" => MethodFilter::DELETE,
        "OPTIONS" => MethodFilter::OPTIONS,
        "TRACE" => MethodFilter::TRACE,
        _ => MethodFilter::GET.or(MethodFilter::HEAD),
    }
}

fn named(params: &RawPathParams) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

async fn answer(
    edge: Arc<Edge>,
    route: &'static Route,
    params: Vec<(String, String)>,
    http: HttpRequest,
) -> Response {
    let started = clock();
    let is_head = http.method() == axum::http::Method::HEAD;
    let (request, carried) = read::head(&edge, route, params, &http);
    let request_id = request.asker.request.clone();
    let reply = reply_to(&edge, route, (request, carried), http).await;
    let took = started.elapsed();
    edge.metrics.count(route.face.name, reply.status, took);
    tracing::info!(
        request = %request_id,
        face = route.face.name,
        method = route.method,
        route = route.path,
        status = reply.status,
        took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        bytes = length(&reply),
        "answered {request_id}"
    );
    response(&edge.settings, reply, &request_id, is_head)
}

/// Who asks, then the body, then the route itself.
///
/// Rows, rendering and hashing block: they run away from the async threads, and are waited for no
/// longer than the route may take. Who asks is known before anything large is read.
async fn reply_to(
    edge: &Arc<Edge>,
    route: &'static Route,
    (request, carried): (Request, Carried),
    http: HttpRequest,
) -> Reply {
    let early = request.shell();
    let refuse = |shell: &Request, no: Refusal| dressed(route, shell, Err(no.into()));
    if http.uri().path_and_query().is_some_and(|it| it.as_str().len() > limits::ADDRESS_BYTES_MAX) {
        return refuse(&early, crate::bounds::too_large(limits::ADDRESS_BYTES_MAX));
    }
    if let Err(no) = edge.bounds.check_abandoned() {
        return refuse(&early, no);
    }
    let wait = patience(route);
    if route.body == Body::None {
        let work = move || {
            let mut request = request;
            let known = identify(route, &mut request, carried);
            finish(route, request, known)
        };
        return within(edge, wait, work).await.unwrap_or_else(|| refuse(&early, overdue(&early)));
    }
    let work = move || {
        let mut request = request;
        let known = identify(route, &mut request, carried);
        (request, known)
    };
    let Some((mut request, known)) = within(edge, wait, work).await else {
        return refuse(&early, overdue(&early));
    };
    // A form of another site keeps not a byte of its files.
    let known = match known.and_then(|()| match route.body {
        Body::Files => check_origin(route, &request),
        _ => Ok(()),
    }) {
        Ok(()) => read::body(route, http, &mut request).await,
        refused => refused,
    };
    let shell = request.shell();
    let turn = match route.body {
        Body::Upload if known.is_ok() && !request.files.is_empty() => {
            match edge.bounds.turn().await {
                Ok(turn) => Some(turn),
                Err(no) => return refuse(&shell, no),
            }
        }
        _ => None,
    };
    let work = move || {
        let reply = finish(route, request, known);
        drop(turn);
        reply
    };
    within(edge, wait, work).await.unwrap_or_else(|| refuse(&shell, overdue(&shell)))
}

/// How long an answer may take once the request is there.
fn patience(route: &Route) -> Duration {
    match (route.body, route.act.row().rate) {
        (Body::Upload | Body::Files, _) => UPLOAD_ANSWER_WAIT,
        (_, access::Rate::Export) => EXPORT_ANSWER_WAIT,
        _ => ANSWER_WAIT,
    }
}

/// Does blocking work and waits for it so long; afterwards it counts as abandoned until it ends.
async fn within<R: Send + 'static>(
    edge: &Arc<Edge>,
    wait: Duration,
    work: impl FnOnce() -> R + Send + 'static,
) -> Option<R> {
    let mut working = tokio::task::spawn_blocking(work);
    match tokio::time::timeout(wait, &mut working).await {
        Ok(Ok(done)) => Some(done),
        Ok(Err(error)) => {
            tracing::error!(%error, "an answer was not made");
            None
        }
        Err(_) => {
            let abandoned = edge.bounds.abandon();
            tokio::spawn(async move {
                let _ = working.await;
                drop(abandoned);
            });
            None
        }
    }
}

/// What is said instead of an answer that took too long: of a change nobody knows the outcome, and
/// its key tells it later.
fn overdue(shell: &Request) -> Refusal {
    if matches!(shell.method, "GET" | "HEAD") {
        return Refusal::new(Class::Busy, "busy");
    }
    let key = shell.keyed().key.unwrap_or_default();
    Refusal::new(Class::Unknown, "unknown-outcome").text("key", key)
}

/// The route itself, if nothing was refused before.
fn finish(route: &'static Route, request: Request, known: Result<(), No>) -> Reply {
    let outcome = known.and_then(|()| check_form(route, &request)).and_then(|()| {
        let guarded = std::panic::AssertUnwindSafe(|| (route.run)(&request));
        std::panic::catch_unwind(guarded).unwrap_or_else(|_| {
            tracing::error!(request = %request.asker.request, route = route.path, "a route panicked");
            Err(Refusal::new(Class::Unknown, "own-fault").into())
        })
    });
    dressed(route, &request, outcome)
}

/// An outcome with what every answer carries.
fn dressed(route: &Route, request: &Request, outcome: Result<Reply, No>) -> Reply {
    let mut reply = outcome.unwrap_or_else(|no| (route.face.refused)(request, &no));
    if request.me.is_some() {
        reply.cache = if reply.cache == Cache::Immutable { reply.cache } else { Cache::Never };
    }
    if let Some(value) = &request.form_cookie {
        let seconds = Some(12 * 3600);
        reply.cookies.push(request.secret_cookie("form", value, seconds));
        reply.cache = Cache::Never;
    }
    if let Some(lang) = Lang::parse(request.query.get("lang")) {
        reply.cookies.push(request.plain_cookie("lang", lang.short()));
    }
    revalidate(request, &mut reply);
    reply
}

fn identify(route: &Route, request: &mut Request, carried: Carried) -> Result<(), No> {
    let city = request.edge.city.clone();
    let row = city.row()?;
    let shown = match (&carried.token, &carried.session) {
        (Some(secret), _) if route.face.by_token => Shown::Token(secret),
        (_, Some(secret)) if !route.face.by_token => Shown::Session(secret),
        _ => Shown::Nothing,
    };
    let asker = request.asker.clone();
    let found = city.identify(asker.clone(), shown)?;
    let is_unknown_token = found.is_none() && matches!(shown, Shown::Token(_));
    let (asker, me) = match found {
        Some(found) => found,
        None => (Asker { snapshot: Some(access::Actor::anonymous()), ..asker }, None),
    };
    request.csrf = match asker.who {
        Who::Session(id) => session_token(&row.secret, id),
        _ => form_token(request, &row.secret, route, carried.form.unwrap_or_default()),
    };
    request.asker = asker;
    request.me = me;
    let key = request.header("idempotency-key").to_owned();
    if route.face.by_token && !key.is_empty() {
        request.asker.key = Some(key);
    }
    let actor = request.asker.snapshot.clone().unwrap_or_default();
    city.limit(&request.asker, &actor, route.act.row().rate)?;
    if is_unknown_token {
        return Err(Refusal::new(Class::SignIn, "token-unknown").into());
    }
    Ok(())
}

/// What the forms of a session carry.
pub(crate) fn session_token(secret: &[u8], id: base::SessionId) -> String {
    app::secret::mark(secret, &format!("form of {id}"))
}

/// Anonymous forms are bound to a cookie of their own, made when the first form is shown: on the
/// pages that have one, and where a form of ours arrives from somebody who is signed out by now.
fn form_token(request: &mut Request, secret: &[u8], route: &Route, cookie: String) -> String {
    let has_cookie = cookie.len() >= 20;
    let shows_form = matches!(
        route.act,
        access::Act::SignIn
            | access::Act::FinishSignIn
            | access::Act::SetPassword
            | access::Act::Enquire
            | access::Act::StopMail
            | access::Act::StopSavedSearch
            | access::Act::SubscribeToBulletins
            | access::Act::ConfirmSubscription
            | access::Act::EndSubscription
    );
    let is_late = route.method == "POST"
        && !route.face.by_token
        && request.header("sec-fetch-site") != "cross-site"
        && request.header("origin") == request.origin();
    if !has_cookie && ((shows_form && route.method == "GET") || is_late) {
        let fresh = request.city().with_chance(|chance| store::log::hex(&chance.bytes32()));
        request.form_cookie = Some(fresh.clone());
        return app::secret::mark(secret, &format!("form cookie {fresh}"));
    }
    if !has_cookie {
        // Without a cookie there is nothing to bind a token to, so none is right.
        return String::new();
    }
    app::secret::mark(secret, &format!("form cookie {cookie}"))
}

/// A changing form comes from our own pages: the origin says so, and its token does.
fn check_form(route: &Route, request: &Request) -> Result<(), No> {
    if route.face.by_token || matches!(route.method, "GET" | "HEAD") {
        return Ok(());
    }
    // RFC 8058: a mail program stops letters with one press. It has no cookie of ours, and needs
    // none: the address it posts to carries the proof, and nobody's session takes part.
    let is_stop = matches!(
        route.act,
        access::Act::StopMail | access::Act::StopSavedSearch | access::Act::EndSubscription
    );
    if is_stop && request.form.get("List-Unsubscribe") == "One-Click" {
        return Ok(());
    }
    check_origin(route, request)?;
    if has_token(request) { Ok(()) } else { Err(form_expired().into()) }
}

/// Where the form comes from, as far as the head says; asked before files are read.
fn check_origin(route: &Route, request: &Request) -> Result<(), No> {
    if route.face.by_token || matches!(route.method, "GET" | "HEAD") {
        return Ok(());
    }
    let origin = request.header("origin");
    let is_ours = origin.is_empty() || origin == request.origin();
    let is_cross = matches!(request.header("sec-fetch-site"), "cross-site" | "same-site");
    if is_ours && !is_cross { Ok(()) } else { Err(form_expired().into()) }
}

/// Whether the form carries the token of our own page.
pub(crate) fn has_token(request: &Request) -> bool {
    let carried = request.form.get("csrf_token");
    app::secret::same(carried, &request.csrf) && !carried.is_empty()
}

pub(crate) fn form_expired() -> Refusal {
    Refusal::new(Class::NotAllowed, "form-expired")
}

/// An unchanged public answer costs no bytes.
fn revalidate(request: &Request, reply: &mut Reply) {
    if reply.cache != Cache::Revalidate || reply.status != 200 {
        return;
    }
    let digest = Sha256::digest(&reply.body);
    let etag = format!("\"{}\"", store::log::hex(&digest[..12]));
    let asked = request.header("if-none-match");
    let is_same = asked.split(',').any(|known| known.trim().trim_start_matches("W/") == etag);
    reply.headers.push(("etag", etag));
    if is_same {
        reply.status = 304;
        reply.body.clear();
    }
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; manifest-src 'self'";

/// Nothing in a file that somebody handed in is ever run, framed or fetched for.
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// A file as it is read. Where its bytes turn out not to be its own the answer breaks off before
/// its end, so that nobody takes it for whole.
fn chunks(
    reading: files::Reading,
) -> impl futures_util::Stream<Item = Result<bytes::Bytes, files::FilesError>> {
    futures_util::stream::unfold(Some(reading), |reading| async move {
        let mut reading = reading?;
        match reading.next().await {
            Ok(chunk) => chunk.map(|chunk| (Ok(chunk), Some(reading))),
            Err(error) => {
                tracing::error!(%error, ?reading, "a file broke off on its way out");
                Some((Err(error), None))
            }
        }
    })
}

/// Events as they happen, until the stream has had its time.
fn events(
    listener: Option<Listener>,
) -> impl futures_util::Stream<Item = Result<bytes::Bytes, std::convert::Infallible>> {
    futures_util::stream::unfold(listener, |listener| async move {
        let mut listener = listener?;
        let bytes = listener.next().await?;
        Some((Ok(bytes), Some(listener)))
    })
}

fn length(reply: &Reply) -> u64 {
    reply.reading.as_ref().map_or(reply.body.len() as u64, files::Reading::bytes)
}

fn response(settings: &EdgeSettings, reply: Reply, request_id: &str, is_head: bool) -> Response {
    let policy = if reply.reading.is_some() { FILE_POLICY } else { POLICY };
    let mut builder = Response::builder()
        .status(reply.status)
        .header("content-type", &reply.content_type)
        .header("content-security-policy", policy)
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "strict-origin-when-cross-origin")
        .header("cross-origin-opener-policy", "same-origin")
        .header("permissions-policy", "camera=(), geolocation=(), microphone=()")
        .header("vary", "accept-language, cookie, authorization")
        .header("x-request-id", request_id);
    builder = match reply.cache {
        Cache::Never => builder.header("cache-control", "no-store"),
        Cache::Revalidate => builder.header("cache-control", "no-cache"),
        Cache::Immutable => builder.header("cache-control", "public, max-age=31536000, immutable"),
    };
    if settings.is_https {
        builder =
            builder.header("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    for cookie in &reply.cookies {
        builder = builder.header("set-cookie", cookie);
    }
    let length = length(&reply);
    if (is_head && reply.live.is_none()) || reply.reading.is_some() {
        builder = builder.header("content-length", length);
    }
    let body = match reply.reading {
        _ if is_head => axum::body::Body::empty(),
        Some(reading) => axum::body::Body::from_stream(chunks(reading)),
        None if reply.live.is_some() => axum::body::Body::from_stream(events(reply.live)),
        None => axum::body::Body::from(reply.body),
    };
    builder.body(body).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer had a header that cannot be sent");
        let mut empty = Response::new(axum::body::Body::empty());
        *empty.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        empty
    })
}
