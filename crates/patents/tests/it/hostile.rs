//! Bytes that mean harm, and bytes that mean nothing: reading always ends and never panics.
use std::io::{BufReader, Read};

use patents::{Code, Limits, detect, parse_number, read, read_cpc_scheme, write_st96};
use proptest::prelude::*;

use crate::outcome;

const SMALL: &[&str] = &[
    "<?xml version=\"1.0\" encoding=\"GBK\"?><!DOCTYPE a [<!ENTITY b SYSTEM 'c' NDATA d>]>
<us-patent-grant country='US'><us-bibliographic-data-grant><publication-reference><document-id>
<country>US</country><doc-number>08926509</doc-number></document-id></publication-reference>
<invention-title>a &amp; <b>b</b> <![CDATA[c]]></invention-title></us-bibliographic-data-grant>
</us-patent-grant>",
    "<ep-patent-document country='EP'><SDOBI><B100><B110>1325900</B110><B190>EP</B190></B100>
<B200><B210>01963450.0</B210></B200><B500><B510><B511> 7C 07C  29/44   A</B511></B510>
<B540><B541>de</B541><B542>Ä</B542></B540></B500><B700><B720><B721><snm>é</snm></B721></B720>
</B700></SDOBI></ep-patent-document>",
    "PATN\nWKU  039327094\nAPN  4491556\nTTL  Ä\nCLAS\nOCL  179 90K\nICL  H04M 1100\nINVT\nNAM  é",
    "<a:exchange-documents><a:exchange-document country='EP' doc-number='1'><a:bibliographic-data>
<a:invention-title>x</a:invention-title></a:bibliographic-data></a:exchange-document>
</a:exchange-documents>",
    "<PatentPublication><BibliographicData><PatentPublicationIdentification><IPOfficeCode>CN
</IPOfficeCode><PublicationNumber>1</PublicationNumber></PatentPublicationIdentification>
</BibliographicData></PatentPublication>",
    "<class-scheme><classification-item><classification-symbol>A01L1/00</classification-symbol>
<class-title><title-part><text>x</text></title-part></class-title></classification-item>
</class-scheme>",
];

fn bomb(definitions: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE us-patent-grant [\n{definitions}\n]>\n\
         <us-patent-grant><us-bibliographic-data-grant><publication-reference><document-id>\n\
         <country>US</country><doc-number>1</doc-number></document-id></publication-reference>\n\
         <invention-title>&lol9;</invention-title></us-bibliographic-data-grant>\n\
         </us-patent-grant>\n"
    )
}

#[test]
fn definitions_of_entities_are_refused() {
    let mut nested = "<!ENTITY lol \"lol\">\n".to_owned();
    for level in 1..10 {
        let before = if level == 1 { "lol".to_owned() } else { format!("lol{}", level - 1) };
        nested
            .push_str(&format!("<!ENTITY lol{level} \"{}\">\n", format!("&{before};").repeat(10)));
    }
    let good = bomb("<!ENTITY d1 SYSTEM \"d1.tif\" NDATA TIF>").replace("&lol9;", "x");
    for (text, expect) in [
        (bomb(&nested), "entity-definition-refused@3"),
        (bomb("<!ENTITY lol9 SYSTEM \"file:///etc/passwd\">"), "external-entity-refused@3"),
        (bomb("<!ENTITY % x SYSTEM \"http://127.0.0.1/x\"> %x;"), "external-entity-refused@3"),
        (bomb("<!ENTITY % x \"y\">"), "entity-definition-refused@3"),
        (bomb("%x;"), "entity-definition-refused@3"),
    ] {
        assert_eq!(outcome(text.as_bytes()), expect, "{text}");
        assert_eq!(outcome(format!("{text}{good}").as_bytes()), format!("{expect} US1"));
    }
    assert_eq!(outcome(good.as_bytes()), "US1");
}

#[test]
fn doc_types_are_not_believed() {
    let body = SMALL[1];
    for head in [
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/x.dtd\">",
        "<!-- <!DOCTYPE PATDOC PUBLIC \"x\" [ --><!DOCTYPE PATDOC SYSTEM \"/absent/path.dtd\" [ ]>",
        "<!DOCTYPE a [<!ELEMENT a (b, c?)><!ATTLIST a b CDATA #IMPLIED><!-- ]> --><?x ]> ?>]>",
        "<?xml-stylesheet href=\"a.xsl\"?>",
        "\u{feff}",
    ] {
        assert_eq!(outcome(format!("{head}{body}").as_bytes()), "EP1325900", "{head}");
    }
}

/// A long source: `head`, then `again` over and over, four megabytes in all.
fn long(head: &str, again: &str) -> impl Read {
    let tail = again.repeat((4 << 20) / again.len());
    std::io::Cursor::new(format!("{head}{tail}").into_bytes())
}

#[test]
fn lengths_and_depths_are_bounded() {
    let limits = Limits {
        document_bytes: 1 << 20,
        record_bytes: 1 << 18,
        text_bytes: 1 << 16,
        ..Limits::default()
    };
    for (head, again, code) in [
        ("<us-patent-grant>", "<a>", Code::TooDeep),
        ("<us-patent-grant>", "<a/>", Code::TooLong),
        ("<us-patent-grant>", "a ", Code::TooLong),
        ("<us-patent-grant><description>", "a ", Code::NotClosed),
        ("<us-patent-grant ", "a='b' ", Code::AttributeRepeated),
        ("<us-patent-grant a='", "b", Code::TooLong),
        ("<", "a", Code::TooLong),
        ("<us-patent-grant>&", "a", Code::TooLong),
        ("<us-patent-grant><![CDATA[", "a", Code::TooLong),
        ("PATN\nTTL  ", "a", Code::TooLong),
        ("PATN\n", "TTL  a\n", Code::TooLong),
    ] {
        let source = BufReader::new(long(head, again));
        let all: Vec<_> = read(source, "x", &limits).collect();
        let first = all[0].as_ref().unwrap_err();
        let is_bounded = matches!(first.code, Code::TooLong | Code::TooDeep);
        assert!(first.code == code || is_bounded, "{head}{again}: {first}");
    }
}

#[test]
fn what_is_no_xml_is_named() {
    assert_eq!(outcome(b""), "no-document@1");
    assert_eq!(outcome(b"  \n"), "no-document@1");
    assert_eq!(outcome(b"<?xml version=\"1.0\"?>"), "no-document@1");
    assert_eq!(outcome(b"PK\x03\x04abc"), "format-unknown@1");
    assert_eq!(outcome(b"\xFF\xFE<\0a\0"), "encoding-refused@1");
    assert_eq!(outcome(b"{\"a\":1}"), "format-unknown@1");
}

fn try_all(bytes: &[u8]) {
    let limits = Limits { depth: 16, text_bytes: 4096, tag_bytes: 512, ..Limits::default() };
    let _ = detect(bytes, "x.xml");
    let mut n = 0;
    for one in read(bytes, "x.xml", &limits) {
        n += 1;
        let Ok(record) = one else { continue };
        let text = write_st96(&record);
        let again: Vec<_> = read(text.as_bytes(), "x.xml", &Limits::default()).collect();
        let [Ok(again)] = again.as_slice() else { panic!("{text} {again:?}") };
        assert_eq!(again.publication.key(), record.publication.key());
    }
    assert!(n <= bytes.len() + 1);
    let _ = read_cpc_scheme(bytes, "x.xml", &limits);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = parse_number(text);
    }
}

#[test]
fn every_truncation_ends() {
    for text in SMALL {
        for length in 0..text.len() {
            try_all(&text.as_bytes()[..length]);
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        try_all(&bytes);
        let mut tagged = b"<us-patent-grant>".to_vec();
        tagged.extend(&bytes);
        try_all(&tagged);
        let mut text = b"PATN\n".to_vec();
        text.extend(&bytes);
        try_all(&text);
    }

    #[test]
    fn random_markup_ends(text in "[<>&;!?\\[\\]a-b/='\" \n-]{0,120}") {
        try_all(text.as_bytes());
        try_all(format!("<exchange-document>{text}<exchange-document>{text}").as_bytes());
        try_all(format!("<!DOCTYPE a [{text}<a>").as_bytes());
    }

    #[test]
    fn flipped_bytes_end(
        which in 0..SMALL.len(),
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = SMALL[which].as_bytes().to_vec();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_all(&bytes);
    }

    #[test]
    fn typed_numbers_never_panic(text in "\\PC{0,30}") {
        let _ = parse_number(&text);
        let _ = parse_number(&format!("CN{text}"));
        let _ = parse_number(&format!("US {text}"));
        let _ = parse_number(&format!("EP{text}"));
        let _ = parse_number(&format!("PCT/{text}"));
    }
}
