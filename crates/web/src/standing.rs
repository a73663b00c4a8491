//! Operations: how the city stands, for those who look after it.

use crate::link;
use crate::page::{Page, get, may, moment, say};
use access::{Act, Thing};
use app::No;
use app::standing::{Disk, Follower, Standing};
use edge::{Reply, Request, Route};
use look::{Column, PageHead, Table, Tone};
use maud::{Markup, html};

/// Entries that a follower may be behind without being marked.
const LAG_QUIET: u64 = 100;
/// Hours after which a backup is late.
const BACKUP_HOURS: i64 = 36;
/// A letter that waits for longer than this is marked.
const MAIL_LATE_SECONDS: i64 = 3_600;
/// The write-ahead log above this is kept from being used anew by something.
const WAL_ALARM_BYTES: u64 = 64 << 20;

/// The route of this file.
pub static ROUTES: &[Route] = &[get(link::OPERATIONS, Act::LookAtOperations, show)];

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let standing = request.city().standing(&request.asker)?;
    let title = say(request, "standing-title");
    let lead = say(request, "standing-lead");
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), ..PageHead::default()
        }))
        @if let Some(failure) = &standing.failure {
            (look::notice(lang, Tone::Live, html! {
                p { (say(request, "standing-failed")) " " (failure) }
            }))
        }
        (look::sheet(&say(request, "standing-now"), now(request, &standing)))
        (look::sheet(&say(request, "standing-kept"), kept(request, &standing)))
        (look::sheet(&say(request, "mail-outbox-title"), mail(request, &standing)))
        (look::sheet(&say(request, "standing-webhooks"), webhooks(request, &standing)))
        (look::part("followers", &say(request, "standing-followers"),
            followers(request, &standing.followers)))
        (look::part("disks", &say(request, "standing-disks"), disks(request, &standing)))
        p.quiet.small { (say(request, "standing-more")) }
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn number(request: &Request, n: u64) -> String {
    words::number(request.lang, i64::try_from(n).unwrap_or(i64::MAX))
}

/// A value, marked when somebody should look.
fn marked(request: &Request, is_odd: bool, value: String) -> Markup {
    html! {
        (value)
        @if is_odd { " " (look::tag(Tone::Wait, &say(request, "standing-look"))) }
    }
}

fn now(request: &Request, standing: &Standing) -> Markup {
    let writing = if standing.is_read_only { "standing-read-only" } else { "standing-writing" };
    look::facts(&[
        (
            &say(request, "standing-state"),
            marked(request, standing.is_read_only, say(request, writing)),
        ),
        (&say(request, "standing-acts"), html! { (number(request, standing.n_acts_waiting)) }),
        (&say(request, "standing-events"), html! { (number(request, standing.n_unnumbered)) }),
        (&say(request, "standing-wal"), {
            let size = words::bytes(request.lang, standing.wal_bytes);
            marked(request, standing.wal_bytes > WAL_ALARM_BYTES, size)
        }),
        (&say(request, "standing-program"), html! { (standing.program) }),
        (&say(request, "standing-engine"), html! { (standing.engine) }),
        (&say(request, "standing-schema"), html! { (number(request, standing.schema)) }),
        (&say(request, "standing-at"), html! { (moment(request, standing.at)) }),
    ])
}

fn kept(request: &Request, standing: &Standing) -> Markup {
    let never = || say(request, "standing-never");
    let unsigned =
        standing.checkpoint.map_or(standing.log, |(size, _)| standing.log.saturating_sub(size));
    let signed = standing.checkpoint.map_or_else(never, |(_, at)| moment(request, at));
    let late =
        standing.backup.is_none_or(|(at, _)| standing.at.seconds_since(at) / 3_600 >= BACKUP_HOURS);
    let backup = standing.backup.map_or_else(never, |(at, size)| {
        let args = [("at", moment(request, at).into()), ("size", number(request, size).into())];
        words::say_with(request.lang, "standing-backup-of", &args)
    });
    html! {
        (look::facts(&[
            (&say(request, "standing-log"), html! { (number(request, standing.log)) }),
            (&say(request, "standing-checkpoint"), html! { (signed) }),
            (&say(request, "standing-unsigned"),
                marked(request, unsigned > LAG_QUIET, number(request, unsigned))),
            (&say(request, "standing-backup"), marked(request, late, backup)),
            (&say(request, "standing-documents"),
                html! { (number(request, standing.n_documents)) }),
            (&say(request, "standing-files"), html! {
                (number(request, standing.files.0)) " · "
                (words::bytes(request.lang, standing.files.1))
            }),
        ]))
        p { a href=(link::LOG) { (say(request, "log-title")) } }
    }
}

fn mail(request: &Request, standing: &Standing) -> Markup {
    let queue = standing.mail;
    let oldest =
        queue.oldest.map_or_else(|| say(request, "standing-none"), |at| moment(request, at));
    let is_late = queue.oldest.is_some_and(|at| standing.at.seconds_since(at) > MAIL_LATE_SECONDS);
    let off = if standing.sends_mail { "standing-mail-on" } else { "standing-mail-off" };
    html! {
        (look::facts(&[
            (&say(request, "standing-mail-state"), html! { (say(request, off)) }),
            (&say(request, "mail-queue"), html! { (number(request, queue.n)) }),
            (&say(request, "mail-oldest"), marked(request, is_late, oldest)),
            (&say(request, "standing-mail-given-up"),
                marked(request, standing.n_given_up > 0, number(request, standing.n_given_up))),
        ]))
        @if may(request, Act::ListLetters, &Thing::open()) {
            p { a href=(link::OPERATIONS_MAIL) { (say(request, "mail-more")) } }
        }
    }
}

fn webhooks(request: &Request, standing: &Standing) -> Markup {
    let found = standing.webhooks;
    let oldest =
        found.oldest.map_or_else(|| say(request, "standing-none"), |at| moment(request, at));
    let is_late = found.oldest.is_some_and(|at| standing.at.seconds_since(at) > MAIL_LATE_SECONDS);
    let calls = if standing.calls_webhooks { "on" } else { "idle" };
    look::facts(&[
        (
            &say(request, "standing-webhooks-state"),
            html! { (say(request, &format!("standing-webhooks-{calls}"))) },
        ),
        (&say(request, "standing-webhooks-waiting"), html! { (number(request, found.n_waiting)) }),
        (&say(request, "standing-webhooks-oldest"), marked(request, is_late, oldest)),
        (
            &say(request, "standing-webhooks-given-up"),
            html! { (number(request, found.n_given_up)) },
        ),
        (
            &say(request, "standing-webhooks-off"),
            marked(request, found.n_off > 0, number(request, found.n_off)),
        ),
    ])
}

fn followers(request: &Request, followers: &[Follower]) -> Markup {
    let heads = ["name", "position", "lag", "moved"];
    let titles = heads.map(|head| say(request, &format!("standing-follower-{head}")));
    let columns = vec![
        Column::text("name", &titles[0]),
        Column::figures("position", &titles[1], ""),
        Column::figures("lag", &titles[2], ""),
        Column::text("moved", &titles[3]),
    ];
    let row = |one: &Follower| {
        let key = format!("standing-follower-{}", one.name);
        let name = if words::has(&key) { say(request, &key) } else { one.name.clone() };
        look::Row::from(vec![
            html! { (name) },
            html! { (number(request, one.seq)) },
            marked(request, one.lag > LAG_QUIET, number(request, one.lag)),
            html! { @if let Some(at) = one.at { (moment(request, at)) } @else { "–" } },
        ])
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "standing-followers"),
        is_caption_hidden: true,
        columns,
        rows: followers.iter().map(row).collect(),
        ..Table::default()
    })
}

fn disks(request: &Request, standing: &Standing) -> Markup {
    let heads = ["folder", "free", "all", "nodes"];
    let titles = heads.map(|head| say(request, &format!("standing-disk-{head}")));
    let columns = vec![
        Column::text("folder", &titles[0]),
        Column::figures("free", &titles[1], ""),
        Column::figures("all", &titles[2], ""),
        Column::figures("nodes", &titles[3], ""),
    ];
    let row = |disk: &Disk| {
        look::Row::from(vec![
            html! { code { (disk.folder.display()) } },
            marked(request, disk.is_low, words::bytes(request.lang, disk.room.bytes_free)),
            html! { (words::bytes(request.lang, disk.room.bytes_all)) },
            html! { (number(request, disk.room.nodes_free)) },
        ])
    };
    let low = words::bytes(request.lang, standing.low_water_bytes);
    html! {
        (look::table(&Table {
            lang: request.lang,
            caption: &say(request, "standing-disks"),
            is_caption_hidden: true,
            columns,
            rows: standing.disks.iter().map(row).collect(),
            ..Table::default()
        }))
        p.quiet.small {
            (words::say_with(request.lang, "standing-low-water", &[("size", low.into())]))
        }
    }
}
