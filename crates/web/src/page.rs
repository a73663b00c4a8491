//! The frame around what a route has to show, and who may keep it.

use crate::link;
use app::No;
use app::person::Me;
use base::{Class, Label, Lang, Refusal};
use edge::{Body, Cache, Reply, Request, Route};
use look::{Addresses, Banner, Reader, Section, Shell, Theme};
use maud::{Markup, html};

/// A page about to be drawn: make it with [`Page::new`], say what it is, end with
/// [`Page::reply`].
pub struct Page<'r> {
    request: &'r Request,
    title: String,
    title_public: String,
    here: String,
    section: Option<Section>,
    label: Option<Label>,
    status: u16,
    is_error: bool,
    is_indexed: bool,
    is_personal: bool,
    description: String,
    json_ld: Option<String>,
    query: String,
    has_own_search: bool,
    has_room: bool,
    banners: Vec<Banner<'r>>,
}

impl<'r> Page<'r> {
    /// A page about this thing.
    pub fn new(request: &'r Request, title: impl Into<String>) -> Self {
        Self {
            request,
            title: title.into(),
            title_public: String::new(),
            here: request.path_and_query.clone(),
            section: None,
            label: None,
            status: 200,
            is_error: false,
            is_indexed: false,
            is_personal: false,
            description: String::new(),
            json_ld: None,
            query: String::new(),
            has_own_search: false,
            has_room: false,
            banners: Vec::new(),
        }
    }

    /// Under this verb of the navigation.
    pub fn section(mut self, section: Section) -> Self {
        self.section = Some(section);
        self
    }

    /// The highest label of what is shown, and the title that browsers may keep if it is not
    /// public.
    pub fn label(mut self, label: &Label, title_public: impl Into<String>) -> Self {
        self.label = Some(label.clone());
        self.title_public = title_public.into();
        self
    }

    /// The highest label among the rows of a list; that everybody may read them is not worth
    /// saying.
    pub fn highest(self, label: &Label, title_public: impl Into<String>) -> Self {
        if label.is_public() { self } else { self.label(label, title_public) }
    }

    /// Search engines may keep it, under this description.
    pub fn indexed(mut self, description: impl Into<String>) -> Self {
        self.is_indexed = true;
        self.description = description.into();
        self
    }

    /// Structured data as JSON.
    pub fn json_ld(mut self, json: String) -> Self {
        self.json_ld = Some(json);
        self
    }

    /// The words in the search box of the top bar.
    pub fn query(mut self, words: &str) -> Self {
        words.clone_into(&mut self.query);
        self
    }

    /// The page has a larger search box of its own.
    pub fn own_search(mut self) -> Self {
        self.has_own_search = true;
        self
    }

    /// The page draws an auction room or a week.
    pub fn room(mut self) -> Self {
        self.has_room = true;
        self
    }

    /// One more line above the page.
    pub fn banner(mut self, banner: Banner<'r>) -> Self {
        self.banners.push(banner);
        self
    }

    /// For this reader only, even if nobody is signed in: no cache keeps it.
    pub fn personal(mut self) -> Self {
        self.is_personal = true;
        self
    }

    /// The address that shows this page when asked for with GET: where a form was refused, the
    /// address of the form.
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.here = address.into();
        self
    }

    /// A form that failed for these reasons: without any, a form shown for the first time.
    pub fn failed(mut self, reasons: &[Refusal]) -> Self {
        self.is_personal = true;
        if let Some(first) = reasons.first() {
            self.is_error = true;
            self.status = match crate::refused::status(first.class) {
                status @ (409 | 413 | 429) => status,
                _ => 422,
            };
        }
        self
    }

    /// Answers with this status; an error is never kept.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The whole page around its content.
    pub fn reply(self, content: Markup) -> Reply {
        let request = self.request;
        let lang = request.lang;
        let name = request.me.as_ref().map_or("", |me| me.person.name.best(lang).0);
        let sign_in = link::sign_in(&self.here);
        let offset = request.city().settings().utc_offset_minutes;
        // Only a signed-in page carries its moment: an anonymous one stays the same until it
        // changes.
        let rendered_at = match &request.me {
            Some(_) => words::date_time(lang, request.now, offset),
            None => String::new(),
        };
        let is_public = self.label.as_ref().is_none_or(Label::is_public);
        let shell = Shell {
            lang,
            path_and_query: &self.here,
            title: &self.title,
            title_public: &self.title_public,
            is_error: self.is_error,
            section: self.section,
            reader: request.me.as_ref().map(|_| Reader {
                name,
                desk_count: crate::desk::count(request),
                csrf: &request.csrf,
            }),
            label: self.label.as_ref(),
            banners: banners(request, self.banners),
            description: &self.description,
            is_indexed: self.is_indexed && self.status == 200,
            origin: request.origin(),
            json_ld: self.json_ld.as_deref(),
            query: &self.query,
            has_room: self.has_room,
            has_own_search: self.has_own_search,
            theme: theme(request),
            rendered_at: &rendered_at,
            addresses: addresses(&request.path, &sign_in),
        };
        let page = look::page(&shell, content).into_string();
        let kept = is_public && !self.is_personal && request.me.is_none() && self.status == 200;
        let cache = if kept { Cache::Revalidate } else { Cache::Never };
        Reply::html(page).with_status(self.status).kept(cache)
    }
}

fn theme(request: &Request) -> Theme {
    match request.theme {
        edge::Theme::Auto => Theme::Auto,
        edge::Theme::Light => Theme::Light,
        edge::Theme::Dark => Theme::Dark,
    }
}

fn banners<'r>(request: &Request, own: Vec<Banner<'r>>) -> Vec<Banner<'r>> {
    let mut all = Vec::new();
    if request.city().row().is_ok_and(|row| row.demo) {
        all.push(Banner::Demo { role_href: link::SIGN_IN });
    }
    if request.city().store().committed().is_read_only() {
        all.push(Banner::ReadOnly);
    }
    all.extend(own);
    all
}

fn addresses<'a>(path: &str, sign_in: &'a str) -> Addresses<'a> {
    Addresses {
        home: link::HOME,
        find: link::SEARCH,
        trade: link::TRADE,
        share: link::SHARE,
        support: link::SUPPORT,
        measure: link::MEASURE_TECHNOLOGIES,
        desk: link::DESK,
        cases: link::CASES,
        search: link::SEARCH,
        suggest: link::SUGGEST,
        sign_in,
        sign_out: link::SIGN_OUT,
        account: link::ACCOUNT,
        help: link::HELP,
        guide: link::guide(path),
        contact: link::HELP_OFFICE,
        about: link::ABOUT,
        api: link::INTERFACE,
        checkpoint: link::LOG,
        accessibility: link::ACCESSIBILITY,
        privacy: link::PRIVACY,
        problem: link::HELP_PROBLEM,
    }
}

/// A route that shows a page.
pub const fn get(
    path: &'static str,
    act: access::Act,
    run: fn(&Request) -> Result<Reply, No>,
) -> Route {
    Route { method: "GET", path, act, body: Body::None, face: &crate::PAGE, run }
}

/// A route that takes a form.
pub const fn post(
    path: &'static str,
    act: access::Act,
    run: fn(&Request) -> Result<Reply, No>,
) -> Route {
    Route { method: "POST", path, act, body: Body::Form, face: &crate::PAGE, run }
}

/// Who is signed in; nobody else goes on, and nobody who has to enrol a second factor first.
pub fn me(request: &Request) -> Result<&Me, No> {
    let me = me_enrolling(request)?;
    if me.actor.must_enrol {
        return Err(Refusal::new(Class::NotAllowed, "factor-required").into());
    }
    Ok(me)
}

/// Who is signed in, also before a second factor is enrolled.
pub fn me_enrolling(request: &Request) -> Result<&Me, No> {
    request.me.as_ref().ok_or_else(|| app::account::sign_in_required().into())
}

/// Whether the reader may do this to this thing, so that a page shows a button for it.
pub fn may(request: &Request, act: access::Act, thing: &access::Thing) -> bool {
    let me = request.me.as_ref();
    me.is_some_and(|me| app::act::offers(&me.actor, act, thing))
}

/// A sentence of `words`.
pub fn say(request: &Request, key: &str) -> String {
    words::say(request.lang, key)
}

/// A moment in the city's own time.
pub fn moment(request: &Request, at: base::Instant) -> String {
    words::date_time(request.lang, at, request.city().settings().utc_offset_minutes)
}

/// The same in a table whose head names the zone, as [`zoned`] writes it.
pub fn stamp(request: &Request, at: base::Instant) -> Markup {
    let offset = request.city().settings().utc_offset_minutes;
    let date = words::date(request.lang, at.date_at(offset));
    let args = [("date", date.into()), ("time", words::clock(at, offset).into())];
    let text = words::say_with(request.lang, "time-stamp", &args);
    html! { time datetime=(at.rfc3339()) { (text) } }
}

/// The title of a column of moments with the zone they are in.
pub fn zoned(request: &Request, title: &str) -> String {
    let zone = words::zone(request.city().settings().utc_offset_minutes);
    let args = [("title", title.to_owned().into()), ("zone", zone.into())];
    words::say_with(request.lang, "time-zoned", &args)
}

/// The side of a name that fits the reader, and its language where that is another one.
pub fn name(name: &base::Bilingual, lang: Lang) -> (String, Option<Lang>) {
    let (text, found) = name.best(lang);
    (text.to_owned(), (found != lang).then_some(found))
}
