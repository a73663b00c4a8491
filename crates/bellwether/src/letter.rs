//! A letter as an Internet message: plain text, a simple HTML beside it, and headers.

use app::mail::{Block, Ready};
use calendar::ical::Invitation;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use maud::{DOCTYPE, Markup, html};
use std::time::{Duration, SystemTime};

/// A program wrote it: no answering machine answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Where letters of this kind are stopped (RFC 2369).
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// That one press, without a page, stops them (RFC 8058).
#[derive(Clone)]
struct ListUnsubscribePost;

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

/// The message of a letter; always under the same id, so that who gets it twice can tell.
pub fn message(
    letter: &Ready,
    from: &Mailbox,
    reply_to: Option<&Mailbox>,
) -> Result<Message, String> {
    let address: Address = letter.to_address.parse().map_err(|_| "not an address".to_owned())?;
    let name = Some(app::mail::render::one_line(&letter.to_name)).filter(|name| !name.is_empty());
    let micros = u64::try_from(letter.at.micros()).unwrap_or(0);
    let mut builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(app::mail::render::one_line(&letter.subject))
        .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
        .message_id(Some(format!("<{}@{}>", letter.id, from.email.domain())))
        .header(AutoSubmitted);
    if let Some(reply_to) = reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    if let Some(url) = &letter.stop_url {
        builder = builder.header(ListUnsubscribe(url.clone())).header(ListUnsubscribePost);
    }
    let mut both = MultiPart::alternative_plain_html(letter.text(), page(letter).into_string());
    if let Some(event) = &letter.event {
        let organizer = from.email.to_string();
        let invitation = Invitation { event, organizer: &organizer, attendee: &letter.to_address };
        both = both.singlepart(of_calendar(&invitation)?);
    }
    builder.multipart(both).map_err(|error| error.to_string())
}

/// The event beside the text, where calendar programs look for it (RFC 6047).
fn of_calendar(invitation: &Invitation<'_>) -> Result<SinglePart, String> {
    let kind = format!("text/calendar; charset=utf-8; method={}", invitation.method());
    let kind = ContentType::parse(&kind).map_err(|error| error.to_string())?;
    Ok(SinglePart::builder().header(kind).body(invitation.write()))
}

/// The letter as a page: nothing is fetched from anywhere, so nobody sees that it was opened.
fn page(letter: &Ready) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(letter.lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (letter.subject) }
            }
            body {
                @for block in &letter.blocks {
                    @match block {
                        Block::Text(text) => p { (text) },
                        Block::Link { text, url } => p {
                            a href=(url) { (text) }
                            br;
                            small { (url) }
                        },
                        Block::Item { title, note, url } => p {
                            a href=(url) { (title) }
                            @if !note.is_empty() { br; (note) }
                        },
                        Block::Verbatim(text) => pre { (text) },
                        Block::Small(text) => p { small { (text) } },
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Instant, Lang, LetterId};

    fn ready(name: &str, subject: &str) -> Ready {
        Ready {
            id: LetterId::from_bits(7),
            at: Instant::parse_rfc3339("2026-03-02T01:00:00Z").expect("a moment"),
            to_name: name.to_owned(),
            to_address: "wu@lab.example".to_owned(),
            lang: Lang::Zh,
            subject: subject.to_owned(),
            blocks: vec![
                Block::Text("您好 <b>".to_owned()),
                Block::Link {
                    text: "打开".to_owned(),
                    url: "https://a.example/x?a=1&b=2".to_owned(),
                },
                Block::Small("为什么".to_owned()),
            ],
            stop_url: Some("https://a.example/mail/stop?person=per_1&kind=task&mark=m".to_owned()),
            event: None,
        }
    }

    fn written(letter: &Ready) -> String {
        let from = "City <no-reply@city.example>".parse().expect("a mailbox");
        let message = message(letter, &from, None).expect("a message");
        String::from_utf8(message.formatted()).expect("text")
    }

    fn heads(text: &str) -> Vec<&str> {
        let head = text.split("\r\n\r\n").next().expect("a head");
        head.lines().filter(|line| !line.starts_with([' ', '\t'])).collect()
    }

    #[test]
    fn a_letter_has_the_headers_of_a_program() {
        let text = written(&ready("吴敏", "有任务待您处理：RR-2026-1"));
        let heads = heads(&text);
        let has =
            |wanted: &str| assert!(heads.iter().any(|head| head.starts_with(wanted)), "{text}");
        has("Date: Mon, 02 Mar 2026 01:00:00 +0000");
        has(&format!("Message-ID: <{}@city.example>", LetterId::from_bits(7)));
        has("Auto-Submitted: auto-generated");
        has("List-Unsubscribe: ");
        has("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
        has("From: City <no-reply@city.example>");
        has("Subject: =?utf-8?b?");
        assert!(text.contains("multipart/alternative"), "{text}");
        assert!(text.contains("text/plain") && text.contains("text/html"), "{text}");
        assert!(!text.contains("<img") && !text.contains("<script"), "nothing that is fetched");
    }

    #[test]
    fn a_booking_goes_along_for_calendar_programs() {
        let at = |text| Instant::parse_rfc3339(text).expect("a moment");
        let event = calendar::ical::Event {
            uid: "bkg_1".to_owned(),
            sequence: 2,
            span: base::Span::new(at("2026-03-02T01:00:00Z"), at("2026-03-02T03:00:00Z"))
                .expect("a span"),
            status: calendar::ical::Status::Cancelled,
            summary: "X".to_owned(),
            description: String::new(),
            location: String::new(),
            url: String::new(),
            changed: at("2026-03-01T01:00:00Z"),
        };
        let letter = Ready { event: Some(event), ..ready("吴敏", "预约已取消") };
        let text = written(&letter);
        assert!(text.contains("text/calendar; charset=utf-8; method=CANCEL"), "{text}");
        assert!(text.contains("UID:bkg_1") && text.contains("ATTENDEE"), "{text}");
    }

    #[test]
    fn nothing_in_a_name_or_subject_becomes_a_header() {
        for odd in ["Wu\r\nBcc: all@evil.example", "Wu\nBcc: all@evil.example", "Wu\" <a@b>, \"x"] {
            let text = written(&ready(odd, odd));
            let heads = heads(&text);
            assert!(!heads.iter().any(|head| head.starts_with("Bcc")), "{text}");
            assert_eq!(heads.iter().filter(|head| head.starts_with("To:")).count(), 1);
        }
        let mut letter = ready("", "x");
        letter.to_address = "a@b.example\r\nRCPT TO:<c@d.example>".to_owned();
        let from = "a@city.example".parse().expect("a mailbox");
        assert!(message(&letter, &from, None).is_err());
    }

    #[test]
    fn the_page_is_escaped() {
        let page = page(&ready("a", "<x>")).into_string();
        assert!(page.contains("&lt;b&gt;") && page.contains("&lt;x&gt;"), "{page}");
        assert!(page.contains("a=1&amp;b=2"), "{page}");
    }
}
