//! The table of goals, as they are and as they were met.

use std::time::Duration;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use crate::program::Took;
use crate::rounds::Round;
use crate::sandbox::Costs;
use crate::shapes::Shape;
use crate::tenants::Many;

/// A size from which on the goals for a large company hold.
const LARGE: u32 = 100_000;

const MIB: f64 = 1_048_576.0;

#[derive(Default, Serialize)]
pub struct Report {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    shape: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<u32>,
    work: &'static str,
    product: String,
    reference: String,
    /// The ratio, or the figure itself where there is nothing to compare.
    figure: f64,
    unit: &'static str,
    /// The same ratio, of processor time instead of wall time.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<f64>,
    /// At most this. None: said for comparison only.
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<bool>,
}

impl Report {
    pub fn rounds(&mut self, shape: Shape, people: u32, rounds: &[Round]) {
        // The goals are about large companies; a small one is all process start.
        let large = |goal| (people >= LARGE).then_some(goal);
        let pair = |product: fn(&Round) -> Took, reference: fn(&Round) -> Took| {
            let wall = |take: fn(&Round) -> Took| seconds(rounds, |round| take(round).wall.as_secs_f64());
            let ratio = |of: fn(&Took) -> Duration| {
                median(
                    rounds
                        .iter()
                        .map(|round| of(&product(round)).as_secs_f64() / of(&reference(round)).as_secs_f64()),
                )
            };
            (wall(product), wall(reference), ratio(|took| took.wall), Some(ratio(|took| took.cpu)))
        };
        for (work, (product, reference, figure, cpu), goal) in [
            ("first sync / native-end", pair(|round| round.first, |round| round.end), large(1.5)),
            ("unchanged / native-diff", pair(|round| round.unchanged, |round| round.diff), large(1.3)),
            ("1 % changed / unchanged", pair(|round| round.one_percent, |round| round.unchanged), large(1.5)),
        ] {
            self.push(Row { cpu, ..row(shape, Some(people), work, (product, reference), figure, "x", goal) });
        }
        let product = seconds(rounds, |round| round.empty_delta.wall.as_secs_f64());
        let answer = seconds(rounds, |round| round.answer.as_secs_f64());
        let beyond = median(
            rounds
                .iter()
                .map(|round| (round.empty_delta.wall.as_secs_f64() - round.answer.as_secs_f64()) * 1e3),
        );
        self.push(row(
            shape,
            Some(people),
            "empty delta beyond the answer",
            (product, answer),
            beyond,
            "ms",
            Some(20.0),
        ));
        let peak = rounds.iter().map(Round::peak).max().unwrap_or_default() as f64 / MIB;
        let reference = rounds.iter().map(|round| round.end.peak).max().unwrap_or_default() as f64 / MIB;
        let text = (format!("{peak:.0} MiB"), format!("{reference:.0} MiB"));
        self.push(row(shape, Some(people), "peak memory", text, peak, "MiB", large(200.0)));
    }

    /// Memory for each person beyond those of the rounds.
    pub fn growth(&mut self, shape: Shape, (few, rounds): (u32, &[Round]), (many, peak): (u32, u64)) {
        let before = rounds.iter().map(|round| round.first.peak.max(round.unchanged.peak)).max();
        let growth =
            (peak as f64 - before.unwrap_or_default() as f64) / f64::from(many.saturating_sub(few).max(1));
        let text = (format!("{:.0} MiB", peak as f64 / MIB), String::new());
        self.push(row(shape, Some(many), "memory a further person", text, growth, "B", Some(300.0)));
    }

    pub fn tenants(&mut self, shape: Shape, rounds: &[Many]) {
        let each = |many: &Many, took: &Took| many.people as f64 / took.wall.as_secs_f64();
        let typical = |take: fn(&Many) -> &Took| {
            format!("{:.0}/s", median(rounds.iter().map(|many| each(many, take(many)))))
        };
        let ratio = |of: fn(&Took) -> Duration| {
            median(
                rounds.iter().map(|many| of(&many.product).as_secs_f64() / of(&many.reference).as_secs_f64()),
            )
        };
        let text = (typical(|many| &many.product), typical(|many| &many.reference));
        let people = rounds.first().and_then(|many| u32::try_from(many.people).ok());
        // Half of the reference's people a second is twice its time.
        let row = row(shape, people, "2,000 tenants / native", text, ratio(|took| took.wall), "x", Some(2.0));
        self.push(Row { cpu: Some(ratio(|took| took.cpu)), ..row });
    }

    pub fn sandbox(&mut self, shape: Shape, costs: &Costs) {
        let us = |took: Duration| took.as_secs_f64() * 1e6;
        let each = |took: Duration| format!("{:.2} us", us(took) / costs.page_people.max(1) as f64);
        let ratio = us(costs.normalize) / us(costs.parse);
        let text = (each(costs.normalize), each(costs.parse));
        self.push(row(shape, None, "normalize a person / parse natively", text, ratio, "x", Some(2.0)));
        let text = (format!("{:.0} us", us(costs.call)), String::new());
        self.push(row(shape, None, "store, instance and a call", text, us(costs.call), "us", Some(60.0)));
        let load = us(costs.load) / 1e3;
        let text = (format!("{load:.2} ms"), String::new());
        self.push(row(shape, None, "load from the cache", text, load, "ms", Some(5.0)));
    }

    pub fn missed(&self) -> bool {
        self.rows.iter().any(|row| row.met == Some(false))
    }

    pub fn print_text(&self) {
        let mut table = Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(["paging", "people", "work", "product", "reference", "figure", "(cpu)", "goal", ""]);
        for row in &self.rows {
            let met = match row.met {
                Some(true) => "met",
                Some(false) => "MISSED",
                None => "",
            };
            table.add_row([
                row.shape.clone(),
                row.people.map(|people| people.to_string()).unwrap_or_default(),
                row.work.to_owned(),
                row.product.clone(),
                row.reference.clone(),
                format!("{} {}", number(row.figure), row.unit),
                row.cpu.map(number).unwrap_or_default(),
                row.goal.map(number).unwrap_or_default(),
                met.to_owned(),
            ]);
        }
        println!("{table}");
    }

    pub fn print_json(&self) -> anyhow::Result<()> {
        Ok(serde_json::to_writer_pretty(std::io::stdout().lock(), self)?)
    }

    fn push(&mut self, row: Row) {
        self.rows.push(row);
    }
}

fn row(
    shape: Shape,
    people: Option<u32>,
    work: &'static str,
    (product, reference): (String, String),
    figure: f64,
    unit: &'static str,
    goal: Option<f64>,
) -> Row {
    let met = goal.map(|goal| figure <= goal);
    let shape = format!("{shape:?}").to_lowercase();
    Row { shape, people, work, product, reference, figure, unit, cpu: None, goal, met }
}

fn number(figure: f64) -> String {
    if figure < 10.0 { format!("{figure:.2}") } else { format!("{figure:.0}") }
}

fn seconds(rounds: &[Round], take: impl Fn(&Round) -> f64) -> String {
    format!("{:.3} s", median(rounds.iter().map(take)))
}

fn median(all: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.collect();
    all.sort_unstable_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}
