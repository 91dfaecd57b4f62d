//! Reads the assessor's pen: `drafting/<stage>.toml`.
//!
//! Every piece is given the questions beneath it: those of the rule, of the section, or those that it
//! names. They decide who may see it, and what makes it stale.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::read::{stands, text_of};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::files;
use crate::model::dossier::{Head, LocalText};
use crate::model::drafting::{Drafting, Passage, PieceId, Side, Texts};
use crate::model::progress::Money;
use crate::model::{Date, Questionnaire, Recommendation, Rule, Severity, is_id};
use crate::source::Source;

/// What every report of a stage has beside the sections of the questionnaire, and may be written around.
pub const PARTS: [&str; 3] = ["method", "recommendations", "roadmap"];

/// The file of a stage, relative to the dossier.
pub fn drafting_file(stage: &str) -> String {
    format!("drafting/{stage}.toml")
}

/// Reads the pen on one stage; nothing was written where there is no file.
pub(super) fn read(
    root: &Path,
    head: &Head,
    stage: &str,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) -> Drafting {
    stray(root, questionnaire, found);
    let path = root.join("drafting").join(format!("{stage}.toml"));
    if !stands(&path) {
        return Drafting::default();
    }
    let read = text_of(root, &path, found);
    let name = path.display().to_string();
    let read = read.and_then(|text| read_drafting(&name, &text, head, questionnaire, found));
    read.unwrap_or_default()
}

/// Reads the text of such a file; every problem is told with its place in the file of that name.
pub fn read_drafting(
    name: &str,
    text: &str,
    head: &Head,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) -> Option<Drafting> {
    let source = Source::parse(name, text, found)?;
    let mut drafting: Drafting = source.read_all(found)?;
    let mut checker = Checker {
        head,
        questionnaire,
        drafting: &drafting,
        source: &source,
        found,
    };
    checker.check();
    lay_beneath(&mut drafting, questionnaire);
    Some(drafting)
}

/// Tells the files of `drafting/` that no stage has.
fn stray(root: &Path, questionnaire: &Questionnaire, found: &mut Diagnostics) {
    let folder = root.join("drafting");
    if !stands(&folder) {
        return;
    }
    let paths = match files::list_in(root, &folder) {
        Ok(paths) => paths,
        Err(problem) => {
            found.push(problem.diagnostic("unreadable-file", &folder.display().to_string()));
            return;
        }
    };
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy());
        let name = name.unwrap_or_default();
        let stage = name.strip_suffix(".toml").unwrap_or_default();
        if name.starts_with('.') || questionnaire.words.stage(stage).is_some() {
            continue;
        }
        let place = Place::file(path.display().to_string());
        let help = "the files here are named after a stage, such as `assessment.toml`";
        found.push(
            Diagnostic::warning("stray-file", place, "nothing here is read from this file")
                .help(help),
        );
    }
}

/// Gives every piece the questions beneath it.
fn lay_beneath(drafting: &mut Drafting, questionnaire: &Questionnaire) {
    let everything = || questionnaire.questions().map(|one| one.id.clone());
    let passage = |one: &mut Passage, section: Option<&str>| {
        let section = section.and_then(|id| questionnaire.sections.iter().find(|one| one.id == id));
        let all: Vec<String> = match section {
            _ if !one.rests_on.is_empty() => one.rests_on.clone(),
            Some(section) => section.questions.iter().map(|one| one.id.clone()).collect(),
            None => everything().collect(),
        };
        one.beneath = all;
    };
    let whole = drafting.summary.iter_mut().chain(&mut drafting.decision);
    whole.for_each(|one| passage(one, None));
    for (id, around) in &mut drafting.sections {
        let both = around.before.iter_mut().chain(&mut around.after);
        both.for_each(|one| passage(one, Some(id)));
    }
    for (id, pen) in &mut drafting.findings {
        let rule = questionnaire.rules.iter().find(|rule| rule.id == *id);
        let below = rule.map(|rule| beneath_rule(rule, questionnaire));
        pen.beneath = joined(below.unwrap_or_default(), &pen.rests_on);
    }
    for (id, pen) in &mut drafting.recommendations {
        let below = questionnaire.recommendation(id);
        let below = below.map(|one| beneath_recommendation(one, questionnaire));
        pen.beneath = joined(below.unwrap_or_default(), &pen.rests_on);
    }
}

fn joined(mut set: BTreeSet<String>, more: &[String]) -> Vec<String> {
    set.extend(more.iter().cloned());
    set.into_iter().collect()
}

/// Returns the questions that a rule looks at, directly or through figures, and those that its text names.
fn beneath_rule(rule: &Rule, questionnaire: &Questionnaire) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = rule
        .when
        .questions()
        .into_iter()
        .map(String::from)
        .collect();
    words.extend(rule.when.formulas().into_iter().map(String::from));
    words.extend(named(&rule.finding));
    words.extend(rule.otherwise.iter().flat_map(|text| named(text)));
    questions_of(words, questionnaire)
}

/// Returns the questions of every rule that may call for a recommendation, and those that its text names.
fn beneath_recommendation(one: &Recommendation, questionnaire: &Questionnaire) -> BTreeSet<String> {
    let texts = [Some(&one.title), Some(&one.text), one.otherwise.as_ref()];
    let words = texts.into_iter().flatten().flat_map(|text| named(text));
    let mut set = questions_of(words.collect(), questionnaire);
    let calls = |rule: &&Rule| rule.recommend.as_deref() == Some(&one.id);
    for rule in questionnaire.rules.iter().filter(calls) {
        set.extend(beneath_rule(rule, questionnaire));
    }
    set
}

/// Returns what the holes of a text name: answers and figures.
fn named(text: &str) -> Vec<String> {
    let holes = text.split('{').skip(1);
    let inside = holes.filter_map(|rest| rest.split('}').next());
    let id = |hole: &str| {
        let rest = hole
            .strip_prefix("answer.")
            .or(hole.strip_prefix("figure."));
        Some(rest?.split('.').next()?.to_string())
    };
    inside.filter_map(id).collect()
}

/// Returns the questions among some names, and those that the figures among them are reckoned from.
fn questions_of(names: BTreeSet<String>, questionnaire: &Questionnaire) -> BTreeSet<String> {
    let mut open: Vec<String> = names.into_iter().collect();
    let (mut questions, mut seen) = (BTreeSet::new(), BTreeSet::new());
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if questionnaire.question(&name).is_some() {
            questions.insert(name);
        } else if let Some(formula) = questionnaire.formula(&name) {
            let word = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            open.extend(formula.expression.split(word).map(String::from));
        }
    }
    questions
}

/// Looks at what the pen refers to, and at what contradicts itself.
struct Checker<'a> {
    head: &'a Head,
    questionnaire: &'a Questionnaire,
    drafting: &'a Drafting,
    source: &'a Source<'a>,
    found: &'a mut Diagnostics,
}

impl Checker<'_> {
    fn place(&self, piece: &PieceId, key: &str) -> Place {
        let mut path = piece.path();
        path.push(key);
        self.source.find(&path)
    }

    fn error(&mut self, code: &'static str, place: Place, message: String, help: &str) {
        let diagnostic = Diagnostic::error(code, place, message);
        self.found.push(diagnostic.help(help));
    }

    /// Tells an id that nothing has.
    fn unknown<'k>(
        &mut self,
        diagnostic: Diagnostic,
        wrong: &str,
        known: impl Iterator<Item = &'k str>,
    ) {
        self.found.push(diagnostic.suggest(wrong, known));
    }

    fn check(&mut self) {
        let drafting = self.drafting;
        let whole = [
            (PieceId::Summary, &drafting.summary),
            (PieceId::Decision, &drafting.decision),
        ];
        for (id, passage) in whole {
            if let Some(passage) = passage {
                self.passage(&id, passage);
            }
        }
        for section in drafting.sections.keys() {
            let sections = self
                .questionnaire
                .sections
                .iter()
                .map(|one| one.id.as_str());
            let known: Vec<&str> = sections.chain(PARTS).collect();
            if !known.contains(&section.as_str()) {
                let message = format!("there is no section {}", shown(section));
                let place = self.source.find(&["sections", section]);
                let diagnostic = Diagnostic::error("unknown-section", place, message);
                self.unknown(diagnostic, section, known.into_iter());
            }
            for side in [Side::Before, Side::After] {
                if let Some(passage) = drafting.passage(section, side) {
                    self.passage(&PieceId::Section(section.clone(), side), passage);
                }
            }
        }
        self.findings();
        self.recommendations();
        self.own_findings();
        self.own_recommendations();
    }

    fn passage(&mut self, id: &PieceId, passage: &Passage) {
        if passage.mode.is_some() && *id != PieceId::Summary {
            let place = self.place(id, "mode");
            let message = "unknown key `mode`".to_string();
            self.error("unknown-key", place, message, "only `[summary]` has a mode");
        }
        self.texts(id, "text", &passage.text, true);
        self.questions(id, &passage.rests_on);
    }

    /// Tells the languages of the dossier that a text lacks; one that is not `needed` may be absent.
    fn texts(&mut self, id: &PieceId, key: &str, texts: &Texts, needed: bool) {
        if texts.is_empty() && !needed {
            return;
        }
        for lang in &self.head.languages {
            let said = texts.get(lang).is_some_and(|text| !text.trim().is_empty());
            if said {
                continue;
            }
            let own = matches!(
                id,
                PieceId::Section(..) | PieceId::OwnFinding(_) | PieceId::OwnRecommendation(_)
            );
            let instead = match own {
                true => "another language is quoted there",
                false => "the report says it in the tool’s words there",
            };
            let message = format!("`{id}` has no `{key}` in {}; {instead}", shown(lang));
            let help = format!("`cirtkit draft DIR {id} --lang {lang}` opens it");
            let diagnostic = Diagnostic::warning("draft-language", self.place(id, key), message);
            self.found.push(diagnostic.help(help));
        }
    }

    fn questions(&mut self, id: &PieceId, rests_on: &[String]) {
        for question in rests_on {
            if self.questionnaire.question(question).is_none() {
                let message = format!("there is no question {}", shown(question));
                let place = self.place(id, "rests-on");
                let diagnostic = Diagnostic::error("unknown-question", place, message);
                let questionnaire = self.questionnaire;
                let known = questionnaire.questions().map(|one| one.id.as_str());
                self.unknown(diagnostic, question, known);
            }
        }
    }

    fn own_basis(&mut self, id: &PieceId, rests_on: &[String]) {
        if rests_on.is_empty() {
            let message = format!("`{id}` rests on no question");
            let help = "name the questions whose answers it stands on, such as `rests-on = [\"legal-mandate\"]`";
            self.error(
                "draft-without-basis",
                self.place(id, "rests-on"),
                message,
                help,
            );
        }
        self.questions(id, rests_on);
    }

    fn own_id(&mut self, id: &PieceId) {
        let name = id.path().last().copied().unwrap_or_default();
        let place = self.source.find(&id.path());
        if !is_id(name) {
            let message = format!("{} is not an id", shown(name));
            self.error(
                "bad-id",
                place,
                message,
                "ids are lower-case words with hyphens",
            );
            return;
        }
        let (questionnaire, drafting) = (self.questionnaire, self.drafting);
        let both = drafting.own_findings.contains_key(name)
            && drafting.own_recommendations.contains_key(name);
        let taken = questionnaire.rules.iter().any(|rule| rule.id == name)
            || questionnaire.recommendation(name).is_some()
            || questionnaire.question(name).is_some()
            || questionnaire.formula(name).is_some()
            || both && matches!(id, PieceId::OwnRecommendation(_));
        if taken {
            let message = format!("`{name}` is the id of something else already");
            self.error("duplicate-id", place, message, "give your own another id");
        }
    }

    fn findings(&mut self) {
        let (drafting, questionnaire) = (self.drafting, self.questionnaire);
        for (name, pen) in &drafting.findings {
            let id = PieceId::Finding(name.clone());
            let Some(rule) = questionnaire.rules.iter().find(|rule| rule.id == *name) else {
                let place = self.source.find(&id.path());
                self.unknown_rule(name, place);
                continue;
            };
            let strength = |severity: Severity| severity == Severity::Strength;
            if pen
                .severity
                .is_some_and(|one| strength(one) != strength(rule.severity))
            {
                let message = "a finding does not become a strength, nor a strength a finding";
                let help = "drop it, and write an own finding in its place";
                self.error(
                    "draft-severity",
                    self.place(&id, "severity"),
                    message.into(),
                    help,
                );
            }
            self.texts(&id, "text", &pen.text, false);
            self.questions(&id, &pen.rests_on);
            self.left_out(
                &id,
                pen.drop,
                pen.reason.as_ref(),
                pen.merge_into.as_deref(),
            );
            if let Some(into) = &pen.merge_into {
                let known = questionnaire.rules.iter().any(|rule| rule.id == *into)
                    || drafting.own_findings.contains_key(into);
                let next = |id: &str| drafting.findings.get(id)?.merge_into.as_deref();
                let gone = |id: &str| drafting.findings.get(id).is_some_and(|one| one.drop);
                let place = self.place(&id, "merge-into");
                match known {
                    true => self.merge(name, place, &next, &gone),
                    false => self.unknown_rule(into, place),
                }
            }
        }
    }

    fn unknown_rule(&mut self, wrong: &str, place: Place) {
        let message = format!("there is no rule {}", shown(wrong));
        let diagnostic = Diagnostic::error("unknown-rule", place, message)
            .help("`cirtkit draft DIR` lists the findings with their rules");
        let (questionnaire, drafting) = (self.questionnaire, self.drafting);
        let rules = questionnaire.rules.iter().map(|rule| rule.id.as_str());
        let known = rules.chain(drafting.own_findings.keys().map(String::as_str));
        self.unknown(diagnostic, wrong, known);
    }

    fn unknown_recommendation(&mut self, wrong: &str, place: Place) {
        let message = format!("there is no recommendation {}", shown(wrong));
        let diagnostic = Diagnostic::error("unknown-recommendation", place, message)
            .help("`cirtkit draft DIR` lists the recommendations with their ids");
        let (questionnaire, drafting) = (self.questionnaire, self.drafting);
        let known = questionnaire
            .recommendations
            .iter()
            .map(|one| one.id.as_str());
        let known = known.chain(drafting.own_recommendations.keys().map(String::as_str));
        self.unknown(diagnostic, wrong, known);
    }

    /// What is left out says why, and is not merged at the same time.
    fn left_out(
        &mut self,
        id: &PieceId,
        drop: bool,
        reason: Option<&LocalText>,
        merge_into: Option<&str>,
    ) {
        if drop && reason.is_none_or(LocalText::is_blank) {
            let message = format!("`{id}` is dropped without a reason");
            let help =
                "write `reason = { en = \"…\" }`: the report lists it with what was left out";
            self.error("missing-reason", self.place(id, "drop"), message, help);
        }
        if drop && merge_into.is_some() {
            let message = format!("`{id}` is dropped and merged at once");
            let help = "keep either `drop` or `merge-into`";
            self.error("draft-merge", self.place(id, "merge-into"), message, help);
        }
    }

    /// Follows a merge to where it ends: not in a circle, and not in something dropped.
    fn merge<'d>(
        &mut self,
        from: &'d str,
        place: Place,
        next: &dyn Fn(&str) -> Option<&'d str>,
        gone: &dyn Fn(&str) -> bool,
    ) {
        let (mut at, mut seen) = (from, BTreeSet::new());
        while let Some(into) = next(at) {
            if !seen.insert(at) || into == from {
                let message = format!("`{from}` is merged into itself");
                let help = "take out one `merge-into` of the circle";
                self.error("draft-merge", place, message, help);
                return;
            }
            at = into;
        }
        if gone(at) {
            let message = format!("`{from}` is merged into `{at}`, which is dropped");
            let help = "merge it into something that stays, or drop both";
            self.error("draft-merge", place, message, help);
        }
    }

    fn recommendations(&mut self) {
        let (drafting, questionnaire) = (self.drafting, self.questionnaire);
        for (name, pen) in &drafting.recommendations {
            let id = PieceId::Recommendation(name.clone());
            if questionnaire.recommendation(name).is_none() {
                let place = self.source.find(&id.path());
                self.unknown_recommendation(name, place);
                continue;
            }
            self.texts(&id, "title", &pen.title, false);
            self.texts(&id, "text", &pen.text, false);
            self.questions(&id, &pen.rests_on);
            self.left_out(
                &id,
                pen.drop,
                pen.reason.as_ref(),
                pen.merge_into.as_deref(),
            );
            if let Some(into) = &pen.merge_into {
                let known = questionnaire.recommendation(into).is_some()
                    || drafting.own_recommendations.contains_key(into);
                let next = |id: &str| drafting.recommendations.get(id)?.merge_into.as_deref();
                let gone = |id: &str| drafting.recommendations.get(id).is_some_and(|one| one.drop);
                let place = self.place(&id, "merge-into");
                match known {
                    true => self.merge(name, place, &next, &gone),
                    false => self.unknown_recommendation(into, place),
                }
            }
            self.owner(&id, pen.owner.as_ref());
            self.phase(&id, pen.phase);
            self.months(&id, pen.duration_months);
            self.days(&id, pen.start, pen.due);
            self.cost(&id, pen.cost.as_ref());
        }
    }

    fn own_findings(&mut self) {
        let (drafting, questionnaire) = (self.drafting, self.questionnaire);
        for (name, own) in &drafting.own_findings {
            let id = PieceId::OwnFinding(name.clone());
            self.own_id(&id);
            self.texts(&id, "text", &own.text, true);
            self.own_basis(&id, &own.rests_on);
            if let Some(section) = &own.section {
                let known = questionnaire.sections.iter().map(|one| one.id.as_str());
                if !known.clone().any(|one| one == section) {
                    let message = format!("there is no section {}", shown(section));
                    let place = self.place(&id, "section");
                    let diagnostic = Diagnostic::error("unknown-section", place, message);
                    self.unknown(diagnostic, section, known);
                }
            }
            let Some(recommend) = &own.recommend else {
                continue;
            };
            let place = self.place(&id, "recommend");
            if own.severity == Some(Severity::Strength) {
                let message = format!("`{id}` is a strength and recommends something");
                let help = "take out `recommend`, or give it another severity";
                self.error("strength-recommends", place, message, help);
            } else if questionnaire.recommendation(recommend).is_none()
                && !drafting.own_recommendations.contains_key(recommend)
            {
                self.unknown_recommendation(recommend, place);
            }
        }
    }

    fn own_recommendations(&mut self) {
        let (drafting, questionnaire) = (self.drafting, self.questionnaire);
        for (name, own) in &drafting.own_recommendations {
            let id = PieceId::OwnRecommendation(name.clone());
            self.own_id(&id);
            self.texts(&id, "title", &own.title, true);
            self.texts(&id, "text", &own.text, true);
            self.own_basis(&id, &own.rests_on);
            self.owner(&id, Some(&own.owner));
            for role in &own.with {
                self.role(&id, "with", role);
            }
            self.phase(&id, Some(own.phase));
            self.months(&id, Some(own.duration_months));
            self.days(&id, own.start, own.due);
            self.cost(&id, own.cost.as_ref());
            for before in &own.after {
                let known = questionnaire.recommendation(before).is_some()
                    || drafting.own_recommendations.contains_key(before);
                if !known {
                    let place = self.place(&id, "after");
                    self.unknown_recommendation(before, place);
                }
            }
            if waits_for_itself(name, drafting) {
                let message = format!("`{name}` waits for itself");
                let help = "take one of the circle out of an `after`";
                self.error(
                    "recommendation-cycle",
                    self.place(&id, "after"),
                    message,
                    help,
                );
            }
        }
    }

    /// An owner is a role, or an institution in the words of each language.
    fn owner(&mut self, id: &PieceId, owner: Option<&LocalText>) {
        if let Some(LocalText::Plain(role)) = owner {
            self.role(id, "owner", role);
        }
    }

    fn role(&mut self, id: &PieceId, key: &str, role: &str) {
        let words = &self.questionnaire.words;
        if words.role(role).is_none() {
            let message = format!("there is no role {}", shown(role));
            let place = self.place(id, key);
            let diagnostic = Diagnostic::error("unknown-role", place, message)
                .help("for an owner without a role write its name: `owner = { en = \"…\" }`");
            let known = words.roles.iter().map(|one| one.id.as_str());
            self.unknown(diagnostic, role, known);
        }
    }

    fn phase(&mut self, id: &PieceId, phase: Option<u32>) {
        let phases = &self.questionnaire.phases;
        if let Some(phase) = phase.filter(|phase| !phases.iter().any(|one| one.number == *phase)) {
            let known: Vec<String> = phases.iter().map(|one| one.number.to_string()).collect();
            let message = format!("there is no phase {phase}");
            let help = format!("the phases are {}", known.join(", "));
            self.error("unknown-phase", self.place(id, "phase"), message, &help);
        }
    }

    fn months(&mut self, id: &PieceId, months: Option<u32>) {
        if months.is_some_and(|months| !(1..=60).contains(&months)) {
            let message = String::from("a recommendation takes 1 to 60 months");
            let place = self.place(id, "duration-months");
            self.error("bad-duration", place, message, "mend `duration-months`");
        }
    }

    fn days(&mut self, id: &PieceId, start: Option<Date>, due: Option<Date>) {
        if let (Some(start), Some(due)) = (start, due)
            && due < start
        {
            let message = format!("`{id}` is due before it starts");
            let help = "mend `start` or `due`";
            self.error("end-before-start", self.place(id, "due"), message, help);
        }
    }

    fn cost(&mut self, id: &PieceId, cost: Option<&Money>) {
        let bare = cost.is_some_and(|cost| cost.currency.is_none());
        if bare && self.head.currency.is_none() {
            let message = String::from("an amount without a currency");
            let help = "write \"46400 USD\", or set `currency` in dossier.toml";
            self.error("other-currency", self.place(id, "cost"), message, help);
        }
    }
}

/// Tells whether one of the assessor's own recommendations waits, through others of them, for itself.
fn waits_for_itself(name: &str, drafting: &Drafting) -> bool {
    let own: BTreeMap<&str, &Vec<String>> = drafting
        .own_recommendations
        .iter()
        .map(|(id, one)| (id.as_str(), &one.after))
        .collect();
    let mut open: Vec<&String> = own
        .get(name)
        .into_iter()
        .flat_map(|after| after.iter())
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if id == name {
            return true;
        }
        if seen.insert(id) {
            open.extend(
                own.get(id.as_str())
                    .into_iter()
                    .flat_map(|after| after.iter()),
            );
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holes_of_a_text_name_answers_and_figures() {
        let text =
            "In {country.in} {answer.legal-texts.title} and {figure.cost.number}, {role.host.of}.";
        assert_eq!(named(text), ["legal-texts", "cost"]);
        assert_eq!(named("{ {answer.x"), ["x"]);
    }
}
