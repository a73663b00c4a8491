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

/// The mean radius of the earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

impl Point {
    /// Reads decimal degrees; nothing where they are none or lie outside the earth.
    pub fn parse(latitude: &str, longitude: &str) -> Option<Self> {
        let point = Self {
            latitude_e6: degrees_e6(latitude, 90)?,
            longitude_e6: degrees_e6(longitude, 180)?,
        };
        Some(point)
    }

    /// The latitude as decimal degrees.
    pub fn latitude(self) -> String {
        decimal(self.latitude_e6)
    }

    /// The longitude as decimal degrees.
    pub fn longitude(self) -> String {
        decimal(self.longitude_e6)
    }

    /// How far another point is, in whole metres along the surface.
    pub fn metres_to(self, other: Self) -> u64 {
        // A distance is looked at, never summed: a float is exact enough by a thousand times.
        #[expect(clippy::cast_precision_loss, reason = "millionths of a degree fit a float")]
        let radians = |e6: i64| (e6 as f64 / 1e6).to_radians();
        let (a, b) = (radians(self.latitude_e6), radians(other.latitude_e6));
        let half_up = ((b - a) / 2.0).sin();
        let half_along = (radians(other.longitude_e6 - self.longitude_e6) / 2.0).sin();
        let share = half_up * half_up + a.cos() * b.cos() * half_along * half_along;
        let metres = 2.0 * EARTH_M * share.sqrt().min(1.0).asin();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most half the girth of the earth, and never below nothing"
        )]
        let whole = metres.round() as u64;
        whole
    }
}

fn degrees_e6(typed: &str, most: i64) -> Option<i64> {
    let plain: String = typed.trim().chars().map(base::time::half_width).collect();
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.as_str()),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 3
        || part.len() > 15
        || !is_digits(whole)
        || !is_digits(part)
    {
        return None;
    }
    let part: String = format!("{part:0<6}").chars().take(6).collect();
    let e6 = whole.parse::<i64>().ok()? * 1_000_000 + part.parse::<i64>().ok()?;
    (e6 <= most * 1_000_000).then_some(sign * e6)
}

fn decimal(e6: i64) -> String {
    let sign = if e6 < 0 { "-" } else { "" };
    let (whole, part) = (e6.unsigned_abs() / 1_000_000, e6.unsigned_abs() % 1_000_000);
    format!("{sign}{whole}.{part:06}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: &str, longitude: &str) -> Point {
        Point::parse(latitude, longitude).expect("a point")
    }

    #[test]
    fn a_point_reads_back() {
        let point = at("31.4675", "104.679114");
        assert_eq!(
            (point.latitude().as_str(), point.longitude().as_str()),
            ("31.467500", "104.679114")
        );
        assert_eq!(at("-0.5", "180").latitude(), "-0.500000");
        for (latitude, longitude) in
            [("91", "0"), ("0", "180.1"), ("x", "1"), ("", "1"), ("1e3", "1")]
        {
            assert_eq!(Point::parse(latitude, longitude), None, "{latitude} {longitude}");
        }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        // Mianyang to Chengdu, city centres: 108 km.
        let metres = at("31.4675", "104.6791").metres_to(at("30.5728", "104.0668"));
        assert!((114_000..117_000).contains(&metres), "{metres}");
        assert_eq!(at("1", "1").metres_to(at("1", "1")), 0);
        // Half around the earth.
        assert!((20_015_000..20_015_200).contains(&at("0", "0").metres_to(at("0", "180"))));
    }
}
