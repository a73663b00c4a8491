//! The books: accounts, statements, transfers; opening, posting, taking back.

pub(crate) mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, id, moment};
use access::Act as A;
use app::No;
use app::ledger::{OpenAccount, Part, PostTransfers, ReverseTransfer, Wanted};
use base::{AccountId, OrganisationId, TransferId};
use edge::Reply;
use ledger::Purpose;
use shape::{
    BalanceJson, LedgerAccountJson, LedgerLineJson, LedgerTransferJson, OpenAccountJson,
    OpenedJson, PostJson, PostedJson, ReverseJson,
};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &LOOK, &LINES, &BALANCE, &TRANSFER, &OPEN, &POST, &REVERSE];

fn purposes() -> Vec<&'static str> {
    Purpose::ALL.iter().map(|purpose| purpose.code()).collect()
}

static LIST: Operation = Operation {
    query: &[
        limit(1_000),
        Parameter::new("after", Kind::Text),
        Parameter::new("owner", Kind::Text),
        Parameter::new("purpose", Kind::Word(purposes)),
    ],
    answer: Answer::json::<ListJson<LedgerAccountJson>>(200),
    ..Operation::list(
        "ledger-list",
        "/api/v1/ledger/accounts",
        A::ListAccounts,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let some = |name: &str| call.query.some(name).map(str::to_owned);
    let (owner, after) = (some("owner"), some("after"));
    let wanted = Wanted {
        owner: owner.and_then(|text| id::<OrganisationId>("owner", &text, &mut no)),
        purpose: Purpose::parse(call.query.text("purpose")),
        after: after.and_then(|text| id::<AccountId>("after", &text, &mut no)),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let page = call.city().ledger_accounts(call.asker(), wanted, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(LedgerAccountJson::of).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<LedgerAccountJson>(200),
    ..Operation::look(
        "ledger-look",
        "/api/v1/ledger/accounts/{id}",
        A::LookAtAccount,
        |request| LOOK.answer(request),
        |call| {
            let found = call.city().ledger_account(call.asker(), call.id("id")?)?;
            Ok(reply::json(&LedgerAccountJson::of(&found)))
        },
    )
};

static LINES: Operation = Operation {
    query: &[limit(1_000), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<LedgerLineJson>>(200),
    ..Operation::look(
        "ledger-lines",
        "/api/v1/ledger/accounts/{id}/lines",
        A::LookAtAccount,
        |request| LINES.answer(request),
        lines,
    )
};

fn lines(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let before = call.query.some("after").and_then(|text| id::<i64>("after", text, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let part = Part { before, ..Part::default() };
    let most = call.query.limit(LIMIT);
    let page = call.city().ledger_statement(call.asker(), call.id("id")?, part, most)?;
    let book = &page.account.account.book;
    let data = page.lines.iter().map(|line| LedgerLineJson::of(book, line)).collect();
    let next = reply::next(call, page.next.map(|at| at.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

static BALANCE: Operation = Operation {
    query: &[Parameter::required("at", Kind::Text)],
    answer: Answer::json::<BalanceJson>(200),
    ..Operation::look(
        "ledger-balance",
        "/api/v1/ledger/accounts/{id}/balance",
        A::LookAtAccount,
        |request| BALANCE.answer(request),
        balance,
    )
};

fn balance(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let at = moment("at", call.query.text("at"), &mut no).ok_or(No(no))?;
    let account = call.city().ledger_account(call.asker(), call.id("id")?)?;
    let shown = call.city().ledger_balance(call.asker(), account.account.id, at)?;
    Ok(reply::json(&BalanceJson::of(&account.account.book, &shown)))
}

static TRANSFER: Operation = Operation {
    answer: Answer::json::<LedgerTransferJson>(200),
    ..Operation::look(
        "ledger-transfer",
        "/api/v1/ledger/transfers/{id}",
        A::LookAtAccount,
        |request| TRANSFER.answer(request),
        |call| {
            let found = call.city().ledger_transfer(call.asker(), call.id("id")?)?;
            Ok(reply::json(&LedgerTransferJson::of(&found)))
        },
    )
};

static OPEN: Operation = Operation {
    request: Some(schema_of::<OpenAccountJson>()),
    answer: Answer::json::<OpenedJson>(201),
    ..Operation::post(
        "ledger-open",
        "/api/v1/ledger/accounts",
        A::OpenAccount,
        |request| OPEN.answer(request),
        open,
    )
};

fn open(call: &Call<'_>) -> Result<Reply, No> {
    let act: OpenAccount = call.body::<OpenAccountJson>()?.read()?;
    let done = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/ledger/accounts/{}", done.account);
    Ok(reply::created(call, &path, &OpenedJson::from(done)))
}

static POST: Operation = Operation {
    request: Some(schema_of::<PostJson>()),
    answer: Answer::json::<PostedJson>(200),
    ..Operation::post(
        "ledger-post",
        "/api/v1/ledger/transfers",
        A::PostTransfers,
        |request| POST.answer(request),
        |call| {
            let asked = call.body::<PostJson>()?.read()?;
            let done = call.city().perform(call.asker(), PostTransfers::new(asked))?;
            Ok(reply::json(&PostedJson::from(done)))
        },
    )
};

static REVERSE: Operation = Operation {
    request: Some(schema_of::<ReverseJson>()),
    answer: Answer::json::<PostedJson>(200),
    ..Operation::post(
        "ledger-reverse",
        "/api/v1/ledger/transfers/{id}/reversal",
        A::ReverseTransfer,
        |request| REVERSE.answer(request),
        |call| {
            let of: TransferId = call.id("id")?;
            let act: ReverseTransfer = call.body::<ReverseJson>()?.read(of)?;
            Ok(reply::json(&PostedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
