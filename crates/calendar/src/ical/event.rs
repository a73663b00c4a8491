//! Events, whole feeds, and the free and busy time of one thing.

use super::write::{Text, utc};
use base::{Instant, Span};

/// What a calendar program shows of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Confirmed,
    Tentative,
    Cancelled,
}

impl Status {
    /// Its name in the text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// One event of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The same for ever, whatever happens to the event.
    pub uid: String,
    /// Grows with every change of time or state.
    pub sequence: u32,
    pub span: Span,
    pub status: Status,
    pub summary: String,
    pub description: String,
    pub location: String,
    /// Where it is shown on the web, or nothing.
    pub url: String,
    /// When it was changed last.
    pub changed: Instant,
}

/// A calendar that programs subscribe to.
#[derive(Clone, Debug)]
pub struct Feed {
    pub name: String,
    /// Minutes after which programs ask again.
    pub refresh_minutes: u16,
    pub events: Vec<Event>,
}

impl Feed {
    /// The whole text. Its bytes depend on the events alone and not on when it is asked for.
    pub fn write(&self) -> String {
        let mut text = Text::with_room(512 + self.events.len() * 420);
        begin(&mut text, "PUBLISH");
        text.text("NAME", &self.name).text("X-WR-CALNAME", &self.name);
        let refresh = format!("PT{}M", self.refresh_minutes);
        text.line("REFRESH-INTERVAL;VALUE=DURATION", &refresh).line("X-PUBLISHED-TTL", &refresh);
        for event in &self.events {
            event.write(&mut text);
        }
        text.line("END", "VCALENDAR");
        text.finish()
    }
}

/// An event that is sent to the one it is for (RFC 5546): asked for while it stands, called off when it
/// does not. Programs find it again by its id, and take the one with the greatest sequence.
#[derive(Clone, Debug)]
pub struct Invitation<'a> {
    pub event: &'a Event,
    /// The mail addresses of who sends it and of whom it is for.
    pub organizer: &'a str,
    pub attendee: &'a str,
}

impl Invitation<'_> {
    /// `REQUEST` or `CANCEL`.
    pub fn method(&self) -> &'static str {
        if self.event.status == Status::Cancelled { "CANCEL" } else { "REQUEST" }
    }

    /// The whole text.
    pub fn write(&self) -> String {
        let mut text = Text::with_room(1_024);
        begin(&mut text, self.method());
        self.event.write_with(&mut text, |text| {
            let stands = match self.event.status {
                Status::Tentative => "TENTATIVE",
                Status::Confirmed | Status::Cancelled => "ACCEPTED",
            };
            text.line("ORGANIZER", &format!("mailto:{}", plain(self.organizer)));
            let name = format!("ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE;PARTSTAT={stands}");
            text.line(&name, &format!("mailto:{}", plain(self.attendee)));
        });
        text.line("END", "VCALENDAR");
        text.finish()
    }
}

/// An address without anything that could end its line.
fn plain(address: &str) -> String {
    address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

impl Event {
    fn write(&self, text: &mut Text) {
        self.write_with(text, |_| ());
    }

    fn write_with(&self, text: &mut Text, more: impl FnOnce(&mut Text)) {
        text.line("BEGIN", "VEVENT")
            .line("UID", &self.uid)
            .at("DTSTAMP", self.changed)
            .at("LAST-MODIFIED", self.changed)
            .at("DTSTART", self.span.start())
            .at("DTEND", self.span.end())
            .line("SEQUENCE", &self.sequence.to_string())
            .line("STATUS", self.status.name())
            .text("SUMMARY", &self.summary);
        if !self.description.is_empty() {
            text.text("DESCRIPTION", &self.description);
        }
        if !self.location.is_empty() {
            text.text("LOCATION", &self.location);
        }
        if !self.url.is_empty() {
            text.line("URL", &self.url);
        }
        if self.status == Status::Cancelled {
            text.line("TRANSP", "TRANSPARENT");
        }
        more(text);
        text.line("END", "VEVENT");
    }
}

/// When a thing is busy, without a word about whom by (VFREEBUSY; the id and the stamp are required by
/// erratum 4149 of RFC 5545).
#[derive(Clone, Debug)]
pub struct FreeBusy {
    pub uid: String,
    pub stamp: Instant,
    pub within: Span,
    pub busy: Vec<Span>,
}

impl FreeBusy {
    /// The whole text.
    pub fn write(&self) -> String {
        let mut text = Text::with_room(400 + self.busy.len() * 60);
        begin(&mut text, "PUBLISH");
        text.line("BEGIN", "VFREEBUSY")
            .line("UID", &self.uid)
            .at("DTSTAMP", self.stamp)
            .at("DTSTART", self.within.start())
            .at("DTEND", self.within.end());
        for span in &self.busy {
            let value = format!("{}/{}", utc(span.start()), utc(span.end()));
            text.line("FREEBUSY;FBTYPE=BUSY", &value);
        }
        text.line("END", "VFREEBUSY").line("END", "VCALENDAR");
        text.finish()
    }
}

fn begin(text: &mut Text, method: &str) {
    text.line("BEGIN", "VCALENDAR")
        .line("VERSION", "2.0")
        .line("PRODID", "-//Bellwether//Bookings 1.0//EN")
        .line("CALSCALE", "GREGORIAN")
        .line("METHOD", method);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Zone;
    use crate::ical::read::events;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).expect("a moment")
    }

    fn event() -> Event {
        Event {
            uid: "bkg_1@city.example".to_owned(),
            sequence: 3,
            span: Span::new(at("2026-03-02T01:00:00Z"), at("2026-03-02T03:00:00Z"))
                .expect("a span"),
            status: Status::Tentative,
            summary: "X射线衍射仪; 第二间, \"热\" 台 🔬".to_owned(),
            description: "第一行\n第二行".to_owned(),
            location: "科学城".to_owned(),
            url: "https://city.example/bookings/bkg_1".to_owned(),
            changed: at("2026-02-20T08:00:00Z"),
        }
    }

    #[test]
    fn a_feed_reads_back() {
        let feed = Feed { name: "仪器".to_owned(), refresh_minutes: 15, events: vec![event()] };
        let text = feed.write();
        assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains('\n'));
        let back = events(&text, &Zone::china()).expect("it is read");
        let one = &back[0];
        assert_eq!(one.summary, event().summary);
        assert_eq!(one.description, event().description);
        assert_eq!((one.span, one.sequence), (Some(event().span), 3));
        assert_eq!((one.uid.as_str(), one.status), ("bkg_1@city.example", Status::Tentative));
    }

    #[test]
    fn an_invitation_is_asked_for_and_called_off_under_one_id() {
        let invited = |event: &Event| {
            let invitation = Invitation {
                event,
                organizer: "city@city.example",
                attendee: "ada@firm.example\r\nX: y",
            };
            invitation.write()
        };
        let asked = invited(&event());
        assert!(asked.contains("METHOD:REQUEST\r\n") && asked.contains("SEQUENCE:3\r\n"));
        let back = crate::ical::write::unfold(&asked);
        assert!(back.contains("PARTSTAT=TENTATIVE:mailto:ada@firm.exampleX:y\n"));
        assert!(asked.contains("ORGANIZER:mailto:city@city.example\r\n"));
        let gone = Event { status: Status::Cancelled, sequence: 4, ..event() };
        let gone = invited(&gone);
        assert!(gone.contains("METHOD:CANCEL\r\n") && gone.contains("SEQUENCE:4\r\n"));
        let uid = "UID:bkg_1@city.example\r\n";
        assert!(asked.contains(uid) && gone.contains(uid));
    }

    #[test]
    fn the_bytes_are_the_same_whenever_it_is_asked_for() {
        let feed = Feed { name: "a".to_owned(), refresh_minutes: 15, events: vec![event()] };
        assert_eq!(feed.write(), feed.clone().write());
    }

    #[test]
    fn free_and_busy_time_names_nobody() {
        let span = event().span;
        let text = FreeBusy {
            uid: "ins_1".to_owned(),
            stamp: span.start(),
            within: span,
            busy: vec![span],
        };
        let text = text.write();
        assert!(text.contains("FREEBUSY;FBTYPE=BUSY:20260302T010000Z/20260302T030000Z\r\n"));
        assert!(text.contains("UID:ins_1\r\nDTSTAMP:20260302T010000Z"));
        assert!(!text.contains("SUMMARY"));
    }
}
