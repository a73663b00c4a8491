//! `token`: keys of the programming interface.

use crate::args::{Token, TokenCreate, TokenList, TokenRevoke};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use access::Scope;
use app::account::{CreateToken, RevokeToken};
use app::{Asker, City};
use base::{Class, Refusal, TokenId};
use std::collections::BTreeSet;

/// Runs one of them.
pub fn run(desk: &mut Desk<'_>, asked: &Token) -> Outcome {
    match asked {
        Token::Create(asked) => create(desk, asked),
        Token::List(asked) => list(desk, asked),
        Token::Revoke(asked) => revoke(desk, asked),
    }
}

fn scopes(typed: &[String]) -> Result<BTreeSet<Scope>, Failure> {
    let read = |word: &String| {
        Scope::parse(word.trim()).ok_or_else(|| {
            let choices = Scope::ALL.map(Scope::word).join(", ");
            let reason = Refusal::new(Class::Invalid, "cli-scope-unknown");
            Failure::usage(reason.text("found", word).text("choices", choices))
        })
    };
    typed.iter().map(read).collect()
}

fn create(desk: &mut Desk<'_>, asked: &TokenCreate) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let person = asked.person.as_deref().map(|typed| desk.city.person_named(typed)).transpose()?;
    let act = CreateToken {
        person,
        name: asked.name.clone(),
        scopes: scopes(&asked.scope)?,
        days: asked.days,
    };
    if asked.writing.dry_run {
        return desk.dry("cli-token-would-create", &[("name", asked.name.as_str().into())]);
    }
    let made = desk.city.perform(&asker, act)?;
    if desk.common.json {
        desk.json(&serde_json::json!({
            "token": made.token,
            "secret": made.secret,
            "ends_at": made.ends_at.rfc3339(),
        }))?;
        return Ok(Exit::Done);
    }
    if made.secret.is_empty() {
        desk.say("cli-secret-told-before", &[]);
        return Ok(Exit::Done);
    }
    desk.say("cli-token-created", &[("id", made.token.to_string().into())]);
    desk.line(&made.secret)?;
    Ok(Exit::Done)
}

fn keys(city: &City, asker: &Asker) -> Result<Vec<store::token::Token>, Failure> {
    Ok(city.own_account(asker)?.1)
}

fn list(desk: &mut Desk<'_>, asked: &TokenList) -> Outcome {
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    let all = keys(desk.city, &asker)?;
    let words_of = |token: &store::token::Token| {
        token.scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>()
    };
    if desk.common.json {
        let rows: Vec<serde_json::Value> = all
            .iter()
            .map(|token| {
                serde_json::json!({
                    "token": token.id,
                    "name": token.name,
                    "scopes": words_of(token),
                    "created_at": token.created_at.rfc3339(),
                    "ends_at": token.ends_at.rfc3339(),
                })
            })
            .collect();
        desk.json(&serde_json::json!({ "tokens": rows }))?;
        return Ok(Exit::Done);
    }
    let heads = ["key", "name", "scopes", "ends"]
        .map(|head| words::say(desk.lang(), &format!("cli-head-{head}")));
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|token| {
            let ends = token.ends_at.date_at(desk.city.settings().utc_offset_minutes).to_string();
            vec![token.id.to_string(), token.name.clone(), words_of(token).join(","), ends]
        })
        .collect();
    desk.table(&heads, &rows)?;
    Ok(Exit::Done)
}

fn revoke(desk: &mut Desk<'_>, asked: &TokenRevoke) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let id = TokenId::parse(&asked.token).map_err(|_| Refusal::not_found())?;
    if asked.writing.dry_run {
        return desk.dry("cli-token-would-revoke", &[("id", id.to_string().into())]);
    }
    desk.city.perform(&asker, RevokeToken { token: id })?;
    desk.done(
        "cli-token-revoked",
        &[("id", id.to_string().into())],
        &serde_json::json!({
            "token": id,
        }),
    )
}
