//! Whether an identity token is worth anything (OpenID Connect Core 1.0, section 3.1.3.7).

use crate::metadata::{Key, Kind};
use crate::{Fault, Keys, plain};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, signature};
use subtle::ConstantTimeEq;

/// Seconds that the provider's clock may differ from ours.
pub const SKEW_SECONDS: i64 = 60;
/// Seconds since a token was made: it comes straight from the provider.
const AGE_SECONDS_MAX: i64 = 600;
/// Bytes of a token.
const TOKEN_BYTES_MAX: usize = 32 << 10;
/// Characters of a subject (Core, section 2).
const SUBJECT_MAX: usize = 255;

/// What a token has to say to be ours, now.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub now: i64,
    /// The access token that came with it, whose digest it may hold.
    pub access_token: Option<&'a str>,
}

/// What a token that is believed says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Who it is, at this issuer and for ever.
    pub subject: String,
    /// When the provider asked last who it is; seconds since 1970.
    pub auth_time: Option<i64>,
    pub acr: Option<String>,
    pub amr: Vec<String>,
    /// How people know the account; nothing is decided by it.
    pub shown: String,
}

#[derive(serde::Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(serde::Deserialize)]
struct Body {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    at_hash: Option<String>,
    auth_time: Option<f64>,
    acr: Option<String>,
    amr: Option<Vec<String>>,
    preferred_username: Option<String>,
    email: Option<String>,
    name: Option<String>,
}

/// The ways of signing that are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Es256,
    EdDsa,
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }

    fn fits(self, key: &Key) -> bool {
        let is_kind = match self {
            Self::Rs256 => matches!(key.kind, Kind::Rsa { .. }),
            Self::Es256 => matches!(key.kind, Kind::P256(_)),
            Self::EdDsa => matches!(key.kind, Kind::Ed25519(_)),
        };
        is_kind && key.alg.as_deref().is_none_or(|name| Self::of(name) == Some(self))
    }
}

/// Checks a token whole; an unknown key is told apart, so that the set can be asked for anew.
pub fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, Fault> {
    let unread = |what: &str| Fault::Unreadable(format!("token: {what}"));
    if token.len() > TOKEN_BYTES_MAX {
        return Err(unread("too long"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or_else(|| unread("parts"))?;
    let (header, body) = signed.split_once('.').ok_or_else(|| unread("parts"))?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| unread("base64"));
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| unread("header"))?;
    let algorithm =
        Algorithm::of(&header.alg).ok_or_else(|| Fault::Algorithm(plain(&header.alg)))?;
    if header.crit.is_some() {
        return Err(unread("an extension that must be understood"));
    }
    let key = key_of(keys, algorithm, header.kid.as_deref())?;
    check_signature(key, signed.as_bytes(), &decoded(signature)?)?;
    let body: Body = serde_json::from_slice(&decoded(body)?).map_err(|_| unread("claims"))?;
    check(&body, algorithm, expected)?;
    Ok(claims(body))
}

/// The key that a token names; without a name only where there is no choice.
fn key_of<'k>(keys: &'k Keys, algorithm: Algorithm, id: Option<&str>) -> Result<&'k Key, Fault> {
    let mut fitting = keys.0.iter().filter(|key| algorithm.fits(key));
    match id {
        Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)).ok_or(Fault::UnknownKey),
        None => match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Fault::UnknownKey),
        },
    }
}

fn check_signature(key: &Key, signed: &[u8], found: &[u8]) -> Result<(), Fault> {
    let checked = match &key.kind {
        Kind::Rsa { n, e } => signature::RsaPublicKeyComponents { n, e }.verify(
            &signature::RSA_PKCS1_2048_8192_SHA256,
            signed,
            found,
        ),
        Kind::P256(point) => {
            signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)
                .verify(signed, found)
        }
        Kind::Ed25519(point) => {
            signature::UnparsedPublicKey::new(&signature::ED25519, point).verify(signed, found)
        }
    };
    checked.map_err(|_| Fault::Signature)
}

fn check(body: &Body, algorithm: Algorithm, expected: &Expected<'_>) -> Result<(), Fault> {
    let wrong = |name, is_wrong: bool| if is_wrong { Err(Fault::Claim(name)) } else { Ok(()) };
    wrong("iss", body.iss != expected.issuer)?;
    let is_subject = !body.sub.is_empty() && body.sub.len() <= SUBJECT_MAX;
    wrong("sub", !is_subject || body.sub.chars().any(char::is_control))?;
    let (is_ours, is_many) = match &body.aud {
        Audience::One(one) => (one == expected.client, false),
        Audience::Many(all) => (all.iter().any(|one| one == expected.client), all.len() > 1),
    };
    wrong("aud", !is_ours)?;
    let names_us = body.azp.as_deref().map(|azp| azp == expected.client);
    wrong("azp", names_us == Some(false) || (is_many && names_us.is_none()))?;
    wrong("exp", seconds(body.exp)? <= expected.now - SKEW_SECONDS)?;
    let age = expected.now - seconds(body.iat)?;
    wrong("iat", !(-SKEW_SECONDS..=AGE_SECONDS_MAX + SKEW_SECONDS).contains(&age))?;
    if let Some(from) = body.nbf {
        wrong("nbf", seconds(from)? > expected.now + SKEW_SECONDS)?;
    }
    let nonce = body.nonce.as_deref().unwrap_or("");
    wrong("nonce", nonce.is_empty() || !same(nonce, expected.nonce))?;
    if let (Some(told), Some(access)) = (&body.at_hash, expected.access_token) {
        let way = match algorithm {
            Algorithm::Rs256 | Algorithm::Es256 => &digest::SHA256,
            Algorithm::EdDsa => &digest::SHA512,
        };
        let whole = digest::digest(way, access.as_bytes());
        let (left, _) = whole.as_ref().split_at(whole.as_ref().len() / 2);
        wrong("at_hash", !same(told, &URL_SAFE_NO_PAD.encode(left)))?;
    }
    Ok(())
}

fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// A moment of a token: seconds, which some providers give with a fraction.
fn seconds(number: f64) -> Result<i64, Fault> {
    // Up to the year 9999; below, every whole number is exact.
    if !(0.0..253_402_300_800.0).contains(&number) {
        return Err(Fault::Claim("time"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "in range, and fractions are cut on purpose"
    )]
    Ok(number as i64)
}

fn claims(body: Body) -> Claims {
    let known = [body.email, body.preferred_username, body.name].into_iter().flatten();
    let mut shown = known.map(|text| plain(text.trim())).filter(|text| !text.is_empty());
    Claims {
        subject: body.sub,
        auth_time: body.auth_time.and_then(|at| seconds(at).ok()),
        acr: body.acr,
        amr: body.amr.unwrap_or_default(),
        shown: shown.next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_keys;
    use ring::rand::SystemRandom;
    use ring::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair};
    use serde_json::{Value, json};

    const NOW: i64 = 1_800_000_000;
    const EXPECTED: Expected<'static> = Expected {
        issuer: "https://id.example",
        client: "city",
        nonce: "n1",
        now: NOW,
        access_token: Some("access"),
    };

    fn b64(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn good() -> Value {
        json!({"iss": "https://id.example", "sub": "u1", "aud": "city", "exp": NOW + 60,
               "iat": NOW, "nonce": "n1", "email": "wu@id.example", "amr": ["pwd", "otp"]})
    }

    /// A signer with a fresh Ed25519 key, and its set.
    struct Signer(Ed25519KeyPair);

    impl Signer {
        fn new(seed: u8) -> Self {
            Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key"))
        }

        fn keys(&self) -> Keys {
            let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k1",
                "x": b64(self.0.public_key().as_ref())});
            read_keys(json!({ "keys": [key] }).to_string().as_bytes()).expect("keys")
        }

        fn sign(&self, header: &Value, body: &Value) -> String {
            let signed = format!(
                "{}.{}",
                b64(header.to_string().as_bytes()),
                b64(body.to_string().as_bytes())
            );
            format!("{signed}.{}", b64(self.0.sign(signed.as_bytes()).as_ref()))
        }
    }

    fn check(change: impl FnOnce(&mut Value), wanted: Result<(), Fault>) {
        let signer = Signer::new(1);
        let mut body = good();
        change(&mut body);
        let token = signer.sign(&json!({"alg": "EdDSA", "kid": "k1"}), &body);
        let found = verify(&token, &signer.keys(), &EXPECTED).map(|_| ());
        assert_eq!(found, wanted, "{body}");
    }

    #[test]
    fn every_claim_binds() {
        let wrong = |name| Err(Fault::Claim(name));
        check(|_| {}, Ok(()));
        check(|body| body["iss"] = json!("https://id.example/"), wrong("iss"));
        check(|body| body["sub"] = json!(""), wrong("sub"));
        check(|body| body["aud"] = json!("other"), wrong("aud"));
        check(|body| body["aud"] = json!([]), wrong("aud"));
        check(|body| body["aud"] = json!(["city"]), Ok(()));
        check(|body| body["aud"] = json!(["city", "other"]), wrong("azp"));
        check(|body| body["azp"] = json!("other"), wrong("azp"));
        check(
            |body| {
                body["aud"] = json!(["city", "other"]);
                body["azp"] = json!("city");
            },
            Ok(()),
        );
        check(|body| body["exp"] = json!(NOW - 59), Ok(()));
        check(|body| body["exp"] = json!(NOW - 60), wrong("exp"));
        check(|body| body["exp"] = json!(1e300), wrong("time"));
        check(|body| body["iat"] = json!(NOW + 60), Ok(()));
        check(|body| body["iat"] = json!(NOW + 61), wrong("iat"));
        check(|body| body["iat"] = json!(NOW - 661), wrong("iat"));
        check(|body| body["iat"] = json!(NOW as f64 + 0.5), Ok(()));
        check(|body| body["nbf"] = json!(NOW + 61), wrong("nbf"));
        check(|body| body["nonce"] = json!("n2"), wrong("nonce"));
        check(|body| body["nonce"] = Value::Null, wrong("nonce"));
        check(|body| body["at_hash"] = json!("AAAA"), wrong("at_hash"));
        let whole = digest::digest(&digest::SHA512, b"access");
        check(|body| body["at_hash"] = json!(b64(&whole.as_ref()[..32])), Ok(()));
        let unread = Err(Fault::Unreadable("token: claims".to_owned()));
        check(|body| body["exp"] = Value::Null, unread);
    }

    #[test]
    fn only_three_ways_of_signing_are_taken() {
        let signer = Signer::new(1);
        let keys = signer.keys();
        let told = |header: Value| {
            verify(&signer.sign(&header, &good()), &keys, &EXPECTED).map(|found| found.subject)
        };
        assert_eq!(told(json!({"alg": "EdDSA"})), Ok("u1".to_owned()), "the only key");
        for alg in ["none", "None", "HS256", "RS384", "PS256", ""] {
            let refused = told(json!({"alg": alg, "kid": "k1"}));
            assert_eq!(refused, Err(Fault::Algorithm(alg.to_owned())), "{alg}");
        }
        for alg in ["RS256", "ES256"] {
            assert_eq!(told(json!({"alg": alg, "kid": "k1"})), Err(Fault::UnknownKey), "{alg}");
        }
        assert_eq!(told(json!({"alg": "EdDSA", "kid": "k2"})), Err(Fault::UnknownKey));
        let crit = told(json!({"alg": "EdDSA", "kid": "k1", "crit": ["b64"], "b64": false}));
        assert!(matches!(crit, Err(Fault::Unreadable(_))));
        let other = Signer::new(2).sign(&json!({"alg": "EdDSA", "kid": "k1"}), &good());
        assert_eq!(verify(&other, &keys, &EXPECTED), Err(Fault::Signature));
        // Nothing signed at all, and the public key taken for a shared secret.
        let none = format!("{}.{}.", b64(br#"{"alg":"none"}"#), b64(good().to_string().as_bytes()));
        assert_eq!(verify(&none, &keys, &EXPECTED), Err(Fault::Algorithm("none".to_owned())));
        let bare =
            format!("{}.{}.", b64(br#"{"alg":"EdDSA"}"#), b64(good().to_string().as_bytes()));
        assert_eq!(verify(&bare, &keys, &EXPECTED), Err(Fault::Signature));
        for odd in ["", "a", "a.b", "a.b.c.d", "....", &"x".repeat(40_000)] {
            assert!(matches!(verify(odd, &keys, &EXPECTED), Err(Fault::Unreadable(_))), "{odd:.9}");
        }
    }

    #[test]
    fn a_key_for_something_else_signs_nothing() {
        let signer = Signer::new(1);
        let x = b64(signer.0.public_key().as_ref());
        let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "ES256"}]});
        let keys = read_keys(set.to_string().as_bytes()).expect("keys");
        let token = signer.sign(&json!({"alg": "EdDSA"}), &good());
        assert_eq!(verify(&token, &keys, &EXPECTED), Err(Fault::UnknownKey));
        let two = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x},
                                  {"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43)}]});
        let keys = read_keys(two.to_string().as_bytes()).expect("keys");
        assert_eq!(verify(&token, &keys, &EXPECTED), Err(Fault::UnknownKey), "which of the two?");
    }

    #[test]
    fn elliptic_curves_are_read_as_published() {
        let chance = SystemRandom::new();
        let way = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(way, &chance).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(way, made.as_ref(), &chance).expect("a key");
        let point = pair.public_key().as_ref();
        let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "e", "use": "sig",
            "x": b64(&point[1..33]), "y": b64(&point[33..])}]});
        let keys = read_keys(set.to_string().as_bytes()).expect("keys");
        let body = b64(good().to_string().as_bytes());
        let signed = format!("{}.{body}", b64(br#"{"alg":"ES256","kid":"e"}"#));
        let signature = pair.sign(&chance, signed.as_bytes()).expect("signed");
        let token = format!("{signed}.{}", b64(signature.as_ref()));
        let found = verify(&token, &keys, &EXPECTED).expect("believed");
        assert_eq!(found.shown, "wu@id.example");
        assert_eq!(found.amr, ["pwd", "otp"]);
        let bent = token.replace(&body, &b64(good().to_string().replace("u1", "u2").as_bytes()));
        assert_eq!(verify(&bent, &keys, &EXPECTED), Err(Fault::Signature));
    }

    #[test]
    fn rsa_is_read_as_published() {
        // Signed by openssl; what is here opens nothing.
        let n = "mdwsU-01lkrhjjUcQBJxIugTx8C-ecUSHRYhBSp778Cfu152Vbeyj2LXj4YlqULlXkb0lhjLv9Rl5Gd4HnQgT43l\
        X4CZ-2-uk7HPnWU3mxh--XrTcaeI3851au2DSIxn4b5bxjFzFzp83zfoNUwg1Q4Xw7frqGnyhE9FZvF2D-48URN_\
        SX-aOyz01RfYb-V44Er7un1MiF6L-45EGSZXPZE65swJeQOzB0r-DG6Ly__zmXzmP-erPV3Fqxee19jHJxzdswp7\
        OZnNMCrlSLPs0CAeIy3Ya-aaVeyE2fWRiSiQl0n0pvJUDzNdUz61SEofY7hszUbQAwDn7RRCUz9Lkw";
        let set =
            json!({"keys": [{"kty": "RSA", "kid": "r", "alg": "RS256", "n": n, "e": "AQAB"}]});
        let keys = read_keys(set.to_string().as_bytes()).expect("keys");
        let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJ1MSIsI\
        mF1ZCI6ImNpdHkiLCJleHAiOjE4MDAwMDAwNjAsImlhdCI6MTgwMDAwMDAwMCwibm9uY2UiOiJuMSJ9.X5gReo7y\
        1hzVZfwbHThKWKWvRoiB80af-yyWAwnflqYBQ_SBdPyfPiCHt935HwztOVIFAKsxO6qBSORYcConmc32uSYE6JaN\
        yizOM35ZjMxXQ-jWSYkdpykNAU6alEW4QJEFzMvgmlu05ZGmaWNJQ4ruR-hDbQNMila9k6Ce7m8jE7h3gup_JBA2\
        7Gk9ay1snnSbAstCDVGpAyHuWeB2FPt1528cuRZ_t-6Iz2m2REtpZ_T1s2trJseMxZBjSB-rz0rhQ1v0W_hNOizY\
        cjrTrq9UoLWURB3O86YM1uy0p88wx_V2b-jvYggby_ZmTJYq68dSSwVHE1CUh8T5t6XphQ";
        assert_eq!(verify(token, &keys, &EXPECTED).expect("believed").subject, "u1");
        let bent = token.replacen(".ey", ".eY", 1);
        assert_ne!(bent, token);
        assert!(verify(&bent, &keys, &EXPECTED).is_err());
        // The public key as the secret of a shared one, which is not taken at all.
        let (_, rest) = token.split_once('.').expect("three parts");
        let shared = format!("{}.{rest}", b64(br#"{"alg":"HS256","kid":"r"}"#));
        assert_eq!(verify(&shared, &keys, &EXPECTED), Err(Fault::Algorithm("HS256".to_owned())));
    }
}
