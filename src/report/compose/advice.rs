//! Findings, recommendations, phases and targets in words.

use super::{Builder, finding_number, key, recommendation_number};
use crate::plan::{Action, Finding};
use crate::report::language::capital;
use crate::report::view::*;
use crate::scoring::{Gap, TargetScore};

impl Builder<'_> {
    pub(super) fn finding(&self, finding: &Finding) -> FindingView {
        let rule = self
            .t
            .questionnaire
            .rules
            .iter()
            .find(|rule| rule.id == finding.rule);
        let text = rule.map_or_else(String::new, |rule| {
            self.t.fill_or(&rule.finding, rule.otherwise.as_deref())
        });
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
            text,
            section: finding.section.clone(),
            cite: self.cite(&finding.questions),
            recommendation: action.map(|action| recommendation_number(action.number)),
        }
    }

    pub(super) fn recommendation(&self, action: &Action) -> Option<RecommendationView> {
        let one = self
            .t
            .questionnaire
            .recommendation(&action.recommendation)?;
        let language = self.t.language;
        let (owner, owner_known) = self.t.role(&one.owner);
        let owner = language.bare(&owner).to_string();
        let owner_inside = match owner_known {
            true => owner,
            false => language.say("to-be-designated", &[("role", &owner)]),
        };
        // One institution may hold several roles; it is named once, and not beside itself.
        let mut others: Vec<String> = Vec::new();
        for role in &one.with {
            let name = self.t.role(role).0;
            if name != self.t.role(&one.owner).0 && !others.contains(&name) {
                others.push(name);
            }
        }
        let services: Vec<&String> = one
            .services
            .iter()
            .filter_map(|id| self.t.questionnaire.words.services.get(id))
            .collect();
        let findings: Vec<String> = action
            .findings
            .iter()
            .map(|number| format!("F-{number}"))
            .collect();
        let after = action.after.iter();
        let mut after: Vec<usize> = after
            .filter_map(|id| Some(self.plan.action(id)?.number))
            .collect();
        after.sort_unstable();
        let priority = key(&one.priority);
        Some(RecommendationView {
            number: recommendation_number(action.number),
            id: one.id.clone(),
            title: self.t.fill_or(&one.title, None),
            text: self.t.fill_or(&one.text, one.otherwise.as_deref()),
            owner: capital(&owner_inside),
            owner_inside,
            owner_known,
            with: (!others.is_empty()).then(|| language.locale.list(&others)),
            priority_text: language.word(&format!("priority-{priority}")),
            priority,
            phase: action.phase,
            start: action.start,
            end: action.end,
            months: self.months(action.start, action.end),
            effort: language.word(&format!("effort-{}", key(&one.effort).to_lowercase())),
            after: after.into_iter().map(recommendation_number).collect(),
            services: (!services.is_empty()).then(|| language.locale.list(&services)),
            cite: findings.join(", "),
            findings,
            reply: self.reply(&one.id),
        })
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
