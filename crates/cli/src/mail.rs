//! `mail`: the letters that wait, were sent or were given up; trying again; a letter to see.

use crate::args::{Mail, MailList, MailRetry, MailTest};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use app::mail::{LetterRow, RetryLetter, TestMail};
use base::{Class, LetterId, Refusal, limits};
use store::mail::State;

/// Runs one of them.
pub fn run(desk: &mut Desk<'_>, asked: &Mail) -> Outcome {
    match asked {
        Mail::List(asked) => list(desk, asked),
        Mail::Retry(asked) => retry(desk, asked),
        Mail::Test(asked) => test(desk, asked),
    }
}

fn state_of(typed: &str) -> Result<State, Failure> {
    State::parse(typed).ok_or_else(|| {
        let choices = State::ALL.map(State::word).join(", ");
        let reason = Refusal::new(Class::Invalid, "cli-letter-state");
        Failure::usage(reason.text("found", typed).text("choices", choices))
    })
}

/// What went wrong, in words: our own sentence, or the server's.
fn error(desk: &Desk<'_>, row: &LetterRow) -> String {
    if row.error.starts_with("mail-error-") {
        return words::say(desk.lang(), &row.error);
    }
    row.error.clone()
}

fn document(desk: &Desk<'_>, row: &LetterRow) -> serde_json::Value {
    serde_json::json!({
        "letter": row.id,
        "kind": row.kind,
        "to": row.address,
        "subject": row.subject,
        "state": row.state.word(),
        "attempts": row.attempts,
        "created_at": row.created_at.rfc3339(),
        "error": error(desk, row),
    })
}

fn list(desk: &mut Desk<'_>, asked: &MailList) -> Outcome {
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    let state = asked.state.as_deref().map(state_of).transpose()?;
    let limit = asked.limit.clamp(1, limits::PAGE_ROWS_MAX);
    let page = desk.city.outbox(&asker, desk.lang(), state, None, limit)?;
    if desk.common.json {
        let rows: Vec<serde_json::Value> =
            page.rows.iter().map(|row| document(desk, row)).collect();
        desk.json(&serde_json::json!({
            "letters": rows,
            "waiting": page.queue.n,
            "sending": page.is_sending,
        }))?;
        return Ok(Exit::Done);
    }
    let heads = ["letter", "email", "subject", "state", "attempts", "error"]
        .map(|head| words::say(desk.lang(), &format!("cli-head-{head}")));
    let rows: Vec<Vec<String>> = page
        .rows
        .iter()
        .map(|row| {
            let said = error(desk, row);
            let attempts = row.attempts.to_string();
            let state = row.state.word().to_owned();
            let id = row.id.to_string();
            vec![id, row.address.clone(), row.subject.clone(), state, attempts, said]
        })
        .collect();
    desk.table(&heads, &rows)?;
    if !page.is_sending {
        desk.say("cli-mail-off", &[]);
    }
    Ok(Exit::Done)
}

fn retry(desk: &mut Desk<'_>, asked: &MailRetry) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let letter = LetterId::parse(&asked.letter).map_err(|_| Refusal::not_found())?;
    let args = [("id", letter.to_string().into())];
    if asked.writing.dry_run {
        return desk.dry("cli-mail-would-retry", &args);
    }
    desk.city.perform(&asker, RetryLetter { letter })?;
    desk.done("cli-mail-retried", &args, &serde_json::json!({ "letter": letter }))
}

/// Looks whether the server takes letters, queues one, and tries to send it at once.
fn test(desk: &mut Desk<'_>, asked: &MailTest) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    if asked.writing.dry_run {
        return desk.dry("cli-mail-would-test", &[("email", asked.to.as_str().into())]);
    }
    match desk.city.check_mail() {
        None => return Err(Refusal::new(Class::Refused, "mail-no-server").into()),
        Some(Err(trouble)) => {
            let reason = Refusal::new(Class::Busy, "mail-server-trouble");
            return Err(reason.text("found", trouble.said).into());
        }
        Some(Ok(())) => {}
    }
    let act = TestMail { address: asked.to.clone(), lang: desk.lang() };
    let letter = desk.city.perform(&asker, act)?.letter;
    // Whoever is faster: a server that runs sends it as well, but only one of the two takes it.
    for _ in 0..ROUNDS_MAX {
        let round = desk.city.send_letters(&|| true)?;
        if !round.is_full || round.trouble.is_some() {
            break;
        }
    }
    let found = desk.city.store().read(|tx| store::mail::find(tx, letter))?;
    let (state, said) =
        found.map_or((State::Waiting, String::new()), |found| (found.state, found.error));
    let document = serde_json::json!({ "letter": letter, "state": state.word(), "error": said });
    let args = [("email", asked.to.as_str().into()), ("found", said.into())];
    match state {
        State::Sent => desk.done("cli-mail-test-sent", &args, &document),
        State::GivenUp => {
            desk.done("cli-mail-test-refused", &args, &document)?;
            Ok(Exit::Failed)
        }
        State::Waiting | State::Dropped => desk.done("cli-mail-test-waits", &args, &document),
    }
}

/// Rounds of sending that a test waits through at most.
const ROUNDS_MAX: usize = 20;
