//! A provider: how it is set up, what is known of it, and the calls to it.

use base::{Bilingual, Instant};
use calls::{CallError, Caller};
use openid::{Ask, Claims, Expected, Fault, Keys, Metadata};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Seconds for which what a provider published is believed.
const KNOWN_SECONDS: i64 = 3_600;
/// Seconds between two looks at the keys because a token names one that is not known.
const KEYS_AGAIN_SECONDS: i64 = 60;
/// Seconds for which a provider that failed is left alone.
const PAUSE_SECONDS: i64 = 5;
/// Calls to one provider at a time: a slow one may not hold every thread.
const CALLS_MAX: usize = 8;

/// How a provider is set up.
#[derive(Clone)]
pub struct ProviderSettings {
    /// In addresses of ours and in the settings: small letters, digits and hyphens.
    pub name: String,
    pub issuer: String,
    pub client: String,
    /// Without one, the client is public and PKCE alone protects the code.
    pub secret: Option<String>,
    /// What people call it.
    pub shown: Bilingual,
    pub scopes: Vec<String>,
    /// Values of `acr` and `amr` that stand for a second factor.
    pub factor_acr: Vec<String>,
    pub factor_amr: Vec<String>,
}

impl std::fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("name", &self.name).field("issuer", &self.issuer).finish()
    }
}

/// Every provider that is set up.
#[derive(Clone, Debug, Default)]
pub struct Providers(Vec<Arc<Provider>>);

impl Providers {
    /// These providers.
    pub fn new(all: Vec<Provider>) -> Self {
        Self(all.into_iter().map(Arc::new).collect())
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Whether there is none, so that nothing is said of them.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Provider> {
        self.iter().find(|provider| provider.settings.name == name)
    }

    pub(crate) fn of_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.iter().find(|provider| provider.settings.issuer == issuer)
    }
}

/// Why a provider gave nothing that can be used; for the server's own log.
#[derive(Debug)]
pub(crate) enum Trouble {
    Call(&'static str, CallError),
    Fault(Fault),
    /// It failed a moment ago.
    Paused,
    /// Too many calls to it wait.
    Busy,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call(what, error) => write!(f, "{what}: {error}"),
            Self::Fault(fault) => fault.fmt(f),
            Self::Paused => f.write_str("it failed a moment ago and is left alone"),
            Self::Busy => f.write_str("too many calls to it wait"),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

#[derive(Debug, Default)]
struct Known {
    metadata: Option<(Instant, Arc<Metadata>)>,
    keys: Option<(Instant, Arc<Keys>)>,
    failed_at: Option<Instant>,
}

/// A provider with what is known of it.
#[derive(Debug)]
pub struct Provider {
    settings: ProviderSettings,
    caller: Caller,
    known: Mutex<Known>,
    n_calls: AtomicUsize,
}

impl Provider {
    /// A provider that is called like this; nothing is called yet.
    pub fn new(settings: ProviderSettings, caller: Caller) -> Self {
        Self { settings, caller, known: Mutex::default(), n_calls: AtomicUsize::new(0) }
    }

    /// How it is set up.
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// What it says about itself: remembered, or asked for.
    pub(crate) fn metadata(&self, now: Instant) -> Result<Arc<Metadata>, Trouble> {
        {
            let known = self.known.lock();
            if let Some((at, found)) = &known.metadata
                && now < at.plus_seconds(KNOWN_SECONDS)
            {
                return Ok(Arc::clone(found));
            }
            if known.failed_at.is_some_and(|at| now < at.plus_seconds(PAUSE_SECONDS)) {
                return Err(Trouble::Paused);
            }
        }
        let found = self.fetch_metadata();
        let mut known = self.known.lock();
        match found {
            Ok(found) => {
                let found = Arc::new(found);
                known.metadata = Some((now, Arc::clone(&found)));
                known.failed_at = None;
                Ok(found)
            }
            Err(trouble) => {
                known.failed_at = Some(now);
                Err(trouble)
            }
        }
    }

    fn fetch_metadata(&self) -> Result<Metadata, Trouble> {
        let address = openid::discovery_address(&self.settings.issuer);
        let body = self.get("discovery", &address)?;
        Ok(openid::read_metadata(&body, &self.settings.issuer)?)
    }

    /// Its keys; asked for anew when they are old, or when one is missing, but not all the time.
    fn keys(&self, metadata: &Metadata, now: Instant, lacks: bool) -> Result<Arc<Keys>, Trouble> {
        let age = if lacks { KEYS_AGAIN_SECONDS } else { KNOWN_SECONDS };
        if let Some((at, found)) = &self.known.lock().keys
            && now < at.plus_seconds(age)
        {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(openid::read_keys(&self.get("keys", &metadata.keys)?)?);
        self.known.lock().keys = Some((now, Arc::clone(&found)));
        Ok(found)
    }

    /// Changes a code into what the provider says of somebody. No token outlives this.
    pub(crate) fn claims(
        &self,
        ask: &Ask<'_>,
        code: &str,
        now: Instant,
    ) -> Result<Claims, Trouble> {
        let metadata = self.metadata(now)?;
        let request = openid::token_request(&metadata, ask, code, self.settings.secret.as_deref());
        let authorization = request.authorization.as_deref().unwrap_or("");
        let headers = [("accept", "application/json"), ("authorization", authorization)];
        let n_headers = if authorization.is_empty() { 1 } else { 2 };
        let form = "application/x-www-form-urlencoded";
        let answer = self.calling("token", || {
            let headers = &headers[..n_headers];
            self.caller.post(&metadata.token, form, headers, request.body.as_bytes())
        })?;
        let answer = openid::read_token_answer(answer.status, &answer.body)?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client: &self.settings.client,
            nonce: ask.nonce,
            now: now.micros().div_euclid(1_000_000),
            access_token: answer.access_token.as_deref(),
        };
        let keys = self.keys(&metadata, now, false)?;
        match openid::verify(&answer.id_token, &keys, &expected) {
            Err(Fault::UnknownKey) => {
                let keys = self.keys(&metadata, now, true)?;
                Ok(openid::verify(&answer.id_token, &keys, &expected)?)
            }
            found => Ok(found?),
        }
    }

    /// Whether what it says of somebody stands for a second factor, as the operator set it.
    pub(crate) fn vouches(&self, claims: &Claims) -> bool {
        let has = |all: &[String], one: &String| all.contains(one);
        claims.acr.as_ref().is_some_and(|acr| has(&self.settings.factor_acr, acr))
            || claims.amr.iter().any(|amr| has(&self.settings.factor_amr, amr))
    }

    /// Asks for everything it publishes, remembered or not; the number of its keys.
    pub(crate) fn check(&self, now: Instant) -> Result<usize, Trouble> {
        let metadata = Arc::new(self.fetch_metadata()?);
        let known = Some((now, Arc::clone(&metadata)));
        *self.known.lock() = Known { metadata: known, ..Known::default() };
        Ok(self.keys(&metadata, now, true)?.len())
    }

    fn get(&self, what: &'static str, address: &str) -> Result<Vec<u8>, Trouble> {
        let answer = self.calling(what, || self.caller.get(address))?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        Err(Fault::Refused(format!("status {} for its {what}", answer.status)).into())
    }

    fn calling<R>(
        &self,
        what: &'static str,
        call: impl FnOnce() -> Result<R, CallError>,
    ) -> Result<R, Trouble> {
        let is_full = self.n_calls.fetch_add(1, Ordering::Relaxed) >= CALLS_MAX;
        let answer = if is_full {
            Err(Trouble::Busy)
        } else {
            call().map_err(|error| Trouble::Call(what, error))
        };
        self.n_calls.fetch_sub(1, Ordering::Relaxed);
        answer
    }
}
