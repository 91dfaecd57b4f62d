//! The decision, the people met, the meetings, the evidence, and what was withheld.

use super::Builder;
use crate::dossier::OTHERS;
use crate::model::Question;
use crate::model::dossier::{Meeting, Person};
use crate::report::language::capital;
use crate::report::view::*;
use crate::scoring::Standing;

impl Builder<'_> {
    pub(super) fn decision(&self) -> Option<DecisionView> {
        let decision = self.t.dossier.record()?.decision.as_ref()?;
        Some(DecisionView {
            what: self.local(&decision.what),
            by: self.local(&decision.by),
            date: decision.date.map(|date| self.t.language.date(date)),
            evidence: decision
                .evidence
                .as_deref()
                .and_then(|id| self.number_of(id))
                .map(String::from),
        })
    }

    pub(super) fn stakeholders(&self) -> Vec<StakeholderView> {
        let types = self.t.questionnaire.words.stakeholders.iter();
        let types = types.map(|kind| (kind.id.as_str(), kind.plural.clone()));
        let others = (OTHERS, self.t.language.word("other-stakeholders"));
        types
            .chain([others])
            .filter_map(|(kind, plural)| self.stakeholder(kind, &plural))
            .collect()
    }

    fn stakeholder(&self, kind: &str, plural: &str) -> Option<StakeholderView> {
        let people = self.t.dossier.register.people.values();
        let people: Vec<&Person> = people.filter(|one| one.kind == kind).collect();
        if people.is_empty() {
            return None;
        }
        let language = self.t.language;
        let count = |n: usize| language.count(u64::try_from(n).unwrap_or(u64::MAX));
        let mut institutions: Vec<String> = people
            .iter()
            .map(|one| self.local(&one.institution))
            .collect();
        institutions.sort();
        institutions.dedup();
        let named = people
            .iter()
            .filter(|one| one.consent)
            .map(|one| match &one.function {
                Some(function) => format!("{} ({})", one.name, self.local(function)),
                None => one.name.clone(),
            });
        let named: Vec<String> = named.collect();
        let semicolon = language.word("semicolon");
        Some(StakeholderView {
            kind: capital(plural),
            institutions: match self.is_anonymous() {
                true => count(institutions.len()).text,
                false => institutions.join(&semicolon),
            },
            people: count(people.len()),
            named: (!named.is_empty()).then(|| named.join(&semicolon)),
        })
    }

    pub(super) fn meetings(&self) -> Vec<MeetingView> {
        let mut meetings: Vec<_> = self.t.dossier.register.meetings.iter().collect();
        meetings.sort_by_key(|(id, one)| (one.date.is_none(), one.date, (*id).clone()));
        let view = |(_, one): (&String, &Meeting)| MeetingView {
            // Those who took part, by type, where the title could tell more.
            title: match self.is_anonymous() {
                true => self.met(one),
                false => self.local(&one.title),
            },
            date: one.date.map(|date| self.heard(date)),
            place: one.place.as_ref().map(|place| self.local(place)),
            participants: self
                .t
                .language
                .count(u64::try_from(one.participants.len()).unwrap_or(u64::MAX)),
        };
        meetings.into_iter().map(view).collect()
    }

    fn met(&self, meeting: &Meeting) -> String {
        match self.took_part(meeting) {
            types if types.is_empty() => capital(&self.t.language.word("a-meeting")),
            types => capital(&types),
        }
    }

    pub(super) fn evidence_list(&self) -> Vec<EvidenceView> {
        let dossier = self.t.dossier;
        let cites = |id: &str, question: &&Question| {
            let answer = dossier.answer(&question.id);
            self.t.score.standing(&question.id) == Standing::Open
                && answer.evidence.iter().any(|one| one.id == id)
        };
        self.evidence
            .iter()
            .filter_map(|(id, number)| {
                let one = dossier.register.evidence.get(id)?;
                let (title, lang) = one.title.get(self.t.language.tag());
                Some(EvidenceView {
                    number: number.clone(),
                    title: title.to_string(),
                    foreign: self.foreign(lang),
                    date: one.date.map(|date| self.t.language.date(date)),
                    received: one.received.map(|date| self.heard(date)),
                    kept: one.kept.unwrap_or(one.file.is_some()),
                    tlp: one
                        .tlp
                        .map_or(dossier.head.tlp, |own| own.max(dossier.head.tlp))
                        .label(),
                    cited_by: self
                        .t
                        .questionnaire
                        .questions()
                        .filter(|question| cites(id, question))
                        .map(|one| one.id.clone())
                        .collect(),
                })
            })
            .collect()
    }

    pub(super) fn ledger(&self) -> Vec<LedgerView> {
        let sections = self.t.questionnaire.sections.iter();
        sections
            .filter_map(|section| {
                let withheld = self.t.score.section(&section.id)?.tally.withheld;
                (withheld > 0).then(|| LedgerView {
                    section: section.title.clone(),
                    withheld: self.t.language.count(withheld),
                })
            })
            .collect()
    }
}
