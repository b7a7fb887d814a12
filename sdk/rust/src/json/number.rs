//! Numbers, however a provider writes them.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::{Fill, Fits, Numeral, filled};

/// A number that may come as text (`"40"`, `"38,5"`). Whatever is no number,
/// such as `"n/a"`, is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Number(Option<f64>);

impl Number {
    pub fn get(self) -> Option<f64> {
        self.0
    }

    /// How many of something, which is not less than none. What is counted is far
    /// below what a number holds exactly.
    pub fn count(self) -> Option<u64> {
        self.0.filter(|count| *count >= 0.0).map(|count| count as u64)
    }

    /// A part of a full position out of two amounts of hours, where both are
    /// there and make sense; rounded to four places.
    pub fn part_of(self, full: Self) -> Option<f64> {
        let (part, full) = (self.0?, full.0?);
        let quotient = (part / full * 10_000.0).round() / 10_000.0;
        (full > 0.0 && part >= 0.0 && quotient.is_finite()).then_some(quotient)
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self(number.is_finite().then_some(number))
    }
}

impl From<&str> for Number {
    fn from(text: &str) -> Self {
        let text = text.trim();
        let number: Result<f64, _> = if text.contains(',') && !text.contains('.') {
            text.replace(',', ".").parse()
        } else {
            text.parse()
        };
        number.map_or(Self(None), Self::from)
    }
}

impl From<Numeral> for Number {
    #[allow(clippy::cast_precision_loss)]
    fn from(number: Numeral) -> Self {
        match number {
            Numeral::Unsigned(number) => Self(Some(number as f64)),
            Numeral::Signed(number) => Self(Some(number as f64)),
            Numeral::Float(number) => number.into(),
        }
    }
}

impl<'de> Fill<'de> for Number {
    fn expected(&self) -> &'static str {
        "a number"
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        *self = (&*text).into();
        Ok(())
    }

    fn number(&mut self, number: Numeral) -> Fits {
        *self = number.into();
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn whatever_is_a_number() {
        for (json, expected) in [
            ("40", Some(40.0)),
            ("-1", Some(-1.0)),
            ("38.5", Some(38.5)),
            (r#""40""#, Some(40.0)),
            (r#"" 38,5 ""#, Some(38.5)),
            (r#""038.50""#, Some(38.5)),
            (r#""00""#, Some(0.0)),
            (r#""0,8""#, Some(0.8)),
            (r#""+7""#, Some(7.0)),
            (r#"".5""#, Some(0.5)),
            (r#""7.""#, Some(7.0)),
            (r#""0.""#, Some(0.0)),
            (r#"".""#, None),
            (r#""-""#, None),
            (r#""e5""#, None),
            (r#""-007""#, Some(-7.0)),
            (r#""1e2""#, Some(100.0)),
            (r#""1,000,000""#, None),
            (r#""1.000,5""#, None),
            (r#""--7""#, None),
            (r#""7 h""#, None),
            (r#""[7]""#, None),
            (r#""n/a""#, None),
            (r#""NaN""#, None),
            (r#""""#, None),
            ("null", None),
        ] {
            assert_eq!(json::read::<Number>(json.as_bytes()).unwrap().get(), expected, "{json}");
        }
        assert!(json::read::<Number>(b"{}").is_err());
    }

    #[test]
    fn counts() {
        for (number, expected) in [(0.0, Some(0)), (1203.0, Some(1203)), (-1.0, None), (f64::NAN, None)] {
            assert_eq!(Number::from(number).count(), expected, "{number}");
        }
    }

    #[test]
    fn parts_of_a_full_position() {
        let part = |part: f64, full: f64| Number::from(part).part_of(Number::from(full));
        assert_eq!(part(20.0, 40.0), Some(0.5));
        assert_eq!(part(20.0, 60.0), Some(0.3333));
        assert_eq!(part(20.0, 0.0), None);
        assert_eq!(part(0.0, 0.0), None);
        assert_eq!(part(-1.0, 40.0), None);
        assert_eq!(Number::default().part_of(Number::from(40.0)), None);
    }
}
