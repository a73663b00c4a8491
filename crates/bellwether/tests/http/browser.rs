//! A browser without a screen: keeps cookies, finds forms, follows nothing by itself.

use app::City;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// SQL statements that the answer took.
    pub n_statements: u64,
}

impl Answer {
    /// A header, or the empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// One person's browser.
pub struct Browser {
    city: City,
    router: Router,
    cookies: BTreeMap<String, String>,
    runtime: tokio::runtime::Runtime,
}

impl Browser {
    pub fn new(city: &City) -> Self {
        Self::with(city, &[])
    }

    /// A browser of a server that has these routes too.
    pub fn with(city: &City, more: &'static [edge::Route]) -> Self {
        let edge = Arc::new(edge::Edge {
            city: city.clone(),
            settings: edge::EdgeSettings::default(),
            metrics: edge::Metrics::default(),
            bounds: edge::Bounds::default(),
            live: edge::Live::default(),
        });
        let mut routes = web::routes();
        routes.extend([api::routes(), more]);
        let router = edge::router(&edge, &routes, &web::MISSING);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { city: city.clone(), router, cookies: BTreeMap::new(), runtime }
    }

    pub fn get(&mut self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).expect("an address"))
    }

    /// Posts form fields as our own page would.
    pub fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let form = edge::Fields(
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        );
        let request = Request::post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "http://127.0.0.1:8080")
            .body(Body::from(form.encode()))
            .expect("an address");
        self.send(request)
    }

    pub fn send(&mut self, mut request: Request<Body>) -> Answer {
        let kept: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !kept.is_empty() {
            let value = kept.join("; ").parse().expect("a header");
            request.headers_mut().insert("cookie", value);
        }
        let before = self.city.store().n_statements();
        let router = self.router.clone();
        let (status, raw, body) = self.runtime.block_on(async move {
            let answer = router.oneshot(request).await.expect("an answer");
            let (parts, body) = answer.into_parts();
            let bytes = axum::body::to_bytes(body, 64 << 20).await.expect("a body");
            (parts.status.as_u16(), parts.headers, bytes)
        });
        let n_statements = self.city.store().n_statements() - before;
        for value in raw.get_all("set-cookie") {
            let text = value.to_str().expect("text");
            let (name, rest) = text.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or("");
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let headers = raw
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()))
            .collect();
        let body = String::from_utf8_lossy(&body).into_owned();
        // What has no words yet is shown between these brackets.
        let unsaid = body.split('⟦').nth(1).and_then(|rest| rest.split('⟧').next());
        assert_eq!(unsaid, None, "a page lacks words");
        Answer { status, headers, body, n_statements }
    }

    /// Opens a stream of events that goes on.
    pub fn listen(&self, address: &str) -> Body {
        let request = Request::get(address).body(Body::empty()).expect("an address");
        let answer = self.runtime.block_on(self.router.clone().oneshot(request));
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{address}");
        answer.into_body()
    }

    /// The next piece of a stream, or its end.
    pub fn heard(&self, stream: &mut Body) -> Option<String> {
        use axum::body::HttpBody;
        let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *stream).poll_frame(cx));
        let next = async { tokio::time::timeout(std::time::Duration::from_secs(20), next).await };
        let piece = self.runtime.block_on(next).expect("something is told")?;
        let bytes = piece.expect("whole").into_data().expect("bytes");
        Some(String::from_utf8(bytes.to_vec()).expect("text"))
    }

    /// Signs in through the page.
    pub fn sign_in(&mut self, email: &str, password: &str) {
        let page = self.get("/sign-in");
        assert_eq!(page.status, 200, "{}", page.body);
        let token = hidden(&page.body, "csrf_token");
        let fields = [("csrf_token", token.as_str()), ("email", email), ("password", password)];
        let answer = self.post("/sign-in", &fields);
        assert_eq!(answer.status, 303, "{email}: {}", answer.body);
    }
}

/// The value of the first hidden field of this name.
pub fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}"));
    let start = page[..at].rfind('<').unwrap_or(0);
    let end = page[at..].find('>').map_or(page.len(), |end| at + end);
    let value = page[start..end].split_once("value=\"").map_or("", |(_, rest)| rest);
    value.split('"').next().unwrap_or("").replace("&amp;", "&")
}

/// Sends the form of a page that goes to an address, with its hidden values and these; one that is
/// given takes the place of a hidden one of its name.
pub fn submit(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> Answer {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{to}\"")));
    let form = form.unwrap_or_else(|| {
        panic!("no form for {to} in {}", page.split("<main").nth(1).unwrap_or(page))
    });
    let form = form.split("</form>").next().unwrap_or(form);
    let names = form.split("type=\"hidden\" name=\"").skip(1).filter_map(|it| it.split('"').next());
    let mut all: Vec<(&str, String)> = names
        .filter(|name| !values.iter().any(|it| it.0 == *name))
        .map(|name| (name, hidden(form, name)))
        .collect();
    all.extend(values.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, it)| (*name, it.as_str())).collect();
    browser.post(to, &all)
}

/// The same for the page at an address; how it was answered, and with what.
pub fn send(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> (u16, String) {
    let shown = browser.get(page).body;
    let answer = submit(browser, &shown, to, values);
    (answer.status, answer.body)
}

/// The same where it is accepted.
pub fn done(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) {
    let (status, body) = send(browser, page, to, values);
    assert_eq!(status, 303, "{to} {values:?}: {body}");
}

/// The first address on a page that begins so.
pub fn link<'a>(body: &'a str, prefix: &str) -> &'a str {
    let mut found = body.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
    found.find(|it| it.starts_with(prefix)).unwrap_or_else(|| panic!("{prefix}: {body}"))
}

/// Every address that a page links to, without fragments.
pub fn links(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in page.split("href=\"").skip(1) {
        let address = part.split('"').next().unwrap_or("").replace("&amp;", "&");
        let address = address.split('#').next().unwrap_or("").to_owned();
        if address.starts_with('/') && !address.starts_with("//") {
            found.push(address);
        }
    }
    found
}
