//! Words of the laboratory that mean the same: abbreviations and their names in both languages.
//!
//! Somebody who types XRD finds what its owner calls X射线衍射仪, and the other way round. Only names
//! of methods stand here that no other word contains by chance.

/// Each row is one meaning; every form is folded as [`fold`] does.
const SAME: &[&[&str]] = &[
    &["xrd", "x-ray diffract", "x射线衍射"],
    &["xrf", "x-ray fluorescence", "x射线荧光"],
    &["xps", "x-ray photoelectron", "x射线光电子"],
    &["sem", "scanning electron microscop", "扫描电子显微镜", "扫描电镜"],
    &["tem", "transmission electron microscop", "透射电子显微镜", "透射电镜"],
    &["afm", "atomic force microscop", "原子力显微镜"],
    &["fib", "focused ion beam", "聚焦离子束"],
    &["ebsd", "backscatter diffraction", "背散射衍射"],
    &["nmr", "nuclear magnetic resonance", "核磁共振"],
    &["epr", "paramagnetic resonance", "顺磁共振"],
    &["icp-ms", "inductively coupled plasma mass", "电感耦合等离子体质谱"],
    &["icp-oes", "plasma optical emission", "等离子体发射光谱"],
    &["gc-ms", "gas chromatograph-mass", "gas chromatography-mass", "气相色谱质谱", "气质联用"],
    &[
        "lc-ms",
        "liquid chromatograph-mass",
        "liquid chromatography-mass",
        "液相色谱质谱",
        "液质联用",
    ],
    &["hplc", "liquid chromatograph", "液相色谱"],
    &["ftir", "ft-ir", "infrared spectro", "红外光谱"],
    &["raman", "拉曼"],
    &["uv-vis", "ultraviolet-visible", "紫外可见"],
    &["dsc", "differential scanning calorimet", "差示扫描量热"],
    &["tga", "thermogravimet", "热重"],
    &["bet", "surface area", "比表面"],
    &["emc", "electromagnetic compatib", "电磁兼容"],
    &["cmm", "coordinate measuring", "三坐标"],
    &["vna", "network analy", "网络分析仪"],
    &["particle siz", "粒度"],
    &["tensile", "universal testing machine", "拉伸", "万能试验机"],
    &["fatigue", "疲劳"],
    &["hardness", "硬度"],
    &["roughness", "粗糙度"],
    &["crystal phase", "phase analysis", "物相"],
    &["mass spectromet", "质谱"],
    &["chromatograph", "色谱"],
    &["wind tunnel", "风洞"],
    &["spectrum analy", "频谱分析"],
    &["oscilloscope", "示波器"],
    &["high-speed camera", "高速摄像", "高速相机"],
    &["heavy metal", "重金属"],
    &["residual stress", "残余应力"],
    &["thermal conductiv", "导热"],
    &["viscosity", "rheomet", "粘度", "黏度", "流变"],
    &["microhardness", "显微硬度"],
    &["salt spray", "盐雾"],
    &["vibration", "振动"],
    &["ct scan", "industrial ct", "computed tomograph", "工业ct"],
];

/// The folded form in which texts are compared: small letters, half-width signs, one kind of hyphen
/// and of blank.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().map(base::time::half_width) {
        match c {
            '‐' | '‑' | '–' | '—' | '−' => folded.push('-'),
            c if c.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded.trim().to_owned()
}

/// A word of a question in every form that means the same, itself first.
pub fn forms(word: &str) -> Vec<&str> {
    let mut all = vec![word];
    if let Some(one) = word.strip_suffix('s').filter(|one| one.len() > 3 && one.is_ascii()) {
        all.push(one);
    }
    for row in SAME {
        // A longer word of the row stands for it too: "diffractometer" is not in the table.
        if row.iter().any(|form| *form == word || (form.len() > 5 && word.starts_with(form))) {
            all.extend(row.iter().copied().filter(|form| *form != word));
        }
    }
    all
}

/// The words of a question: apart at blanks and marks, Han apart from Latin, names of methods of
/// several words kept whole.
pub fn words(question: &str) -> Vec<String> {
    let mut rest = fold(question);
    let mut found = Vec::new();
    let mut known: Vec<&str> = SAME.iter().flat_map(|row| row.iter().copied()).collect();
    known.retain(|form| form.contains(' ') || has_both(form));
    known.sort_by_key(|form| std::cmp::Reverse(form.len()));
    for form in known {
        if let Some(at) = rest.find(form) {
            let end = at + form.len();
            let end = end
                + rest[end..].find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len() - end);
            found.push(form.to_owned());
            rest.replace_range(at..end, " ");
        }
    }
    let mut word = String::new();
    let mut flush = |word: &mut String| {
        if !word.is_empty() && !IDLE.contains(&word.as_str()) {
            found.push(word.clone());
        }
        word.clear();
    };
    for c in rest.chars() {
        let joins = c.is_alphanumeric() || "-./+%°".contains(c);
        let turns = word.chars().next_back().is_some_and(|last| is_han(last) != is_han(c));
        if !joins || turns {
            flush(&mut word);
        }
        if joins {
            word.push(c);
        }
    }
    flush(&mut word);
    found.retain(|word| word.chars().any(char::is_alphanumeric));
    found.truncate(WORDS_MAX);
    found
}

/// Words of one question at most; what follows is not asked.
pub const WORDS_MAX: usize = 12;

/// Words that say nothing about an instrument.
const IDLE: &[&str] = &[
    "a", "an", "and", "by", "for", "from", "in", "my", "of", "on", "or", "the", "to", "with", "的",
    "和", "与", "在", "测", "测量", "测试", "检测", "分析", "measure", "test", "testing",
];

/// Whether it is a Han character.
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff)
}

fn has_both(text: &str) -> bool {
    text.chars().any(is_han) && text.chars().any(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_comes_apart_into_what_is_looked_for() {
        let check = |question: &str, want: &[&str]| assert_eq!(words(question), want, "{question}");
        check("XRD", &["xrd"]);
        check("X-ray diffractometer for powder", &["x-ray diffract", "powder"]);
        check("X射线衍射 粉末", &["x射线衍射", "粉末"]);
        check("测量粒度 0.01µm", &["测量粒度", "0.01µm"]);
        check("GB/T 19077-2016", &["gb/t", "19077-2016"]);
        check("  ", &[]);
    }

    #[test]
    fn an_abbreviation_stands_for_its_name_in_both_languages() {
        assert!(forms("xrd").contains(&"x射线衍射"));
        assert!(forms("扫描电镜").contains(&"sem"));
        assert_eq!(forms("something"), ["something"]);
    }
}
