//! What an instrument measures or makes: parameter, object, range, precision, method, standards.

use base::Bilingual;

/// Capabilities of one instrument at most.
pub const CAPABILITIES_MAX: usize = 100;
/// Standards that one capability serves at most.
pub const STANDARDS_MAX: usize = 30;

/// One thing that an instrument can measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Capability {
    /// What is measured: a particle size, a crystal phase, a tensile strength.
    pub parameter: Bilingual,
    /// What it is measured on: powders, drinking water, steel sheet.
    pub object: Bilingual,
    pub range: Range,
    /// As its owner states it: "±0.5 %", "0.01° in 2θ".
    pub precision: Bilingual,
    pub method: Bilingual,
    /// What a sample has to be: its amount, form, preparation.
    pub sample: Bilingual,
    /// Numbers of standards that it serves, with their year: "GB/T 19077-2016".
    pub standards: Vec<String>,
}

/// From where to where, as decimals in text (nothing is reckoned with them), and the unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Range {
    /// Empty where nothing bounds it below.
    pub from: String,
    /// Empty where nothing bounds it above.
    pub to: String,
    pub unit: String,
}

impl Range {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.from.is_empty() && self.to.is_empty() && self.unit.is_empty()
    }

    /// As people write it: `0.01–3500 µm`, `≥ 5 kN`, `≤ 1200 °C`.
    pub fn text(&self) -> String {
        let bare = match (self.from.as_str(), self.to.as_str()) {
            ("", "") => String::new(),
            (from, "") => format!("≥ {from}"),
            ("", to) => format!("≤ {to}"),
            (from, to) => format!("{from}–{to}"),
        };
        format!("{bare} {}", self.unit).trim().to_owned()
    }
}

/// A standard's number as it is compared: capitals, one blank between letters and digits, one
/// hyphen before the year, whatever dashes and blanks somebody typed.
pub fn standard_key(typed: &str) -> String {
    let mut out = String::new();
    for c in typed.chars() {
        match c {
            '‐' | '‑' | '–' | '—' | '－' | '−' | '-' | ':' | '：' => {
                while out.ends_with(' ') {
                    out.pop();
                }
                if !out.ends_with('-') {
                    out.push('-');
                }
            }
            '/' | '／' => {
                while out.ends_with(' ') {
                    out.pop();
                }
                out.push('/');
            }
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with([' ', '-', '/']) {
                    out.push(' ');
                }
            }
            c => {
                let c = base::time::half_width(c);
                for c in c.to_uppercase() {
                    let is_step = c.is_ascii_digit()
                        && out.ends_with(|last: char| last.is_ascii_alphabetic());
                    if is_step {
                        out.push(' ');
                    }
                    out.push(c);
                }
            }
        }
    }
    out.trim_end_matches([' ', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_is_known_however_it_is_typed() {
        let check = |typed: &str, want: &str| assert_eq!(standard_key(typed), want, "{typed}");
        check("GB/T 19077-2016", "GB/T 19077-2016");
        check(" gb/t19077—2016 ", "GB/T 19077-2016");
        check("GB / T 19077 – 2016", "GB/T 19077-2016");
        check("ISO 13320:2020", "ISO 13320-2020");
        check("ＧＢ 5009.12-2017", "GB 5009.12-2017");
        check("", "");
    }

    #[test]
    fn a_range_reads_as_people_write_it() {
        let range = |from: &str, to: &str, unit: &str| {
            Range { from: from.into(), to: to.into(), unit: unit.into() }.text()
        };
        assert_eq!(range("0.01", "3500", "µm"), "0.01–3500 µm");
        assert_eq!(range("5", "", "kN"), "≥ 5 kN");
        assert_eq!(range("", "1200", "°C"), "≤ 1200 °C");
        assert_eq!(range("", "", ""), "");
    }
}
