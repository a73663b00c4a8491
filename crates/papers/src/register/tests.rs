use super::*;
use expect_test::expect;

fn told(name: &str, bytes: Vec<u8>) -> String {
    let register = read_register(&Source::Bytes(bytes.into()), name);
    let mut text = String::new();
    for Firm { at, entry } in &register.firms {
        let founded = entry.founded();
        text.push_str(&format!(
            "{}:{} {} {}|{} {} {} {founded}\n",
            at.file,
            at.line,
            entry.credit_code,
            entry.name.zh,
            entry.name.en,
            entry.region,
            entry.industry,
        ));
    }
    for problem in &register.problems {
        let kind = if problem.warning { "warning" } else { "problem" };
        text.push_str(&format!(
            "{kind} {}:{}:{} {} {}\n",
            problem.file, problem.line, problem.column, problem.field, problem.code
        ));
    }
    text.push_str(&format!("rejected {} repeated {}\n", register.n_rejected, register.n_repeated));
    text
}

const CHINESE: &str = "\u{feff}绵阳市企业名录,,,,,,\n\
    序号,企业名称,统一社会信用代码,法定代表人,注册地址,所属行业,成立日期（年月日）\n\
    1,试验光学有限公司,91350100M000100Y43,王某,绵阳市涪城区,光学仪器制造,2019年5月6日\n\
    2,试验材料有限公司,91350100M000100Y44,李某,绵阳市游仙区,新材料,2020/1/2\n\
    3,,91350100M000100Y43,,,,\n\
    4,试验光学有限公司,91350100m000100y43,王某,绵阳市涪城区,光学仪器制造,2019-05-06\n\
    5,另一名称有限公司,91350100M000100Y43,,,,\n\
    合计,5,,,,,\n";

#[test]
fn a_chinese_register_is_read_without_its_people() {
    let want = expect![[r#"
        register.csv:3 91350100M000100Y43 试验光学有限公司| 绵阳市涪城区 光学仪器制造 2019-05-06
        warning register.csv:2:4 法定代表人 register-column-personal
        problem register.csv:4:3 credit_code register-credit-code-check
        problem register.csv:5:2 name register-name-missing
        problem register.csv:7:0 credit_code register-code-repeated
        rejected 3 repeated 1
    "#]];
    want.assert_eq(&told("register.csv", CHINESE.as_bytes().to_vec()));
    let (gb, _, _) = encoding_rs::GB18030.encode(CHINESE.trim_start_matches('\u{feff}'));
    want.assert_eq(&told("register.csv", gb.into_owned()));
}

#[test]
fn an_english_register_is_read() {
    let text = "No,Company name,Credit code,Phone,Established\n\
        1,Testing Optics Ltd,91350100M000100Y43,0816-1,2019-05-06\n";
    expect![[r#"
        firms.csv:2 91350100M000100Y43 |Testing Optics Ltd   2019-05-06
        warning firms.csv:1:4 Phone register-column-personal
        rejected 0 repeated 0
    "#]]
    .assert_eq(&told("firms.csv", text.as_bytes().to_vec()));
}

#[test]
fn a_workbook_is_read_with_its_dates_and_lost_digits() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("名录").expect("a name");
    let heads = ["企业名称", "统一社会信用代码", "成立日期", "行业"];
    for (at, head) in (0..).zip(heads) {
        sheet.write(0, at, head).expect("written");
    }
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(1, 0, "试验光学有限公司").expect("written");
    sheet.write(1, 1, "91350100M000100Y43").expect("written");
    sheet.write_with_format(1, 2, 43_591, &date).expect("written");
    sheet.write(2, 0, "数字有限公司").expect("written");
    sheet.write(2, 1, 911_101_081_011_010_168.0).expect("written");
    let bytes = book.save_to_buffer().expect("a workbook");
    expect![[r#"
        book.xlsx#名录:2 91350100M000100Y43 试验光学有限公司|   2019-05-06
        problem book.xlsx#名录:3:2 credit_code number-lost-digits
        rejected 1 repeated 0
    "#]]
    .assert_eq(&told("book.xlsx", bytes));
}

#[test]
fn what_is_no_register_is_said() {
    expect![[r#"
        problem notes.csv:0:0  register-no-heads
        rejected 0 repeated 0
    "#]]
    .assert_eq(&told("notes.csv", b"a,b\n1,2\n".to_vec()));
    let picture = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0];
    assert!(read_register(&Source::Bytes(picture.into()), "x.png").is_unsupported);
}
