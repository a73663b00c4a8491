//! What a request carries: form fields in their order, and files within bounds.

/// Form or query fields in their order; names may repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// Reads `a=1&b=2` with percent signs and plus signs.
    pub fn parse(encoded: &str) -> Self {
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        };
        let pairs = encoded.split('&').filter(|pair| !pair.is_empty()).take(FIELDS_MAX);
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// The first value of a name, or the empty text.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether the name is there at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// All values of a name that are not empty.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The numbers that stand between `prefix.` and a dot, in order: rows of a repeating group.
    pub fn rows(&self, prefix: &str) -> Vec<usize> {
        let mut found: Vec<usize> = self
            .0
            .iter()
            .filter_map(|(name, _)| {
                let rest = name.strip_prefix(prefix)?.strip_prefix('.')?;
                rest.split('.').next()?.parse().ok()
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The fields as a query string.
    pub fn encode(&self) -> String {
        let part = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let pairs: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect();
        pairs.join("&")
    }
}

/// Fields of one request at most.
pub(crate) const FIELDS_MAX: usize = 5_000;

/// An uploaded file, in memory within [`base::limits::UPLOAD_BYTES_MAX`].
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field of the form.
    pub field: String,
    /// The last part of the name that the browser gave.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A file of a form whose bytes went to the file store as they came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The field of the form.
    pub field: String,
    /// It lies there, durable; or why it was not taken.
    pub file: Result<app::file::Received, base::Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_read_back() {
        let fields = Fields::parse("q=%E9%92%9B+a&x.2.y=1&x.0.z=&q=b&odd");
        assert_eq!(fields.get("q"), "钛 a");
        assert_eq!(fields.all("q"), ["钛 a", "b"]);
        assert_eq!(fields.rows("x"), [0, 2]);
        assert_eq!(Fields::parse(&fields.encode()), fields);
    }
}
