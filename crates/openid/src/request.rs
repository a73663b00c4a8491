//! Where a browser is sent, and what is sent for the code it brings back (RFC 6749, RFC 7636).

use crate::{Fault, Metadata, plain};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

/// What one sign-in asks of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub client: &'a str,
    /// Where the browser comes back to, as registered with the provider.
    pub back: &'a str,
    pub scopes: &'a [String],
    pub state: &'a str,
    pub nonce: &'a str,
    /// The secret whose digest goes along; it is shown with the code.
    pub verifier: &'a str,
    /// Whether the provider has to ask anew who it is.
    pub anew: bool,
    pub lang: &'a str,
}

/// The challenge of a verifier: S256 (RFC 7636, section 4.2).
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// The address that a browser is sent to.
pub fn authorization_address(metadata: &Metadata, ask: &Ask<'_>) -> String {
    let (scope, challenge) = (ask.scopes.join(" "), challenge(ask.verifier));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", ask.client),
        ("redirect_uri", ask.back),
        ("scope", scope.as_str()),
        ("state", ask.state),
        ("nonce", ask.nonce),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("ui_locales", ask.lang),
    ];
    if ask.anew {
        pairs.extend([("prompt", "login"), ("max_age", "0")]);
    }
    let joint = if metadata.authorization.contains('?') { '&' } else { '?' };
    format!("{}{joint}{}", metadata.authorization, form(&pairs))
}

/// What is posted to the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    pub body: String,
    /// The header `authorization`, where the secret travels in it.
    pub authorization: Option<String>,
}

/// What is posted for a code.
pub fn token_request(
    metadata: &Metadata,
    ask: &Ask<'_>,
    code: &str,
    secret: Option<&str>,
) -> TokenRequest {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", ask.back),
        ("code_verifier", ask.verifier),
    ];
    let mut authorization = None;
    match secret {
        Some(secret) if !metadata.secret_in_form => {
            // Both halves are form-encoded first (RFC 6749, section 2.3.1).
            let both = format!("{}:{}", encoded(ask.client), encoded(secret));
            authorization = Some(format!("Basic {}", STANDARD.encode(both)));
        }
        Some(secret) => pairs.extend([("client_id", ask.client), ("client_secret", secret)]),
        None => pairs.push(("client_id", ask.client)),
    }
    TokenRequest { body: form(&pairs), authorization }
}

/// What the token endpoint answered; both are looked at once and kept nowhere.
#[derive(serde::Deserialize)]
pub struct TokenAnswer {
    pub id_token: String,
    pub access_token: Option<String>,
}

/// Reads an answer of the token endpoint.
pub fn read_token_answer(status: u16, body: &[u8]) -> Result<TokenAnswer, Fault> {
    #[derive(serde::Deserialize)]
    struct Refused {
        error: String,
    }
    if status == 200 {
        // What serde says could repeat a part of a token.
        return serde_json::from_slice(body)
            .map_err(|_| Fault::Unreadable("the answer for the code".to_owned()));
    }
    let refused = serde_json::from_slice::<Refused>(body).map(|found| plain(&found.error));
    Err(Fault::Refused(refused.unwrap_or_else(|_| format!("status {status}"))))
}

fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(secret_in_form: bool) -> Metadata {
        Metadata {
            issuer: "https://id.example".to_owned(),
            authorization: "https://id.example/a?b=c".to_owned(),
            token: "https://id.example/t".to_owned(),
            keys: "https://id.example/k".to_owned(),
            names_itself: false,
            secret_in_form,
        }
    }

    const ASK: Ask<'static> = Ask {
        client: "a b",
        back: "https://city.example/back",
        scopes: &[],
        state: "s",
        nonce: "n",
        verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        anew: true,
        lang: "en",
    };

    #[test]
    fn the_challenge_is_the_vector_of_the_rfc() {
        // RFC 7636, appendix B.
        assert_eq!(challenge(ASK.verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_browser_is_sent_with_everything() {
        let address = authorization_address(&metadata(false), &ASK);
        assert!(
            address.starts_with("https://id.example/a?b=c&response_type=code&client_id=a%20b&")
        );
        for part in ["state=s", "nonce=n", "code_challenge_method=S256", "max_age=0"] {
            assert!(address.contains(&format!("&{part}")), "{part} in {address}");
        }
        assert!(address.contains("redirect_uri=https%3A%2F%2Fcity.example%2Fback"));
        assert!(!address.contains(ASK.verifier));
    }

    #[test]
    fn the_secret_travels_where_the_provider_wants_it() {
        let header = token_request(&metadata(false), &ASK, "c", Some("p:w"));
        assert_eq!(header.authorization.as_deref(), Some("Basic YSUyMGI6cCUzQXc="));
        assert!(!header.body.contains("client_") && header.body.contains("code_verifier=dBjft"));
        let posted = token_request(&metadata(true), &ASK, "c", Some("p:w"));
        assert!(posted.authorization.is_none() && posted.body.contains("client_secret=p%3Aw"));
        let open = token_request(&metadata(false), &ASK, "c", None);
        assert!(open.authorization.is_none() && open.body.ends_with("client_id=a%20b"));
    }

    #[test]
    fn answers_are_read_without_repeating_them() {
        let read = |status, text: &str| read_token_answer(status, text.as_bytes());
        assert!(read(200, r#"{"id_token":"x"}"#).is_ok());
        let refused = read(400, r#"{"error":"invalid_grant"}"#).err();
        assert_eq!(refused, Some(Fault::Refused("invalid_grant".to_owned())));
        assert_eq!(read(302, "").err(), Some(Fault::Refused("status 302".to_owned())));
        assert!(
            matches!(read(200, "secret"), Err(Fault::Unreadable(said)) if !said.contains("secret"))
        );
    }
}
