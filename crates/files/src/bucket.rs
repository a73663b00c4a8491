//! Files in a bucket of an S3 service, and the calls to it.

use crate::FilesError;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Plain;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};
use object_store::{ClientOptions, RetryConfig};
use std::time::Duration;

/// Bytes of one part of a file that is sent in several; S3 takes none below 5 MiB but the last.
pub(crate) const PART_BYTES: usize = 8 << 20;
/// How long the service may say nothing, before its answer and within it.
const SILENCE: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(5);
/// How often a call is made again that the service did not take, and how long at most.
const RETRIES_MAX: usize = 4;
const RETRY: Duration = Duration::from_secs(20);

/// A bucket and the key to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    /// `https://…`, or empty for the service of the region.
    pub endpoint: String,
    pub region: String,
    pub key_id: String,
    pub secret: String,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.endpoint, self.name)
    }
}

impl Bucket {
    /// Whether its key and its files are read by nobody on the way: https, or plain http on this
    /// machine alone.
    pub fn is_private(&self) -> bool {
        let host = self.endpoint.strip_prefix("http://").map(|rest| {
            let host = rest.split(['/', '?']).next().unwrap_or("");
            host.rsplit_once(':').map_or(host, |(host, _)| host)
        });
        let is_https = self.endpoint.is_empty() || self.endpoint.starts_with("https://");
        is_https || host.is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"))
    }

    /// Files in it. Nothing is asked of the service yet.
    pub(crate) fn open(&self) -> Result<AmazonS3, FilesError> {
        if !self.is_private() {
            let found = format!("{} is neither https nor on this machine", self.endpoint);
            return Err(FilesError::Away(found));
        }
        let retry = RetryConfig {
            max_retries: RETRIES_MAX,
            retry_timeout: RETRY,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.key_id)
            .with_secret_access_key(&self.secret)
            .with_allow_http(true)
            .with_retry(retry)
            .with_http_connector(Connector);
        if !self.endpoint.is_empty() {
            builder = builder.with_endpoint(self.endpoint.trim_end_matches('/'));
        }
        Ok(builder.build()?)
    }
}

/// Makes the client of a bucket.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut plain = Plain::new();
        plain.set_connect_timeout(Some(CONNECT));
        plain.set_nodelay(true);
        plain.enforce_http(false);
        let failed = |error: std::io::Error| object_store::Error::Generic {
            store: "S3",
            source: Box::new(error),
        };
        let tls = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(failed)?
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(SILENCE)
            .build(tls);
        Ok(HttpClient::new(Service(client)))
    }
}

/// Calls that end: each wait for the service has its bound.
#[derive(Debug)]
struct Service(Client<HttpsConnector<Plain>, HttpRequestBody>);

#[async_trait::async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = tokio::time::timeout(SILENCE, self.0.request(request)).await;
        let answer = answer.map_err(silent)?.map_err(|error| {
            let kind = match error.is_connect() {
                true => HttpErrorKind::Connect,
                false => HttpErrorKind::Interrupted,
            };
            HttpError::new(kind, error)
        })?;
        let (head, body) = answer.into_parts();
        // Every piece of the body is waited for by itself: a long file may take long.
        let pieces = stream::unfold(body, |mut body| async {
            let piece = match tokio::time::timeout(SILENCE, body.frame()).await {
                Ok(None) => return None,
                Ok(Some(Ok(frame))) => Ok(frame),
                Ok(Some(Err(error))) => Err(HttpError::new(HttpErrorKind::Interrupted, error)),
                Err(error) => Err(silent(error)),
            };
            Some((piece, body))
        });
        let body = HttpResponseBody::new(StreamBody::new(pieces.fuse()));
        Ok(HttpResponse::from_parts(head, body))
    }
}

fn silent(error: tokio::time::error::Elapsed) -> HttpError {
    HttpError::new(HttpErrorKind::Timeout, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_over_no_open_line() {
        let bucket = |endpoint: &str| Bucket {
            name: "city".to_owned(),
            endpoint: endpoint.to_owned(),
            region: "us-east-1".to_owned(),
            key_id: "id".to_owned(),
            secret: "hidden".to_owned(),
        };
        for good in ["", "https://s3.example", "http://127.0.0.1:9000", "http://localhost:1/"] {
            assert!(bucket(good).is_private() && bucket(good).open().is_ok(), "{good}");
        }
        for bad in ["http://s3.example", "http://127.0.0.1.example", "ftp://127.0.0.1", "s3"] {
            assert!(!bucket(bad).is_private() && bucket(bad).open().is_err(), "{bad}");
        }
        assert!(!format!("{:?}", bucket("")).contains("hidden"));
    }
}
