//! Reads over document type declarations: nothing in them is believed, fetched or expanded.
use std::io::BufRead;

use crate::problem::Code;
use crate::scan::{Fault, Scanner, is_name_start};

impl<R: BufRead> Scanner<R> {
    /// Reads over a declaration after `<!DOCTYPE`; the fault says why its document is refused.
    ///
    /// Declarations of pictures (`NDATA`) are harmless and common. Definitions of text are not:
    /// the document that brings one is refused, so that nothing is ever expanded.
    pub(crate) fn doc_type(&mut self) -> Result<Option<Fault>, Fault> {
        let mut refused = None;
        loop {
            self.guard_against_cut("<!DOCTYPE")?;
            match self.take()? {
                Some(b'>') => return Ok(refused),
                Some(quote @ (b'"' | b'\'')) => self.skip_to(&[quote], "<!DOCTYPE")?,
                Some(b'[') => refused = self.subset()?,
                _ => {}
            }
        }
    }

    fn subset(&mut self) -> Result<Option<Fault>, Fault> {
        let mut refused = None;
        loop {
            self.guard_against_cut("<!DOCTYPE")?;
            let place = self.bytes.place();
            if self.take_if(b"]")? {
                return Ok(refused);
            } else if self.take_if(b"<!--")? {
                self.skip_to(b"-->", "<!--")?;
            } else if self.take_if(b"<?")? {
                self.skip_to(b"?>", "<?")?;
            } else if self.take_if(b"<!ENTITY")? {
                let fault = self.entity_declaration()?;
                refused = refused.or(fault);
            } else if self.take_if(b"<!")? {
                self.declaration_end()?;
            } else if self.take()? == Some(b'%') && self.peek()?.is_some_and(is_name_start) {
                let shown = format!("%{};", self.name()?);
                let fault = Fault::new(place, Code::EntityDefinitionRefused, [shown]);
                refused = refused.or(Some(fault));
            }
        }
    }

    /// Reads over the rest of a declaration; tells which bare words stood in it.
    fn declaration_end(&mut self) -> Result<Vec<String>, Fault> {
        let mut words = Vec::new();
        loop {
            self.guard_against_cut("<!DOCTYPE")?;
            if self.peek()?.is_some_and(is_name_start) {
                let word = self.name()?;
                if matches!(word.as_str(), "SYSTEM" | "PUBLIC" | "NDATA") {
                    words.push(word);
                }
                continue;
            }
            match self.take()? {
                Some(b'>') => return Ok(words),
                Some(quote @ (b'"' | b'\'')) => self.skip_to(&[quote], "<!DOCTYPE")?,
                _ => {}
            }
        }
    }

    fn entity_declaration(&mut self) -> Result<Option<Fault>, Fault> {
        let place = self.bytes.place();
        self.blanks()?;
        let is_parameter = self.take_if(b"%")?;
        self.blanks()?;
        let name = self.name()?;
        let words = self.declaration_end()?;
        let has = |word: &str| words.iter().any(|other| other == word);
        let is_outside = has("SYSTEM") || has("PUBLIC");
        if has("NDATA") && is_outside && !is_parameter {
            return Ok(None);
        }
        let code =
            if is_outside { Code::ExternalEntityRefused } else { Code::EntityDefinitionRefused };
        let shown = if is_parameter { format!("%{name};") } else { format!("&{name};") };
        Ok(Some(Fault::new(place, code, [shown])))
    }
}
