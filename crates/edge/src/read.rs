//! From HTTP to a [`Request`]: the head first, the body only when it is known who sends it.

use crate::body::{FIELDS_MAX, Fields, Received, Upload};
use crate::bounds::{Held, too_large, upload_bytes_max};
use crate::cookie;
use crate::dispatch::{Body, Edge, Route, form_expired, has_token};
use crate::network::network_of;
use crate::request::{Request, Theme};
use app::No;
use app::asker::Asker;
use axum::extract::{ConnectInfo, FromRequest, Multipart, Request as HttpRequest};
use base::{Class, Lang, Refusal, limits};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How long a form or a JSON body may take to arrive; a file may take ten minutes.
const BODY_WAIT: Duration = Duration::from_secs(30);
const UPLOAD_WAIT: Duration = Duration::from_secs(600);

/// Bytes of the fields of a form with files: long texts in two languages are among them.
const FIELDS_BYTES_MAX: usize = 16 * limits::FORM_BYTES_MAX;
/// The bytes of all files of one request, in files of the largest size.
const FILES_ROOM: u64 = 4;

/// What a head carries to show who sends it.
#[derive(Default)]
pub(crate) struct Carried {
    pub(crate) session: Option<String>,
    pub(crate) token: Option<String>,
    /// The cookie that anonymous forms are bound to.
    pub(crate) form: Option<String>,
}

/// Reads the head of a request; the rest of it stays where it is.
pub(crate) fn head(
    edge: &Arc<Edge>,
    route: &'static Route,
    params: Vec<(String, String)>,
    http: &HttpRequest,
) -> (Request, Carried) {
    let headers = headers_of(http);
    let header = |wanted: &str| {
        headers.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str())
    };
    let address = http.uri().path_and_query().map_or("/", |it| it.as_str());
    // What nobody could have typed is not echoed either.
    let is_short = address.len() <= limits::ADDRESS_BYTES_MAX;
    let query = Fields::parse(http.uri().query().filter(|_| is_short).unwrap_or(""));
    let cookies = header("cookie").to_owned();
    let https = edge.settings.is_https;
    let kept = |name: &str| cookie::read(&cookies, &cookie::name(name, https)).map(str::to_owned);
    let carried = Carried {
        session: if route.face.by_token { None } else { kept("session") },
        token: header("authorization").strip_prefix("Bearer ").map(str::to_owned),
        form: kept("form"),
    };
    let peer = http.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let network = network_of(edge.settings.proxies.client(peer, header("x-forwarded-for")));
    let now = edge.city.now();
    let id = edge.city.with_chance(|chance| base::EventId::new(now, chance)).to_string();
    let request = Request {
        edge: Arc::clone(edge),
        asker: Asker {
            network,
            request: id.trim_start_matches("evt_").to_owned(),
            ..Asker::nobody()
        },
        me: None,
        lang: language(&query, &cookies, header("accept-language")),
        theme: theme(&cookies),
        method: route.method,
        path: if is_short { http.uri().path().to_owned() } else { "/".to_owned() },
        path_and_query: if is_short { address.to_owned() } else { "/".to_owned() },
        params,
        query,
        form: Fields::default(),
        files: Vec::new(),
        received: Vec::new(),
        body: Vec::new(),
        csrf: String::new(),
        headers,
        now,
        form_cookie: None,
        held: Held::default(),
    };
    (request, carried)
}

/// Headers in their order. Of those that are lists, the lines are one list (RFC 9110, 5.3): a
/// proxy may add its own line behind one that the client made up.
fn headers_of(http: &HttpRequest) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::with_capacity(http.headers().len());
    for (name, value) in http.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        let joint = match name.as_str() {
            "cookie" => "; ",
            "x-forwarded-for" | "if-none-match" => ", ",
            _ => "",
        };
        match headers.iter_mut().find(|(known, _)| known == name.as_str()) {
            Some((_, known)) if !joint.is_empty() => {
                known.push_str(joint);
                known.push_str(&value);
            }
            Some(_) => {}
            None => headers.push((name.as_str().to_owned(), value.into_owned())),
        }
    }
    headers
}

/// Reads the body of a request within the bounds of its route and of whoever sends it.
pub(crate) async fn body(
    route: &'static Route,
    http: HttpRequest,
    into: &mut Request,
) -> Result<(), No> {
    into.held = into.edge.bounds.bytes(into.me.is_some());
    let is_file = matches!(route.body, Body::Upload | Body::Files) && into.me.is_some();
    let wait = if is_file { UPLOAD_WAIT } else { BODY_WAIT };
    let late = |_| Refusal::invalid("body-unreadable");
    if route.body == Body::Files && is_file && is_multipart(into) {
        let reading = files(route, http, into);
        return tokio::time::timeout(wait, reading).await.map_err(late)?;
    }
    let reading = whole(route.body, http, into, is_file);
    Ok(tokio::time::timeout(wait, reading).await.map_err(late)??)
}

async fn whole(
    kind: Body,
    http: HttpRequest,
    into: &mut Request,
    is_file: bool,
) -> Result<(), Refusal> {
    let form_most = limits::FORM_BYTES_MAX;
    match kind {
        Body::None => Ok(()),
        Body::Form | Body::Upload | Body::Files if is_multipart(into) => {
            let most = if is_file { upload_bytes_max() } else { form_most };
            multipart(http, into, most).await
        }
        Body::Form | Body::Upload | Body::Files => {
            let bytes = bytes(http, into, form_most).await?;
            let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
            if text.split('&').count() > FIELDS_MAX {
                return Err(too_large(form_most));
            }
            into.form = Fields::parse(&text);
            Ok(())
        }
        Body::Json => {
            into.body = bytes(http, into, limits::JSON_BYTES_MAX).await?;
            Ok(())
        }
    }
}

fn unreadable() -> Refusal {
    Refusal::invalid("body-unreadable")
}

fn is_multipart(request: &Request) -> bool {
    request.header("content-type").starts_with("multipart/form-data")
}

async fn bytes(http: HttpRequest, into: &mut Request, most: usize) -> Result<Vec<u8>, Refusal> {
    let read = axum::body::to_bytes(http.into_body(), most).await.map_err(|_| too_large(most))?;
    into.held.add(read.len(), most)?;
    Ok(read.to_vec())
}

async fn multipart(http: HttpRequest, into: &mut Request, most: usize) -> Result<(), Refusal> {
    let broken = |_| unreadable();
    let mut parts = Multipart::from_request(http, &()).await.map_err(|_| unreadable())?;
    while let Some(mut field) = parts.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or("").to_owned();
        let file = field.file_name().map(|name| {
            name.rsplit(['/', '\\']).next().unwrap_or("").chars().take(200).collect::<String>()
        });
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            into.held.add(chunk.len(), most)?;
            bytes.extend_from_slice(&chunk);
        }
        match file {
            Some(file) if !file.is_empty() => {
                into.files.push(Upload { field: name, name: file, bytes });
            }
            Some(_) => {}
            None => {
                let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
                into.form.0.push((name, text));
            }
        }
        if into.form.0.len() + into.files.len() > FIELDS_MAX {
            return Err(too_large(most));
        }
    }
    Ok(())
}

/// Reads a form with files: fields into memory, files to the file store. A file that is refused is
/// passed over, so that the fields behind it are not lost; all files together have a bound.
async fn files(route: &'static Route, http: HttpRequest, into: &mut Request) -> Result<(), No> {
    let broken = |_| unreadable();
    let _turn = into.edge.bounds.file_turn().await?;
    let most = FIELDS_BYTES_MAX;
    let one = into.city().shelf().file_bytes_max;
    let mut room = one.saturating_mul(FILES_ROOM).saturating_add(most as u64);
    let mut parts = Multipart::from_request(http, &()).await.map_err(|_| unreadable())?;
    while let Some(mut field) = parts.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or("").to_owned();
        let Some(file) = field.file_name().map(str::to_owned) else {
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(broken)? {
                into.held.add(chunk.len(), most)?;
                bytes.extend_from_slice(&chunk);
            }
            let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
            into.form.0.push((name, text));
            check_count(into, most)?;
            continue;
        };
        // The token stands before the first file: a stranger's form has kept nothing here.
        if !route.face.by_token && !has_token(into) {
            return Err(form_expired().into());
        }
        // A field in which nothing was chosen comes as a file without a name.
        let is_chosen = !file.is_empty();
        let mut receiving = None;
        if is_chosen && into.received.len() > limits::DOCUMENTS_MAX {
            return Err(all_too_large(one).into());
        }
        if is_chosen {
            let city = into.city().clone();
            let began = tokio::task::spawn_blocking(move || city.receive(&file)).await;
            receiving = Some(began.map_err(|_| Refusal::new(Class::Unknown, "own-fault"))??);
        }
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            room = room.checked_sub(chunk.len() as u64).ok_or_else(|| all_too_large(one))?;
            if let Some(receiving) = &mut receiving {
                receiving.write(chunk).await;
            }
        }
        if let Some(receiving) = receiving {
            into.received.push(Received { field: name, file: receiving.finish().await });
        }
        check_count(into, most)?;
    }
    Ok(())
}

fn check_count(into: &Request, most: usize) -> Result<(), Refusal> {
    let n = into.form.0.len() + into.files.len() + into.received.len();
    if n > FIELDS_MAX { Err(too_large(most)) } else { Ok(()) }
}

fn all_too_large(one: u64) -> Refusal {
    let most = one.saturating_mul(FILES_ROOM);
    Refusal::new(Class::TooLarge, "too-large").number("most", most)
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
