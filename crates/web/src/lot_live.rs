//! The auction room as it happens: every entry is said once, and price and end are sent along, so that
//! whoever only watches asks for nothing.

use crate::link;
use crate::page::get;
use app::lot::{History, LotView, Staged, Told};
use app::{City, No};
use base::{Instant, Label, Lang, LotId, Money};
use edge::{Heard, Reply, Request, Route};
use look::Tone;
use maud::{Markup, html};
use std::time::Duration;
use trading::lot::{Lot, LotState};

/// The stream of a room.
pub static ROUTES: &[Route] = &[get("/auctions/{id}/live", access::Act::LookAtLot, live)];

/// How soon a browser asks again after a stream has ended.
const RETRY_MS: u32 = 1_000;
/// Entries told in one piece; the rest comes with the next.
const NEWS_MAX: usize = 200;
/// How long a stream lasts before its listener is asked again who they are.
const LASTS: Duration = Duration::from_secs(15 * 60);
/// The same where not everybody may listen.
const LASTS_LABELLED: Duration = Duration::from_secs(60);

/// In which language and whose time a room is spoken of.
#[derive(Clone, Copy, Debug)]
pub struct Voice {
    pub lang: Lang,
    offset: i32,
}

impl Voice {
    /// The voice of an answer.
    pub fn of(request: &Request) -> Self {
        Self::new(request.city(), request.lang)
    }

    fn new(city: &City, lang: Lang) -> Self {
        Self { lang, offset: city.settings().utc_offset_minutes }
    }

    fn say(self, key: &str) -> String {
        words::say(self.lang, key)
    }

    fn said(self, key: &str, name: &str, value: String) -> String {
        words::say_with(self.lang, key, &[(name, value.into())])
    }

    pub(crate) fn moment(self, at: Instant) -> String {
        words::date_time_exact(self.lang, at, self.offset)
    }

    fn money(self, lot: &Lot, minor: i64) -> String {
        words::money(self.lang, Money::new(minor, lot.terms.currency))
    }
}

/// What is new since an entry, as server-sent events, for as long as the stream lasts. A browser comes
/// again with the last entry it has, so that nothing is lost between two connections. `once=yes` tells
/// what there is and ends.
fn live(request: &Request) -> Result<Reply, No> {
    let last = match request.header("last-event-id") {
        "" => request.query.get("entry"),
        known => known,
    };
    let after: u64 = last.parse().unwrap_or(0);
    let (city, asker, id) = (request.city(), &request.asker, request.id::<LotId>("id")?);
    let voice = Voice::of(request);
    let known = city.lot_news(asker, id, after, NEWS_MAX)?;
    if is_over(&known.lot) && known.entries.is_empty() {
        // Nothing comes any more, and browsers stop asking at this answer.
        return Ok(Reply::new("text/event-stream; charset=utf-8", "").with_status(204));
    }
    let label = known.lot.label.clone();
    let stands = (last_told(&known), mark(&known.lot, known.stage));
    let lasts = if label == Label::public() { LASTS } else { LASTS_LABELLED };
    let (reader, lang) = (city.clone(), request.lang);
    let look = move |after| {
        let news = reader.lot_told(id, after, NEWS_MAX)?;
        if news.lot.label != label {
            return Err(base::Refusal::not_found().into());
        }
        Ok(heard(Voice::new(&reader, lang), &news, after))
    };
    let name = format!("{id} {}", lang.tag());
    let joined = request.edge.live.join(city, &name, stands, Box::new(look));
    // Read after joining: what comes in between is told by the one or the other.
    let news = city.lot_news(asker, id, after, NEWS_MAX)?;
    let heard = heard(voice, &news, after);
    let mut text = format!("retry: {RETRY_MS}\n\n");
    text.extend(heard.told.iter().map(|told| told.event.as_str()));
    text.push_str(&heard.now);
    if news.entries.len() >= NEWS_MAX || request.query.get("once") == "yes" {
        return Ok(Reply::new("text/event-stream; charset=utf-8", text));
    }
    Ok(Reply::live(joined.listen(heard.upto, text, lasts)))
}

fn is_over(lot: &Lot) -> bool {
    !matches!(lot.state, LotState::Announced | LotState::Open)
}

/// The last place that listeners have heard of: in rounds nothing shows that was only typed.
fn last_told(known: &History) -> u64 {
    match known.lot.terms.way.rounds() {
        Some(_) => known.entries.last().map_or(0, |told| told.n),
        None => known.lot.course.n_entries,
    }
}

/// Differs when a lot stands otherwise though nothing was entered: it opened, its terms changed, a turn
/// has ended.
fn mark(lot: &Lot, stage: Option<Staged>) -> String {
    if let Some(stage) = stage {
        let stage = crate::rounds::mark(&stage);
        return format!("{} {} {stage}", lot.state.word(), lot.terms_version);
    }

    // The panel of a falling price is fetched whole whenever something was entered.
    let n = lot.terms.way.falling().map_or(0, |_| lot.course.n_entries);
    format!("{} {} {n}", lot.state.word(), lot.terms_version)
}

fn heard(voice: Voice, news: &History, after: u64) -> Heard {
    let lot = &news.lot;
    let told: Vec<edge::Told> = news
        .entries
        .iter()
        .map(|told| {
            let data = serde_json::json!({
                "said": announced(voice, lot, told),
                "row": row(voice, lot, told).into_string(),
            });
            let event = format!("id: {}\nevent: entry\ndata: {data}\n\n", told.n);
            edge::Told { n: told.n, event }
        })
        .collect();
    let upto = match told.last() {
        Some(last) if told.len() >= NEWS_MAX => last.n,
        _ => last_told(news).max(after),
    };
    let mark = mark(lot, news.stage);
    let data = serde_json::json!({
        "html": price(voice, lot, news.now).into_string(),
        "mark": mark,
        "said": news.stage.map(|stage| crate::rounds::sentence(voice, &stage)),
    });
    Heard { upto, told, now: format!("event: now\ndata: {data}\n\n"), mark }
}

/// The attributes of a room: where its stream is, and how it stood when the page was made.
pub fn room_address(request: &Request, view: &LotView) -> (String, String) {
    let lot = &view.lot;
    let live = link::auction_part(lot.id, "live");
    let rounds = crate::rounds::of(request, view);
    let entry = match rounds {
        Some(_) => view.history.first().map_or(0, |told| told.n),
        None => lot.course.n_entries,
    };
    let with = look::address::with(&live, "entry", &entry.to_string());
    let mark = mark(lot, rounds.map(|it| it.staged()));
    (look::address::and(&with, "lang", request.lang.tag()), mark)
}

/// One entry as it is said aloud.
pub fn announced(voice: Voice, lot: &Lot, told: &Told) -> String {
    let key = format!("lot-said-{}", told.kind);
    let price = told.price.map_or_else(String::new, |minor| voice.money(lot, minor));
    let args = [
        ("bidder", told.bidder.to_string().into()),
        ("price", price.into()),
        ("leader", told.leader.map_or_else(String::new, |it| it.to_string()).into()),
        ("end", voice.moment(told.ends_at).into()),
        ("sum", opened(voice, lot, told).into()),
    ];
    words::say_with(voice.lang, &key, &args).replace('\n', " ")
}

/// What an entry opened for everybody; nothing of any other.
fn opened(voice: Voice, lot: &Lot, told: &Told) -> String {
    let sum = told.amount.filter(|_| told.kind == "reveal");
    sum.map_or_else(String::new, |minor| voice.money(lot, minor))
}

/// One entry in the list of the room.
pub fn row(voice: Voice, lot: &Lot, told: &Told) -> Markup {
    html! {
        li {
            span {
                (announced(voice, lot, told))
                @if told.via == "floor" { " " (look::tag(Tone::Info, &voice.say("lot-page-floor"))) }
            }
            span.small.quiet { (stamp(voice, told.received)) }
        }
    }
}

fn stamp(voice: Voice, at: Instant) -> Markup {
    let date = words::date(voice.lang, at.date_at(voice.offset));
    let args = [("date", date.into()), ("time", words::clock_exact(at, voice.offset).into())];
    html! { time datetime=(at.rfc3339()) { (words::say_with(voice.lang, "time-stamp", &args)) } }
}

/// Price, leader and end, the same for everybody.
pub fn price(voice: Voice, lot: &Lot, now: Instant) -> Markup {
    let left_ms = lot.course.ends_at.micros().saturating_sub(now.micros()) / 1_000;
    let runs = lot.is_running(now) && !lot.course.is_halted;
    let n_bids = usize::try_from(lot.course.n_bids).unwrap_or(usize::MAX);
    let sold = app::lot::Ended::read(&lot.outcome).and_then(|it| it.winner);
    let ends = if is_over(lot) { "lot-page-ended-at" } else { "lot-page-ends" };
    html! {
        div.stack #room-price {
            @match (sold, lot.course.price) {
                (Some((_, price)), _) => {
                    p.small.quiet { (voice.say("lot-page-sold-for")) }
                    p.price { (voice.money(lot, price)) }
                }
                (None, Some(price)) => {
                    p.small.quiet { (voice.say("lot-page-price")) }
                    p.price { (voice.money(lot, price)) }
                }
                (None, None) => {
                    p.small.quiet { (voice.say("lot-page-start")) }
                    p.price { (voice.money(lot, lot.terms.start)) }
                }
            }
            p {
                @if let Some(leader) = lot.course.leader {
                    (voice.said("lot-page-leader", "bidder", leader.to_string())) " · "
                }
                @if lot.terms.way.sealing().is_none() {
                    (words::say_with(voice.lang, "lot-page-bids", &[("count", n_bids.into())]))
                }
            }
            @if runs {
                p.clock #room-left role="timer" data-left=(left_ms) { (left(left_ms)) }
            }
            p.small {
                @if now < lot.terms.opens {
                    (voice.said("lot-page-opens", "at", voice.moment(lot.terms.opens))) " "
                }
                (voice.said(ends, "at", voice.moment(lot.course.ends_at)))
            }
            p.small.quiet { (voice.said("lot-page-clock", "at", voice.moment(now))) }
        }
    }
}

/// Hours, minutes and seconds; without a script it stands for the moment of the page.
pub(crate) fn left(ms: i64) -> String {
    let seconds = (ms / 1_000).max(0);
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
