//! Where an instrument stands: site, building, room, and a point on the map.

use base::Bilingual;

/// The zone of a place that names none.
pub const ZONE: &str = "Asia/Shanghai";

/// A place as its owner states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Place {
    /// Campus, park or site.
    pub site: Bilingual,
    pub building: Bilingual,
    pub room: String,
    pub address: Bilingual,
    /// Six digits of the administrative division, or empty.
    pub region: String,
    pub point: Option<Point>,
    /// A zone of the IANA database; empty stands for [`ZONE`].
    pub zone: String,
}

impl Place {
    /// The zone in which rules of booking are judged.
    pub fn zone(&self) -> &str {
        match self.zone.as_str() {
            "" => ZONE,
            zone => zone,
        }
    }
}

/// A point on the earth (WGS 84), in millionths of a degree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Point {
    pub latitude_e6: i64,
    pub longitude_e6: i64,
}
