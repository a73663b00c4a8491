//! One's own account: who one is here, where one is signed in, which keys there are.

use crate::form::ticket;
use crate::page::{Page, get, me, moment, post, say};
use crate::{key, link};
use access::Act;
use app::account::EndSession;
use app::person::Me;
use app::{No, Who};
use base::SessionId;
use edge::{Reply, Request, Route};
use look::{Column, Look, PageHead, PostButton, Row, Table, Tone};
use maud::{Markup, html};
use store_session::Session;

/// The routes of the account itself.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT, Act::ListOwnSessions, show),
    post("/account/sessions/{id}/end", Act::EndSession, end_session),
];
