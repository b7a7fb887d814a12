//! Conditions: alternatives of comparisons that hold together. What is asked of
//! a path its entity says.

use crate::clock;

pub struct Filter {
    any: Vec<Vec<Comparison>>,
}

struct Comparison {
    path: String,
    test: Test,
}

enum Test {
    AtLeast(i64),
    After(i64),
    AtMost(i64),
    In(Vec<String>),
}

/// What an entity has at a path.
pub enum Found {
    Moment(i64),
    Text(String),
    /// The path exists, and nothing is there.
    Nothing,
}

impl Filter {
    pub fn parse(text: &str) -> Result<Self, String> {
        let alternatives = text.split(" or ").map(|all| {
            let all = all.strip_prefix('(').and_then(|all| all.strip_suffix(')')).unwrap_or(all);
            all.split(" and ").map(comparison).collect()
        });
        Ok(Self { any: alternatives.collect::<Result<_, _>>()? })
    }

    /// The paths that it asks about.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.any.iter().flatten().map(|one| one.path.as_str())
    }

    /// Whether it holds for something that has this at the paths.
    pub fn holds(&self, at: impl Fn(&str) -> Found) -> bool {
        self.any.iter().any(|all| {
            all.iter().all(|one| match (&one.test, at(&one.path)) {
                (Test::AtLeast(bound), Found::Moment(moment)) => moment >= *bound,
                (Test::After(bound), Found::Moment(moment)) => moment > *bound,
                (Test::AtMost(bound), Found::Moment(moment)) => moment <= *bound,
                (Test::In(texts), Found::Text(text)) => texts.contains(&text),
                _ => false,
            })
        })
    }
}

fn comparison(text: &str) -> Result<Comparison, String> {
    let wrong = || format!("The filter cannot be read at: {text}");
    let (path, rest) = text.split_once(' ').ok_or_else(wrong)?;
    let (operator, literal) = rest.split_once(' ').ok_or_else(wrong)?;
    let moment = || {
        let quoted = literal.strip_prefix("datetimeoffset'").or_else(|| literal.strip_prefix("datetime'"));
        quoted.and_then(|text| clock::parse(text.strip_suffix('\'')?)).ok_or_else(wrong)
    };
    let test = match operator {
        "ge" => Test::AtLeast(moment()?),
        "gt" => Test::After(moment()?),
        "le" => Test::AtMost(moment()?),
        "in" => {
            let inner =
                literal.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).ok_or_else(wrong)?;
            Test::In(inner.split("','").map(|text| text.replace("''", "'")).collect())
        }
        _ => return Err(wrong()),
    };
    Ok(Comparison { path: path.to_owned(), test })
}
