//! A demonstration city of any size: plausible technologies from word lists, the same every time.
//!
//! They come in through acts of import, 200 at a time, like anybody's file would.

use crate::demo::{self, SOURCE};
use crate::exit::Failure;
use app::import::{ApproveImport, StageRows, StartImport};
use app::{Asker, City};
use base::{Bilingual, Class, Date, Refusal, limits};
use parties::OrganisationKind;
use store::import::FileRead;
use trading::intake::{Place, Record};
use trading::technology::{Class as Symbol, Content, Inventor, Stage, TransferMode, Trl};

/// A pair of words, English and Chinese.
type Pair = (&'static str, &'static str);

const METHODS: [Pair; 24] = [
    ("Laser", "激光"),
    ("Ultrasonic", "超声"),
    ("Low-temperature", "低温"),
    ("Microwave", "微波"),
    ("Vacuum", "真空"),
    ("Continuous-flow", "连续流"),
    ("Model-based", "基于模型的"),
    ("Self-calibrating", "自校准"),
    ("Modular", "模块化"),
    ("High-speed", "高速"),
    ("Contactless", "非接触"),
    ("Distributed", "分布式"),
    ("Two-stage", "两级"),
    ("Solvent-free", "无溶剂"),
    ("Plasma", "等离子体"),
    ("Optical", "光学"),
    ("Magnetic", "磁性"),
    ("Acoustic", "声学"),
    ("Adaptive", "自适应"),
    ("Compact", "小型化"),
    ("Wireless", "无线"),
    ("Digital", "数字化"),
    ("Enzymatic", "酶法"),
    ("Hybrid", "混合式"),
];

const THINGS: [(Pair, &str, &str); 24] = [
    (("bearing monitor", "轴承监测仪"), "manufacturing", "G01M 13/04"),
    (("powder coating", "粉末涂层"), "materials", "C23C 24/10"),
    (("ceramic membrane", "陶瓷膜"), "environment", "B01D 71/02"),
    (("battery separator", "电池隔膜"), "energy", "H01M 50/40"),
    (("flow sensor", "流量传感器"), "instruments", "G01F 1/66"),
    (("crop imaging system", "作物成像系统"), "agriculture", "A01G 7/00"),
    (("neutron counter", "中子计数器"), "nuclear", "G01T 3/00"),
    (("wound dressing", "伤口敷料"), "medicine", "A61L 15/22"),
    (("antenna array", "天线阵列"), "electronics", "H01Q 21/00"),
    (("scheduling software", "排产软件"), "software", "G06Q 10/06"),
    (("rotor blade", "旋翼叶片"), "aerospace", "B64C 27/46"),
    (("rail inspection car", "轨道检测车"), "transport", "B61K 9/08"),
    (("heat exchanger", "换热器"), "energy", "F28D 9/00"),
    (("gas analyser", "气体分析仪"), "instruments", "G01N 21/35"),
    (("magnet alloy", "磁体合金"), "materials", "H01F 1/057"),
    (("display backplane", "显示背板"), "electronics", "H01L 27/12"),
    (("isotope separator", "同位素分离装置"), "nuclear", "B01D 59/00"),
    (("seed dryer", "种子干燥机"), "agriculture", "F26B 17/00"),
    (("water treatment unit", "水处理装置"), "environment", "C02F 1/44"),
    (("welding head", "焊接头"), "manufacturing", "B23K 26/21"),
    (("image recognition library", "图像识别库"), "software", "G06V 10/40"),
    (("test rig", "试验台"), "aerospace", "G01M 9/00"),
    (("diagnostic strip", "诊断试纸"), "medicine", "G01N 33/53"),
    (("traction converter", "牵引变流器"), "transport", "B60L 9/00"),
];

const USES: [Pair; 16] = [
    ("steel works", "钢铁企业"),
    ("small hydropower stations", "小型水电站"),
    ("food processing lines", "食品加工线"),
    ("hospital laboratories", "医院检验科"),
    ("wind farms", "风电场"),
    ("electronics factories", "电子工厂"),
    ("municipal water works", "城市水厂"),
    ("logistics parks", "物流园区"),
    ("orchards and greenhouses", "果园与温室"),
    ("machine shops", "机加工车间"),
    ("research laboratories", "科研实验室"),
    ("underground mines", "地下矿山"),
    ("railway depots", "铁路车辆段"),
    ("chemical plants", "化工厂"),
    ("data centres", "数据中心"),
    ("village power grids", "乡村电网"),
];

const GAINS: [Pair; 12] = [
    ("cuts energy use by", "能耗降低"),
    ("raises throughput by", "产量提高"),
    ("shortens set-up time by", "准备时间缩短"),
    ("lowers the scrap rate by", "废品率下降"),
    ("extends service life by", "寿命延长"),
    ("reduces maintenance by", "维护量减少"),
    ("improves resolution by", "分辨率提升"),
    ("saves material by", "材料节省"),
    ("lowers noise by", "噪声降低"),
    ("reduces water use by", "用水减少"),
    ("improves accuracy by", "精度提高"),
    ("cuts waiting time by", "等待时间减少"),
];

const FAMILY: [Pair; 16] = [
    ("Li", "李"),
    ("Wang", "王"),
    ("Zhang", "张"),
    ("Liu", "刘"),
    ("Chen", "陈"),
    ("Yang", "杨"),
    ("Zhao", "赵"),
    ("Huang", "黄"),
    ("Zhou", "周"),
    ("Wu", "吴"),
    ("Xu", "徐"),
    ("Sun", "孙"),
    ("Hu", "胡"),
    ("Gao", "高"),
    ("Lin", "林"),
    ("He", "何"),
];

const GIVEN: [Pair; 16] = [
    ("Ming", "明"),
    ("Jiahui", "佳慧"),
    ("Zhiqiang", "志强"),
    ("Yuting", "雨婷"),
    ("Haoran", "浩然"),
    ("Xin", "欣"),
    ("Wenbin", "文斌"),
    ("Xiaoyan", "晓燕"),
    ("Jun", "军"),
    ("Siyuan", "思源"),
    ("Lei", "磊"),
    ("Qing", "清"),
    ("Peng", "鹏"),
    ("Ruoxi", "若溪"),
    ("Tao", "涛"),
    ("Yan", "岩"),
];

/// Numbers drawn from a seed (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let n = u64::try_from(n.max(1)).unwrap_or(1);
        usize::try_from((z ^ (z >> 31)) % n).unwrap_or(0)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Adds so many technologies, shared out among the invented institutes and firms.
pub fn grow(city: &City, n: u32, progress: &(dyn Fn(&str) + Sync)) -> Result<(), Failure> {
    progress("cli-demo-growing");
    let asker = Asker::person(city.row()?.operator);
    let broken = |found: String| {
        Failure::from(Refusal::new(Class::Unknown, "cli-demo-broken").text("found", found))
    };
    let owners = demo::organisations().map_err(broken)?;
    let owners: Vec<_> = owners
        .into_iter()
        .filter(|owner| {
            let kind = owner.profile.kind;
            let makes =
                [OrganisationKind::Institute, OrganisationKind::University, OrganisationKind::Firm];
            owner.profile.invented && makes.contains(&kind)
        })
        .collect();
    let fields: Vec<String> = leaves(city);
    let n_owners = u32::try_from(owners.len()).unwrap_or(1).max(1);
    for (nth, owner) in (0_u32..).zip(&owners) {
        let id = city.organisation_named(owner.profile.name.best(base::Lang::Zh).0)?;
        let numbers: Vec<u32> = (0..n).filter(|number| number % n_owners == nth).collect();
        if numbers.is_empty() {
            continue;
        }
        let file = FileRead {
            name: "generated".to_owned(),
            bytes: 0,
            sha256: String::new(),
            format: "generated".to_owned(),
        };
        let act = StartImport {
            owner: id,
            files: vec![file],
            public_source: SOURCE.to_owned(),
            takes_good: true,
        };
        let run = city.perform(&asker, act)?.import;
        for part in numbers.chunks(limits::IMPORT_BATCH_MAX) {
            let records = part.iter().map(|number| record(*number, &owner.key, &fields)).collect();
            let act = StageRows {
                import: run,
                records,
                problems: Vec::new(),
                n_unsupported: 0,
                n_rejected: 0,
            };
            city.perform(&asker, act)?;
        }
        city.perform(&asker, ApproveImport::new(run, true))?;
        city.run_import(&asker, run, |_, _| true)?;
    }
    Ok(())
}

/// Fields that have a parent: a technology names a branch.
fn leaves(city: &City) -> Vec<String> {
    let branches = city.fields().fields().iter().filter(|field| field.parent.is_some());
    branches.map(|field| field.key.clone()).collect()
}

/// Record `number` of every generated city.
fn record(number: u32, owner: &str, fields: &[String]) -> Record {
    let mut draw = Draw(u64::from(number).wrapping_mul(0x2545_f491_4f6c_dd1d) + 1);
    let content = content(&mut draw, number, owner, fields);
    Record {
        key: format!("GEN-{number:06}"),
        at: Place { file: "generated".to_owned(), line: u64::from(number) + 1 },
        content,
        ..Record::default()
    }
}

fn content(draw: &mut Draw, number: u32, owner: &str, fields: &[String]) -> Content {
    let method = *draw.one(&METHODS);
    let (thing, stem, class) = *draw.one(&THINGS);
    let user = *draw.one(&USES);
    let gain = *draw.one(&GAINS);
    let (percent, hours) = (8 + draw.below(55), 200 + 50 * draw.below(90));
    let own: Vec<&String> = fields.iter().filter(|key| key.starts_with(stem)).collect();
    let field = if own.is_empty() { draw.one(fields).clone() } else { (*draw.one(&own)).clone() };
    let level = u8::try_from(1 + draw.below(9)).unwrap_or(5);
    let title = Bilingual::new(
        format!("{} {} for {}, type {number}", method.0, thing.0, user.0),
        format!("面向{}的{}{}（{number}型）", user.1, method.1, thing.1),
    );
    let summary = Bilingual::new(
        format!("It {} {percent} % in {} without changing the line.", gain.0, user.0),
        format!("在{}中{}{percent}%，无需改动现有产线。", user.1, gain.1),
    );
    let description = Bilingual::new(
        format!(
            "In {} common equipment wears out or drifts. This {} works by a {} \
             principle; it {} {percent} % compared with the usual practice. It has run for \
             {hours} hours in {} test sites, and every figure was read by an outside laboratory. \
             Drawings, software and a training course of {} days are part of the transfer.",
            user.0,
            thing.0,
            method.0.to_lowercase(),
            gain.0,
            2 + draw.below(9),
            1 + draw.below(5),
        ),
        format!(
            "{}现有设备易磨损或漂移。本{}采用{}原理，与通行做法相比{}{percent}%。\
             已在{}处试点累计运行{hours}小时，数据均由第三方实验室读取。\
             转让内容包括图纸、软件及{}天培训。",
            user.1,
            thing.1,
            method.1,
            gain.1,
            2 + draw.below(9),
            1 + draw.below(5),
        ),
    );
    let year = i16::try_from(2019 + draw.below(7)).unwrap_or(2024);
    let month = i8::try_from(1 + draw.below(12)).unwrap_or(1);
    let day = i8::try_from(1 + draw.below(28)).unwrap_or(1);
    let evidence = Bilingual::new(
        format!("{hours} hours of operation, measured by an outside laboratory"),
        format!("累计运行{hours}小时，第三方测量"),
    );
    let trl = Trl { level, evidence, on: Date::new(year, month, day).ok(), assessed: false };
    Content {
        title,
        summary,
        description,
        applications: Bilingual::new(user.0, user.1),
        field,
        classes: vec![Symbol { scheme: "IPC".to_owned(), symbol: class.to_owned() }],
        trl: Some(trl),
        stage: Some(if level < 4 { Stage::Bench } else { Stage::Pilot }),
        mode: Some(TransferMode::InstituteToFirm),
        inventors: vec![inventor(draw), inventor(draw)],
        contact: trading::technology::Contact {
            name: Bilingual::new("Transfer desk", "成果转化办公室"),
            phone: String::new(),
            email: format!("transfer.{owner}@demo.bellwether.example"),
        },
        invented: true,
        ..Content::default()
    }
}

fn inventor(draw: &mut Draw) -> Inventor {
    let (family, given) = (*draw.one(&FAMILY), *draw.one(&GIVEN));
    let name =
        Bilingual::new(format!("{} {}", family.0, given.0), format!("{}{}", family.1, given.1));
    Inventor { name, share: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_number_always_gives_the_same_record_and_no_other() {
        let fields = vec!["materials-metals".to_owned(), "energy-batteries".to_owned()];
        let mut hashes = BTreeSet::new();
        for number in 0..2_000 {
            let one = record(number, "xunli", &fields);
            assert_eq!(one, record(number, "xunli", &fields));
            assert!(!one.content.title.en.is_empty() && !one.content.title.zh.is_empty());
            assert!(trading::marking::in_content(&one.content).is_empty(), "{number}");
            hashes.insert(one.hash());
        }
        assert_eq!(hashes.len(), 2_000);
    }
}
