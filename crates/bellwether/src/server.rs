//! The listener: connections within bounds, time-outs, and an end that lets answers finish.

use crate::stream::{Moving, Shares};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use base::Lang;
use edge::{Proxies, network_of};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

/// How long a client may take to send a head.
const HEAD_WAIT: Duration = Duration::from_secs(30);
/// How long anything may take to arrive and to be answered, whatever the edge thinks of it.
const REQUEST_WAIT: Duration = Duration::from_secs(120);
/// The same for what may hold a file.
const UPLOAD_WAIT: Duration = Duration::from_secs(780);
/// How long answers that are being made are waited for at the end.
const END_WAIT: Duration = Duration::from_secs(20);
/// Connections that wait in the system before we take them.
const BACKLOG: i32 = 1_024;

/// Binds an address; port 0 lets the system choose.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Answers until told to stop, then lets the open answers finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    (connections_max, proxies): (usize, Proxies),
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let shares = Shares::of(connections_max);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(connections_max.max(1)));
    loop {
        let place = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // A proxy speaks for many networks, and so may whatever runs on this machine;
                // whoever comes by itself has a share.
                let speaks_for_many = proxies.trusts(peer.ip()) || peer.ip().is_loopback();
                let network = (!speaks_for_many).then(|| network_of(peer.ip()));
                let share = network.map(|network| shares.take(&network));
                if matches!(share, Some(None)) {
                    tracing::debug!("a network has all the connections it may have");
                    continue;
                }
                let _ = stream.set_nodelay(true);
                let (router, stop) = (router.clone(), stop.clone());
                tokio::spawn(async move {
                    connection(stream, peer, router, stop).await;
                    drop((place, share));
                });
            }
            Err(error) => {
                // Out of handles, mostly: others have to end before there is a place again.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let all = u32::try_from(connections_max.max(1)).unwrap_or(u32::MAX);
    if tokio::time::timeout(END_WAIT, places.acquire_many(all)).await.is_err() {
        tracing::warn!("some answers did not finish in time");
    }
    Ok(())
}

async fn connection(
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move { Ok::<_, Infallible>(answer(router, request.map(Body::new), peer).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WAIT);
    let open = builder.serve_connection(TokioIo::new(Moving::new(stream)), service);
    let mut open = std::pin::pin!(open);
    tokio::select! {
        done = open.as_mut() => return log_end(done),
        _ = stop.wait_for(|stop| *stop) => open.as_mut().graceful_shutdown(),
    }
    log_end(open.await);
}

fn log_end(done: Result<(), hyper::Error>) {
    if let Err(error) = done {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// One answer within its time; whoever asked later than that is told that the outcome is open.
async fn answer(router: Router, mut request: Request<Body>, peer: SocketAddr) -> Response<Body> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    let is_upload = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let wait = if is_upload { UPLOAD_WAIT } else { REQUEST_WAIT };
    match tokio::time::timeout(wait, router.oneshot(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => late(),
    }
}

fn late() -> Response<Body> {
    let lines = Lang::ALL.map(|lang| words::say(lang, "cli-server-late"));
    let mut response = Response::new(Body::from(format!("{}\n", lines.join("\n"))));
    *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
    let headers = response.headers_mut();
    let plain = axum::http::HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert("content-type", plain);
    headers.insert("connection", axum::http::HeaderValue::from_static("close"));
    response
}
