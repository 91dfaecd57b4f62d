//! Takes out of a dossier who said what, before anything is told from it: people become their type of
//! institution, and a type that is too small becomes one of the other stakeholders.
//!
//! Non-interference: whatever the people are called, whatever their ids, functions and consent are, what
//! comes after is the same. Nothing here looks at a name but to tell institutions apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::dossier::{LocalText, Meeting, Person, Register, Response};
use crate::model::{Answer, Date, Dossier, Questionnaire, Tlp};

/// The type of those who are told as the other stakeholders, beside the types of the questionnaire.
pub const OTHERS: &str = "other-stakeholders";

/// How many institutions a type needs so that none of them is told apart.
const ENOUGH: usize = 3;

/// Returns a stage as it stood when it ended, without anyone who could be told apart.
///
/// Types are counted by the institutions that the dossier shows: withhold first. Where even all together
/// are fewer than three, what was said is taken out, since nobody could say it unrecognised.
pub fn anonymous(dossier: &Dossier, questionnaire: &Questionnaire) -> Dossier {
    let mut told = super::of_stage(dossier);
    let circles = Circles::of(&told.register, questionnaire);
    let (meetings, places) = meetings(&told.register, &circles);
    let said = said(&told.responses, &told.register, &circles, &places);
    told.responses = if circles.enough { said } else { Vec::new() };
    told.register.people = circles.people();
    told.register.meetings = meetings;
    for evidence in told.register.evidence.values_mut() {
        evidence.from = None;
    }
    told
}

/// Who is told as what.
struct Circles {
    /// By person: the place of the circle in the order of telling, the institution, the label.
    people: BTreeMap<String, (usize, usize, Option<Tlp>)>,
    /// The types in the order of telling; the other stakeholders are the last.
    order: Vec<String>,
    /// Whether no circle has fewer than three institutions.
    enough: bool,
}

impl Circles {
    fn of(register: &Register, questionnaire: &Questionnaire) -> Self {
        let institutions = institutions(register);
        let mut order: Vec<String> = questionnaire
            .words
            .stakeholders
            .iter()
            .map(|kind| kind.id.clone())
            .collect();
        order.push(OTHERS.to_string());
        let others = order.len() - 1;
        let rank = |kind: &str| order.iter().position(|one| one == kind).unwrap_or(others);
        let mut by_rank: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (id, person) in &register.people {
            let institution = institutions.get(id).copied().unwrap_or_default();
            let circle = by_rank.entry(rank(&person.kind)).or_default();
            circle.insert(institution);
        }
        let mut pool: BTreeSet<usize> = BTreeSet::new();
        let mut pooled: BTreeSet<usize> = BTreeSet::new();
        let small =
            |(rank, circle): &(&usize, &BTreeSet<usize>)| **rank == others || circle.len() < ENOUGH;
        for (rank, circle) in by_rank.iter().filter(small) {
            pool.extend(circle);
            pooled.insert(*rank);
        }
        // Too few others: the smallest type joins them.
        while !pool.is_empty() && pool.len() < ENOUGH {
            let left = by_rank.iter().filter(|(rank, _)| !pooled.contains(rank));
            let Some((rank, circle)) = left.min_by_key(|(rank, circle)| (circle.len(), **rank))
            else {
                break;
            };
            pool.extend(circle);
            pooled.insert(*rank);
        }
        let place = |kind: &str| {
            let rank = rank(kind);
            if pooled.contains(&rank) { others } else { rank }
        };
        let place = |(id, person): (&String, &Person)| {
            let institution = institutions.get(id).copied().unwrap_or_default();
            (id.clone(), (place(&person.kind), institution, person.tlp))
        };
        let people = register.people.iter().map(place).collect();
        Self {
            people,
            order,
            enough: pool.is_empty() || pool.len() >= ENOUGH,
        }
    }

    /// Returns what stands for everyone of a person's circle.
    fn stand_in(&self, person: &str) -> Option<(usize, String)> {
        let (place, _, _) = self.people.get(person)?;
        Some((*place, id(self.order.get(*place)?, 1)))
    }

    /// Returns the people as they are told: by type, the institutions as mere numbers.
    fn people(&self) -> BTreeMap<String, Person> {
        let mut signatures: BTreeMap<usize, Vec<(usize, Option<Tlp>)>> = BTreeMap::new();
        for (place, institution, tlp) in self.people.values() {
            let one = signatures.entry(*institution).or_default();
            one.push((*place, *tlp));
        }
        let mut signatures: Vec<_> = signatures.into_values().collect();
        signatures.iter_mut().for_each(|one| one.sort());
        signatures.sort();
        let people = signatures.iter().zip(1_usize..);
        let people = people.flat_map(|(one, number)| one.iter().map(move |who| (*who, number)));
        let mut people: Vec<_> = people.collect();
        people.sort();
        let mut counts = BTreeMap::new();
        let person = |((place, tlp), institution): ((usize, Option<Tlp>), usize)| {
            let kind = self.order.get(place)?;
            let count = counts.entry(place).or_insert(0_usize);
            *count += 1;
            let person = Person {
                name: String::new(),
                institution: LocalText::Plain(institution.to_string()),
                kind: kind.clone(),
                function: None,
                consent: false,
                tlp,
            };
            Some((id(kind, *count), person))
        };
        people.into_iter().filter_map(person).collect()
    }
}

fn id(word: &str, number: usize) -> String {
    format!("{word}-{number:04}")
}

/// Tells the institutions apart: one and the same is what has the same words in any language.
pub(super) fn institutions(register: &Register) -> BTreeMap<String, usize> {
    let mut groups: Vec<BTreeSet<String>> = Vec::new();
    let words =
        |person: &Person| -> BTreeSet<String> { person.institution.all().map(folded).collect() };
    for person in register.people.values() {
        let mut own = words(person);
        groups.retain(|group| {
            let apart = group.is_disjoint(&own);
            if !apart {
                own.extend(group.iter().cloned());
            }
            apart
        });
        groups.push(own);
    }
    let group = |person: &Person| {
        let own = words(person);
        groups.iter().position(|group| !group.is_disjoint(&own))
    };
    let people = register.people.iter();
    people
        .filter_map(|(id, person)| Some((id.clone(), group(person)?)))
        .collect()
}

/// Folds a name; what has no letters at all stays as it is typed.
fn folded(text: &str) -> String {
    match crate::spelling::phrase(text) {
        phrase if phrase.is_empty() => text.to_string(),
        phrase => phrase,
    }
}

/// What is told of a meeting: whether its day is unknown, the month, who took part, its label.
type Told = (bool, Option<Date>, Vec<(usize, String)>, Option<Tlp>);

/// Returns the meetings as they are told: who took part, by type, and in which month; and which of them
/// each one became.
fn meetings(
    register: &Register,
    circles: &Circles,
) -> (BTreeMap<String, Meeting>, BTreeMap<String, String>) {
    let told = |(old, one): (&String, &Meeting)| -> (Told, String) {
        let people = one.participants.iter();
        let mut people: Vec<_> = people.filter_map(|id| circles.stand_in(id)).collect();
        people.sort();
        let date = one.date.map(first_of_month);
        ((date.is_none(), date, people, one.tlp), old.clone())
    };
    let mut list: Vec<_> = register.meetings.iter().map(told).collect();
    list.sort();
    let mut meetings = BTreeMap::new();
    let mut places = BTreeMap::new();
    // Of meetings alike in all that is told, the first stands for what was said in any.
    let mut alike: Option<(Told, String)> = None;
    for ((told, old), number) in list.into_iter().zip(1..) {
        let first = alike.take().filter(|(one, _)| *one == told);
        let first = first.map_or_else(|| id("meeting", number), |(_, first)| first);
        places.insert(old, first.clone());
        alike = Some((told.clone(), first));
        let (_, date, people, tlp) = told;
        let meeting = Meeting {
            title: LocalText::Plain(String::new()),
            date,
            place: None,
            participants: people.into_iter().map(|(_, id)| id).collect(),
            tlp,
        };
        meetings.insert(id("meeting", number), meeting);
    }
    (meetings, places)
}

/// Returns what was said, one answer at a time, so that nobody's answers can be joined: in the order of
/// the types, then of the answers themselves.
fn said(
    responses: &[Response],
    register: &Register,
    circles: &Circles,
    places: &BTreeMap<String, String>,
) -> Vec<Response> {
    let mut list = Vec::new();
    for response in responses {
        let who = match register.meetings.contains_key(&response.respondent) {
            true => places.get(&response.respondent).cloned(),
            false => circles.stand_in(&response.respondent).map(|(_, id)| id),
        };
        let Some(who) = who else { continue };
        let meeting = places.values().any(|one| *one == who);
        let place = circles.people.get(&response.respondent);
        let place = place.map_or(usize::MAX, |(place, _, _)| *place);
        for (question, answer) in &response.answers {
            let answer = Answer {
                answered: None,
                by: None,
                confidence: None,
                source: None,
                ..answer.clone()
            };
            let text = format!("{answer:?}");
            // Two meetings alike in all that is told stand in the order of what was said there.
            let took_part = meeting.then(|| register.meetings.get(&response.respondent));
            let types = took_part.flatten().map(|one| types(one, circles));
            let key = (question.clone(), place, types, text, who.clone());
            list.push((key, answer));
        }
    }
    list.sort_by(|(one, _), (other, _)| one.cmp(other));
    let response = |((question, _, _, _, respondent), answer)| Response {
        respondent,
        answers: [(question, answer)].into(),
    };
    list.into_iter().map(response).collect()
}

fn types(meeting: &Meeting, circles: &Circles) -> Vec<usize> {
    let people = meeting.participants.iter();
    let mut types: Vec<usize> = people
        .filter_map(|id| Some(circles.stand_in(id)?.0))
        .collect();
    types.sort();
    types.dedup();
    types
}

fn first_of_month(date: Date) -> Date {
    Date { day: 1, ..date }
}
