//! Both dialects of the Chinese office, in fixtures of ours.
use patents::{Code, Format, PatentKind, Role, Scheme, detect, parse_number, write_st96};

use crate::{only, read_all};

const OLD: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>
<?xml-stylesheet type=\"text/xsl\" href=\"view.xsl\"?>
<cn-patent-document lang=\"zh\" country=\"CN\">
 <cn-bibliographic-data lang=\"zh\" country=\"CN\">
  <cn-publication-reference><document-id><country>CN</country>
   <doc-number>114123456</doc-number><kind>A</kind><date>20220301</date></document-id>
  </cn-publication-reference>
  <application-reference appl-type=\"发明专利\"><document-id><country>CN</country>
   <doc-number>202111286633.X</doc-number><date>20170424</date></document-id>
  </application-reference>
  <classifications-ipcr><classification-ipcr><text>A24B   15/18    (2006.01)I</text>
  </classification-ipcr><classification-ipcr><text>A24B   15/24    (2006.01)I</text>
  </classification-ipcr></classifications-ipcr>
  <invention-title>一种烟草
    处理方法</invention-title>
  <abstract><p>本发明涉及&#x20;A&amp;B。</p></abstract>
  <cn-parties>
   <cn-applicants><cn-applicant sequence=\"1\"><addressbook><name>贝尔韦瑟科技有限公司</name>
    <address><text>310000 浙江省杭州市</text></address></addressbook></cn-applicant></cn-applicants>
   <cn-inventors>
    <cn-inventor sequence=\"1\"><name>王小明</name></cn-inventor>
    <cn-inventor sequence=\"2\" publish=\"not to be published\"><name>李秘密</name></cn-inventor>
    <cn-inventor sequence=\"3\"><name>请求不公布姓名</name></cn-inventor>
   </cn-inventors>
   <cn-agents><cn-agent><cn-agency><name>某某代理事务所</name></cn-agency>
    <name>赵代理</name></cn-agent></cn-agents>
  </cn-parties>
 </cn-bibliographic-data>
 <application-body><description><p>不保留</p></description>
  <claims><claim num=\"1\"><claim-text>1.一种方法。</claim-text></claim>
   <claim num=\"2\"><claim-text>2.根据权利要求1所述的方法。</claim-text></claim></claims>
 </application-body>
</cn-patent-document>";

const NEW: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE business:PatentDocumentAndRelated SYSTEM \"/DTDS/ExternalStandards/entities.dtd\"[]>
<business:PatentDocumentAndRelated xmlns:business=\"http://example.cn/b\"
 xmlns:base=\"http://example.cn/c\" xsdVersion=\"V2.2.1\" lang=\"zh\" country=\"CN\"
 docNumber=\"114123456\" kind=\"B\" datePublication=\"20230301\">
 <business:BibliographicData>
  <business:PublicationReference dataFormat=\"original\"><base:DocumentID>
   <base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>114123456</base:DocNumber>
   <base:Kind>B</base:Kind><base:Date>20230301</base:Date></base:DocumentID>
  </business:PublicationReference>
  <business:PublicationReference dataFormat=\"standard\"><base:DocumentID>
   <base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>000114123456</base:DocNumber>
   <base:Kind>B</base:Kind><base:Date>20230301</base:Date></base:DocumentID>
  </business:PublicationReference>
  <business:ApplicationReference applType=\"10\" dataFormat=\"standard\"><base:DocumentID>
   <base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>102021001286633</base:DocNumber>
   <base:Date>20170424</base:Date></base:DocumentID></business:ApplicationReference>
  <business:ApplicationReference applType=\"10\" dataFormat=\"original\"><base:DocumentID>
   <base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>202111286633.X</base:DocNumber>
   <base:Date>20170424</base:Date></base:DocumentID></business:ApplicationReference>
  <business:ClassificationIPCRDetails>
   <business:ClassificationIPCR sequence=\"1\"><base:Text>A24B   15/18    (2006.01)</base:Text>
   </business:ClassificationIPCR>
   <business:ClassificationIPCR sequence=\"2\"><base:Section>G</base:Section>
    <base:MainClass>09</base:MainClass><base:Subclass>G</base:Subclass>
    <base:MainGroup>5</base:MainGroup><base:Subgroup>10</base:Subgroup>
   </business:ClassificationIPCR></business:ClassificationIPCRDetails>
  <business:InventionTitle>一种烟草处理方法</business:InventionTitle>
  <business:Parties>
   <business:ApplicantDetails><business:Applicant sequence=\"1\" dataFormat=\"original\">
    <base:AddressBook><base:Name>贝尔韦瑟科技有限公司</base:Name></base:AddressBook>
    </business:Applicant></business:ApplicantDetails>
   <business:InventorDetails>
    <business:Inventor sequence=\"1\" dataFormat=\"original\"><base:AddressBook>
     <base:Name>王小明</base:Name></base:AddressBook></business:Inventor>
    <business:Inventor sequence=\"2\" dataFormat=\"original\"><base:AddressBook>
     <base:Name>李秘密</base:Name></base:AddressBook></business:Inventor>
    <business:Inventor sequence=\"2\" dataFormat=\"standard\" notPublished=\"true\">
     <base:AddressBook><base:Name>LI Mimi</base:Name></base:AddressBook></business:Inventor>
   </business:InventorDetails>
   <business:AgentDetails><business:Agent><business:Agency><base:AddressBook>
    <base:OrganizationName>某某代理事务所</base:OrganizationName></base:AddressBook>
    </business:Agency><base:AddressBook><base:Name>赵代理</base:Name></base:AddressBook>
   </business:Agent></business:AgentDetails>
  </business:Parties>
 </business:BibliographicData>
 <business:Abstract><base:Paragraphs>本发明涉及方法。</base:Paragraphs></business:Abstract>
 <business:Claims><business:Claim><business:ClaimText>1.一种方法。</business:ClaimText>
 </business:Claim></business:Claims>
</business:PatentDocumentAndRelated>";

#[test]
fn the_older_dialect_is_read() {
    assert_eq!(detect(OLD.as_bytes(), "a.xml"), Some(Format::CnOld));
    let record = only(OLD);
    assert_eq!(record.line, 3);
    assert_eq!(record.publication.key(), "CN114123456");
    assert_eq!(record.publication.meaning(), PatentKind::Application);
    assert_eq!(record.application.as_ref().unwrap().number, "202111286633.X");
    assert_eq!(record.title("zh"), Some("一种烟草 处理方法"));
    assert_eq!(record.classes[0].symbol, "A24B 15/18");
    assert_eq!(record.classes[0].edition, "2006.01");
    assert_eq!(record.abstracts[0].text, "本发明涉及 A&B。");
    assert_eq!(record.applicants[0].name, "贝尔韦瑟科技有限公司");
    assert_eq!(record.claims.len(), 2);
    assert_eq!(record.representatives.len(), 2);
    assert_eq!(record.warnings, []);
}

#[test]
fn the_newer_dialect_is_read_and_pairs_are_one_fact() {
    assert_eq!(detect(NEW.as_bytes(), "a.xml"), Some(Format::CnNew));
    let record = only(NEW);
    assert_eq!(record.publication.number, "114123456");
    assert_eq!(record.publication.meaning(), PatentKind::Granted);
    let application = record.application.clone().unwrap();
    assert_eq!(application.number, "202111286633.X");
    assert_eq!(application.role, Role::Application);
    assert_eq!(application.key(), parse_number("ZL202111286633X").unwrap().key());
    assert_eq!(application.date.unwrap().to_string(), "2017-04-24");
    let symbols: Vec<_> = record.classes.iter().map(|class| class.symbol.as_str()).collect();
    assert_eq!(symbols, ["A24B 15/18", "G09G 5/10"]);
    assert!(record.classes[0].is_main && !record.classes[1].is_main);
    assert_eq!(record.classes[0].scheme, Scheme::Ipc);
    assert_eq!(record.title("zh"), Some("一种烟草处理方法"));
    assert_eq!(record.applicants.len(), 1);
    assert_eq!(record.representatives[0].name, "某某代理事务所");
    assert_eq!(record.representatives[1].name, "赵代理");
    assert_eq!(record.claims[0].text, "1.一种方法。");
    assert_eq!(record.warnings, []);
}

#[test]
fn a_name_not_to_be_published_is_in_no_output() {
    for (text, n_withheld) in [(OLD, 2), (NEW, 1)] {
        let record = only(text);
        assert_eq!(record.inventors.len(), 1);
        assert_eq!(record.inventors[0].name, "王小明");
        assert_eq!(record.n_inventors_withheld, n_withheld);
        let shown = format!("{record:?}{}", write_st96(&record));
        assert!(!shown.contains("李秘密") && !shown.contains("Mimi"));
    }
}

#[test]
fn a_turned_digit_is_a_warning_naming_both_checks() {
    let record = only(&OLD.replace("202111286633.X", "202111286633.1"));
    let [warning] = record.warnings.as_slice() else { panic!("{:?}", record.warnings) };
    assert_eq!(warning.code, Code::CheckDigitWrong);
    assert_eq!(warning.values, ["202111286633.1", "1", "X"]);
    assert!(warning.sentence(false).contains("its check digit is X"));
}

#[test]
fn the_file_name_is_a_cross_check_only() {
    let codes = |name: &str| {
        let all = read_all(NEW.as_bytes(), name);
        let record = all[0].as_ref().unwrap();
        record.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("CN102021001286633CN0001141234560BFULZH20230301CN00H.XML"), []);
    assert_eq!(codes("a.xml"), []);
    assert_eq!(codes("CN102099009999999CN0009999999990B.XML"), [Code::FileNameDiffers]);
}

#[test]
fn gb18030_is_decoded_when_declared() {
    let text = OLD.trim_start_matches('\u{feff}').replace("utf-8", "GB18030");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    let all = read_all(&bytes, "a.xml");
    assert_eq!(all[0].as_ref().unwrap().title("zh"), Some("一种烟草 处理方法"));
    let undeclared = text.replace("encoding=\"GB18030\"", "");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&undeclared);
    let all = read_all(&bytes, "a.xml");
    assert_eq!(all[0].as_ref().unwrap_err().code, Code::NotUtf8);
}
