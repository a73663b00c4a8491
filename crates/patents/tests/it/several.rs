//! Many documents in one source, as the weekly files of the USPTO are made.
use crate::{only, outcome};

fn grant(number: &str, name: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE us-patent-grant SYSTEM \"us-patent-grant-v45.dtd\" [ ]>
<us-patent-grant lang=\"EN\" country=\"US\">
<us-bibliographic-data-grant><publication-reference><document-id><country>US</country>
<doc-number>{number}</doc-number><kind>B2</kind><date>20150106</date></document-id>
</publication-reference><invention-title>{name}</invention-title></us-bibliographic-data-grant>
</us-patent-grant>
"
    )
}

#[test]
fn concatenated_documents_are_all_read_with_their_lines() {
    let text = [grant("08926509", "a"), grant("08926510", "b"), grant("08926511", "c")].concat();
    assert_eq!(outcome(text.as_bytes()), "US8926509 US8926510 US8926511");
    let all = crate::read_all(text.as_bytes(), "x");
    let lines: Vec<u64> = all.iter().map(|one| one.as_ref().unwrap().line).collect();
    assert_eq!(lines, [3, 10, 17]);
}

#[test]
fn a_malformed_document_does_not_stop_the_next() {
    let good = grant("08926511", "c");
    for (bad, expect) in [
        (grant("1", "AT & T"), "bare-ampersand@6"),
        (grant("1", "AT&T inc"), "bare-ampersand@6"),
        (grant("1", "a < b"), "unescaped-less-than@6"),
        (grant("1", "<First thing</b>"), "unescaped-less-than@6"),
        (grant("1", "<b>x"), "end-tag-mismatch@6"),
        (grant("1", "&#0;"), "character-reference-wrong@6"),
        (grant("1", "<b x=1/>"), "attribute-malformed@6"),
        (grant("1", "<b x='1' x='2'/>"), "attribute-repeated@6"),
        (grant("1", "x</ b>"), "tag-malformed@6"),
        (grant("1", "<!nothing>"), "tag-malformed@6"),
        (grant("", "x"), "field-missing@3"),
        (grant("1", "x").replace("</us-patent-grant>", ""), "not-closed@9"),
        (grant("1", "x").replace("kind>B2", "kind"), "unescaped-less-than@5"),
        (grant("1", "<!-- never ends"), "not-closed@9"),
        (grant("1", "<![CDATA[ never ends"), "not-closed@9"),
        (grant("1", "<p a='never ends"), "unescaped-less-than@6"),
        (grant("1", "x").replace("[ ]>", "[ "), "not-closed@9"),
        (grant("1", "x").replace("UTF-8", "UTF-16"), "encoding-refused@1"),
        (grant("1", "x").replace("UTF-8", "x-none"), "encoding-refused@1"),
        (format!("{}junk", grant("2", "x")), "US2 text-outside-root@8"),
    ] {
        let text = format!("{bad}\n{good}");
        assert_eq!(outcome(text.as_bytes()), format!("{expect} US8926511"), "{bad}");
    }
}

#[test]
fn broken_bytes_are_named_with_their_place() {
    let mut bytes = grant("1", "Jos\u{1}").into_bytes();
    let at = bytes.iter().position(|byte| *byte == 1).unwrap();
    bytes[at] = 0xE9;
    bytes.extend(grant("08926511", "c").into_bytes());
    assert_eq!(outcome(&bytes), "not-utf8@6 US8926511");
    let text =
        String::from_utf8_lossy(&bytes).replace('\u{fffd}', "é").replace("UTF-8", "ISO-8859-1");
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    let all = crate::read_all(&latin, "x");
    assert_eq!(all[0].as_ref().unwrap().title("en"), Some("José"));
    assert_eq!(all.len(), 2);
}

#[test]
fn unknown_entities_are_kept_and_warned_of() {
    let record = only(&grant("1", "a &minus; &lsqb;&agr;&rsqb; &nosuch; &#x3b1;"));
    assert_eq!(record.title("en"), Some("a − [α] &nosuch; α"));
    let [warning] = record.warnings.as_slice() else { panic!("{:?}", record.warnings) };
    assert_eq!(
        (warning.code.name(), warning.value(), warning.line),
        ("entity-unknown", "&nosuch;", 6)
    );
}

#[test]
fn texts_of_1976_follow_each_other_too() {
    let one = "PATN\r\nWKU  039327094\r\nSRC  5\r\nAPN  4491556\r\nAPD  19740307\r\n\
               TTL  Electronic business\r\n     telephone\r\nISD  19760113\r\nINVT\r\n\
               NAM  Hoff; Don G.\r\nCTY  Tiburon\r\nSTA  CA\r\n";
    let two = one.replace("039327094", "D02712983");
    let text = format!("HHHHHT        APS1\r\n{one}{two}PATN\r\nTTL  x\r\n");
    assert_eq!(outcome(text.as_bytes()), "US3932709 USD271298 field-missing@26");
    let all = crate::read_all(text.as_bytes(), "x");
    let record = all[0].as_ref().unwrap();
    assert_eq!(record.title("en"), Some("Electronic business telephone"));
    assert_eq!(record.application.as_ref().unwrap().key(), "US/05449155");
}
