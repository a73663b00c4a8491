//! The faces of the city: which routes there are, and what the pages are told at the start.

use app::{City, No};
use cli::seed::Account;
use edge::{Body, Face, Reply, Request, Route};

static PLAIN: Face = Face { name: "plain", refused, by_token: false };

fn refused(_: &Request, no: &No) -> Reply {
    Reply::new("text/plain", no.to_string()).with_status(404)
}

static ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/",
    act: access::Act::ReadLog,
    body: Body::None,
    face: &PLAIN,
    run: |request| {
        let ask = app::search::Ask { limit: 10, ..Default::default() };
        let page = request.city().search(&request.asker, &ask)?;
        Ok(Reply::new("text/plain; charset=utf-8", format!("{} {:?}", page.total, page.rows)))
    },
}];

static MISSING: Route = Route {
    method: "GET",
    path: "/missing",
    act: access::Act::ReadLog,
    body: Body::None,
    face: &PLAIN,
    run: |_| Err(base::Refusal::not_found().into()),
};

/// Every route.
pub fn routes() -> Vec<&'static [Route]> {
    vec![ROUTES]
}

/// What answers where no route does.
pub fn missing() -> &'static Route {
    &MISSING
}

/// Tells the pages which accounts the demonstration has.
pub fn show_accounts(_: &[Account]) {}

/// Goes on with imports that were running when the program ended.
pub fn resume(_: &City) {}
