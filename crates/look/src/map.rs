//! A drawn map without tiles: north up, rings of distance around one place, dots for the others.
//!
//! Nothing is fetched from anybody: the drawing says how far and in which direction, and every dot
//! is named in the list that the caller puts beside it.

use maud::{Markup, html};

/// The drawing is so many units wide and high; the style sheet decides the real size.
const SIDE: i64 = 320;
/// From the middle to the largest ring.
const REACH: i64 = 140;
/// Rings that can be drawn, in metres.
const RINGS_M: [i64; 12] = [
    200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 2_000_000, 20_000_000,
];

/// A place beside the middle.
pub struct Spot<'a> {
    /// What stands there, told when somebody points at it.
    pub name: &'a str,
    pub href: &'a str,
    pub metres_east: i64,
    pub metres_north: i64,
}

/// A map around one place.
pub struct Map<'a> {
    /// What it shows, as a sentence.
    pub sentence: &'a str,
    pub spots: &'a [Spot<'a>],
    /// How a distance of so many metres is written.
    pub distance: &'a dyn Fn(i64) -> String,
}

impl Map<'_> {
    /// The map as a drawing.
    pub fn view(&self) -> Markup {
        let largest = self.largest();
        let place = |metres: i64| metres * REACH / largest;
        let middle = SIDE / 2;
        let shown: Vec<&Spot<'_>> = self.spots.iter().filter(|it| is_within(it, largest)).collect();
        html! {
            svg.chart.map viewBox={ "0 0 " (SIDE) " " (SIDE) } role="img" aria-label=(self.sentence) {
                @for part in [1, 2] {
                    @let radius = REACH * part / 2;
                    circle.ring cx=(middle) cy=(middle) r=(radius) {}
                    text.tick x=(middle + 4) y=(middle - radius + 14) {
                        ((self.distance)(largest * part / 2))
                    }
                }
                path.axis d={ "M" (middle) " 8V" (SIDE - 8) "M8 " (middle) "H" (SIDE - 8) } {}
                path.north d={ "M" (middle) " 2l5 10h-10z" } {}
                @for spot in &shown {
                    a href=(spot.href) {
                        circle.spot cx=(middle + place(spot.metres_east))
                            cy=(middle - place(spot.metres_north)) r="5" { title { (spot.name) } }
                    }
                }
                circle.here cx=(middle) cy=(middle) r="8" {}
            }
        }
    }

    /// The smallest ring around four fifths of the places.
    fn largest(&self) -> i64 {
        let mut far: Vec<i64> = self.spots.iter().map(farness).collect();
        far.sort_unstable();
        let want = far.get(far.len() * 4 / 5).or(far.last()).copied().unwrap_or(1_000);
        RINGS_M.into_iter().find(|ring| *ring >= want).unwrap_or(RINGS_M[RINGS_M.len() - 1])
    }
}

fn farness(spot: &Spot<'_>) -> i64 {
    spot.metres_east.abs().max(spot.metres_north.abs())
}

fn is_within(spot: &Spot<'_>, largest: i64) -> bool {
    farness(spot) <= largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_fits_most_places() {
        let spot = |metres| Spot { name: "a", href: "/a", metres_east: metres, metres_north: 0 };
        let check = |far: &[i64], want: i64| {
            let spots: Vec<Spot<'_>> = far.iter().map(|metres| spot(*metres)).collect();
            let map = Map { sentence: "", spots: &spots, distance: &|metres| metres.to_string() };
            assert_eq!(map.largest(), want, "{far:?}");
            map.view()
        };
        check(&[], 1_000);
        check(&[150], 200);
        check(&[1_500, -1_900, 900, 1_000, 300_000], 500_000);
        let drawn = check(&[900, 900, 900, 900, 900, 1_200, 900, 900, 90_000, 100], 2_000).0;
        assert_eq!(drawn.matches("class=\"spot\"").count(), 9, "what lies outside is not drawn");
    }
}
