//! What is wrong with a document, where, and what to do about it, as a code with values.
use std::fmt;

/// How many characters of an offending text a problem repeats.
const VALUE_CHARS_MAX: usize = 120;

/// One complaint about a document: a reason to refuse it, or a warning beside a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as the caller named it.
    pub file: String,
    /// The line, counted from 1; 0 when no line can be named.
    pub line: u64,
    /// The column in characters, counted from 1; 0 when no column can be named.
    pub column: u64,
    /// The open elements, outermost first, or the field of the inner form.
    pub field: String,
    /// Which rule is broken.
    pub code: Code,
    /// The values of the sentence, the offending text first.
    pub values: Vec<String>,
}

impl Problem {
    /// The offending text, shortened.
    pub fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// The complaint and the way out in Chinese (`zh`) or English.
    pub fn sentence(&self, zh: bool) -> String {
        let row = row(self.code);
        let mut sentence = String::new();
        let mut parts = (if zh { row.3 } else { row.2 }).split('{');
        sentence.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (place, rest) = part.split_once('}').unwrap_or(("", part));
            let value = place.parse().ok().and_then(|at: usize| self.values.get(at));
            sentence.push_str(value.map_or("", String::as_str));
            sentence.push_str(rest);
        }
        sentence
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, code, .. } = self;
        write!(f, "{file}:{line}:{column}: {}: {}", code.name(), self.sentence(false))
    }
}

impl std::error::Error for Problem {}

/// Shortens an offending text and keeps it on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(VALUE_CHARS_MAX).collect();
    if text.chars().nth(VALUE_CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

macro_rules! codes {
    ($($code:ident, $name:literal, $en:literal, $zh:literal;)*) => {
        /// The rule that a document breaks; the name of a code never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $en] $code,)*
        }

        const ROWS: &[(Code, &str, &str, &str)] = &[$((Code::$code, $name, $en, $zh),)*];
    };
}

codes! {
    BareAmpersand, "bare-ampersand",
        "A bare & stands at \"{0}\". Write &amp; instead.",
        "“{0}”处有未转义的 &，请改写为 &amp;。";
    UnescapedLessThan, "unescaped-less-than",
        "An unescaped < stands at \"{0}\". Write &lt; instead.",
        "“{0}”处有未转义的 <，请改写为 &lt;。";
    EntityUnknown, "entity-unknown",
        "The entity {0} is not known. It was kept as it stands; check the text.",
        "未知的实体 {0}，已按原样保留，请核对文字。";
    CharacterReferenceWrong, "character-reference-wrong",
        "{0} names no character that XML allows. Correct the reference.",
        "{0} 不是 XML 允许的字符，请更正该引用。";
    NotUtf8, "not-utf8",
        "The bytes {0} are not UTF-8. Declare the encoding or convert the file.",
        "字节 {0} 不是 UTF-8，请声明编码或转换文件。";
    EncodingBroken, "encoding-broken",
        "The bytes {0} do not belong to the declared encoding {1}. Correct the declaration.",
        "字节 {0} 不属于所声明的编码 {1}，请更正声明。";
    EncodingRefused, "encoding-refused",
        "The encoding {0} is not read. Convert the file to UTF-8.",
        "不支持编码 {0}，请把文件转换为 UTF-8。";
    ControlCharacter, "control-character",
        "The text held the control character {0}. It was left out.",
        "文字中含有控制字符 {0}，已删去。";
    TooDeep, "too-deep",
        "Elements are nested deeper than {0}. Check the file.",
        "元素嵌套超过 {0} 层，请检查文件。";
    TooLong, "too-long",
        "{0} is longer than the {1} bytes allowed. Split it or leave parts out.",
        "{0} 超过允许的 {1} 字节，请拆分或删减。";
    TooManyItems, "too-many-items",
        "There are more than {1} entries of {0}. The rest was left out.",
        "{0} 超过 {1} 项，其余已略去。";
    EntityDefinitionRefused, "entity-definition-refused",
        "The document defines the entity {0}. Definitions are refused; write the text out.",
        "文件定义了实体 {0}。不接受实体定义，请直接写出文字。";
    ExternalEntityRefused, "external-entity-refused",
        "The document draws in the outside entity {0}. Outside files are never read; leave it out.",
        "文件引用外部实体 {0}。外部文件从不读取，请删去。";
    TagMalformed, "tag-malformed",
        "The markup \"{0}\" cannot be read. Correct the tag.",
        "无法识别标记“{0}”，请更正。";
    AttributeMalformed, "attribute-malformed",
        "The attribute {0} lacks its quotation marks. Add them.",
        "属性 {0} 缺少引号，请补上。";
    AttributeRepeated, "attribute-repeated",
        "The attribute {0} stands twice in one tag. Remove one.",
        "同一标记中属性 {0} 重复，请删去一个。";
    EndTagMismatch, "end-tag-mismatch",
        "</{0}> closes an element, but <{1}> is open. Correct the tags.",
        "此处为 </{0}>，但未关闭的元素是 <{1}>，请更正标记。";
    NotClosed, "not-closed",
        "{0} is not closed before the document ends. The file may be cut off; fetch it again.",
        "{0} 在文件结束前没有关闭。文件可能不完整，请重新获取。";
    TextOutsideRoot, "text-outside-root",
        "Text stands outside the document: \"{0}\". Remove it.",
        "文件根元素之外有文字“{0}”，请删去。";
    NoDocument, "no-document",
        "The file holds no document. Choose another file.",
        "文件中没有任何文献，请另选文件。";
    FormatUnknown, "format-unknown",
        "The file begins with \"{0}\", which is no known patent format. See the list of formats.",
        "文件以“{0}”开头，不是已知的专利格式，请查看格式清单。";
    RootUnsupported, "root-unsupported",
        "Documents with the root element {0} are not read. See the list of formats.",
        "不支持根元素为 {0} 的文件，请查看格式清单。";
    NotAPatent, "not-a-patent",
        "{0} was recognised, but it is no patent document: it is {1}.",
        "已识别 {0}，但它不是专利文献（{1}）。";
    FieldMissing, "field-missing",
        "The field {0} is missing. Add it.",
        "缺少字段 {0}，请补充。";
    TitleMissing, "title-missing",
        "The document has no title. Add one before publishing.",
        "文献没有名称，发布前请补充。";
    DateUnreadable, "date-unreadable",
        "\"{0}\" is no date. It was left empty; write YYYYMMDD.",
        "“{0}”不是日期，已留空；请写作 YYYYMMDD。";
    CheckDigitWrong, "check-digit-wrong",
        "The number {0} ends in {1}, but its check digit is {2}. Check the number.",
        "号码 {0} 的校验位是 {1}，应为 {2}，请核对。";
    ClassUnreadable, "class-unreadable",
        "\"{0}\" is no symbol of {1}. It was kept as it stands.",
        "“{0}”不是 {1} 的分类号，已按原样保留。";
    InventorNotNamed, "inventor-not-named",
        "An inventor has not been named yet. Name the inventor when known.",
        "有发明人尚未指明，知悉后请补充。";
    FileNameDiffers, "file-name-differs",
        "The file name {0} names neither {1} nor its application. Check that the file is right.",
        "文件名 {0} 与 {1} 及其申请号均不符，请核对文件。";
    LineUnreadable, "line-unreadable",
        "The line \"{0}\" has no field name. It was left out.",
        "行“{0}”没有字段名，已略去。";
    SourceUnreadable, "source-unreadable",
        "Reading stopped: {0}. Try again.",
        "读取中断：{0}。请重试。";
}

fn row(code: Code) -> &'static (Code, &'static str, &'static str, &'static str) {
    ROWS.iter().find(|row| row.0 == code).expect("the macro writes one row for each code")
}

impl Code {
    /// The name of the code, as reports and the API spell it.
    pub fn name(self) -> &'static str {
        row(self).1
    }

    /// Every code, for tables of texts and for documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_both_sentences_with_equal_places() {
        for (code, name, en, zh) in ROWS {
            let places = |text: &str| {
                let mut places: Vec<_> = text.split('{').skip(1).map(|p| p.get(..1)).collect();
                places.sort();
                places.into_iter().map(|p| p.map(str::to_owned)).collect::<Vec<_>>()
            };
            assert_eq!(places(en), places(zh), "{name}");
            assert!(en.ends_with('.') && zh.ends_with('。'), "{name}");
            assert_eq!(code.name(), *name);
        }
    }

    #[test]
    fn values_are_put_into_the_sentence() {
        let problem = Problem {
            file: "a.xml".into(),
            line: 7,
            column: 3,
            field: String::new(),
            code: Code::CheckDigitWrong,
            values: vec!["202111286633.1".into(), "1".into(), "X".into()],
        };
        let expect = "The number 202111286633.1 ends in 1, but its check digit is X. \
                      Check the number.";
        assert_eq!(problem.sentence(false), expect);
        assert!(problem.sentence(true).contains("应为 X"));
        assert!(problem.to_string().starts_with("a.xml:7:3: check-digit-wrong: The number"));
    }
}
