//! How the process is: `/healthz`, `/readyz` and `/metrics`, outside the faces.

use crate::clock::RealClock;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use edge::Edge;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

/// Entries that the index may be behind before others should be asked instead.
const LAG_MAX: u64 = 5_000;

/// Paths that belong to no face, and so to no row of the matrix; nothing of the city is in them.
pub const PATHS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// What these answers are made from.
#[derive(Clone)]
pub struct Health {
    pub edge: Arc<Edge>,
    pub clock: RealClock,
}

/// The routes of these paths.
pub fn router(health: Health) -> Router {
    Router::new()
        .route(PATHS[0], get(healthz))
        .route(PATHS[1], get(readyz))
        .route(PATHS[2], get(metrics))
        .with_state(health)
}

/// How far things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub log: u64,
    pub index: u64,
    pub is_read_only: bool,
    pub has_failed: bool,
}

impl Standing {
    fn of(health: &Health) -> Self {
        let city = &health.edge.city;
        let committed = city.store().committed();
        Self {
            log: committed.size(),
            index: city.index().position(),
            is_read_only: committed.is_read_only(),
            has_failed: committed.failure().is_some(),
        }
    }

    fn lag(self) -> u64 {
        self.log.saturating_sub(self.index)
    }

    /// One word, and whether requests should come here. Reading goes on while the disk is full.
    pub fn word(self) -> (&'static str, bool) {
        match self {
            Self { has_failed: true, .. } => ("failed", false),
            _ if self.lag() > LAG_MAX => ("catching-up", false),
            Self { is_read_only: true, .. } => ("read-only", true),
            _ => ("ready", true),
        }
    }
}

async fn healthz(State(health): State<Health>) -> Response {
    if Standing::of(&health).has_failed {
        return (StatusCode::INTERNAL_SERVER_ERROR, "failed\n").into_response();
    }
    "ok\n".into_response()
}

async fn readyz(State(health): State<Health>) -> Response {
    let standing = Standing::of(&health);
    let (word, is_ready) = standing.word();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let document = serde_json::json!({
        "state": word,
        "log": standing.log,
        "index": standing.index,
        "lag": standing.lag(),
        "read_only": standing.is_read_only,
    });
    (status, [("content-type", "application/json")], format!("{document}\n")).into_response()
}

async fn metrics(State(health): State<Health>, request: Request) -> Response {
    if !may_measure(&health.edge, &request) {
        return (StatusCode::NOT_FOUND, "").into_response();
    }
    let kind = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];
    (kind, text(&health)).into_response()
}

/// This machine itself, or whoever has the token. A proxy here speaks for others, so its requests
/// are not this machine's own.
fn may_measure(edge: &Edge, request: &Request) -> bool {
    let headers = request.headers();
    let token = edge.settings.metrics_token.as_str();
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("");
    if !token.is_empty() && app::secret::same(given, token) {
        return true;
    }
    let is_forwarded = ["x-forwarded-for", "forwarded", "x-real-ip"]
        .iter()
        .any(|name| headers.contains_key(*name));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|peer| peer.0.ip().is_loopback()) && !is_forwarded
}

fn text(health: &Health) -> String {
    let standing = Standing::of(health);
    let store = health.edge.city.store();
    let committed = store.committed();
    let mut text = health.edge.metrics.text();
    let mut gauge = |name: &str, value: u64| {
        let _ = writeln!(text, "# TYPE bellwether_{name} gauge\nbellwether_{name} {value}");
    };
    gauge("log_entries", standing.log);
    gauge("index_lag_entries", standing.lag());
    gauge("acts_waiting", u64::try_from(store.n_waiting()).unwrap_or(u64::MAX));
    gauge("listeners", u64::try_from(health.edge.live.n_listeners()).unwrap_or(u64::MAX));
    gauge("read_only", u64::from(standing.is_read_only));
    if let Ok(all) = health.edge.city.standing_now() {
        let age = |at: base::Instant| u64::try_from(all.at.seconds_since(at)).unwrap_or(0);
        gauge("schema", all.schema);
        gauge("events_unnumbered", all.n_unnumbered);
        gauge("wal_bytes", all.wal_bytes);
        gauge("checkpoint_entries", all.checkpoint.map_or(0, |(size, _)| size));
        // Absent until the first of each.
        if let Some((_, at)) = all.checkpoint {
            gauge("checkpoint_age_seconds", age(at));
        }
        if let Some((at, _)) = all.backup {
            gauge("backup_age_seconds", age(at));
        }
        gauge("letters_waiting", all.mail.n);
        gauge("letters_waiting_age_seconds", all.mail.oldest.map_or(0, age));
        gauge("letters_given_up", all.n_given_up);
        gauge("deliveries_waiting", all.webhooks.n_waiting);
        gauge("deliveries_waiting_age_seconds", all.webhooks.oldest.map_or(0, age));
        gauge("deliveries_given_up", all.webhooks.n_given_up);
        gauge("webhooks_off", all.webhooks.n_off);
        let free = all.disks.iter().map(|disk| disk.room.bytes_free).min();
        let nodes = all.disks.iter().map(|disk| disk.room.nodes_free).min();
        gauge("disk_free_bytes", free.unwrap_or(0));
        gauge("disk_free_nodes", nodes.unwrap_or(0));
        let _ = writeln!(text, "# TYPE bellwether_follower_lag_entries gauge");
        for one in &all.followers {
            let (name, lag) = (&one.name, one.lag);
            let _ = writeln!(text, "bellwether_follower_lag_entries{{follower=\"{name}\"}} {lag}");
        }
    }
    let mut counter = |name: &str, value: u64| {
        let _ = writeln!(text, "# TYPE bellwether_{name}_total counter");
        let _ = writeln!(text, "bellwether_{name}_total {value}");
    };
    counter("commits", committed.n_commits());
    counter("statements", store.n_statements());
    counter("clock_set_back", health.clock.n_alarms());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standing_has_a_word() {
        let well = Standing { log: 9, index: 9, is_read_only: false, has_failed: false };
        assert_eq!(well.word(), ("ready", true));
        assert_eq!(Standing { is_read_only: true, ..well }.word(), ("read-only", true));
        assert_eq!(Standing { log: 9_000, ..well }.word(), ("catching-up", false));
        assert_eq!(Standing { has_failed: true, ..well }.word(), ("failed", false));
    }
}
