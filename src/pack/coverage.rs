//! Which question serves which item of a framework and which section of a stage: the coverage table, as Markdown.

use std::fmt::Write as _;

use super::{Framework, Pack};
use crate::model::question::{Kind, Question};

/// The answer set whose options are the FIRST services.
const SERVICES: &str = "first-services";

/// Writes the coverage table of packs in their source language, the stages in their order.
///
/// It counts what is there: sections by the domain of the ITU stage that they cover, then each framework with its
/// items, the questions that refer to them and, for FIRST services, the recommendations that serve them. An item that
/// nothing refers to is told as such.
pub fn coverage(packs: &[Pack]) -> String {
    let mut out = String::from(
        "# Coverage\n\n`cirtkit pack coverage` writes this page from the questionnaires; a test holds it to them.\n\n## Questionnaires\n\n| Stage | Sections | Questions | Core | Levels | Statements | Rules | Recommendations | Under others |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for pack in packs {
        let one = &pack.questionnaire;
        let questions: Vec<&Question> = one.questions().collect();
        let count = |test: &dyn Fn(&Question) -> bool| {
            questions.iter().filter(|question| test(question)).count()
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            one.id,
            one.sections.len(),
            questions.len(),
            count(&|question| question.core),
            count(&|question| question.kind == Kind::Level),
            questions.iter().map(|one| one.levels.len()).sum::<usize>(),
            one.rules.len(),
            one.recommendations.len(),
            one.recommendations
                .iter()
                .filter(|one| one.under.is_some())
                .count(),
        );
    }
    for pack in packs {
        let one = &pack.questionnaire;
        let _ = write!(
            out,
            "\n## Sections of the ITU stage: {}\n\n| Section of the stage | Ours | Questions |\n| --- | --- | --- |\n",
            one.id
        );
        for section in &one.sections {
            let ids: Vec<String> = section.questions.iter().map(|one| code(&one.id)).collect();
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                section.domain,
                section.title,
                ids.join(", ")
            );
        }
    }
    let frameworks = packs.first().map(|pack| &pack.frameworks);
    for framework in frameworks.into_iter().flatten() {
        out.push_str(&items(framework, packs));
    }
    out
}

/// The items of one framework.
fn items(framework: &Framework, packs: &[Pack]) -> String {
    let first = framework.id == "first";
    let mut out = format!(
        "\n## {}\n\nVersion {}, {}. Ids and names only; what a question asks is ours.",
        framework.title, framework.version, framework.steward
    );
    if first {
        let every = asked(packs, &|question| {
            let columns = question.columns.iter();
            let sets = columns.map(|one| &one.answer_set);
            let mut sets = sets.chain([&question.answer_set]);
            sets.any(|set| set.as_deref() == Some(SERVICES))
        });
        let _ = write!(out, " Asked for each service by name: {every}.");
    }
    let head = if first { " Recommendations |" } else { "" };
    let rule = if first { " --- |" } else { "" };
    let _ = write!(
        out,
        "\n\n| Id | Name | Questions |{head}\n| --- | --- | --- |{rule}\n"
    );
    for (id, name) in &framework.items {
        let wanted = format!("{}:{id}", framework.id);
        let questions = asked(packs, &|question| question.references.contains(&wanted));
        let _ = write!(out, "| {id} | {name} | {questions} |");
        if first {
            let _ = write!(out, " {} |", served(packs, id));
        }
        out.push('\n');
    }
    out
}

/// The questions of all stages that pass a test.
fn asked(packs: &[Pack], test: &dyn Fn(&Question) -> bool) -> String {
    list(packs, |pack| {
        let all = pack.questionnaire.questions().filter(|one| test(one));
        all.map(|one| code(&one.id)).collect()
    })
}

/// The recommendations of all stages that serve a FIRST service.
fn served(packs: &[Pack], service: &str) -> String {
    list(packs, |pack| {
        let all = pack.questionnaire.recommendations.iter();
        all.filter(|one| one.services.iter().any(|id| id == service))
            .map(|one| code(&one.id))
            .collect()
    })
}

/// What each stage has, behind the name of the stage.
fn list(packs: &[Pack], of: impl Fn(&Pack) -> Vec<String>) -> String {
    let stages = packs.iter().map(|pack| (&pack.questionnaire.id, of(pack)));
    let told: Vec<String> = stages
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(stage, ids)| format!("{stage}: {}", ids.join(", ")))
        .collect();
    match told.is_empty() {
        true => String::from("none"),
        false => told.join("; "),
    }
}

fn code(id: &str) -> String {
    format!("`{id}`")
}
