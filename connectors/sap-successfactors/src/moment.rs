//! Points in time as OData v2 writes them in JSON: `/Date(1676541723000+0000)/`.

use std::borrow::Cow;

use rollcall_sdk::json::{Fill, Fits};
use rollcall_sdk::prelude::*;

/// A day, or a point in time. The milliseconds are UTC, whatever the offset
/// says; a day is its midnight.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Moment(Option<Instant>);

impl Moment {
    /// The day; the end of the year 9999 stands for none.
    pub fn day(self) -> Option<Date> {
        self.0.map(Instant::utc_date).filter(|day| Some(*day) != Date::new(9999, 12, 31))
    }

    /// The day, for a record.
    pub fn date(self) -> Option<String> {
        self.day().map(|day| day.to_string())
    }

    /// The point in time, for a record.
    pub fn instant(self) -> Option<String> {
        self.0.map(|instant| instant.to_string())
    }
}

impl From<&str> for Moment {
    fn from(text: &str) -> Self {
        let inside = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
        // A sign at the beginning belongs to the number.
        let number = inside.map(|inside| match inside.rfind(['+', '-']) {
            Some(at) if at > 0 => inside.split_at(at).0,
            _ => inside,
        });
        Self(number.and_then(|number| number.parse().ok()).map(Instant::from_millis))
    }
}

impl<'de> Fill<'de> for Moment {
    fn expected(&self) -> &'static str {
        "a point in time"
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        *self = (&*text).into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants() {
        let day = |text: &str| Moment::from(text).date();
        assert_eq!(day("/Date(1735603200000)/").as_deref(), Some("2024-12-31"));
        assert_eq!(day("/Date(-86400000)/").as_deref(), Some("1969-12-31"));
        assert_eq!(day("/Date(-1-0100)/").as_deref(), Some("1969-12-31"));
        assert_eq!(day("/Date(253402214400000)/"), None);
        assert_eq!(day("/Date(9223372036854775807)/"), None);
        for wrong in ["", "2024-12-31", "/Date()/", "/Date(x)/", "/Date(1", "/Date(+-1)/"] {
            assert_eq!(Moment::from(wrong), Moment::default(), "{wrong}");
        }
        let instant = Moment::from("/Date(1676541723000+0000)/").instant();
        assert_eq!(instant.as_deref(), Some("2023-02-16T10:02:03Z"));
        let (early, late) = (Moment::from("/Date(1)/"), Moment::from("/Date(2)/"));
        assert!(Moment::default() < early && early < late);
    }
}
