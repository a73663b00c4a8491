//! Styles, scripts and signs, and what programs ask for by name.

use crate::link;
use crate::page::get;
use access::Act;
use app::No;
use base::Refusal;
use edge::{Cache, Reply, Request, Route};

/// The routes of files. They are open to everybody, as the log is.
pub static ROUTES: &[Route] = &[
    get("/assets/{name}", Act::ReadLog, asset),
    get("/favicon.ico", Act::ReadLog, icon),
    get("/robots.txt", Act::ReadLog, robots),
];

fn asset(request: &Request) -> Result<Reply, No> {
    let mut assets = look::assets().iter();
    let found = assets.find(|asset| asset.path == request.path).ok_or_else(Refusal::not_found)?;
    let reply = Reply::new(found.content_type, found.body.clone()).kept(Cache::Immutable);
    Ok(reply.with_header("etag", found.etag.clone()))
}

fn icon(_: &Request) -> Result<Reply, No> {
    let mut assets = look::assets().iter();
    let found = assets.find(|asset| asset.name == "icon.svg").ok_or_else(Refusal::not_found)?;
    Ok(Reply::new(found.content_type, found.body.clone()).kept(Cache::Revalidate))
}

/// Search engines read things, not every list of them.
fn robots(request: &Request) -> Result<Reply, No> {
    let shut = [
        link::SEARCH,
        link::SUGGEST,
        link::SIGN_IN,
        link::SET_PASSWORD,
        link::ACCOUNT,
        link::DESK,
        link::PEOPLE,
        link::IMPORTS,
        link::LOG_LOOKS,
    ];
    let is_demo = request.city().row()?.demo;
    let text = if is_demo {
        "User-agent: *\nDisallow: /\n".to_owned()
    } else {
        let lines: Vec<String> = shut.iter().map(|path| format!("Disallow: {path}\n")).collect();
        format!("User-agent: *\n{}", lines.concat())
    };
    Ok(Reply::new("text/plain; charset=utf-8", text).kept(Cache::Revalidate))
}
