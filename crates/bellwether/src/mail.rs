//! Letters on their way to a mail server: SMTP with an end to every wait.

use crate::letter;
use app::mail::{Carrier, Post, Ready, Trouble, TroubleKind};
use base::{Class, Refusal};
use cli::config::Config;
use cli::exit::Failure;
use cli::mail_settings::{Sealing, Server};
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How long the server may take for one answer.
const ANSWER_WAIT: Duration = Duration::from_secs(20);
/// How long one letter may take from the first byte to the last; less than the time after which
/// another attempt may begin.
const LETTER_WAIT: Duration = Duration::from_secs(60);
/// How long a good-bye may take: the letter has been taken by then.
const QUIT_WAIT: Duration = Duration::from_secs(2);

/// What the settings say about mail.
pub fn post(config: &Config, public_url: &str) -> Result<Post, Failure> {
    let carrier = match config.mail.server()? {
        None => None,
        Some(server) => Some(Arc::new(Smtp::new(server, public_url)?) as Arc<dyn Carrier>),
    };
    Ok(Post { carrier, witness: config.mail.witness()? })
}

/// A mail server that is spoken to by SMTP (RFC 5321).
struct Smtp {
    server: Server,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    hello: ClientId,
    waits: Waits,
}

/// How long is waited for what.
#[derive(Clone, Copy)]
struct Waits {
    answer: Duration,
    letter: Duration,
}

impl Smtp {
    fn new(server: Server, public_url: &str) -> Result<Self, Failure> {
        let mailbox = |key: &str, text: &str| {
            text.parse::<Mailbox>().map_err(|_| {
                let reason = Refusal::new(Class::Invalid, "cli-config-value");
                Failure::usage(reason.text("key", key).text("found", text))
            })
        };
        let from = mailbox("mail.from", &server.from)?;
        let reply_to = match server.reply_to.as_str() {
            "" => None,
            text => Some(mailbox("mail.reply_to", text)?),
        };
        let host = public_url.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let hello = match host.parse() {
            Ok(address) => ClientId::Ipv4(address),
            Err(_) if host.is_empty() || host.contains('[') => ClientId::default(),
            Err(_) => ClientId::Domain(host.to_owned()),
        };
        let waits = Waits { answer: ANSWER_WAIT, letter: LETTER_WAIT };
        Ok(Self { server, from, reply_to, hello, waits })
    }

    /// Runs a conversation with an end, on a runtime of its own: dropping it shuts the socket.
    fn talk<R>(&self, talk: impl Future<Output = Result<R, Trouble>>) -> Result<R, Trouble> {
        let runtime: Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| server_trouble(&error.to_string()))?;
        let answered =
            runtime.block_on(async { tokio::time::timeout(self.waits.letter, talk).await });
        // A look-up of the name that hangs is not waited for.
        runtime.shutdown_background();
        answered.unwrap_or_else(|_| Err(server_trouble("the mail server did not answer in time")))
    }

    /// One answer of the server, waited for with an end; what goes wrong here is the server's
    /// trouble.
    async fn within<R>(&self, asked: impl Future<Output = Result<R, Error>>) -> Result<R, Trouble> {
        match tokio::time::timeout(self.waits.answer, asked).await {
            Ok(answer) => answer.map_err(|error| away(&error)),
            Err(_) => Err(server_trouble("the mail server did not answer in time")),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let place = (self.server.host.as_str(), self.server.port);
        let tls = || TlsParameters::new(self.server.host.clone()).map_err(|error| away(&error));
        let wrapped = (self.server.sealing == Sealing::Wrapped).then(tls).transpose()?;
        let connecting = AsyncSmtpConnection::connect_tokio1(
            place,
            Some(self.waits.answer),
            &self.hello,
            wrapped,
            None,
        );
        let mut connection = self.within(connecting).await?;
        if self.server.sealing == Sealing::StartTls {
            self.within(connection.starttls(tls()?, &self.hello)).await?;
        }
        if let Some((user, password)) = &self.server.login {
            let credentials = Credentials::new(user.clone(), password.clone());
            let ways = [Mechanism::Plain, Mechanism::Login];
            self.within(connection.auth(&ways, &credentials)).await?;
        }
        Ok(connection)
    }
}

impl Carrier for Smtp {
    fn carry(&self, letter: &Ready) -> Result<(), Trouble> {
        let message = letter::message(letter, &self.from, self.reply_to.as_ref())
            .map_err(|said| Trouble { what: TroubleKind::Never, said })?;
        self.talk(async {
            let mut connection = self.connect().await?;
            let bytes = message.formatted();
            let sending = connection.send(message.envelope(), &bytes);
            match tokio::time::timeout(self.waits.letter, sending).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(of_letter(&error)),
                Err(_) => return Err(server_trouble("the mail server did not answer in time")),
            }
            // It was taken: whatever the server says to a good-bye changes nothing.
            let _ = tokio::time::timeout(QUIT_WAIT, connection.quit()).await;
            Ok(())
        })
    }

    fn check(&self) -> Result<(), Trouble> {
        self.talk(async {
            let mut connection = self.connect().await?;
            let _ = tokio::time::timeout(QUIT_WAIT, connection.quit()).await;
            Ok(())
        })
    }

    fn place(&self) -> String {
        let scheme = if self.server.sealing == Sealing::Wrapped { "smtps" } else { "smtp" };
        format!("{scheme}://{}:{}", self.server.host, self.server.port)
    }
}

fn server_trouble(said: &str) -> Trouble {
    Trouble { what: TroubleKind::Server, said: said.to_owned() }
}

fn away(error: &Error) -> Trouble {
    server_trouble(&said(error))
}

/// What went wrong once the server talked about this letter.
fn of_letter(error: &Error) -> Trouble {
    let code = error.status().map(|code| code.to_string());
    let what = match code.as_deref() {
        // The server goes away, or wants a sign-in: no other letter fares better.
        Some("421" | "454" | "530" | "534" | "535" | "538") | None => TroubleKind::Server,
        Some(_) if error.is_permanent() => TroubleKind::Never,
        Some(_) => TroubleKind::Later,
    };
    Trouble { what, said: said(error) }
}

/// The whole chain of what went wrong, on one line.
fn said(error: &Error) -> String {
    let mut parts = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let text = inner.to_string();
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        source = inner.source();
    }
    parts.join(": ")
}

#[cfg(test)]
mod sealing;

#[cfg(test)]
mod tests {
    use super::*;
    use app::mail::Block;
    use base::{Instant, Lang, LetterId};
    use testkit::smtp::{Mood, SmtpServer};

    pub(super) fn carrier(url: &str) -> Smtp {
        let mail = cli::mail_settings::Mail {
            smtp_url: url.to_owned(),
            from: "City <no-reply@city.example>".to_owned(),
            ..Default::default()
        };
        let server = mail.server().expect("readable").expect("a server");
        let smtp = Smtp::new(server, "https://city.example").expect("a carrier");
        let waits =
            Waits { answer: Duration::from_millis(400), letter: Duration::from_millis(900) };
        Smtp { waits, ..smtp }
    }

    pub(super) fn ready() -> Ready {
        Ready {
            id: LetterId::from_bits(7),
            at: Instant::from_micros(1_000_000),
            to_name: "Wu".to_owned(),
            to_address: "wu@lab.example".to_owned(),
            lang: Lang::En,
            subject: "Mail works".to_owned(),
            blocks: vec![Block::Text("Hello\n.\nEnd".to_owned())],
            stop_url: None,
            event: None,
        }
    }

    fn what(smtp: &Smtp) -> Option<TroubleKind> {
        smtp.carry(&ready()).err().map(|trouble| trouble.what)
    }

    #[test]
    fn a_letter_is_handed_over() {
        let server = SmtpServer::start();
        let smtp = carrier(&server.url());
        assert_eq!(smtp.check(), Ok(()));
        assert_eq!(smtp.carry(&ready()), Ok(()));
        let mails = server.mails();
        assert_eq!((mails.len(), mails[0].is_taken), (1, true));
        assert_eq!(mails[0].from, "no-reply@city.example");
        assert_eq!(mails[0].to, "wu@lab.example");
        assert_eq!(mails[0].header("Subject"), "Mail works");
        let id = format!("<{}@city.example>", LetterId::from_bits(7));
        assert_eq!(mails[0].header("Message-ID"), id);
        assert!(mails[0].data.contains("End"), "a lonely dot ends nothing: {}", mails[0].data);
    }

    #[test]
    fn each_way_to_refuse_is_told_apart() {
        let server = SmtpServer::start();
        let smtp = carrier(&server.url());
        for (mood, wanted) in [
            (Mood::Recipient("550 5.1.1 no such user"), TroubleKind::Never),
            (Mood::Recipient("450 4.2.1 mailbox busy"), TroubleKind::Later),
            (Mood::Recipient("530 5.7.0 sign in first"), TroubleKind::Server),
            (Mood::Letter("554 5.7.1 not wanted"), TroubleKind::Never),
            (Mood::Letter("452 4.3.1 no room"), TroubleKind::Later),
            (Mood::Greet("421 4.3.2 going down"), TroubleKind::Server),
            (Mood::Greet("554 5.3.2 not here"), TroubleKind::Server),
            (Mood::DieAfterData, TroubleKind::Server),
        ] {
            server.next(&[mood]);
            assert_eq!(what(&smtp), Some(wanted), "{mood:?}");
        }
        assert_eq!(what(&smtp), None, "and then it goes");
    }

    #[test]
    fn nothing_is_waited_for_for_ever() {
        let server = SmtpServer::start();
        let smtp = carrier(&server.url());
        for mood in [Mood::Hang, Mood::HangAfterData] {
            server.next(&[mood]);
            assert_eq!(what(&smtp), Some(TroubleKind::Server), "{mood:?}");
        }
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = nobody.local_addr().expect("an address").port();
        drop(nobody);
        let trouble = carrier(&format!("smtp://127.0.0.1:{port}")).check().expect_err("nobody");
        assert_eq!(trouble.what, TroubleKind::Server);
        assert!(trouble.said.contains("refused"), "{}", trouble.said);
    }

    #[test]
    fn what_is_to_be_sealed_is_not_sent_open() {
        let server = SmtpServer::start();
        let smtp = carrier(&server.url());
        let server_settings = Server { sealing: Sealing::StartTls, ..smtp.server.clone() };
        let smtp = Smtp { server: server_settings, ..smtp };
        assert_eq!(what(&smtp), Some(TroubleKind::Server), "the server offers no seal");
        assert!(server.mails().is_empty());
    }
}
