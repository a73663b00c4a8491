//! The section `[mail]` of the settings: which server takes letters, from whom they come, who is a
//! witness of the log.

use crate::exit::{Exit, Failure};
use base::{Class, Lang, Refusal};
use std::path::{Path, PathBuf};

/// Keys of the section.
pub const KEYS: [&str; 10] = [
    "smtp_url",
    "tls",
    "user",
    "password",
    "password_file",
    "from",
    "reply_to",
    "witness",
    "witness_hours",
    "witness_lang",
];

/// Whether the way to the server is sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Always, except to this machine itself.
    #[default]
    Required,
    /// Never: for a server in the same closed network.
    None,
}

/// What an operator sets about mail.
#[derive(Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// `smtps://host` or `smtp://host:587`; empty: nothing is sent.
    pub smtp_url: String,
    pub tls: Tls,
    pub user: String,
    pub password: String,
    /// A file whose first line is the password.
    pub password_file: Option<PathBuf>,
    /// `Name <address>` or an address.
    pub from: String,
    pub reply_to: String,
    /// The address that is sent the signed checkpoints of the log.
    pub witness: String,
    pub witness_hours: u32,
    /// `en` or `zh`.
    pub witness_lang: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            smtp_url: String::new(),
            tls: Tls::Required,
            user: String::new(),
            password: String::new(),
            password_file: None,
            from: String::new(),
            reply_to: String::new(),
            witness: String::new(),
            witness_hours: 24,
            witness_lang: "zh".to_owned(),
        }
    }
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("smtp_url", &self.smtp_url).finish_non_exhaustive()
    }
}

/// How the way to a server is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// From the first byte.
    Wrapped,
    /// Begun on the way, before anything is said.
    StartTls,
    Open,
}

/// A mail server as it is spoken to.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub sealing: Sealing,
    /// Name and password.
    pub login: Option<(String, String)>,
    pub from: String,
    pub reply_to: String,
}

impl Mail {
    /// The server that is set, if one is; the password is read from its file.
    pub fn server(&self) -> Result<Option<Server>, Failure> {
        if self.smtp_url.is_empty() {
            return Ok(None);
        }
        let (host, port, is_wrapped) = self.place().ok_or_else(|| {
            // An address with a password in it is not repeated.
            let found = self.smtp_url.rsplit('@').next().unwrap_or("");
            wrong("cli-config-smtp-url", "mail.smtp_url", found)
        })?;
        let is_here = is_this_machine(&host);
        let sealing = match (is_wrapped, self.tls) {
            (true, _) => Sealing::Wrapped,
            (false, Tls::None) => Sealing::Open,
            (false, Tls::Required) if is_here => Sealing::Open,
            (false, Tls::Required) => Sealing::StartTls,
        };
        let password = match &self.password_file {
            None => self.password.clone(),
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|error| Failure::file(path, &error))?;
                text.lines().next().unwrap_or("").to_owned()
            }
        };
        if sealing == Sealing::Open && !password.is_empty() && !is_here {
            return Err(wrong("cli-config-mail-open", "mail.tls", "none"));
        }
        if self.from.trim().is_empty() {
            return Err(wrong("cli-config-mail-from", "mail.from", ""));
        }
        Ok(Some(Server {
            host,
            port,
            sealing,
            login: (!self.user.is_empty()).then(|| (self.user.clone(), password)),
            from: self.from.trim().to_owned(),
            reply_to: self.reply_to.trim().to_owned(),
        }))
    }

    /// Host, port and whether it is sealed from the first byte.
    fn place(&self) -> Option<(String, u16, bool)> {
        let (scheme, rest) = self.smtp_url.split_once("://")?;
        let (is_wrapped, usual) = match scheme {
            "smtps" => (true, 465),
            "smtp" => (false, 587),
            _ => return None,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@', ' ']) {
            return None;
        }
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => {
                (host, port.parse().ok().filter(|port| *port > 0)?)
            }
            _ => (rest, usual),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (!host.is_empty()).then(|| (host.to_owned(), port, is_wrapped))
    }

    /// The witness that is set, if one is.
    pub fn witness(&self) -> Result<Option<app::mail::Witness>, Failure> {
        if self.witness.trim().is_empty() {
            return Ok(None);
        }
        let address = parties::person::email(&self.witness)
            .map_err(|_| wrong("cli-config-value", "mail.witness", &self.witness))?;
        let lang = Lang::parse(&self.witness_lang)
            .ok_or_else(|| wrong("cli-config-value", "mail.witness_lang", &self.witness_lang))?;
        if self.witness_hours == 0 {
            return Err(wrong("cli-config-value", "mail.witness_hours", "0"));
        }
        let every_seconds = i64::from(self.witness_hours) * 3_600;
        Ok(Some(app::mail::Witness { address, lang, every_seconds }))
    }

    /// Relative paths in a file are meant from where the file lies.
    pub(crate) fn beside(&mut self, folder: &Path) {
        if let Some(path) = &mut self.password_file {
            *path = folder.join(&*path);
        }
    }

    /// Takes a key as the environment names it, without its section.
    pub(crate) fn set(&mut self, key: &str, text: &str) -> Option<()> {
        match key {
            "smtp_url" => self.smtp_url = text.to_owned(),
            "tls" => {
                self.tls = match text {
                    "required" => Tls::Required,
                    "none" => Tls::None,
                    _ => return None,
                };
            }
            "user" => self.user = text.to_owned(),
            "password" => self.password = text.to_owned(),
            "password_file" => self.password_file = Some(PathBuf::from(text)),
            "from" => self.from = text.to_owned(),
            "reply_to" => self.reply_to = text.to_owned(),
            "witness" => self.witness = text.to_owned(),
            "witness_hours" => self.witness_hours = text.parse().ok()?,
            "witness_lang" => self.witness_lang = text.to_owned(),
            _ => return None,
        }
        Some(())
    }
}

fn is_this_machine(host: &str) -> bool {
    let address: Option<std::net::IpAddr> = host.parse().ok();
    host == "localhost" || address.is_some_and(|address| address.is_loopback())
}

fn wrong(code: &'static str, key: &str, found: &str) -> Failure {
    let reason = Refusal::new(Class::Invalid, code).text("key", key).text("found", found);
    Failure::new(Exit::Usage, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str, tls: Tls, user: &str) -> Result<(String, u16, Sealing), String> {
        let mail = Mail {
            smtp_url: url.to_owned(),
            tls,
            user: user.to_owned(),
            password: if user.is_empty() { String::new() } else { "secret".to_owned() },
            from: "City <no-reply@city.example>".to_owned(),
            ..Mail::default()
        };
        let told = |failure: Failure| failure.reasons[0].code.to_string();
        let server = mail.server().map_err(told)?.expect("one is set");
        Ok((server.host, server.port, server.sealing))
    }

    #[test]
    fn the_way_to_a_server_is_sealed_unless_it_is_here() {
        let of = |host: &str, port, sealing| Ok((host.to_owned(), port, sealing));
        let required = Tls::Required;
        assert_eq!(
            server("smtps://mail.city.example", required, "a"),
            of("mail.city.example", 465, Sealing::Wrapped)
        );
        assert_eq!(
            server("smtp://mail.city.example/", required, ""),
            of("mail.city.example", 587, Sealing::StartTls)
        );
        assert_eq!(
            server("smtp://127.0.0.1:2525", required, "a"),
            of("127.0.0.1", 2525, Sealing::Open)
        );
        assert_eq!(server("smtp://[::1]:25", required, ""), of("::1", 25, Sealing::Open));
        assert_eq!(server("smtp://mail:25", Tls::None, ""), of("mail", 25, Sealing::Open));
        assert_eq!(server("smtp://mail:25", Tls::None, "a"), Err("cli-config-mail-open".into()));
        for odd in
            ["mail", "http://mail", "smtp://", "smtp://a:b@mail", "smtp://mail:0", "smtp://m/x"]
        {
            assert_eq!(server(odd, required, ""), Err("cli-config-smtp-url".into()), "{odd}");
        }
    }

    #[test]
    fn without_an_address_nothing_is_sent_and_without_a_sender_nothing_starts() {
        assert!(Mail::default().server().expect("nothing").is_none());
        let mail = Mail { smtp_url: "smtp://localhost".to_owned(), ..Mail::default() };
        let failure = mail.server().err().expect("no sender");
        assert_eq!(failure.reasons[0].code, "cli-config-mail-from");
        assert!(!format!("{mail:?}").contains("password"));
    }

    #[test]
    fn the_password_is_read_from_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("smtp");
        std::fs::write(&path, "from the file\n").expect("written");
        let mail = Mail {
            smtp_url: "smtps://mail.city.example".to_owned(),
            user: "city".to_owned(),
            password_file: Some(path),
            from: "a@city.example".to_owned(),
            ..Mail::default()
        };
        let server = mail.server().ok().flatten().expect("a server");
        assert_eq!(server.login, Some(("city".to_owned(), "from the file".to_owned())));
    }
}
