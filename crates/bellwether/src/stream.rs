//! The stream of a connection, which has to move, and how many connections one network may have.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// How long a client may read nothing of an answer before it is let go.
const STALL_MAX: Duration = Duration::from_secs(30);

/// A stream that ends when its client takes nothing for too long.
pub(crate) struct Moving<S> {
    inner: S,
    wait: Duration,
    ends: Pin<Box<Sleep>>,
    is_stalled: bool,
}

impl Moving<TcpStream> {
    /// A stream with the usual patience.
    pub(crate) fn new(inner: TcpStream) -> Self {
        Self::with(inner, STALL_MAX)
    }
}

impl<S> Moving<S> {
    fn with(inner: S, wait: Duration) -> Self {
        Self { inner, wait, ends: Box::pin(tokio::time::sleep(wait)), is_stalled: false }
    }

    /// What a write came to, or the end of a stream that stood still.
    fn watched<R>(
        &mut self,
        done: Poll<io::Result<R>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<R>> {
        if done.is_ready() {
            self.is_stalled = false;
            return done;
        }
        if !self.is_stalled {
            self.is_stalled = true;
            let ends = Instant::now() + self.wait;
            self.ends.as_mut().reset(ends);
        }
        match self.ends.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Moving<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Moving<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.watched(done, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write_vectored(cx, parts);
        self.watched(done, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.inner).poll_flush(cx);
        self.watched(done, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.watched(done, cx)
    }
}

/// Connections by network; no network may have more than its share, so that none keeps the others
/// out.
#[derive(Clone)]
pub(crate) struct Shares {
    open: Arc<Mutex<HashMap<String, usize>>>,
    most: usize,
}

impl Shares {
    /// Shares of so many connections in all.
    pub(crate) fn of(connections_max: usize) -> Self {
        Self { open: Arc::default(), most: (connections_max / 4).max(16) }
    }

    /// One more connection of this network, if it has room.
    pub(crate) fn take(&self, network: &str) -> Option<Share> {
        let mut open = self.open.lock();
        let n = open.entry(network.to_owned()).or_default();
        if *n >= self.most {
            return None;
        }
        *n += 1;
        Some(Share { shares: self.clone(), network: network.to_owned() })
    }
}

/// One connection of a network, counted until it is dropped.
pub(crate) struct Share {
    shares: Shares,
    network: String,
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut open = self.shares.open.lock();
        if let Some(n) = open.get_mut(&self.network) {
            *n -= 1;
            if *n == 0 {
                open.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_let_go() {
        let (mut client, server) = tokio::io::duplex(1_024);
        let mut moving = Moving::with(server, Duration::from_millis(50));
        let error = moving.write_all(&[7; 4_096]).await.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let mut some = [0; 1_024];
        client.read_exact(&mut some).await.expect("what was written");
    }

    #[tokio::test]
    async fn a_slow_client_is_served() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut moving = Moving::with(server, Duration::from_millis(500));
        let writing = tokio::spawn(async move { moving.write_all(&[7; 640]).await.is_ok() });
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(80)).await;
            client.read_exact(&mut [0; 64]).await.expect("more");
        }
        assert!(writing.await.expect("ended"), "80 ms a piece is not standing still");
    }

    #[test]
    fn a_network_has_its_share() {
        let shares = Shares::of(80);
        let mut held: Vec<Share> = (0..20).filter_map(|_| shares.take("a")).collect();
        assert_eq!(held.len(), 20);
        assert!(shares.take("a").is_none() && shares.take("b").is_some());
        held.pop();
        assert!(shares.take("a").is_some());
        drop(held);
        assert!(shares.open.lock().is_empty());
    }
}
