//! What people of the demonstration city are told: a bulletin that went out, one that goes out each
//! week, and two saved searches. All of it says that it is invented.

use crate::demo_cases::Cases;
use crate::exit::Failure;
use app::bulletin::send::SendBulletin;
use app::bulletin::{CreateBulletin, Draft, Every, Schedule, ScheduleBulletin};
use app::saved_search::{Frequency, Question};
use app::{Act, Asker, No};
use base::{Bilingual, OrganisationId, TechnologyId};

/// Who makes bulletins, and for which department.
const OFFICER: &str = "jiang.wenbo@demo.bellwether.example";
const OFFICE: &str = "service-centre";
/// Results of the bulletin that went out.
const ITEMS: usize = 4;
/// Who keeps which search: the person, its name, its words, its fields.
const SEARCHES: [(&str, &str, &str, &str); 2] = [
    (
        "deng.haoran@demo.bellwether.example",
        "传感器（演示，虚构） · Sensors (invented, demonstration)",
        "传感",
        "",
    ),
    (
        "lin.shuyao@demo.bellwether.example",
        "新材料（演示，虚构） · New materials (invented, demonstration)",
        "",
        "materials",
    ),
];

impl Cases<'_> {
    /// Bulletins and saved searches; what is there already stays as it is.
    pub(crate) fn seed_told(&self) -> Result<(), Failure> {
        self.bulletins()?;
        for (email, name, words, field) in SEARCHES {
            let person = self.person(email)?;
            let fields = Some(field).filter(|field| !field.is_empty()).map(str::to_owned);
            let fields = fields.into_iter().collect();
            let question = Question { words: words.to_owned(), fields, ..Question::default() };
            // A search that is there already is not saved again.
            if self.city.saved_searches(&person)?.is_empty() {
                self.city.save_search(&person, (name.to_owned(), question), Frequency::Daily)?;
            }
        }
        Ok(())
    }

    /// A bulletin that went out and one that goes out by itself; made once.
    fn bulletins(&self) -> Result<(), Failure> {
        let officer = self.person(OFFICER)?;
        let office = self.organisation(OFFICE)?;
        let known = self.city.bulletins(&officer, "", 1)?;
        if !known.sent.is_empty() && !known.prepared.is_empty() {
            return Ok(());
        }
        let sent = Draft {
            title: Bilingual::new(
                "Results of the month (invented, for demonstration)",
                "本月成果（虚构，仅供演示）",
            ),
            intro: Bilingual::new(
                "An invented bulletin: it shows what departments and subscribers get.",
                "虚构的简报：展示各部门和订阅者收到的内容。",
            ),
            items: self.public_results()?,
            ..draft(office)
        };
        let made =
            self.once(&officer, "bulletin", CreateBulletin { owner: office, draft: sent })?;
        if let Some(made) = made {
            let act = SendBulletin::new(made.bulletin, made.version);
            self.once(&officer, "bulletin sent", act)?;
        }
        let weekly = Draft {
            title: Bilingual::new(
                "New materials, weekly (invented, for demonstration)",
                "新材料周报（虚构，仅供演示）",
            ),
            intro: Bilingual::new(
                "An invented series: each Monday what is new, if anything is.",
                "虚构的系列：每周一发送新增成果，没有则不发。",
            ),
            question: Some(Question {
                fields: vec!["materials".to_owned()],
                ..Question::default()
            }),
            ..draft(office)
        };
        let act = CreateBulletin { owner: office, draft: weekly };
        if let Some(made) = self.once(&officer, "bulletin weekly", act)? {
            let schedule = Some(Schedule { every: Every::Week, day: 1, hour: 9 });
            let (bulletin, version) = (made.bulletin, made.version);
            let act = ScheduleBulletin { bulletin, version, schedule };
            self.once(&officer, "bulletin scheduled", act)?;
        }
        Ok(())
    }

    /// The first results that anybody may see.
    fn public_results(&self) -> Result<Vec<TechnologyId>, Failure> {
        let feed = self.city.feed(&Asker::nobody(), None, 200, true)?;
        let shown = feed.items.iter().filter(|item| item.state == "confirmed");
        let ids = shown.filter_map(|item| TechnologyId::parse(&item.thing).ok());
        Ok(ids.take(ITEMS).collect())
    }

    /// Done once, whatever the city looked like then; `None` where it was done with other content.
    fn once<A: Act>(
        &self,
        asker: &Asker,
        key: &str,
        act: A,
    ) -> Result<Option<A::Outcome>, Failure> {
        let is_done = |no: &No| no.0.iter().all(|refusal| refusal.code == "key-reused");
        match self.city.perform(&asker.clone().keyed(format!("demo {key}")), act) {
            Ok(done) => Ok(Some(done)),
            Err(no) if is_done(&no) => Ok(None),
            Err(no) => Err(no.into()),
        }
    }
}

fn draft(office: OrganisationId) -> Draft {
    Draft {
        title: Bilingual::default(),
        intro: Bilingual::default(),
        items: Vec::new(),
        question: None,
        departments: vec![office],
        to_subscribers: true,
    }
}
