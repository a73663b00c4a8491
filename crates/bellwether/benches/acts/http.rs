//! The same revisions as requests of the programming interface, over sockets of this machine.

use crate::{CALLERS, RUN_FOR, clock};
use access::{Role, Scope};
use app::account::CreateToken;
use base::{Label, Level};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use worlds::World;

/// The rate of revisions that are answered durably over as many connections as there are callers.
pub fn through_http(world: &World) -> f64 {
    let owner = world.organisation("Institute of programs");
    let officer = world.person("program", owner, Role::TransferOfficer);
    let scopes = Scope::ALL.into_iter().collect();
    let act = CreateToken { person: None, name: "load".to_owned(), scopes, days: 1 };
    let key = world.city.perform(&officer, act).expect("a key").secret;
    let ids: Vec<String> = (0..CALLERS)
        .map(|n| {
            let title = format!("Asked {n}");
            let made = world.draft(&officer, owner, &title, Label::at(Level::Members));
            made.technology.to_string()
        })
        .collect();
    let edge = Arc::new(edge::Edge {
        city: world.city.clone(),
        settings: edge::EdgeSettings::default(),
        metrics: edge::Metrics::default(),
        bounds: edge::Bounds::default(),
    });
    let mut routes = web::routes();
    routes.extend([api::ROUTES]);
    let router = edge::router(&edge, &routes, &web::MISSING);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let listener =
        runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    runtime.spawn(async move { axum::serve(listener, router).await });
    let n_done = AtomicU64::new(0);
    let started = clock();
    std::thread::scope(|scope| {
        for id in &ids {
            let (key, n_done) = (&key, &n_done);
            scope.spawn(move || {
                let mut client = Client::to(port, key);
                let content = client.get(&format!("/api/v1/technologies/{id}"))["content"].take();
                let mut version = 1;
                while started.elapsed() < RUN_FOR {
                    let asked = serde_json::json!({"version": version, "content": content});
                    let told = client.put(&format!("/api/v1/technologies/{id}"), version, &asked);
                    version = told["version"].as_u64().unwrap_or_else(|| panic!("{told}"));
                    n_done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    n_done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64()
}

/// One connection that is kept.
struct Client<'k> {
    stream: BufReader<TcpStream>,
    key: &'k str,
}

impl<'k> Client<'k> {
    fn to(port: u16, key: &'k str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream: BufReader::new(stream), key }
    }

    fn get(&mut self, path: &str) -> serde_json::Value {
        self.ask("GET", path, "", "")
    }

    fn put(&mut self, path: &str, version: u64, body: &serde_json::Value) -> serde_json::Value {
        let named = format!("idempotency-key: {path}-{version}\r\n");
        self.ask("PUT", path, &named, &body.to_string())
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> serde_json::Value {
        let asked = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        self.stream.get_mut().write_all(asked.as_bytes()).expect("sent");
        let mut n_bytes = 0;
        loop {
            let mut line = String::new();
            assert!(self.stream.read_line(&mut line).expect("answered") > 0, "it hung up");
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(n) = line.strip_prefix("content-length: ") {
                n_bytes = n.parse().expect("a number");
            }
            if line.is_empty() {
                break;
            }
        }
        let mut told = vec![0; n_bytes];
        self.stream.read_exact(&mut told).expect("a whole answer");
        serde_json::from_slice(&told).expect("JSON")
    }
}
