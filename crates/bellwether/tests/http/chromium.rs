//! A real browser, driven by its keys alone (W3C WebDriver).
//!
//! `chromedriver` and Chromium are on the machine or the test says that it skips.

use app::City;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// The keys that tests press, as WebDriver writes them.
pub const TAB: &str = "\u{E004}";
pub const ENTER: &str = "\u{E007}";
pub const SPACE: &str = " ";
pub const DOWN: &str = "\u{E015}";
pub const HOME: &str = "\u{E011}";

/// Where the cities of tests believe that they are.
const PLACE: &str = "127.0.0.1:8080";

/// A browser with an empty profile, ended whatever happens to the test.
pub struct Chromium {
    driver: Child,
    agent: ureq::Agent,
    session: String,
    /// Keeps the city answering.
    _runtime: tokio::runtime::Runtime,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Chromium {
    /// A browser before the pages of this city, or `None` after saying that the test skips.
    pub fn before(city: &City) -> Option<Self> {
        let Some(mut driver) = start() else {
            testkit::skipped("chromedriver absent");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port: u16 = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
            })
            .expect("chromedriver says where it listens");
        std::thread::spawn(move || lines.count());
        let (runtime, city_port) = serve(city);
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(60)));
        let agent = ureq::Agent::new_with_config(config.build());
        let mapped = format!("--host-resolver-rules=MAP {PLACE} 127.0.0.1:{city_port}");
        let words = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-proxy-server",
            "--window-size=1280,1000",
            &mapped,
        ];
        let wanted =
            json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": words}}}});
        let mut browser =
            Self { driver, agent, session: format!("http://127.0.0.1:{port}"), _runtime: runtime };
        let made = browser.post("/session", &wanted);
        let id = made["sessionId"].as_str().expect("a session");
        browser.session = format!("http://127.0.0.1:{port}/session/{id}");
        Some(browser)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let address = format!("{}{path}", self.session);
        let answer =
            self.agent.post(&address).send(body.to_string()).expect("chromedriver answers");
        let text = answer.into_body().read_to_string().expect("text");
        let mut told: Value = serde_json::from_str(&text).expect("JSON");
        let value = told["value"].take();
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }

    /// Opens an address of the city and waits until it is there.
    pub fn open(&self, path: &str) {
        self.post("/url", &json!({"url": format!("http://{PLACE}{path}")}));
    }

    /// Runs a script in the page, `arguments` given; what it returns.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// As [`run`](Self::run), for a script that calls its last argument when it is done.
    pub fn run_slowly(&self, script: &str, arguments: &[Value]) -> Value {
        self.post("/execute/async", &json!({"script": script, "args": arguments}))
    }

    /// Presses these keys one after another.
    pub fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})))
            .collect();
        self.act(&actions);
    }

    fn act(&self, actions: &[Value]) {
        self.post(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]}),
        );
    }

    /// The path and query of the page that is open.
    pub fn path(&self) -> String {
        let told = self.run("return location.pathname + location.search", &[]);
        told.as_str().expect("text").to_owned()
    }
}

/// Starts the driver at a free port.
fn start() -> Option<Child> {
    ["chromedriver", "/usr/lib/chromium/chromedriver"].into_iter().find_map(|name| {
        Command::new(name).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()
    })
}

/// A server of the city, on a free port, for as long as the runtime is held.
pub fn serve(city: &City) -> (tokio::runtime::Runtime, u16) {
    let edge = Arc::new(edge::Edge {
        city: city.clone(),
        settings: edge::EdgeSettings::default(),
        metrics: edge::Metrics::default(),
        bounds: edge::Bounds::default(),
        live: edge::Live::default(),
    });
    let mut routes = web::routes();
    routes.extend([api::routes()]);
    serve_router(edge::router(&edge, &routes, &web::MISSING))
}

/// The same for any router.
pub fn serve_router(router: axum::Router) -> (tokio::runtime::Runtime, u16) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let listener =
        runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    runtime.spawn(async move { axum::serve(listener, router).await });
    (runtime, port)
}
