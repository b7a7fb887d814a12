//! What is refused, where, and why: as whole configurations, so that the place
//! is that of the file.

use rollcall_model::{Sensitivity, Value};
use serde_json::{Value as Json, json};

use crate::config::PipelineConfig;
use crate::expression::{MAX_DEPTH, MAX_LENGTH, MAX_NESTING};
use crate::offer::Offer;
use crate::pipeline::Pipeline;

/// The line for `x`, behind the required ones.
fn line(line: Json) -> Json {
    with(line, "x")
}

fn with(mut line: Json, target: &str) -> Json {
    line["target"] = json!(target);
    let required = ["email", "given_name", "family_name"].map(|target| {
        if line["target"] == target {
            line.clone()
        } else {
            json!({"target": target, "source": "work_email"})
        }
    });
    let mut mapping = required.to_vec();
    if !mapping.contains(&line) {
        mapping.push(line);
    }
    json!({ "mapping": mapping })
}

fn expression(text: &str) -> Json {
    line(json!({"expression": text}))
}

fn clause(text: &str) -> Json {
    json!({"filter": {"include": {"any": [{"expression": text}]}}})
}

/// Work is granted; teams are not offered, and of the customer's own all are.
fn refusals(mut config: Json) -> Vec<String> {
    config["classes"] = json!(["work"]);
    let config: PipelineConfig = serde_json::from_value(config).expect("is written rightly");
    let fields = rollcall_model::Attribute::FIELDS.iter().map(|field| (field.to_string(), field.class()));
    let offered = fields.filter(|(name, _)| name != "teams").chain([("custom.*".into(), Sensitivity::Work)]);
    match Pipeline::compile(&config, &Offer::of(offered), 0) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(|p| format!("{}: {}; {}", p.place, p.why, p.remedy)).collect(),
    }
}

#[test]
fn r83_a_wrong_expression_is_refused_with_its_place_the_reason_and_the_remedy() {
    let x = "mapping[3].expression: ";
    let include = "filter.include.any[0].expression: ";
    let wrapped = |depth: usize| format!("{}title{}", "lower(".repeat(depth), ")".repeat(depth));
    let cases = [
        // Names.
        (expression("departement"), x, "no attribute `departement`; write `department`"),
        (expression("lower(custom.)"), x, "line 1, column"),
        (expression("title.part"), x, "no attribute `title.part`"),
        (expression("teams"), x, "the connector does not offer `teams`"),
        (expression("personal_email"), x, "of class `sensitive`, which is not granted; add"),
        (clause("isPresent(personal_email)"), include, "of class `sensitive`"),
        (clause("custom.badge == '7'"), include, "`custom.badge` is not allowed: no line"),
        (expression("lowr(title)"), x, "no function `lowr`; write `lower`"),
        (expression("frobnicate(title)"), x, "no function `frobnicate`; use one of docs"),
        // Numbers of arguments.
        (expression("lower()"), x, "`lower` does not take 0 arguments; it is `lower(source: text)"),
        (expression("lower(title, title)"), x, "does not take 2 arguments"),
        (expression("switch(title, 'a', 'b')"), x, "does not take 3 arguments"),
        (expression("coalesce()"), x, "does not take 0 arguments"),
        // Kinds.
        (expression("lower(is_manager)"), x, "`source` of `lower` is bool, and has to be text"),
        (expression("left(title, '1')"), x, "is text, and has to be number; use `toNumber`"),
        (expression("title + 1"), x, "`+` stands between text and number"),
        (expression("start_date + start_date"), x, "no meaning between two of date"),
        (expression("title - title"), x, "a side of `-` is text"),
        (expression("-title"), x, "stands between number and text"),
        (expression("title == 1"), x, "`==` stands between text and number"),
        (expression("is_manager < true"), x, "no meaning between two of bool"),
        (expression("title && true"), x, "is text, and has to be bool"),
        (expression("title ? 1 : 2"), x, "`condition` of `iif` is text"),
        (expression("!title"), x, "`condition` of `not` is text"),
        (expression("1 in [title]"), x, "the left side of `in` is number"),
        (expression("title in title"), x, "the right side of `in` is text"),
        (expression("[title, 1]"), x, "a list is of texts, and here of number"),
        (expression("title[0]"), x, "`list` of `item` is text"),
        (expression("title.exists(t, true)"), x, "stands before the dot is text"),
        (expression("custom.badge.exists(t, t)"), x, "said of each item is text, and has to be bool"),
        (expression("switch(title, 'a', 1, 'b')"), x, "`key` of `switch` is number, and has to be text"),
        (expression("start_date > 'soon'"), x, "\"soon\" is not a date"),
        (expression("{'a': title}"), x, "maps and messages are not part"),
        (expression("b'abc'"), x, "bytes are not part"),
        // Written out.
        (expression("matches(title, '(')"), x, "not a regular expression"),
        (expression("matches(title, title)"), x, "`pattern` of `matches` is not written out"),
        (expression("matches(title, '(\\\\w{100}){100}')"), x, "size limit"),
        (expression("dateAdd(start_date, 1, 'day')"), x, "cannot be \"day\"; use one of years"),
        (expression("formatDate(start_date, '%Q!')"), x, "`format` of `formatDate`"),
        // Limits.
        (expression(""), x, "is empty"),
        (expression(&"a".repeat(MAX_LENGTH + 1)), x, "is 2001 bytes long, and 2000 are allowed"),
        (expression(&wrapped(usize::from(MAX_NESTING) + 1)), x, "nested too deep"),
        (expression(&vec!["title"; MAX_DEPTH + 2].join("+")), x, "nested too deep; use `switch`, `join`"),
        (expression("custom.a.exists(one, custom.b.exists(other, one == other))"), x, "within another one"),
        (expression("custom.a.exists(1, true)"), x, "the item of a list has no name"),
        (expression("custom.a.exists(true)"), x, "with a name and a body"),
        // What says something of the line.
        (expression("lower(redact(title))"), x, "something of a whole line"),
        (clause("skipIfEmpty(is_manager)"), include, "something of a whole line"),
        (line(json!({"expression": "skipIfEmpty(title)", "default": "a"})), x, "nothing is ever skipped"),
        (expression("true ? false ? 1 : 2 : 3"), x, "has no brackets; correct what stands there"),
        (expression("title title"), x, "line 1, column 7"),
        // Filters say yes or no.
        (clause("title"), include, "says text, and a filter says yes or no"),
        (
            json!({"filter": {"exclude": {"expression": "true", "group": "Sales"}}}),
            "filter.exclude: ",
            "exactly one of",
        ),
        // Lines.
        (line(json!({"expression": "title", "source": "title"})), "mapping[3]: ", "exactly one of"),
        (line(json!({"constant": "a", "none": true})), "mapping[3]: ", "exactly one of"),
        (line(json!({})), "mapping[3]: ", "`source`, `constant`, `expression` and `none`"),
        (line(json!({"source": "personal_email"})), "mapping[3].source: ", "not granted"),
        (with(json!({"expression": "size(title)"}), "email"), "mapping[0].expression: ", "this gives number"),
        (with(json!({"source": "fte"}), "email"), "mapping[0].source: ", "not granted"),
        (with(json!({"source": "start_date"}), "email"), "mapping[0].source: ", "this gives date"),
        (line(json!({"expression": "size(title)", "match": 2})), x, "`x` has to be a text"),
        (with(json!({"constant": true}), "given_name"), "mapping[1].constant: ", "this gives bool"),
        (with(json!({"none": true}), "family_name"), "mapping[2].none: ", "this gives null"),
        (
            with(json!({"source": "title", "default": ["a"]}), "email"),
            "mapping[0].default: ",
            "this gives texts",
        ),
    ];
    for (config, place, phrase) in cases {
        let refusals = refusals(config.clone());
        let [refusal] = refusals.as_slice() else { panic!("{config}: {refusals:?}") };
        assert!(refusal.starts_with(place) && refusal.contains(phrase), "{config}\n{refusal}");
    }
}

#[test]
fn what_is_just_within_the_limits_is_accepted() {
    let longest = format!("'{}'", "a".repeat(MAX_LENGTH - 2));
    let nested = usize::from(MAX_NESTING);
    let nested = format!("{}title{}", "lower(".repeat(nested), ")".repeat(nested));
    let deepest = vec!["title"; MAX_DEPTH + 1].join("+");
    let lines = [longest, nested, deepest].map(|text| expression(&text)).into_iter().chain([
        with(json!({"none": true, "default": "none"}), "family_name"),
        with(json!({"expression": "custom.mail"}), "email"),
        expression("custom.badge.lower()"),
    ]);
    for config in lines {
        assert_eq!(refusals(config.clone()), Vec::<String>::new(), "{config}");
    }
}

#[test]
fn c7_custom_attributes_are_refused_in_a_line_a_clause_and_an_expression() {
    let mapping = line(json!({"source": "custom.badge"}));
    let config = |custom: Json, mut config: Json| {
        config["custom_attributes"] = custom;
        refusals(config)
    };
    assert_eq!(config(json!("mapped"), mapping.clone()), Vec::<String>::new());
    assert_eq!(config(json!(["badge"]), mapping.clone()), Vec::<String>::new());
    for custom in [json!("none"), json!(["shoe"])] {
        for (named, place) in [
            (mapping.clone(), "mapping[3].source"),
            (expression("custom.badge"), "mapping[3].expression"),
            (clause("isEmpty(custom.badge)"), "filter.include.any[0].expression"),
            (
                json!({"filter": {"exclude": {"attribute": "custom.badge", "is_empty": true}}}),
                "filter.exclude.attribute",
            ),
        ] {
            let refusals = config(custom.clone(), named);
            assert!(refusals.len() == 1 && refusals[0].starts_with(place), "{place}: {refusals:?}");
        }
    }
    // A filter may name what a line names.
    let mut both = mapping;
    both["filter"] = clause("isEmpty(custom.badge)")["filter"].clone();
    assert_eq!(refusals(both), Vec::<String>::new());
}

#[test]
fn the_default_stands_in_for_an_expression_that_gives_nothing() {
    let config: PipelineConfig = serde_json::from_value(line(
        json!({"expression": "left(given_name, 0)", "default": "none", "locked": true}),
    ))
    .expect("is written rightly");
    let pipeline = Pipeline::compile(&config, &Offer::unknown(), 0).expect("compiles");
    let worker = super::zoe();
    let hash = crate::fingerprint::hash_source(&worker.id);
    let told = pipeline.explain(worker, hash, &crate::GroupMembers::default());
    let x = &told.lines[3];
    assert_eq!(
        (x.from.as_str(), &x.value),
        ("left(given_name, 0)", &crate::Shown::Value(Value::Text("none".into())))
    );
    assert_eq!(pipeline.locked_targets().collect::<Vec<_>>(), ["x"]);
}
