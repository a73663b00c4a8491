//! What a letter says, put together from words and values when it is sent.

use super::{Content, Fact};
use crate::city::City;
use base::{Instant, Lang, LetterId};
use words::Arg;

/// Characters of a subject; more is cut, because some servers refuse long lines.
const SUBJECT_CHARS_MAX: usize = 180;

/// A letter as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    pub id: LetterId,
    /// The moment of this attempt.
    pub at: Instant,
    pub to_name: String,
    pub to_address: String,
    pub lang: Lang,
    pub subject: String,
    pub blocks: Vec<Block>,
    /// Where letters of this kind are stopped, if they can be.
    pub stop_url: Option<String>,
    /// What a calendar program takes in: the event as it stands when the letter goes.
    pub event: Option<calendar::ical::Event>,
}

/// One piece of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Text(String),
    /// What is to be pressed, and its address.
    Link {
        text: String,
        url: String,
    },
    /// One of several things, with a line below it.
    Item {
        title: String,
        note: String,
        url: String,
    },
    /// Lines as they stand.
    Verbatim(String),
    /// Why one gets this, and how to change it.
    Small(String),
}

impl Ready {
    /// The letter as plain text.
    pub fn text(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut has_ended = false;
        for block in &self.blocks {
            parts.push(match block {
                Block::Text(text) => text.clone(),
                Block::Link { text, url } => format!("{text}\n{url}"),
                Block::Item { title, note, url } if note.is_empty() => {
                    format!("- {title}\n  {url}")
                }
                Block::Item { title, note, url } => format!("- {title}\n  {note}\n  {url}"),
                Block::Verbatim(text) => text.clone(),
                Block::Small(text) if has_ended => text.clone(),
                Block::Small(text) => {
                    has_ended = true;
                    // The line that mail programs take for the beginning of a signature.
                    format!("-- \n{text}")
                }
            });
        }
        let mut text = parts.join("\n\n");
        text.push('\n');
        text
    }
}

/// A text on one line: nothing in a header can begin another.
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ")
}

/// The subject of a letter, in any language: it holds nothing that is not public.
pub(crate) fn subject(city: &City, content: &Content, lang: Lang) -> String {
    let args = args(city, content, lang);
    let args: Vec<(&str, Arg)> =
        args.iter().map(|(name, arg)| (name.as_str(), arg.clone())).collect();
    let subject = words::say_with(lang, &format!("mail-{}-subject", content.text), &args);
    one_line(&subject).chars().take(SUBJECT_CHARS_MAX).collect()
}

/// The body of a letter. `link` is the whole address that it leads to, with its secret.
pub(crate) fn blocks(
    city: &City,
    content: &Content,
    (kind, lang, name): (&str, Lang, &str),
    link: Option<String>,
    stop_url: Option<&str>,
) -> Vec<Block> {
    let args = args(city, content, lang);
    let args: Vec<(&str, Arg)> =
        args.iter().map(|(name, arg)| (name.as_str(), arg.clone())).collect();
    let origin = &city.settings().public_url;
    let mut blocks = Vec::new();
    if !name.is_empty() {
        let name = Arg::from(one_line(name));
        blocks.push(Block::Text(words::say_with(lang, "mail-greeting", &[("name", name)])));
    }
    let body = words::say_with(lang, &format!("mail-{}-body", content.text), &args);
    blocks.extend(body.split("\n\n").map(|part| Block::Text(part.trim().to_owned())));
    blocks.extend(content.items.iter().map(|item| Block::Item {
        title: one_line(item.title.best(lang).0),
        note: one_line(item.note.best(lang).0),
        url: format!("{origin}{}", item.path),
    }));
    if !content.verbatim.is_empty() {
        blocks.push(Block::Verbatim(content.verbatim.trim_end().to_owned()));
    }
    if let Some(url) = link {
        let own = format!("mail-{}-link", content.text);
        let text = words::say(lang, if words::has(&own) { &own } else { "mail-link" });
        blocks.push(Block::Link { text, url });
    }
    let place = city.row().map(|row| match lang {
        Lang::En => row.name_en.clone(),
        Lang::Zh => row.name_zh.clone(),
    });
    let place = [("place", place.unwrap_or_default().into()), ("url", origin.as_str().into())];
    blocks.push(Block::Small(words::say_with(lang, "mail-from", &place)));
    blocks.push(Block::Small(words::say(lang, &format!("mail-why-{kind}"))));
    let stop = if content.stop.is_empty() { "mail-stop" } else { "mail-stop-this" };
    if let Some(url) = stop_url {
        blocks.push(Block::Small(words::say_with(lang, stop, &[("url", url.into())])));
    }
    blocks
}

fn args(city: &City, content: &Content, lang: Lang) -> Vec<(String, Arg)> {
    let offset = city.settings().utc_offset_minutes;
    let arg = |fact: &Fact| -> Arg {
        match fact {
            Fact::Text(text) => one_line(text).into(),
            Fact::Name(name) => one_line(name.best(lang).0).into(),
            Fact::Term(key) => words::say(lang, key).into(),
            Fact::Number(number) => (*number).into(),
            Fact::At(at) => words::date_time(lang, *at, offset).into(),
        }
    };
    content.facts.iter().map(|(name, fact)| (name.clone(), arg(fact))).collect()
}

impl City {
    /// Subject and plain text of a letter to nobody in particular, as it would go out now.
    pub(crate) fn draft_of(
        &self,
        tx: &mut store::Tx<'_>,
        letter: super::Letter,
        (lang, now): (Lang, Instant),
    ) -> Result<(String, String), store::StoreError> {
        let mut content = letter.content;
        super::items::fill(tx, self, &mut content, None, now)?;
        let origin = &self.settings().public_url;
        let link = Some(format!("{origin}{}{}", content.path, letter.secret.unwrap_or_default()));
        let subject = subject(self, &content, lang);
        let blocks = blocks(self, &content, (letter.kind.name, lang, ""), link, None);
        let ready = Ready {
            id: LetterId::from_bits(0),
            at: now,
            to_name: String::new(),
            to_address: String::new(),
            lang,
            subject: subject.clone(),
            blocks,
            stop_url: None,
            event: None,
        };
        Ok((subject, ready.text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_be_ended_by_a_name() {
        assert_eq!(one_line("Wu\r\nBcc: all@city.example"), "Wu Bcc: all@city.example");
        assert_eq!(one_line(" a\u{0}b\u{85}c "), "a b c");
    }

    #[test]
    fn the_plain_text_has_one_signature() {
        let ready = Ready {
            id: LetterId::from_bits(1),
            at: Instant::from_micros(0),
            to_name: String::new(),
            to_address: "a@b.example".to_owned(),
            lang: Lang::En,
            subject: "S".to_owned(),
            blocks: vec![
                Block::Text("Hello".to_owned()),
                Block::Link { text: "Open".to_owned(), url: "https://a.example/x".to_owned() },
                Block::Small("Why".to_owned()),
                Block::Small("How".to_owned()),
            ],
            stop_url: None,
            event: None,
        };
        assert_eq!(ready.text(), "Hello\n\nOpen\nhttps://a.example/x\n\n-- \nWhy\n\nHow\n");
    }
}
