//! The assessors' hand: what they wrote over, beside or in place of what the tool says.

use std::collections::BTreeMap;

use super::{Builder, key};
use crate::dossier::PARTS;
use crate::model::Date;
use crate::model::dossier::LocalText;
use crate::model::drafting::{Drafting, Passage, Side, Texts};
use crate::model::progress::Money;
use crate::plan::{Finding, Judged};
use crate::report::view::*;

/// Returns the assessor's words in a language, where there are any: one paragraph.
pub(in crate::report) fn written(texts: &Texts, lang: &str) -> Option<String> {
    let text = texts.get(lang)?;
    Some(one_line(text)).filter(|text| !text.is_empty())
}

/// Joins the lines of a text; the no-break spaces of French stay.
fn one_line(text: &str) -> String {
    let lines = text
        .split(['\n', '\r', '\t'])
        .map(|line| line.trim_matches(' '));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Returns the assessor's own words: in this language, else in English, else in the first; with the tag
/// of the language where it is another one.
pub(in crate::report) fn own_words(texts: &Texts, lang: &str) -> (String, String) {
    if let Some(text) = written(texts, lang) {
        return (text, String::new());
    }
    let other = std::iter::once("en").chain(texts.keys().map(String::as_str));
    let other = other.filter_map(|tag| Some((written(texts, tag)?, tag.to_string())));
    other.into_iter().next().unwrap_or_default()
}

/// Returns the title that the assessor gave a recommendation, where one was given.
pub(in crate::report) fn titled(drafting: &Drafting, id: &str, lang: &str) -> Option<String> {
    if let Some(own) = drafting.own_recommendations.get(id) {
        return Some(own_words(&own.title, lang).0);
    }
    written(&drafting.recommendations.get(id)?.title, lang)
}

/// What the pen says of a recommendation beside its texts.
pub(super) struct Terms<'a> {
    pub(super) owner: Option<&'a LocalText>,
    pub(super) start: Option<Date>,
    pub(super) due: Option<Date>,
    pub(super) cost: Option<&'a Money>,
}

impl Builder<'_> {
    fn drafting(&self) -> &Drafting {
        &self.t.dossier.drafting
    }

    /// Says the texts that the assessors wrote, and what they left out or took together.
    pub(super) fn hand(
        &self,
        findings: &[FindingView],
        actions: &[RecommendationView],
    ) -> HandView {
        let drafting = self.drafting();
        let asked = drafting.decision.as_ref();
        let asked = asked.and_then(|passage| self.passage(passage, false));
        let summary = drafting.summary.as_ref();
        let summary = summary.and_then(|passage| self.passage(passage, false));
        let mode = drafting.summary.as_ref().and_then(|one| one.mode);
        let sections = self.t.questionnaire.sections.iter();
        let known = sections.map(|section| section.id.as_str()).chain(PARTS);
        let around: BTreeMap<String, AroundView> =
            known.map(|id| (id.to_string(), self.around(id))).collect();
        let passages = around.values().flat_map(|one| [&one.before, &one.after]);
        let passages = passages.chain([&summary, &asked]).flatten().count();
        let texts = findings.iter().filter(|one| one.drafted).count()
            + actions.iter().filter(|one| one.drafted).count()
            + passages;
        let own = self.plan.findings.iter().filter(|one| one.own).count()
            + self.plan.actions.iter().filter(|one| one.own).count();
        let count = |n: usize| self.t.language.count(u64::try_from(n).unwrap_or(u64::MAX));
        HandView {
            texts: count(texts),
            own: count(own),
            summary_mode: key(&mode.unwrap_or_default()),
            summary,
            decision: asked,
            around,
            left_out: self.taken_out(),
        }
    }

    fn around(&self, section: &str) -> AroundView {
        let side = |side| {
            let passage = self.drafting().passage(section, side);
            passage.and_then(|passage| self.passage(passage, true))
        };
        AroundView {
            before: side(Side::Before),
            after: side(Side::After),
        }
    }

    /// Returns a passage in the report's language; in another one where it may be `quoted`.
    fn passage(&self, passage: &Passage, quoted: bool) -> Option<NoteView> {
        let said = |tag: &str| {
            let text = passage.text.get(tag)?;
            (!text.trim().is_empty()).then(|| text.clone())
        };
        let lang = self.t.language.tag();
        if let Some(markdown) = said(lang) {
            return Some(NoteView {
                markdown,
                foreign: None,
                language: None,
            });
        }
        let tags = std::iter::once("en").chain(passage.text.keys().map(String::as_str));
        let (markdown, tag) = tags
            .filter(|_| quoted)
            .find_map(|tag| Some((said(tag)?, tag)))?;
        Some(NoteView {
            markdown,
            foreign: Some(tag.to_string()),
            language: Some(self.t.language.language(tag)),
        })
    }

    fn taken_out(&self) -> Vec<LeftOutView> {
        let pen = &self.plan.pen;
        let drafting = self.drafting();
        let reason = |reason: Option<&LocalText>| {
            let (text, lang) = reason.map_or(("", None), |text| text.get(self.t.language.tag()));
            let foreign = self.foreign(lang).unwrap_or_default();
            (
                Some(one_line(text)).filter(|text| !text.is_empty()),
                foreign,
            )
        };
        let view = |kind: &str, id: &str, text: String, into: Option<String>, why| {
            let (reason, foreign) = reason(why);
            LeftOutView {
                kind: kind.to_string(),
                id: id.to_string(),
                text,
                into,
                reason,
                foreign,
            }
        };
        let mut list = Vec::new();
        for finding in &pen.dropped_findings {
            let why = drafting.findings.get(&finding.rule);
            let why = why.and_then(|one| one.reason.as_ref());
            list.push(view(
                "finding",
                &finding.rule,
                self.tool_finding(finding),
                None,
                why,
            ));
        }
        for id in &pen.dropped_recommendations {
            // What went with the one it stands under has that one's reason.
            let one = self.t.questionnaire.recommendation(id);
            let why = drafting.recommendations.get(id);
            let why = why.or_else(|| drafting.recommendations.get(one?.under.as_ref()?));
            let why = why.and_then(|one| one.reason.as_ref());
            list.push(view("recommendation", id, self.tool_title(id), None, why));
        }
        for (finding, into) in &pen.merged_findings {
            let taker = self.plan.findings.iter().find(|one| one.rule == *into);
            let number = taker.map(super::finding_number);
            let why = drafting.findings.get(&finding.rule);
            let why = why.and_then(|one| one.reason.as_ref());
            list.push(view(
                "finding",
                &finding.rule,
                self.tool_finding(finding),
                number,
                why,
            ));
        }
        for (id, into) in &pen.merged_recommendations {
            let number = self.plan.action(into).map(|one| one.number);
            let number = number.map(super::recommendation_number);
            let why = drafting.recommendations.get(id);
            let why = why.and_then(|one| one.reason.as_ref());
            list.push(view("recommendation", id, self.tool_title(id), number, why));
        }
        list
    }

    /// Says a finding in the tool's words.
    pub(super) fn tool_finding(&self, finding: &Finding) -> String {
        let mut rules = self.t.questionnaire.rules.iter();
        let rule = rules.find(|rule| rule.id == finding.rule);
        rule.map_or_else(String::new, |rule| {
            self.t.fill_or(&rule.finding, rule.otherwise.as_deref())
        })
    }

    fn tool_title(&self, id: &str) -> String {
        let one = self.t.questionnaire.recommendation(id);
        one.map_or_else(String::new, |one| self.t.fill_or(&one.title, None))
    }

    /// Returns what the pen says of a recommendation.
    pub(super) fn terms_of(&self, id: &str) -> Terms<'_> {
        if let Some(own) = self.drafting().own_recommendations.get(id) {
            return Terms {
                owner: Some(&own.owner),
                start: own.start,
                due: own.due,
                cost: own.cost.as_ref(),
            };
        }
        let pen = self.drafting().recommendations.get(id);
        Terms {
            owner: pen.and_then(|pen| pen.owner.as_ref()),
            start: pen.and_then(|pen| pen.start),
            due: pen.and_then(|pen| pen.due),
            cost: pen.and_then(|pen| pen.cost.as_ref()),
        }
    }

    /// Says the days of a recommendation, where the pen gives any.
    pub(super) fn days(&self, start: Option<Date>, due: Option<Date>) -> Option<String> {
        let language = self.t.language;
        let day = |date: Option<Date>| date.map(|date| language.date(date));
        Some(match (day(start), day(due)) {
            (Some(from), Some(to)) => language.say("days-from-to", &[("from", &from), ("to", &to)]),
            (Some(from), None) => language.say("days-from", &[("from", &from)]),
            (None, Some(to)) => language.say("days-until", &[("to", &to)]),
            (None, None) => return None,
        })
    }

    pub(super) fn cost(&self, cost: &Money) -> Option<String> {
        let head = &self.t.dossier.head;
        let currency = cost.currency.as_ref().or(head.currency.as_ref())?;
        let locale = &self.t.language.locale;
        locale.money(&cost.amount.to_string(), currency)
    }
}

/// Says a finding as its report does: in the assessors' words where they wrote it.
pub(super) fn words_of(stage: &Judged<'_>, finding: &Finding, lang: &str) -> Option<String> {
    let drafting = &stage.dossier.drafting;
    match finding.own {
        true => {
            let own = drafting.own_findings.get(&finding.rule)?;
            Some(own_words(&own.text, lang).0)
        }
        false => written(&drafting.findings.get(&finding.rule)?.text, lang),
    }
}
