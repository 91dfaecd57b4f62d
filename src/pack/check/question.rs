//! A question has the parts its kind needs, can be asked and told, and points at what there is.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::Check;
use crate::model::is_id;
use crate::model::question::{EvidenceWanted, Kind, MAX_LEVEL, Question};
use crate::pack::placeholder::{self, Hole};

/// The share of words two level statements may have in common before they are too alike.
const ALIKE: f64 = 0.8;

/// Words that stand behind a dot in a placeholder, and so cannot name a column.
const TAKEN: [&str; 5] = ["count", "of", "to", "in", "name"];

impl Check<'_> {
    pub(super) fn question(&mut self, question: &Question, section: &str) {
        let key = format!("question {}", question.id);
        self.id("question", &question.id, Some(section));
        self.shape(question, &key);
        self.columns(question, &key);
        self.options(question, &key);
        if question.kind == Kind::Level {
            self.alike(question, &key);
        }
        self.numbers(question, &key);
        self.speech(question, &key);
        self.pointers(question, &key);
        self.gate(question, &key);
        self.prefill(question, &key);
    }

    /// Each kind has the parts it needs and no others.
    fn shape(&mut self, question: &Question, key: &str) {
        let kind = question.kind;
        let level = kind == Kind::Level;
        let choice = matches!(kind, Kind::SelectOne | Kind::SelectMultiple);
        let statements = question.levels.len();
        let shared = question.answer_set.is_some();
        let options = question.options.len();
        if level && statements != usize::from(MAX_LEVEL) + 1 {
            self.error(
                "level-statements",
                &format!("{key}.levels"),
                format!("a level question has five statements, this one {statements}"),
                "write one for each level from 0 to 4",
            );
        }
        if !level && statements > 0 {
            self.error(
                "surplus-part",
                &format!("{key}.levels"),
                "only a level question has `levels`",
                "remove it, or set kind = \"level\"",
            );
        }
        if level && (shared || options > 0) {
            self.error(
                "level-answer-set",
                key,
                "a level question has statements of its own, never a shared answer set or options",
                "write five statements in `levels`",
            );
        }
        if choice && options < 2 && !shared {
            self.error(
                "missing-options",
                key,
                "a choice needs two options or more",
                "add `[[question.option]]` entries, or name an `answer-set`",
            );
        }
        if !choice && !level && (shared || options > 0) {
            self.error(
                "surplus-part",
                key,
                "only a choice has options",
                "remove them, or set kind = \"select-one\"",
            );
        }
        if kind == Kind::Reference {
            self.error(
                "column-kind",
                key,
                "only a column of a table refers to a recommendation",
                "use kind = \"text\", or make it a column",
            );
        }
        if (kind == Kind::Table) == question.columns.is_empty() {
            self.error(
                "table-columns",
                key,
                "a table has columns, and only a table has",
                "add or remove `[[question.column]]` entries",
            );
        }
    }

    fn columns(&mut self, question: &Question, key: &str) {
        let key = format!("{key}.column");
        let mut seen = BTreeSet::new();
        for column in &question.columns {
            let id = column.id.as_str();
            if !is_id(id) || TAKEN.contains(&id) || !seen.insert(id) {
                self.error(
                    "bad-id",
                    &key,
                    format!("`{id}` cannot be the id of a column"),
                    "ids are lower-case words with hyphens, each once; count, of, to, in and name are taken",
                );
            }
            if matches!(
                column.kind,
                Kind::Level | Kind::SelectMultiple | Kind::Table
            ) {
                self.error(
                    "column-kind",
                    &key,
                    format!("column `{id}` has a kind that a cell cannot hold"),
                    "use text, integer, decimal, money, date, yes-no, select-one or reference",
                );
            }
            // A set that is not there was told where it is named.
            let filled = !column.options.is_empty() || column.answer_set.is_some();
            if (column.kind == Kind::SelectOne) != filled {
                let message = format!("column `{id}` has options if and only if it is a choice");
                self.error(
                    "missing-options",
                    &key,
                    message,
                    "add `[[question.column.option]]` entries, or remove them",
                );
            }
        }
    }

    /// The ids of the question's options and of its columns'.
    fn options(&mut self, question: &Question, key: &str) {
        let key = format!("{key}.option");
        let cells = question.columns.iter().flat_map(|column| &column.options);
        for option in question.options.iter().chain(cells) {
            if !is_id(&option.id) {
                self.error(
                    "bad-id",
                    &key,
                    format!("`{}` is not an id of an option", option.id),
                    "ids are lower-case words with hyphens",
                );
            }
        }
        let mut seen = BTreeSet::new();
        for option in &question.options {
            if !seen.insert(&option.id) {
                self.error(
                    "duplicate-id",
                    &key,
                    format!("two options share the id `{}`", option.id),
                    "give one of them a new id",
                );
            }
        }
    }

    /// No two level statements say nearly the same.
    fn alike(&mut self, question: &Question, key: &str) {
        let words = |text: &String| -> BTreeSet<String> {
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect()
        };
        let sets: Vec<BTreeSet<String>> = question.levels.iter().map(words).collect();
        for (upper, set) in sets.iter().enumerate() {
            for (lower, other) in sets.iter().enumerate().take(upper) {
                let smaller = set.len().min(other.len()).max(1);
                let share = set.intersection(other).count() as f64 / smaller as f64;
                if share >= ALIKE {
                    let id = &question.id;
                    self.warn(
                        "levels-alike",
                        &format!("{key}.levels"),
                        format!("levels {lower} and {upper} of `{id}` are too alike"),
                        "say what one can see at the one and not at the other",
                    );
                }
            }
        }
    }

    fn numbers(&mut self, question: &Question, key: &str) {
        if !(1..=9).contains(&question.weight) {
            let key = format!("{key}.weight");
            self.error(
                "bad-weight",
                &key,
                "a weight is 1 to 9",
                "1 is usual; 3 says that the section hangs on it",
            );
        }
        let number = matches!(question.kind, Kind::Integer | Kind::Decimal);
        for (name, bound) in [("min", &question.min), ("max", &question.max)] {
            let Some(bound) = bound else { continue };
            if !number || bound.parse::<Decimal>().is_err() {
                self.error(
                    "bad-bound",
                    &format!("{key}.{name}"),
                    format!("`{name}` is a number, and only integers and decimals have one"),
                    "write it as a string such as \"100\"",
                );
            }
        }
    }

    /// What a question needs so that it can be asked and told.
    fn speech(&mut self, question: &Question, key: &str) {
        let says = [
            ("say", &question.say),
            ("say-yes", &question.say_yes),
            ("say-no", &question.say_no),
        ];
        let wants_evidence = question.evidence != EvidenceWanted::None;
        let parts = [
            ("probes", true, question.probes.is_empty()),
            ("why", true, question.why.is_empty()),
            ("ask", true, question.ask.is_empty()),
            (
                "evidence-hint",
                wants_evidence,
                question.evidence_hint.is_empty(),
            ),
        ];
        let sentences = says.map(|(name, text)| {
            let needed = match question.kind {
                Kind::Level => false,
                Kind::YesNo => name != "say",
                _ => name == "say",
            };
            (name, needed, text.is_empty())
        });
        for (name, needed, empty) in parts.into_iter().chain(sentences) {
            if needed && empty {
                self.warn(
                    "question-incomplete",
                    key,
                    format!("`{}` has no `{name}`", question.id),
                    &format!("add `{name}`"),
                );
            }
        }
        for (name, text) in says {
            self.placeholders(&format!("{key}.{name}"), text, true);
        }
        let tells = placeholder::holes(&question.say).contains(&Hole::Own);
        let parses = placeholder::parse(&question.say).is_ok();
        if parses && !question.say.is_empty() && tells == (question.kind == Kind::Table) {
            self.error(
                "say-without-answer",
                &format!("{key}.say"),
                "`say` holds `{answer}`, except before a table",
                "put `{answer}` where the answer belongs in the sentence",
            );
        }
    }

    /// Whom to ask, and which items of frameworks it touches.
    fn pointers(&mut self, question: &Question, key: &str) {
        let words = &self.pack.questionnaire.words;
        for kind in &question.ask {
            if words.stakeholder(kind).is_none() {
                let key = format!("{key}.ask");
                let known = words.stakeholders.iter().map(|one| one.id.as_str());
                self.unknown("unknown-stakeholder", &key, "stakeholder type", kind, known);
            }
        }
        let frameworks = &self.pack.frameworks;
        for reference in &question.references {
            let (framework, item) = reference.split_once(':').unwrap_or((reference, ""));
            let items = frameworks.iter().find(|one| one.id == framework);
            let items = items.map(|one| &one.items);
            let (wrong, known): (_, Vec<&String>) = match items {
                Some(items) if items.iter().any(|(id, _)| id == item) => continue,
                Some(items) => (item, items.iter().map(|(id, _)| id).collect()),
                None => (framework, frameworks.iter().map(|one| &one.id).collect()),
            };
            self.unknown(
                "unknown-reference",
                &format!("{key}.references"),
                "framework item",
                wrong,
                known.into_iter().map(String::as_str),
            );
        }
    }

    /// When it applies, and how it counts when it does not.
    fn gate(&mut self, question: &Question, key: &str) {
        if let Some(condition) = &question.apply_if {
            let key = format!("{key}.apply-if");
            self.condition(condition, &key);
            if !condition.formulas().is_empty() {
                self.error(
                    "condition-kind",
                    &key,
                    "a question cannot hang on a figure",
                    "name the questions that the figure is reckoned from; `formula` is for rules",
                );
            }
        }
        if question.when_closed.is_none() {
            return;
        }
        let key = format!("{key}.when-closed");
        if question.apply_if.is_none() {
            self.error(
                "when-closed-alone",
                &key,
                "`when-closed` without `apply-if`",
                "remove it: the question always applies",
            );
        }
        if question.kind != Kind::Level {
            self.error(
                "when-closed-alone",
                &key,
                "only a level question is scored",
                "remove `when-closed`",
            );
        }
    }

    fn prefill(&mut self, question: &Question, key: &str) {
        let Some(prefill) = &question.prefill else {
            return;
        };
        let words = &self.pack.questionnaire.words;
        let stage = prefill.split_once(':').map(|(stage, _)| stage);
        if stage.is_none_or(|stage| words.stage(stage).is_none()) {
            self.error(
                "bad-prefill",
                &format!("{key}.prefill"),
                format!("`{prefill}` names no question of a stage"),
                "write it as `stage:question`",
            );
        }
    }
}
