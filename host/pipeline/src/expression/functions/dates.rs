//! Functions on dates. A date may have a time; without one it is midnight.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::{Span, Unit};

use super::super::kind::Kind::{Date, Number, Text};
use super::{Args, Function, Gives, Takes, Times, once, special};
use crate::expression::val::{Val, date};

pub(in super::super) const UNITS: [&str; 6] = ["years", "months", "weeks", "days", "hours", "minutes"];

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "now",
        params: &[],
        gives: Gives::Always(Date),
        says: "When the run began, by the clock of `policies.time_zone`. A line with it changes in every \
               run: `formatDate(now(), ...)` with nothing below the day changes once a day.",
        examples: &[("now()", "2026-03-10T09:30:00")],
        run: |args| Some(Val::Date(args.context.now)),
    },
    Function {
        name: "parseDate",
        params: &[once("source", Text), special("format", Takes::Format, Times::AtMostOnce)],
        gives: Gives::Always(Date),
        says: "The date that a text says, as `2026-01-31`, with or without a time, or in the format.",
        examples: &[
            (r#"parseDate("31.01.2026", "%d.%m.%Y")"#, "2026-01-31"),
            (r#"parseDate("2026-01-31T08:00:00Z")"#, "2026-01-31T08:00:00"),
            (r#"parseDate("soon")"#, "null"),
        ],
        run: parse_date,
    },
    Function {
        name: "formatDate",
        params: &[once("date", Date), special("format", Takes::Format, Times::Once)],
        gives: Gives::Always(Text),
        says: "The date as a text in the format.",
        examples: &[(r#"formatDate(start_date, "%d.%m.%Y")"#, r#""01.03.2024""#)],
        run: |args| {
            let (date, format) = (args.date(0)?, args.text(1)?);
            strtime::format(&*format, date).ok().map(Val::text)
        },
    },
    Function {
        name: "dateAdd",
        params: &[once("date", Date), once("count", Number), special("unit", Takes::Unit, Times::Once)],
        gives: Gives::Always(Date),
        says: "The date so many units later, or earlier if the count is below zero.",
        examples: &[
            (r#"dateAdd(start_date, 6, "months")"#, "2024-09-01"),
            (r#"dateAdd(start_date, -1, "days")"#, "2024-02-29"),
        ],
        run: |args| {
            let (date, count, unit) = (args.date(0)?, args.whole(1)?, args.text(2)?);
            let span = Span::new();
            let span = match &*unit {
                "years" => span.try_years(count),
                "months" => span.try_months(count),
                "weeks" => span.try_weeks(count),
                "days" => span.try_days(count),
                "hours" => span.try_hours(count),
                _ => span.try_minutes(count),
            };
            date.checked_add(span.ok()?).ok().map(Val::Date)
        },
    },
    Function {
        name: "dateDiff",
        params: &[once("from", Date), once("to", Date), special("unit", Takes::Unit, Times::Once)],
        gives: Gives::Always(Number),
        says: "How many whole units lie between the two; below zero if `to` is the earlier.",
        examples: &[
            (r#"dateDiff(start_date, now(), "years")"#, "2"),
            (r#"dateDiff(start_date, now(), "years") < 1"#, "false"),
        ],
        run: |args| difference(args.date(0)?, args.date(1)?, &args.text(2)?),
    },
];

fn parse_date<'a>(args: &mut Args<'_, 'a>) -> Option<Val<'a>> {
    let source = args.text(0)?;
    let Some(format) = args.text(1) else { return date(&source).map(Val::Date) };
    let parsed = strtime::parse(&*format, source.trim()).ok()?;
    let day = parsed.to_date().ok()?;
    Some(Val::Date(parsed.to_time().map_or_else(|_| day.into(), |time| day.to_datetime(time))))
}

#[allow(clippy::cast_precision_loss, reason = "there are fewer than 2^53 minutes between two dates")]
fn difference<'a>(from: DateTime, to: DateTime, unit: &str) -> Option<Val<'a>> {
    let largest = match unit {
        "years" => Unit::Year,
        "months" => Unit::Month,
        "weeks" => Unit::Week,
        "days" => Unit::Day,
        "hours" => Unit::Hour,
        _ => Unit::Minute,
    };
    let span = from.until((largest, to)).ok()?;
    let count = match largest {
        Unit::Year => i64::from(span.get_years()),
        Unit::Month => i64::from(span.get_months()),
        Unit::Week => i64::from(span.get_weeks()),
        Unit::Day => i64::from(span.get_days()),
        Unit::Hour => i64::from(span.get_hours()),
        _ => span.get_minutes(),
    };
    Some(Val::Number(count as f64))
}
