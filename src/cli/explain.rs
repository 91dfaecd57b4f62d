//! `cirtkit explain`: the arithmetic of any figure.

use std::path::PathBuf;

use clap::Args;

use super::desk::Desk;
use super::score::tenths;
use super::talk::Talk;
use super::trace::{Lookup, number};
use super::{Global, Outcome};
use crate::appraisal::appraise;
use crate::model::note::Notes;
use crate::model::question::{MAX_LEVEL, WhenClosed};
use crate::plan::Judged;
use crate::report::{self, FigureView, ParameterView};
use crate::scoring::{Ratio, SectionScore, Standing};

/// Show the arithmetic of a section's level, a target, a finding or a figure
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit explain examplia legal            a section's level and range\n  \
    cirtkit explain examplia house-basic      a target and the cheapest path to it\n  \
    cirtkit explain examplia legal-mandate    how one question counts\n  \
    cirtkit explain examplia R-3              why a recommendation stands in those months\n  \
    cirtkit explain examplia posts-needed     a figure of the design, step by step\n  \
    cirtkit explain examplia appraisal        how the candidate hosts add up")]
pub(super) struct Explain {
    /// The dossier
    dir: PathBuf,
    /// A section, question, target, finding, recommendation, formula, or `appraisal`
    id: String,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

impl Explain {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let lang = global.lang.as_deref();
        let (read, language) = desk.told(&self.dir, self.stage.as_deref(), lang)?;
        let (stage, earlier) = read.judged();
        let lookup = Lookup {
            stage: &stage,
            earlier: &earlier,
            language: &language,
            notes: &Notes::default(),
        };
        let score = &stage.score;
        let id = self.id.as_str();
        if let Some(scored) = score.section(id) {
            talk.out(&section(scored, &lookup))?;
        } else if score.targets.iter().any(|one| one.target == id) {
            talk.out(&target(id, &lookup))?;
        } else if stage.questionnaire.question(id).is_some() {
            talk.out(&question(id, &lookup))?;
        } else if let Some(text) = lookup.recommendation_months(id) {
            talk.out(&text)?;
        } else if let Some(lines) = lookup.finding(id) {
            talk.out(&lines.join("\n"))?;
        } else if let Some(text) = lookup.figure(id) {
            talk.out(&text)?;
        } else if let Some(text) = lookup.appraisal().filter(|_| id == "appraisal") {
            talk.out(&text)?;
        } else {
            return Err(lookup.unknown(id));
        }
        Ok(Outcome::Done)
    }
}

fn section(scored: &SectionScore, lookup: &Lookup<'_>) -> String {
    let mut lines = vec![format!(
        "{}: level = sum of level × weight / sum of weights",
        scored.section
    )];
    let (mut sum, mut weights, mut missing) = (0, 0, 0);
    for term in &scored.terms {
        let title = lookup.title(&term.question);
        match term.level {
            Some(level) => {
                let product = u64::from(level) * term.weight;
                let closed = if term.closed {
                    ", its gate is closed"
                } else {
                    ""
                };
                lines.push(format!(
                    "  {level} × {} = {product:<3} {}  {title}{closed}",
                    term.weight, term.question
                ));
                sum += product;
                weights += term.weight;
            }
            None => {
                lines.push(format!(
                    "  – × {}       {}  {title}, no answer",
                    term.weight, term.question
                ));
                missing += term.weight;
            }
        }
    }
    let Some(level) = scored.level else {
        lines.push(String::from("no level: nothing that counts is answered"));
        return lines.join("\n");
    };
    lines.push(format!("level = {sum} / {weights} = {}", tenths(level)));
    if let (Some(low), Some(high)) = (scored.low, scored.high) {
        let most = u64::from(MAX_LEVEL);
        let doubt = scored.terms.iter().any(|term| term.undecided.is_some());
        let all = weights + missing;
        // A gate in doubt may change both parts; then only the result is shown.
        let shown = |bound: Ratio, missing_level: u64| match doubt {
            false => format!("({sum} + {missing} × {missing_level}) / {all}"),
            true => format!(
                "{} / {}, gates in doubt closed where that goes further",
                bound.num, bound.den
            ),
        };
        lines.push(format!("low   = {} = {}", shown(low, 0), tenths(low)));
        lines.push(format!("high  = {} = {}", shown(high, most), tenths(high)));
    }
    let tally = scored.tally;
    lines.push(format!(
        "coverage = {} answered / {} that apply",
        tally.answered, tally.applicable
    ));
    lines.push(format!(
        "evidence = {} levels on evidence / {} levels",
        tally.on_evidence, tally.levels
    ));
    lines.join("\n")
}

fn target(id: &str, lookup: &Lookup<'_>) -> String {
    let mut lines = Vec::new();
    for target in lookup
        .stage
        .score
        .targets
        .iter()
        .filter(|one| one.target == id)
    {
        lines.push(format!(
            "{id}: {} of {} levels reached; the cheapest path has {} steps",
            target.reached,
            target.required,
            target.steps()
        ));
        for gap in &target.gaps {
            let level = gap
                .level
                .map_or_else(|| String::from("no answer"), |level| level.to_string());
            let gates = if gap.gates.is_empty() {
                String::new()
            } else {
                format!(", first {}", gap.gates.join(", "))
            };
            lines.push(format!(
                "  {level} → {} (+{})  {}  {}{gates}",
                gap.required,
                gap.steps(),
                gap.question,
                lookup.title(&gap.question)
            ));
        }
    }
    lines.join("\n")
}

fn question(id: &str, lookup: &Lookup<'_>) -> String {
    let Some(question) = lookup.stage.questionnaire.question(id) else {
        return String::new();
    };
    let standing = match lookup.stage.score.standing(id) {
        Standing::Open => "it applies",
        Standing::Closed if question.closed() == WhenClosed::Zero => {
            "its gate is closed: it counts as level 0"
        }
        Standing::Closed => "its gate is closed: it leaves the denominator",
        Standing::OutOfScope => "it is out of the scope of this stage",
    };
    let mut lines = vec![
        format!("{id}: {}", question.text),
        format!("  {standing}; weight {}", question.weight),
    ];
    lines.extend(
        lookup
            .answer_lines(id)
            .into_iter()
            .map(|line| format!("  {line}")),
    );
    let uses = lookup
        .stage
        .plan
        .findings
        .iter()
        .filter(|finding| finding.questions.iter().any(|one| one == id));
    lines.extend(
        uses.map(|finding| format!("  {} ({}) rests on it", number(finding), finding.rule)),
    );
    lines.join("\n")
}

impl Lookup<'_> {
    /// Shows the arithmetic of a formula, that of the formulas it stands on before it.
    fn figure(&self, id: &str) -> Option<String> {
        let figures = report::figures(self.stage, self.earlier, self.language);
        let find = |id: &str| figures.iter().find(|one| one.id == id);
        let figure = find(id)?;
        let mut order: Vec<&FigureView> = Vec::new();
        let mut open = vec![(figure, false)];
        while let Some((one, ready)) = open.pop() {
            let circle = || {
                open.iter()
                    .any(|(other, ready)| *ready && other.id == one.id)
            };
            if order.iter().any(|known| known.id == one.id) || !ready && circle() {
                continue;
            }
            if ready {
                order.push(one);
                continue;
            }
            open.push((one, true));
            let below = one.formulas.iter().rev().filter_map(|id| find(id));
            open.extend(below.map(|one| (one, false)));
        }
        let mut lines = Vec::new();
        for one in &order {
            lines.push(format!("{}: {}", one.id, one.text));
            let expression: Vec<&str> = one.expression.split_whitespace().collect();
            lines.push(format!("  = {}", expression.join(" ")));
            lines.extend(one.steps.iter().map(|step| format!("  {step}")));
            if let Some(told) = &one.told {
                lines.push(format!("  value: {told}"));
            }
        }
        let mut told = Vec::new();
        for one in order.iter().flat_map(|one| &one.parameters) {
            if !told.contains(&&one.id) {
                told.push(&one.id);
                lines.push(parameter(one));
            }
        }
        for id in order.iter().flat_map(|one| &one.questions) {
            if !told.contains(&id) {
                told.push(id);
                lines.push(format!("question {id}: {}", self.title(id)));
            }
        }
        lines.extend(figure.wanted.iter().map(|one| format!("wanted: {one}")));
        Some(lines.join("\n"))
    }

    /// Shows why a recommendation stands in its months.
    fn recommendation_months(&self, id: &str) -> Option<String> {
        let action = self.action(id)?;
        let phase = self
            .stage
            .questionnaire
            .phases
            .iter()
            .find(|phase| phase.number == action.phase)?;
        let mut lines = vec![
            format!(
                "R-{} {}: {}",
                action.number,
                action.recommendation,
                self.recommendation_title(&action.recommendation)
            ),
            format!(
                "  phase {} begins in month {}",
                phase.number, phase.from_month
            ),
        ];
        if self.stage.plan.idle > 0 {
            let idle = self.stage.plan.idle;
            lines.push(format!(
                "  {idle} idle months before the first action are not counted"
            ));
        }
        for before in action
            .after
            .iter()
            .filter_map(|id| self.stage.plan.action(id))
        {
            lines.push(format!(
                "  needs R-{} ({}), which ends in month {}",
                before.number, before.recommendation, before.end
            ));
        }
        lines.push(format!(
            "  start = month {}; {} months; end = month {}",
            action.start,
            action.end + 1 - action.start,
            action.end
        ));
        let findings: Vec<String> = action
            .findings
            .iter()
            .map(|number| format!("F-{number}"))
            .collect();
        lines.push(match findings.is_empty() {
            true => String::from("  added by the assessors"),
            false => format!("  called for by {}", findings.join(", ")),
        });
        Some(lines.join("\n"))
    }
}

impl Lookup<'_> {
    /// Shows how the candidates of a stage add up.
    fn appraisal(&self) -> Option<String> {
        let Judged {
            questionnaire,
            dossier,
            score,
            ..
        } = self.stage;
        let appraisal = appraise(questionnaire, dossier, score)?;
        let lang = self.language.tag();
        let mut lines = vec![String::from(
            "appraisal: points = sum of score × weight / sum of weights",
        )];
        for candidate in &appraisal.candidates {
            lines.push(candidate.institution.get(lang).0.to_string());
            for (criterion, mark) in appraisal.criteria.iter().zip(&candidate.marks) {
                let name = criterion.name.get(lang).0;
                lines.push(match (mark, criterion.weight) {
                    (Some(mark), Some(weight)) => format!(
                        "  {} × {weight} = {:<3} {name}",
                        mark.score,
                        mark.score * weight
                    ),
                    (None, _) => format!("  no score      {name}"),
                    (Some(mark), None) => format!("  {}, no weight  {name}", mark.score),
                });
            }
            match (candidate.points, candidate.rank) {
                (Some(points), Some(rank)) => lines.push(format!(
                    "  points = {} / {}, rank {rank}",
                    points.num, points.den
                )),
                _ if appraisal.asked => lines.push("  no points: a score is missing".into()),
                _ => lines.push("  no points: the dossier asks for no ranking".into()),
            }
            if let (Some((set_up, _)), Some((yearly, _)), Some((total, currency))) =
                (&candidate.set_up, &candidate.yearly, &candidate.total)
            {
                lines.push(format!(
                    "  cost = {set_up} + {} × {yearly} = {total} {currency}",
                    appraisal.years
                ));
            }
        }
        Some(lines.join("\n"))
    }
}

/// Tells a parameter with its unit and where it comes from.
fn parameter(one: &ParameterView) -> String {
    let ParameterView { id, text, unit, .. } = one;
    let Some(value) = &one.value else {
        return format!(
            "parameter {id}: {text}, in {unit}; no default, give it under `[parameters]` of dossier.toml"
        );
    };
    let source = match (&one.source, one.year) {
        _ if one.own => String::from("dossier.toml"),
        (Some(source), Some(year)) => format!("{source}, {year}"),
        _ => String::from("no source"),
    };
    format!("parameter {id} = {value} {unit}: {text} ({source})")
}
