//! What a provider publishes: its addresses (OpenID Connect Discovery 1.0) and its keys (RFC 7517).

use crate::{Fault, plain};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Keys read of one set.
const KEYS_MAX: usize = 50;
/// Characters of an address.
const ADDRESS_MAX: usize = 1_000;

/// What a provider says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    pub issuer: String,
    pub authorization: String,
    pub token: String,
    pub keys: String,
    /// It names itself in its answers (RFC 9207).
    pub names_itself: bool,
    /// A client's secret travels in the form and not in a header.
    pub secret_in_form: bool,
}

#[derive(serde::Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
}

/// Where a provider says what it is.
pub fn discovery_address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// Whether an address is https, or plain http on this very machine, and nothing in it misleads.
pub fn is_safe_address(address: &str) -> bool {
    let is_plain_text = address.len() <= ADDRESS_MAX
        && address.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>".contains(&byte));
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => authority.split(':').next().unwrap_or(""),
    };
    let is_safe = is_plain_text && !host.is_empty() && !authority.contains('@');
    match scheme {
        "https" => is_safe && !address.contains('#'),
        "http" => is_safe && !address.contains('#') && is_this_machine(host),
        _ => false,
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Reads a discovery document; it has to be this issuer's own, to the letter.
pub fn read_metadata(bytes: &[u8], issuer: &str) -> Result<Metadata, Fault> {
    let unread = |error: serde_json::Error| Fault::Unreadable(format!("discovery: {error}"));
    let found: Document = serde_json::from_slice(bytes).map_err(unread)?;
    if found.issuer != issuer {
        return Err(Fault::Issuer);
    }
    let addresses = [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri];
    if let Some(odd) = addresses.into_iter().find(|address| !is_safe_address(address)) {
        return Err(Fault::Address(plain(odd)));
    }
    let lacks_s256 = |methods: &Vec<String>| !methods.iter().any(|method| method == "S256");
    if found.code_challenge_methods_supported.as_ref().is_some_and(lacks_s256) {
        return Err(Fault::Unreadable("discovery: no S256 for code challenges".to_owned()));
    }
    // Where nothing is said, the header is meant (Discovery 1.0, section 3).
    let methods = found.token_endpoint_auth_methods_supported.unwrap_or_default();
    let has = |name: &str| methods.iter().any(|method| method == name);
    Ok(Metadata {
        issuer: found.issuer,
        authorization: found.authorization_endpoint,
        token: found.token_endpoint,
        keys: found.jwks_uri,
        names_itself: found.authorization_response_iss_parameter_supported,
        secret_in_form: has("client_secret_post") && !has("client_secret_basic"),
    })
}

/// The keys of a provider that a token may be signed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(pub(crate) Vec<Key>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) id: Option<String>,
    pub(crate) alg: Option<String>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// The point, uncompressed.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Keys {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(serde::Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(serde::Deserialize)]
struct Listed {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Reads a key set; keys of a kind that is not taken are left out.
pub fn read_keys(bytes: &[u8]) -> Result<Keys, Fault> {
    let unread = |said: String| Fault::Unreadable(format!("keys: {said}"));
    let set: Set = serde_json::from_slice(bytes).map_err(|error| unread(error.to_string()))?;
    let keys: Vec<Key> = set.keys.into_iter().take(KEYS_MAX).filter_map(read_key).collect();
    if keys.is_empty() {
        return Err(unread("none that signs".to_owned()));
    }
    Ok(Keys(keys))
}

fn read_key(value: serde_json::Value) -> Option<Key> {
    let listed: Listed = serde_json::from_value(value).ok()?;
    if listed.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
    let sized = |text: &Option<String>| bytes(text).filter(|bytes| bytes.len() == 32);
    let kind = match (listed.kty.as_str(), listed.crv.as_deref()) {
        ("RSA", _) => Kind::Rsa { n: bytes(&listed.n)?, e: bytes(&listed.e)? },
        ("EC", Some("P-256")) => {
            Kind::P256([&[4][..], &sized(&listed.x)?, &sized(&listed.y)?].concat())
        }
        ("OKP", Some("Ed25519")) => Kind::Ed25519(sized(&listed.x)?),
        _ => return None,
    };
    Some(Key { id: listed.kid, alg: listed.alg, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_on_this_machine() {
        for safe in [
            "https://id.example/a?b=c",
            "http://127.0.0.1:1/x",
            "http://[::1]:9/",
            "http://localhost/",
        ] {
            assert!(is_safe_address(safe), "{safe}");
        }
        let odd = [
            "http://id.example/",
            "http://127.0.0.1@evil.example/",
            "https://user@id.example/",
            "https:///x",
            "https://id.example/#a",
            "javascript://x",
            "ftp://id.example",
            "https://id.example/a b",
            "http://localhost.evil.example/",
            "",
        ];
        for odd in odd {
            assert!(!is_safe_address(odd), "{odd}");
        }
    }

    fn document(change: &str) -> String {
        let plain = r#"{"issuer":"https://id.example","authorization_endpoint":"https://id.example/a",
            "token_endpoint":"https://id.example/t","jwks_uri":"https://id.example/k"EXTRA}"#;
        plain.replace("EXTRA", change)
    }

    #[test]
    fn a_document_is_its_issuers_own() {
        let read = |text: &str| read_metadata(text.as_bytes(), "https://id.example");
        let found = read(&document("")).expect("readable");
        assert!(!found.names_itself && !found.secret_in_form);
        let more = r#","authorization_response_iss_parameter_supported":true,
            "token_endpoint_auth_methods_supported":["client_secret_post"],
            "code_challenge_methods_supported":["plain","S256"]"#;
        let found = read(&document(more)).expect("readable");
        assert!(found.names_itself && found.secret_in_form);
        let other = read_metadata(document("").as_bytes(), "https://id.example/");
        assert_eq!(other, Err(Fault::Issuer));
        let plain = document(r#","code_challenge_methods_supported":["plain"]"#);
        assert!(matches!(read(&plain), Err(Fault::Unreadable(_))));
        let odd = document("").replace("https://id.example/k", "http://id.example/k");
        assert!(matches!(read(&odd), Err(Fault::Address(_))));
        assert!(matches!(read("[]"), Err(Fault::Unreadable(_))));
        let address = "https://id.example/r/c/.well-known/openid-configuration";
        assert_eq!(discovery_address("https://id.example/r/c/"), address);
    }

    #[test]
    fn keys_of_other_kinds_are_left_out() {
        let x = "A".repeat(43);
        let text = format!(
            r#"{{"keys":[{{"kty":"oct","k":"AAAA"}},{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}","kid":"a"}},
               {{"kty":"OKP","crv":"Ed25519","x":"{x}"}},{{"kty":"OKP","crv":"Ed25519","x":"AA"}},
               {{"kty":"RSA","n":"AQAB","e":"AQAB","use":"enc"}},7]}}"#
        );
        assert_eq!(read_keys(text.as_bytes()).expect("readable").len(), 2);
        assert!(read_keys(br#"{"keys":[]}"#).is_err());
        assert!(read_keys(b"{}").is_err());
    }
}
