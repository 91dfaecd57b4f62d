//! Findings, recommendations, phases and targets in words.

use super::hand::{Terms, own_words, written};
use super::{Builder, finding_number, key, recommendation_number};
use crate::model::dossier::LocalText;
use crate::model::rule::Effort;
use crate::plan::{Action, Finding, Number};
use crate::report::language::capital;
use crate::report::view::*;
use crate::scoring::{Gap, TargetScore};

/// What a recommendation says, be it the questionnaire's or the assessor's own.
struct Said<'a> {
    title: String,
    text: String,
    foreign: String,
    drafted: bool,
    role: &'a str,
    with: &'a [String],
    effort: Option<Effort>,
    services: &'a [&'a String],
    /// What it rests on where no finding calls for it.
    cite: String,
}

impl Builder<'_> {
    pub(super) fn finding(&self, finding: &Finding) -> FindingView {
        let drafting = &self.t.dossier.drafting;
        let lang = self.t.language.tag();
        let own = drafting.own_findings.get(&finding.rule);
        let pen = drafting.findings.get(&finding.rule);
        let (drafted, foreign) = match own.filter(|_| finding.own) {
            Some(own) => {
                let (text, foreign) = own_words(&own.text, lang);
                (Some(text), foreign)
            }
            None => (pen.and_then(|pen| written(&pen.text, lang)), String::new()),
        };
        let severity = key(&finding.severity);
        let action = finding
            .recommendation
            .as_ref()
            .and_then(|id| self.plan.action(id));
        FindingView {
            number: finding_number(finding),
            id: finding.rule.clone(),
            severity_text: self.t.language.word(&format!("severity-{severity}")),
            severity,
            drafted: drafted.is_some(),
            text: drafted.unwrap_or_else(|| self.tool_finding(finding)),
            foreign,
            section: finding.section.clone(),
            cite: self.cite(&finding.questions),
            recommendation: action.map(|action| recommendation_number(action.number)),
        }
    }

    pub(super) fn recommendation(&self, action: &Action) -> Option<RecommendationView> {
        let id = action.recommendation.as_str();
        let drafting = &self.t.dossier.drafting;
        let lang = self.t.language.tag();
        let terms = self.terms_of(id);
        if action.own {
            let own = drafting.own_recommendations.get(id)?;
            let (title, _) = own_words(&own.title, lang);
            let (text, foreign) = own_words(&own.text, lang);
            let said = Said {
                title,
                text,
                foreign,
                drafted: true,
                role: "",
                with: &own.with,
                effort: own.effort,
                services: &[],
                cite: match action.findings.is_empty() {
                    true => self.cite(&own.rests_on),
                    false => String::new(),
                },
            };
            return Some(self.said_recommendation(action, said, &terms));
        }
        let one = self.t.questionnaire.recommendation(id)?;
        let pen = drafting.recommendations.get(id);
        let title = pen.and_then(|pen| written(&pen.title, lang));
        let text = pen.and_then(|pen| written(&pen.text, lang));
        let services: Vec<&String> = one
            .services
            .iter()
            .filter_map(|id| self.t.questionnaire.words.services.get(id))
            .collect();
        let said = Said {
            drafted: title.is_some() || text.is_some(),
            title: title.unwrap_or_else(|| self.t.fill_or(&one.title, None)),
            text: text.unwrap_or_else(|| self.t.fill_or(&one.text, one.otherwise.as_deref())),
            foreign: String::new(),
            role: &one.owner,
            with: &one.with,
            effort: Some(one.effort),
            services: &services,
            cite: String::new(),
        };
        Some(self.said_recommendation(action, said, &terms))
    }

    fn said_recommendation(
        &self,
        action: &Action,
        said: Said<'_>,
        terms: &Terms<'_>,
    ) -> RecommendationView {
        let language = self.t.language;
        let (owner, owner_known) = match terms.owner {
            Some(LocalText::Plain(role)) => self.t.role(role),
            Some(institution) => (self.local(institution), true),
            None => self.t.role(said.role),
        };
        let full_owner = owner.clone();
        let owner = language.bare(&owner).to_string();
        let owner_inside = match owner_known {
            true => owner,
            false => language.say("to-be-designated", &[("role", &owner)]),
        };
        // One institution may hold several roles; it is named once, and not beside itself.
        let mut others: Vec<String> = Vec::new();
        for role in said.with {
            let name = self.t.role(role).0;
            if name != full_owner && !others.contains(&name) {
                others.push(name);
            }
        }
        let findings: Vec<String> = action
            .findings
            .iter()
            .map(|number| self.number_of_finding(*number))
            .collect();
        let after = action.after.iter();
        let mut after: Vec<Number> = after
            .filter_map(|id| Some(self.plan.action(id)?.number))
            .collect();
        after.sort_unstable();
        let priority = key(&action.priority);
        let months = self.months(action.start, action.end);
        let days = self.days(terms.start, terms.due);
        let cite = findings.join(", ");
        RecommendationView {
            number: recommendation_number(action.number),
            under: (action.number.sub > 0).then(|| {
                let head = Number {
                    sub: 0,
                    ..action.number
                };
                recommendation_number(head)
            }),
            id: action.recommendation.clone(),
            title: said.title,
            text: said.text,
            foreign: said.foreign,
            drafted: said.drafted,
            owner: capital(&owner_inside),
            owner_inside,
            owner_known,
            with: (!others.is_empty()).then(|| language.locale.list(&others)),
            priority_text: language.word(&format!("priority-{priority}")),
            priority,
            phase: action.phase,
            start: action.start,
            end: action.end,
            months: days.map_or_else(|| months.clone(), |days| format!("{months}, {days}")),
            effort: said.effort.map_or_else(String::new, |effort| {
                language.word(&format!("effort-{}", key(&effort).to_lowercase()))
            }),
            cost: terms.cost.and_then(|cost| self.cost(cost)),
            after: after.into_iter().map(recommendation_number).collect(),
            services: (!said.services.is_empty()).then(|| language.locale.list(said.services)),
            cite: if cite.is_empty() { said.cite } else { cite },
            findings,
            reply: self.reply(&action.recommendation),
        }
    }

    /// Returns the number of a finding as the report prints it.
    fn number_of_finding(&self, number: usize) -> String {
        let finding = self.plan.findings.iter().find(|one| one.number == number);
        finding.map_or_else(|| format!("F-{number}"), finding_number)
    }

    fn reply(&self, recommendation: &str) -> Option<ReplyView> {
        let reply = self.t.dossier.record()?.replies.get(recommendation)?;
        let verdict = key(&reply.reply);
        Some(ReplyView {
            text: self.t.language.word(&format!("reply-{verdict}")),
            reply: verdict,
            by: reply.by.as_ref().map(|by| self.local(by)),
            date: reply.date.map(|date| self.t.language.date(date)),
            words: reply.words.as_ref().map(|words| self.local(words)),
        })
    }

    pub(super) fn months(&self, from: u32, to: u32) -> String {
        let (from_text, to_text) = (from.to_string(), to.to_string());
        let word = if from == to {
            "month-one"
        } else {
            "month-range"
        };
        self.t
            .language
            .say(word, &[("from", &from_text), ("to", &to_text)])
    }

    pub(super) fn phases(&self) -> Vec<PhaseView> {
        let phases = self.t.questionnaire.phases.iter();
        phases
            .filter_map(|phase| {
                let actions: Vec<&Action> = self
                    .plan
                    .actions
                    .iter()
                    .filter(|action| action.phase == phase.number)
                    .collect();
                let from = actions.iter().map(|action| action.start).min()?;
                let to = actions.iter().map(|action| action.end).max()?;
                Some(PhaseView {
                    number: phase.number,
                    title: phase.title.clone(),
                    aim: phase.aim.clone(),
                    months: self.months(from, to),
                    actions: actions
                        .iter()
                        .map(|action| recommendation_number(action.number))
                        .collect(),
                })
            })
            .collect()
    }

    pub(super) fn target(&self, score: &TargetScore) -> Option<TargetView> {
        let target = self
            .t
            .questionnaire
            .targets
            .iter()
            .find(|target| target.id == score.target)?;
        let gap = |gap: &Gap| {
            let question = self.t.questionnaire.question(&gap.question)?;
            let gates: Vec<String> = gap.gates.iter().map(|id| self.title(id)).collect();
            Some(GapView {
                id: gap.question.clone(),
                title: question.text.clone(),
                level: gap.level,
                required: gap.required,
                statement: question
                    .levels
                    .get(usize::from(gap.required))
                    .cloned()
                    .unwrap_or_default(),
                gates: (!gates.is_empty()).then(|| self.t.language.locale.list(&gates)),
            })
        };
        Some(TargetView {
            id: target.id.clone(),
            title: target.title.clone(),
            official: target.official,
            source: target.source.clone(),
            year: target.year,
            note: target.note.clone(),
            required: self.t.language.count(score.required),
            reached: self.t.language.count(score.reached),
            steps: self.t.language.count(score.steps()),
            gaps: score.gaps.iter().filter_map(gap).collect(),
        })
    }
}
