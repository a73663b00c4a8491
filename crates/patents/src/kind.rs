//! What a kind code of WIPO ST.16 says, office by office.

/// What sort of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatentKind {
    /// A published application for a patent, not granted by this document.
    Application,
    /// A granted patent for an invention.
    Granted,
    /// A utility model, applied for or registered.
    UtilityModel,
    /// A design.
    Design,
    /// A plant patent or its application.
    Plant,
    /// A search report, translation, correction or anything else.
    Other,
}

impl PatentKind {
    /// The meaning of a kind code at an office; both are codes of ST.16 and ST.3.
    pub fn of(office: &str, kind: &str) -> Self {
        let kind = kind.trim().to_ascii_uppercase();
        let mut chars = kind.chars();
        let Some(letter) = chars.next() else { return Self::Other };
        let digit = chars.next();
        match office {
            "US" => Self::united_states(letter, digit),
            "CN" => match letter {
                'A' => Self::Application,
                'B' | 'C' => Self::Granted,
                'U' | 'Y' => Self::UtilityModel,
                'D' | 'S' => Self::Design,
                _ => Self::Other,
            },
            "EP" | "EA" => match (letter, digit) {
                ('A', Some('3' | '4')) => Self::Other,
                ('A', _) => Self::Application,
                ('B', _) => Self::Granted,
                _ => Self::Other,
            },
            "DE" => match letter {
                'A' => Self::Application,
                'B' | 'C' => Self::Granted,
                'U' => Self::UtilityModel,
                'S' => Self::Design,
                _ => Self::Other,
            },
            _ => match letter {
                'A' => Self::Application,
                'B' | 'C' => Self::Granted,
                'U' | 'Y' | 'Z' => Self::UtilityModel,
                'S' | 'D' => Self::Design,
                'P' => Self::Plant,
                _ => Self::Other,
            },
        }
    }

    fn united_states(letter: char, digit: Option<char>) -> Self {
        match (letter, digit) {
            // Before 2001 the code of a grant was a bare A.
            ('A', None) | ('B' | 'E', _) => Self::Granted,
            ('A', _) => Self::Application,
            ('S', _) => Self::Design,
            ('P', _) => Self::Plant,
            _ => Self::Other,
        }
    }

    /// A short stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Granted => "granted",
            Self::UtilityModel => "utility-model",
            Self::Design => "design",
            Self::Plant => "plant",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_depend_on_the_office() {
        for (office, kind, expect) in [
            ("US", "A", PatentKind::Granted),
            ("US", "A1", PatentKind::Application),
            ("US", "B2", PatentKind::Granted),
            ("US", "S1", PatentKind::Design),
            ("US", "S", PatentKind::Design),
            ("US", "P3", PatentKind::Plant),
            ("EP", "A1", PatentKind::Application),
            ("EP", "A3", PatentKind::Other),
            ("EP", "B1", PatentKind::Granted),
            ("CN", "A", PatentKind::Application),
            ("CN", "B", PatentKind::Granted),
            ("CN", "U", PatentKind::UtilityModel),
            ("CN", "S", PatentKind::Design),
            ("WO", "A1", PatentKind::Application),
            ("JP", "Y2", PatentKind::UtilityModel),
            ("", "", PatentKind::Other),
        ] {
            assert_eq!(PatentKind::of(office, kind), expect, "{office} {kind}");
        }
    }
}
