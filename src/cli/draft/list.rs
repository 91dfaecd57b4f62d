//! Lists what can be written, what is, and what is stale.

use super::said;
use super::tool::Tool;
use crate::dossier::PARTS;
use crate::drafting::{Freshness, freshness, stale};
use crate::model::drafting::{Mode, PieceId, Side};
use crate::plan::{Action, Finding};

/// How wide the names are set.
const WIDTH: usize = 44;

/// Returns the lines of the list.
pub(super) fn list(tool: &Tool<'_>, file: &str) -> Vec<String> {
    let stage = tool.stage;
    let (questionnaire, drafting) = (stage.questionnaire, &stage.dossier.drafting);
    let mut lines = vec![format!(
        "{} · {} · {} · {file}",
        stage.dossier.head.country,
        questionnaire.title,
        tool.language.tag()
    )];
    let line = |name: &str, id: &PieceId| {
        let shown = format!("{name}{id}");
        format!("{shown:<WIDTH$}  {}", standing(tool, id))
            .trim_end()
            .to_string()
    };
    lines.push(line("", &PieceId::Summary));
    lines.push(line("", &PieceId::Decision));
    let sections = questionnaire.sections.iter().map(|one| one.id.as_str());
    let sections: Vec<&str> = sections.chain(PARTS).collect();
    for section in &sections {
        for side in [Side::Before, Side::After] {
            if drafting.passage(section, side).is_some() {
                lines.push(line("", &PieceId::Section((*section).to_string(), side)));
            }
        }
    }
    lines.push(format!(
        "section:ID:before and section:ID:after take text around {}",
        sections.join(", ")
    ));
    lines.push(String::from("findings"));
    for one in &stage.plan.findings {
        let number = super::super::trace::number(one);
        lines.push(line(&format!("  {number:<5} "), &finding(one)));
    }
    lines.push(String::from("recommendations"));
    for one in &stage.plan.actions {
        let number = format!("R-{}", one.number);
        lines.push(line(&format!("  {number:<5} "), &action(one)));
    }
    let told = |id: &PieceId| match id {
        PieceId::Finding(rule) => stage.plan.findings.iter().any(|one| one.rule == *rule),
        PieceId::Recommendation(id) => stage.plan.action(id).is_some(),
        _ => true,
    };
    let pieces = drafting.pieces();
    let other: Vec<&PieceId> = pieces
        .iter()
        .map(|piece| &piece.id)
        .filter(|id| !told(id))
        .collect();
    if !other.is_empty() {
        lines.push(String::from("not in the report by themselves"));
        lines.extend(other.into_iter().map(|id| line("  -     ", id)));
    }
    let stale = stale(&stage.dossier);
    lines.push(match stale.len() {
        0 => format!("{} written, none stale", pieces.len()),
        many => format!(
            "{} written, {many} stale: the answers beneath have changed since",
            pieces.len()
        ),
    });
    let bare = |piece: &&crate::model::drafting::Piece<'_>| {
        freshness(&stage.dossier, piece) == Freshness::Unstamped
    };
    let bare = pieces.iter().filter(bare).count();
    if bare > 0 {
        lines.push(format!(
            "{bare} do not say what they stand on, and are never stale: `--stamp` notes it"
        ));
    }
    lines
}

fn finding(one: &Finding) -> PieceId {
    match one.own {
        true => PieceId::OwnFinding(one.rule.clone()),
        false => PieceId::Finding(one.rule.clone()),
    }
}

fn action(one: &Action) -> PieceId {
    match one.own {
        true => PieceId::OwnRecommendation(one.recommendation.clone()),
        false => PieceId::Recommendation(one.recommendation.clone()),
    }
}

/// Tells how a piece stands.
fn standing(tool: &Tool<'_>, id: &PieceId) -> String {
    let dossier = &tool.stage.dossier;
    let drafting = &dossier.drafting;
    let Some(piece) = drafting.piece(id) else {
        return String::new();
    };
    let lang = tool.language.tag();
    let some = piece.texts.iter().any(|texts| !texts.is_empty());
    let here = piece.texts.iter().any(|texts| said(texts, lang).is_some());
    let (mut drop, mut into) = (false, None);
    match id {
        PieceId::Finding(rule) => {
            let pen = drafting.findings.get(rule);
            drop = pen.is_some_and(|pen| pen.drop);
            into = pen.and_then(|pen| pen.merge_into.as_deref());
        }
        PieceId::Recommendation(one) => {
            let pen = drafting.recommendations.get(one);
            drop = pen.is_some_and(|pen| pen.drop);
            into = pen.and_then(|pen| pen.merge_into.as_deref());
        }
        _ => {}
    }
    let mut words = match (drop, into) {
        (true, _) => String::from("dropped"),
        (_, Some(into)) => format!("merged into {into}"),
        _ if here => String::from("written"),
        _ if some => format!("written, not in {lang}"),
        _ => String::from("changed"),
    };
    if *id == PieceId::Summary {
        let mode = drafting
            .summary
            .as_ref()
            .and_then(|one| one.mode)
            .unwrap_or_default();
        words.push_str(match mode {
            Mode::Before => ", before the tool's",
            Mode::After => ", after the tool's",
            Mode::Replace => ", in place of the tool's",
        });
    }
    if freshness(dossier, &piece) == Freshness::Stale {
        words.push_str(", stale");
    }
    words
}
