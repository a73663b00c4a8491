//! What goes back: status, body, and who may keep it.

use crate::live::Listener;

/// Who may keep an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cache {
    /// Nobody: personal or labelled.
    #[default]
    Never,
    /// Everybody, asking again each time with the ETag.
    Revalidate,
    /// Everybody for a year: the name changes with the content.
    Immutable,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
    /// Sent instead of the body, as it is read.
    pub reading: Option<files::Reading>,
    /// Sent after the body, for as long as the stream lasts.
    pub live: Option<Listener>,
    pub cache: Cache,
    pub headers: Vec<(&'static str, String)>,
    /// Whole `Set-Cookie` values.
    pub cookies: Vec<String>,
}

impl Reply {
    /// A body of this type with status 200, kept by nobody.
    pub fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            content_type: content_type.to_owned(),
            body: body.into(),
            reading: None,
            live: None,
            cache: Cache::Never,
            headers: Vec::new(),
            cookies: Vec::new(),
        }
    }

    /// A page.
    pub fn html(body: impl Into<String>) -> Self {
        Self::new("text/html; charset=utf-8", body.into())
    }

    /// A JSON document.
    pub fn json(shape: &serde_json::Value) -> Self {
        Self::new("application/json", shape.to_string())
    }

    /// Go there and look (303), so that reloading does not send the form again.
    pub fn see_other(address: impl Into<String>) -> Self {
        let mut reply = Self::new("text/plain; charset=utf-8", Vec::new());
        reply.status = 303;
        reply.headers.push(("location", address.into()));
        reply
    }

    /// A file to be saved under a neutral name.
    pub fn file(content_type: &str, name: &str, body: impl Into<Vec<u8>>) -> Self {
        let safe: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' })
            .collect();
        let mut reply = Self::new(content_type, body);
        reply.headers.push(("content-disposition", format!("attachment; filename=\"{safe}\"")));
        reply
    }

    /// What somebody handed in, under the name that was given to it: to be saved, or a picture to be
    /// shown.
    pub fn stored(opened: app::file::Opened, is_shown: bool) -> Self {
        let is_shown = is_shown && opened.kind.is_picture();
        let how = files::disposition(&opened.file.name, is_shown);
        let mut reply = Self::new(opened.kind.media_type(), Vec::new());
        reply.reading = Some(opened.reading);
        reply.with_header("content-disposition", how)
    }

    /// Server-sent events, as they happen.
    pub fn live(listener: Listener) -> Self {
        let mut reply = Self::new("text/event-stream; charset=utf-8", Vec::new());
        reply.live = Some(listener);
        // What lies between us and a browser keeps nothing back.
        reply.with_header("x-accel-buffering", "no")
    }

    /// The same answer with another status.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same answer for these keepers.
    pub fn kept(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }

    /// The same answer with one more header.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer with one more cookie.
    pub fn with_cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }
}
