//! What expressions cost: one person's way through the pipeline with 25 lines,
//! 8 of them expressions, beside the same with 25 attributes as they are.
//!
//! `cargo run --release -p rollcall-pipeline --example speed`

use std::hint::black_box;
use std::time::{Duration, Instant};

use rollcall_model::{Sensitivity, Worker};
use rollcall_pipeline::{GroupMembers, MappingLine, Offer, Pipeline, PipelineConfig, Tally, hash_source};

const PEOPLE: usize = 20_000;
/// The fastest of so many counts: what else the machine does is not of interest.
const ROUNDS: usize = 15;
/// Microseconds a person may cost.
const GOAL: f64 = 10.0;

const DIRECT: [&str; 17] = [
    "work_email",
    "given_name",
    "family_name",
    "locale",
    "timezone",
    "employee_number",
    "department",
    "division",
    "company",
    "cost_center",
    "location",
    "manager_id",
    "employment_type",
    "worker_type",
    "start_date",
    "work_phone",
    "teams",
];

/// An expression, and the attribute in its place.
const EXPRESSIONS: [(&str, &str); 8] = [
    (r#"coalesce(display_name, join(" ", given_name, family_name))"#, "display_name"),
    ("lower(coalesce(user_name, work_email))", "user_name"),
    (r#"preferred_language == null ? left(locale, 2) : preferred_language"#, "preferred_language"),
    (r#"join(" / ", company, division, department)"#, "division_id"),
    (r#"title.contains("Lead") || is_manager ? "lead" : "member""#, "title"),
    (r#"switch(work_address.country, "EMEA", "US", "AMER", "JP", "APAC")"#, "work_address.country"),
    (r#"normalizeDiacritics(lower(family_name))"#, "honorific_suffix"),
    (r#"formatDate(start_date, "%Y-%m")"#, "start_date"),
];

fn pipeline(expressions: bool) -> Pipeline {
    let line = |target: String, source: &str| MappingLine {
        target,
        source: Some(source.into()),
        ..MappingLine::default()
    };
    let mut mapping: Vec<_> =
        DIRECT.iter().enumerate().map(|(at, source)| line(format!("a{at}"), source)).collect();
    for (line, target) in mapping.iter_mut().zip(["email", "given_name", "family_name"]) {
        line.target = target.into();
    }
    mapping.extend(EXPRESSIONS.iter().enumerate().map(|(at, (text, instead))| {
        let target = format!("x{at}");
        match expressions {
            true => MappingLine { target, expression: Some((*text).into()), ..MappingLine::default() },
            false => line(target, instead),
        }
    }));
    let config = PipelineConfig { classes: vec![Sensitivity::Work], mapping, ..PipelineConfig::default() };
    Pipeline::compile(&config, &Offer::unknown(), 0).expect("compiles")
}

fn worker(number: usize) -> Worker {
    let worker = serde_json::json!({
        "id": format!("id-{number}"), "status": "active", "user_name": format!("Ada.Lovelace{number}"),
        "name": {"given": "Ada", "family": "Löwenherz"},
        "contact": {"work_email": format!("ada{number}@example.com"), "work_phone": "+49 30 123456",
            "locale": "de-DE", "timezone": "Europe/Berlin"},
        "employment": {"employee_number": "4711", "title": "Team Lead Sales", "employment_type": "full-time",
            "worker_type": "employee", "manager_id": "id-1"},
        "organization": {"company": {"name": "Acme"}, "division": {"name": "North"},
            "department": {"name": "Sales"}, "cost_center": {"name": "4000"}, "location": {"name": "Berlin"},
            "teams": [{"name": "Core"}, {"name": "Data"}]},
        "address": {"country": "DE"},
    });
    let mut worker: Worker = serde_json::from_value(worker).expect("a worker");
    worker.employment.start_date = Some("2024-03-01".into());
    worker
}

/// Microseconds a person.
fn measure(pipeline: &Pipeline, people: &[Worker]) -> f64 {
    let members = GroupMembers::default();
    let round = |_| {
        let each: Vec<(Worker, _)> =
            people.iter().map(|worker| (worker.clone(), hash_source(&worker.id))).collect();
        let mut tally = Tally::default();
        let begun = Instant::now();
        for (worker, hash) in each {
            black_box(pipeline.process(worker, hash, &members, &mut tally));
        }
        begun.elapsed()
    };
    let fastest: Duration = (0..ROUNDS).map(round).min().unwrap_or_default();
    fastest.as_secs_f64() * 1e6 / people.len() as f64
}

fn main() {
    let people: Vec<_> = (0..PEOPLE).map(worker).collect();
    let begun = Instant::now();
    let mixed = pipeline(true);
    let compiling = begun.elapsed();
    let (direct, mixed) = (measure(&pipeline(false), &people), measure(&mixed, &people));
    println!("25 attributes                      {direct:6.2} us a person");
    println!(
        "17 attributes and 8 expressions    {mixed:6.2} us a person, {:.2} times as much",
        mixed / direct
    );
    println!("8 expressions alone cost           {:6.2} us more", mixed - direct);
    println!("compiling them                     {:6.2} ms", compiling.as_secs_f64() * 1e3);
    println!("goal: {GOAL} us: {}", if mixed <= GOAL { "reached" } else { "missed" });
}
