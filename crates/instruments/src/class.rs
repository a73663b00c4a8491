//! The national classification of large instruments: six digits, two for each of three levels.
//!
//! Source: first level as practised by the national network platform; the two levels below are read
//! from a file where there is one, and a code of a known first level is taken without it.

use base::Bilingual;

/// A class of the first level: two digits, English and Chinese names.
pub struct First {
    pub digits: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
}

/// The first level, in its order.
pub const FIRST: [First; 15] = [
    First { digits: "01", en: "Analytical instruments", zh: "分析仪器" },
    First { digits: "02", en: "Physical property testing", zh: "物理性能测试仪器" },
    First { digits: "03", en: "Metrology", zh: "计量仪器" },
    First { digits: "04", en: "Electronic measurement", zh: "电子测量仪器" },
    First { digits: "05", en: "Marine instruments", zh: "海洋仪器" },
    First { digits: "06", en: "Earth exploration", zh: "地球探测仪器" },
    First { digits: "07", en: "Atmosphere", zh: "大气探测仪器" },
    First { digits: "08", en: "Astronomy", zh: "天文仪器" },
    First { digits: "09", en: "Medical diagnosis", zh: "医学诊断仪器" },
    First { digits: "10", en: "Nuclear instruments", zh: "核仪器" },
    First { digits: "11", en: "Special inspection", zh: "特种检测仪器" },
    First { digits: "12", en: "Process equipment", zh: "工艺实验设备" },
    First { digits: "13", en: "Computers", zh: "计算机及其配套设备" },
    First { digits: "14", en: "Lasers", zh: "激光器" },
    First { digits: "99", en: "Other instruments", zh: "其他仪器" },
];

/// The name of the first level that a code belongs to.
pub fn first(code: &str) -> Option<Bilingual> {
    let digits = code.get(..2)?;
    FIRST.iter().find(|one| one.digits == digits).map(|one| Bilingual::new(one.en, one.zh))
}

/// Whether a text may be a class: six digits under a known first level.
pub fn is_class(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) && first(code).is_some()
}
