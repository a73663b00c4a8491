//! A small provider of identities on this machine, as good or as bad as a test wants it.

use app::identity::{Brought, Provider, ProviderSettings};
use base::{Bilingual, Instant};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use calls::{Caller, Options};
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// The secret that the city and this provider share.
const SECRET: &str = "a shared: secret";
/// How long the city waits for this provider.
const WAIT: Duration = Duration::from_millis(700);

type Change = Box<dyn Fn(&mut Value, &mut Value) + Send>;

/// How the provider behaves.
pub struct Manner {
    /// Changes header and claims of a token before they are signed.
    pub change: Change,
    /// Changes a whole token.
    pub bend: Box<dyn Fn(String) -> String + Send>,
    /// The whole answer of the token endpoint, instead of a token.
    pub token_answer: Option<(u16, String)>,
    /// How long the token endpoint thinks first.
    pub pause: Duration,
    /// The issuer of its discovery document, where it is another than its own.
    pub issuer: Option<String>,
    /// The name of the key that signs now, and the byte it is made of.
    pub key: (String, u8),
    pub is_down: bool,
    /// How often the keys were asked for.
    pub n_keys: usize,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            change: Box::new(|_, _| {}),
            bend: Box::new(|token| token),
            token_answer: None,
            pause: Duration::ZERO,
            issuer: None,
            key: ("k1".to_owned(), 1),
            is_down: false,
            n_keys: 0,
        }
    }
}

/// A code that was given out and not used.
struct Code {
    subject: String,
    at: i64,
    nonce: String,
    challenge: String,
    back: String,
}

/// The provider.
pub struct OpenId {
    issuer: String,
    manner: Arc<Mutex<Manner>>,
    codes: Arc<Mutex<BTreeMap<String, Code>>>,
}

/// What a browser brings back from it.
#[derive(Clone, Debug)]
pub struct Redirected {
    pub state: String,
    pub code: String,
    pub issuer: String,
    pub error: String,
}

impl Redirected {
    /// The same, lent.
    pub fn brought(&self) -> Brought<'_> {
        let Self { state, code, issuer, error } = self;
        Brought { state, code, issuer, error }
    }

    /// The same as the query of an address.
    pub fn query(&self) -> String {
        format!("state={}&code={}&iss={}", self.state, self.code, self.issuer)
    }
}

impl OpenId {
    /// Starts one on a free port; it ends with the process.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("bound"));
        let provider = Self { issuer, manner: Arc::default(), codes: Arc::default() };
        let (issuer, manner) = (provider.issuer.clone(), Arc::clone(&provider.manner));
        let codes = Arc::clone(&provider.codes);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (issuer, manner) = (issuer.clone(), Arc::clone(&manner));
                let codes = Arc::clone(&codes);
                std::thread::spawn(move || serve(stream, &issuer, &manner, &codes));
            }
        });
        provider
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Changes how it behaves from now on.
    pub fn behave(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut self.manner.lock());
    }

    /// Behaves again as it should, with the key it has.
    pub fn reform(&self) {
        let mut manner = self.manner.lock();
        let (key, n_keys) = (manner.key.clone(), manner.n_keys);
        *manner = Manner { key, n_keys, ..Manner::default() };
    }

    /// The provider as a city is set up with it; codes of other factors count where `otp` is said.
    pub fn provider(&self, name: &str) -> Provider {
        let options = Options { private_addresses: true, wait: WAIT, ..Options::default() };
        let settings = ProviderSettings {
            name: name.to_owned(),
            issuer: self.issuer.clone(),
            client: "city".to_owned(),
            secret: Some(SECRET.to_owned()),
            shown: Bilingual::new("The house", "本所账号"),
            scopes: vec!["openid".to_owned()],
            factor_acr: Vec::new(),
            factor_amr: vec!["otp".to_owned()],
        };
        Provider::new(settings, Caller::new(&options).expect("a caller"))
    }

    /// Signs this subject in at the address a browser was sent to, and sends the browser back.
    pub fn allow(&self, address: &str, subject: &str, now: Instant) -> Redirected {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let asked: BTreeMap<String, String> = pairs(query);
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        assert_eq!(of("response_type"), "code");
        assert_eq!(of("code_challenge_method"), "S256");
        assert!(of("scope").split(' ').any(|scope| scope == "openid"), "{address}");
        let mut codes = self.codes.lock();
        let code = format!("code-{}-{subject}", codes.len());
        let given = Code {
            subject: subject.to_owned(),
            at: now.micros() / 1_000_000,
            nonce: of("nonce"),
            challenge: of("code_challenge"),
            back: of("redirect_uri"),
        };
        codes.insert(code.clone(), given);
        let (state, issuer) = (of("state"), self.issuer.clone());
        Redirected { state, code, issuer, error: String::new() }
    }
}

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn pairs(form: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let hex = std::str::from_utf8(after.get(..2).unwrap_or_default()).unwrap_or("");
            match (first, u8::from_str_radix(hex, 16)) {
                (b'%', Ok(byte)) => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                _ => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8(bytes).expect("text")
    };
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// Reads one request whole: its first line, its headers, its body.
fn request(stream: &mut TcpStream) -> Option<(String, String, String)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4_096];
    loop {
        let n = stream.read(&mut part).ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&part[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            let first = head.lines().next()?.to_owned();
            return Some((first, head.to_owned(), body.to_owned()));
        }
    }
}

fn serve(
    mut stream: TcpStream,
    issuer: &str,
    manner: &Mutex<Manner>,
    codes: &Mutex<BTreeMap<String, Code>>,
) {
    let Some((first, head, body)) = request(&mut stream) else { return };
    let path = first.split(' ').nth(1).unwrap_or("").to_owned();
    if manner.lock().is_down {
        return;
    }
    let (status, answer) = match path.as_str() {
        "/.well-known/openid-configuration" => {
            let named = manner.lock().issuer.clone().unwrap_or_else(|| issuer.to_owned());
            let document = json!({
                "issuer": named,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
                "authorization_response_iss_parameter_supported": true,
                "code_challenge_methods_supported": ["S256"],
            });
            (200, document.to_string())
        }
        "/keys" => {
            let mut manner = manner.lock();
            manner.n_keys += 1;
            let pair = pair(manner.key.1);
            let key = json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": manner.key.0,
                "x": b64(pair.public_key().as_ref())});
            (200, json!({ "keys": [key] }).to_string())
        }
        "/token" => {
            let pause = manner.lock().pause;
            std::thread::sleep(pause);
            token(issuer, &head, &body, &manner.lock(), codes)
        }
        _ => (404, String::new()),
    };
    let away = if status == 302 { "location: http://127.0.0.1:1/\r\n" } else { "" };
    let n_bytes = answer.len();
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {n_bytes}\r\n{away}\r\n"
    );
    let _ = stream.write_all(format!("{head}{answer}").as_bytes());
}

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key")
}

fn token(
    issuer: &str,
    head: &str,
    body: &str,
    manner: &Manner,
    codes: &Mutex<BTreeMap<String, Code>>,
) -> (u16, String) {
    if let Some(answer) = &manner.token_answer {
        return answer.clone();
    }
    let refused = |word: &str| (400, json!({ "error": word }).to_string());
    let asked = pairs(body);
    let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let wanted = format!("Basic {}", STANDARD.encode("city:a%20shared%3A%20secret"));
    if !head.contains(&wanted) {
        return refused("invalid_client");
    }
    let Some(code) = codes.lock().remove(&of("code")) else { return refused("invalid_grant") };
    let challenge = b64(digest(&SHA256, of("code_verifier").as_bytes()).as_ref());
    if challenge != code.challenge || of("redirect_uri") != code.back {
        return refused("invalid_grant");
    }
    let mut header = json!({"alg": "EdDSA", "kid": manner.key.0});
    let mut claims = json!({
        "iss": issuer, "sub": code.subject, "aud": "city", "iat": code.at, "exp": code.at + 300,
        "auth_time": code.at, "nonce": code.nonce,
        "email": format!("{}@testing.example", code.subject),
    });
    (manner.change)(&mut header, &mut claims);
    let signed = [&header, &claims].map(|part| b64(part.to_string().as_bytes())).join(".");
    let signature = pair(manner.key.1).sign(signed.as_bytes());
    let token = (manner.bend)(format!("{signed}.{}", b64(signature.as_ref())));
    let answer =
        json!({"id_token": token, "access_token": "opens nothing", "token_type": "Bearer"});
    (200, answer.to_string())
}
