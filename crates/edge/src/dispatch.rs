//! From a socket to a route and back: the one path that every request takes.

use crate::body::{FIELDS_MAX, Fields, Upload};
use crate::cookie;
use crate::metrics::Metrics;
use crate::network::{Proxies, network_of};
use crate::reply::{Cache, Reply};
use crate::request::{Request, Theme};
use app::asker::{Asker, Who};
use app::{City, No};
use axum::Router;
use axum::extract::{
    ConnectInfo, DefaultBodyLimit, FromRequest, Multipart, RawPathParams, Request as HttpRequest,
};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use base::{Class, Lang, Refusal, limits};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

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
}

/// What a route reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    None,
    /// Form fields within [`limits::FORM_BYTES_MAX`].
    Form,
    /// Form fields with files within [`limits::UPLOAD_BYTES_MAX`].
    Upload,
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
        let handler = move |params: RawPathParams, request: HttpRequest| {
            let edge = Arc::clone(&edge);
            async move { answer(edge, route, named(&params), request).await }
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
    request: HttpRequest,
) -> Response {
    let started = clock();
    let is_head = request.method() == axum::http::Method::HEAD;
    let read = read(&edge, route, params, request).await;
    let metrics = Arc::clone(&edge);
    // Rows, rendering and hashing block: they run away from the async threads.
    let done = tokio::task::spawn_blocking(move || finish(route, read)).await;
    let (reply, request_id) = done.unwrap_or_else(|_| {
        (Reply::new("text/plain; charset=utf-8", "internal fault").with_status(500), String::new())
    });
    let took = started.elapsed();
    metrics.metrics.count(route.face.name, reply.status, took);
    tracing::info!(
        request = %request_id,
        face = route.face.name,
        method = route.method,
        route = route.path,
        status = reply.status,
        took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        bytes = reply.body.len(),
        "answered {request_id}"
    );
    response(&edge.settings, reply, &request_id, is_head)
}

/// A request as far as it could be read, and the refusal if not whole.
struct Read {
    request: Request,
    session: Option<String>,
    token: Option<String>,
    refused: Option<Refusal>,
}

async fn read(
    edge: &Arc<Edge>,
    route: &'static Route,
    params: Vec<(String, String)>,
    http: HttpRequest,
) -> Read {
    let (parts, body) = http.into_parts();
    let headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    let header = |wanted: &str| {
        headers.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str())
    };
    let query = Fields::parse(parts.uri.query().unwrap_or(""));
    let cookies = header("cookie").to_owned();
    let https = edge.settings.is_https;
    let kept = |name: &str| cookie::read(&cookies, &cookie::name(name, https)).map(str::to_owned);
    let session = if route.face.by_token { None } else { kept("session") };
    let token = header("authorization").strip_prefix("Bearer ").map(str::to_owned);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let address = edge.settings.proxies.client(peer, header("x-forwarded-for"));
    let now = edge.city.now();
    let request_id = edge.city.with_chance(|chance| base::EventId::new(now, chance)).to_string();
    let mut request = Request {
        edge: Arc::clone(edge),
        asker: Asker {
            network: network_of(address),
            request: request_id.trim_start_matches("evt_").to_owned(),
            ..Asker::nobody()
        },
        me: None,
        lang: language(&query, &cookies, header("accept-language")),
        theme: theme(&cookies),
        method: route.method,
        path: parts.uri.path().to_owned(),
        path_and_query: parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned(),
        params,
        query,
        form: Fields::default(),
        files: Vec::new(),
        body: Vec::new(),
        csrf: kept("form").unwrap_or_default(),
        headers,
        now,
        form_cookie: None,
    };
    let whole = HttpRequest::from_parts(parts, body);
    let refused = read_body(route.body, whole, &mut request).await.err();
    Read { request, session, token, refused }
}

async fn read_body(kind: Body, http: HttpRequest, into: &mut Request) -> Result<(), Refusal> {
    let unreadable = || Refusal::invalid("body-unreadable");
    let too_large = |most: usize| Refusal::new(Class::TooLarge, "too-large").number("most", most);
    match kind {
        Body::None => Ok(()),
        Body::Form | Body::Upload if is_multipart(into) => read_multipart(http, into).await,
        Body::Form | Body::Upload => {
            let most = limits::FORM_BYTES_MAX;
            let bytes =
                axum::body::to_bytes(http.into_body(), most).await.map_err(|_| too_large(most))?;
            let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
            into.form = Fields::parse(text);
            Ok(())
        }
        Body::Json => {
            let most = limits::JSON_BYTES_MAX;
            let bytes =
                axum::body::to_bytes(http.into_body(), most).await.map_err(|_| too_large(most))?;
            into.body = bytes.to_vec();
            Ok(())
        }
    }
}

fn is_multipart(request: &Request) -> bool {
    request.header("content-type").starts_with("multipart/form-data")
}

async fn read_multipart(http: HttpRequest, into: &mut Request) -> Result<(), Refusal> {
    let unreadable = |_| Refusal::invalid("body-unreadable");
    let most = usize::try_from(limits::UPLOAD_BYTES_MAX).unwrap_or(usize::MAX);
    let too_large = || Refusal::new(Class::TooLarge, "too-large").number("most", most);
    let mut parts = Multipart::from_request(http, &())
        .await
        .map_err(|_| Refusal::invalid("body-unreadable"))?;
    let mut n_bytes = 0;
    while let Some(mut field) = parts.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or("").to_owned();
        let file = field.file_name().map(|name| {
            name.rsplit(['/', '\\']).next().unwrap_or("").chars().take(200).collect::<String>()
        });
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
            n_bytes += chunk.len();
            if n_bytes > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        match file {
            Some(file) if !file.is_empty() => {
                into.files.push(Upload { field: name, name: file, bytes });
            }
            Some(_) => {}
            None => {
                let text =
                    String::from_utf8(bytes).map_err(|_| Refusal::invalid("body-unreadable"))?;
                into.form.0.push((name, text));
            }
        }
        if into.form.0.len() + into.files.len() > FIELDS_MAX {
            return Err(too_large());
        }
    }
    Ok(())
}

/// Who asks, how often, from which form; then the route itself.
fn finish(route: &'static Route, read: Read) -> (Reply, String) {
    let Read { mut request, session, token, refused } = read;
    let id = request.asker.request.clone();
    let outcome = identify(route, &mut request, session, token)
        .and_then(|()| refused.map_or(Ok(()), |refusal| Err(refusal.into())))
        .and_then(|()| check_form(route, &request))
        .and_then(|()| {
            let guarded = std::panic::AssertUnwindSafe(|| (route.run)(&request));
            std::panic::catch_unwind(guarded).unwrap_or_else(|_| {
                tracing::error!(request = %id, route = route.path, "a route panicked");
                Err(Refusal::new(Class::Unknown, "own-fault").into())
            })
        });
    let mut reply = match outcome {
        Ok(reply) => reply,
        Err(no) => (route.face.refused)(&request, &no),
    };
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
    revalidate(&request, &mut reply);
    (reply, id)
}

fn identify(
    route: &Route,
    request: &mut Request,
    session: Option<String>,
    token: Option<String>,
) -> Result<(), No> {
    let city = request.edge.city.clone();
    let mut asker = request.asker.clone();
    if let Some(secret) = token.filter(|_| route.face.by_token) {
        let found = city.token_of(&secret)?;
        let Some(found) = found else {
            return Err(Refusal::new(Class::SignIn, "token-unknown").into());
        };
        asker.who = Who::Token(found.id);
    } else if let Some(secret) = session
        && let Some(found) = city.session_of(&secret)?
    {
        asker.who = Who::Session(found.id);
    }
    let (asker, me) = city.identify(asker)?;
    let row = city.row()?;
    request.csrf = match asker.who {
        Who::Session(id) => session_token(&row.secret, id),
        _ => form_token(request, &row.secret, route),
    };
    request.asker = asker;
    request.me = me;
    let key = request.header("idempotency-key").to_owned();
    if route.face.by_token && !key.is_empty() {
        request.asker.key = Some(key);
    }
    let actor = request.asker.snapshot.clone().unwrap_or_default();
    city.limit(&request.asker, &actor, route.act.row().rate)
}

/// What the forms of a session carry.
pub(crate) fn session_token(secret: &[u8], id: base::SessionId) -> String {
    app::secret::mark(secret, &format!("form of {id}"))
}

/// Anonymous forms are bound to a cookie of their own, made when the first form is shown: on the
/// pages that have one, and where a form of ours arrives from somebody who is signed out by now.
fn form_token(request: &mut Request, secret: &[u8], route: &Route) -> String {
    let has_cookie = request.csrf.len() >= 20;
    let shows_form = matches!(route.act, access::Act::SignIn | access::Act::SetPassword);
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
    app::secret::mark(secret, &format!("form cookie {}", request.csrf))
}

/// A changing form comes from our own pages: the origin says so, and its token does.
fn check_form(route: &Route, request: &Request) -> Result<(), No> {
    if route.face.by_token || matches!(route.method, "GET" | "HEAD") {
        return Ok(());
    }
    let origin = request.header("origin");
    let is_ours = origin.is_empty() || origin == request.origin();
    let is_cross = matches!(request.header("sec-fetch-site"), "cross-site" | "same-site");
    let carried = request.form.get("csrf_token");
    if is_ours && !is_cross && app::secret::same(carried, &request.csrf) && !carried.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(Class::NotAllowed, "form-expired").into())
}

fn language(query: &Fields, cookies: &str, accepted: &str) -> Lang {
    Lang::parse(query.get("lang"))
        .or_else(|| cookie::read(cookies, "lang").and_then(Lang::parse))
        .or_else(|| Lang::negotiate(accepted))
        .unwrap_or_default()
}

fn theme(cookies: &str) -> Theme {
    match cookie::read(cookies, "theme") {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    }
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

fn response(settings: &EdgeSettings, reply: Reply, request_id: &str, is_head: bool) -> Response {
    let mut builder = Response::builder()
        .status(reply.status)
        .header("content-type", &reply.content_type)
        .header("content-security-policy", POLICY)
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
    if is_head {
        builder = builder.header("content-length", reply.body.len());
    }
    let body = if is_head { Vec::new() } else { reply.body };
    builder.body(axum::body::Body::from(body)).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer had a header that cannot be sent");
        Response::new(axum::body::Body::empty())
    })
}
