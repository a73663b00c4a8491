//! A server on a free port of this machine, and a client that keeps its connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use worlds::World;

/// Starts a server over a city; the runtime is what it lives in.
pub fn served(world: &World) -> (tokio::runtime::Runtime, u16) {
    let edge = Arc::new(edge::Edge {
        city: world.city.clone(),
        settings: edge::EdgeSettings { proxies: this_machine(), ..Default::default() },
        metrics: edge::Metrics::default(),
        bounds: edge::Bounds::default(),
        live: edge::Live::default(),
    });
    let mut routes = web::routes();
    routes.extend([api::routes()]);
    let router = edge::router(&edge, &routes, &web::MISSING);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let listener =
        runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    runtime.spawn(async move { axum::serve(listener, router).await });
    (runtime, port)
}

/// Clients of a measurement may say which network they stand for.
fn this_machine() -> edge::Proxies {
    edge::Proxies::parse(&["127.0.0.1".to_owned()]).expect("an address")
}

/// One connection that is kept.
pub struct Client<'k> {
    stream: BufReader<TcpStream>,
    key: &'k str,
}

impl<'k> Client<'k> {
    pub fn to(port: u16, key: &'k str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream: BufReader::new(stream), key }
    }

    pub fn get(&mut self, path: &str) -> serde_json::Value {
        self.ask("GET", path, "", "")
    }

    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> serde_json::Value {
        serde_json::from_slice(&self.bytes(method, path, headers, body)).expect("JSON")
    }

    /// The same as it came.
    pub fn bytes(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
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
        told
    }
}
