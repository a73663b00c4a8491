//! A form that was sent while its writer was signed out, shown again after signing in.
//!
//! Nothing of it was kept here: the sign-in page carried what was typed in the browser.

use crate::body::Fields;
use crate::bounds::Held;
use crate::dispatch::Route;
use crate::request::Request;
use app::person::Shown;
use app::{Asker, No};
use base::SessionId;
use std::sync::Arc;

/// The route of this method and path with the named parts of the path.
pub fn route_of(
    routes: &[&'static [Route]],
    method: &str,
    path: &str,
) -> Option<(&'static Route, Vec<(String, String)>)> {
    let found = |route: &'static Route| {
        (route.method == method).then(|| params(route.path, path)).flatten().map(|it| (route, it))
    };
    // A path that is written out goes before one with a named part, as in the router.
    let mut fitting: Vec<_> = routes.iter().copied().flatten().filter_map(found).collect();
    fitting.sort_by_key(|(_, params)| params.len());
    fitting.into_iter().next()
}

fn params(pattern: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (wanted, typed): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    if wanted.len() != typed.len() {
        return None;
    }
    let mut named = Vec::new();
    for (wanted, typed) in wanted.into_iter().zip(typed) {
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !name.starts_with('*') && !typed.is_empty() => {
                let decoded = percent_encoding::percent_decode_str(typed).decode_utf8().ok()?;
                named.push((name.to_owned(), decoded.into_owned()));
            }
            _ if wanted == typed => {}
            _ => return None,
        }
    }
    Some(named)
}

impl Request {
    /// The request that brought this form, as if this session had sent it; its acts are refused
    /// with the code `form-resumed`, so that its route shows the form.
    pub fn resumed(
        &self,
        session: SessionId,
        (route, params): (&'static Route, Vec<(String, String)>),
        (path, query): (&str, &str),
        form: Fields,
    ) -> Result<Self, No> {
        let city = self.edge.city.clone();
        let asker = Asker {
            network: self.asker.network.clone(),
            request: self.asker.request.clone(),
            ..Asker::nobody()
        };
        let known = city.identify(asker, Shown::Opened(session))?;
        let (asker, me) = known.ok_or_else(app::account::sign_in_required)?;
        let secret = city.row()?.secret.clone();
        let path_and_query =
            if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        Ok(Self {
            edge: Arc::clone(&self.edge),
            asker: Asker { rehearses: true, ..asker },
            me,
            lang: self.lang,
            theme: self.theme,
            method: route.method,
            path: path.to_owned(),
            path_and_query,
            params,
            query: Fields::parse(query),
            form,
            files: Vec::new(),
            received: Vec::new(),
            body: Vec::new(),
            csrf: crate::dispatch::session_token(&secret, session),
            headers: self.headers.clone(),
            now: self.now,
            form_cookie: None,
            held: Held::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str, want: Option<&str>) {
        let found = params(pattern, path).map(|named| {
            let pairs = named.into_iter().map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found.as_deref(), want, "{pattern} {path}");
    }

    #[test]
    fn paths_are_matched_part_by_part() {
        check("/people/new", "/people/new", Some(""));
        check("/people/{id}/closure", "/people/per_1/closure", Some("id=per_1"));
        check("/t/{id}/l/{listing}", "/t/a%2Fb/l/c", Some("id=a/b listing=c"));
        check("/people/{id}", "/people/per_1/closure", None);
        check("/people/{id}", "/people/", None);
        check("/{*missing}", "/anything", None);
    }
}
