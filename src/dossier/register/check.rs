//! What is wrong in a register, and in what refers to it.

use std::path::Path;

use super::digest::is_digest;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::dossier::id;
use crate::files;
use crate::model::Questionnaire;
use crate::model::dossier::{Evidence, Head, Register};
use crate::source::Source;

/// Checks how the ids are written, and that no two entries share a folder of responses.
pub(super) fn ids(register: &Register, source: &Source<'_>, found: &mut Diagnostics) {
    let ids = register.people.keys().map(|id| ("people", id));
    let ids = ids.chain(register.meetings.keys().map(|id| ("meetings", id)));
    for (table, id) in ids.chain(register.evidence.keys().map(|id| ("evidence", id))) {
        // Such an id also names a folder under `responses/`, on every system.
        if !id::acceptable(id) {
            let message = format!("{} is not an id", shown(id));
            found.push(
                Diagnostic::error("bad-id", source.find(&[table, id]), message)
                    .help("ids are lower-case words with hyphens"),
            );
        }
        if table == "meetings" && register.people.contains_key(id) {
            let message = format!("a person and a meeting share the id `{id}`");
            found.push(
                Diagnostic::error("duplicate-id", source.find(&[table, id]), message)
                    .help("give the meeting another id"),
            );
        }
    }
}

/// Checks the types of the people, and the people whom meetings and evidence name.
pub(super) fn people(
    register: &Register,
    source: &Source<'_>,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) {
    let words = &questionnaire.words;
    for (id, one) in &register.people {
        if words.stakeholder(&one.kind).is_none() {
            let place = source.find(&["people", id, "type"]);
            let message = format!("there is no stakeholder type {}", shown(&one.kind));
            let known = words.stakeholders.iter().map(|one| one.id.as_str());
            found.push(
                Diagnostic::error("unknown-stakeholder", place, message).suggest(&one.kind, known),
            );
        }
    }
    let mut check = |keys: &[&str], id: &str| {
        if !register.people.contains_key(id) {
            let message = format!("there is no person {}", shown(id));
            let known = register.people.keys().map(String::as_str);
            found.push(
                Diagnostic::error("unknown-person", source.find(keys), message).suggest(id, known),
            );
        }
    };
    for (id, one) in &register.meetings {
        for participant in &one.participants {
            check(&["meetings", id, "participants"], participant);
        }
    }
    for (id, one) in &register.evidence {
        if let Some(from) = &one.from {
            check(&["evidence", id, "from"], from);
        }
    }
}

/// Checks where the file of a piece of evidence stands, and how its digest is written.
pub(super) fn file(
    root: &Path,
    id: &str,
    evidence: &Evidence,
    source: &Source<'_>,
    found: &mut Diagnostics,
) {
    let digest = evidence.sha256.as_deref();
    if digest.is_some_and(|digest| !is_digest(digest)) {
        found.push(
            Diagnostic::error(
                "bad-digest",
                source.find(&["evidence", id, "sha256"]),
                "a SHA-256 has 64 hexadecimal digits",
            )
            .help("take the line out, or write what `sha256sum` says of the file"),
        );
    }
    let Some(file) = &evidence.file else { return };
    let place = source.find(&["evidence", id, "file"]);
    match files::confined(root, file) {
        Err(problem) => found.push(
            Diagnostic::error("evidence-path", place, problem.to_string())
                .help("put the file under `evidence/` and name it with a relative path"),
        ),
        Ok(path) if !path.is_file() => found.push(
            Diagnostic::warning(
                "evidence-file-missing",
                place,
                "this file is not in the dossier",
            )
            .help("copy it there, or write `kept = false` if it was seen and not kept"),
        ),
        Ok(_) => {}
    }
}

/// Checks the evidence that the decisions in the head cite.
pub(super) fn decisions(root: &Path, head: &Head, register: &Register, found: &mut Diagnostics) {
    for (id, stage) in &head.stages {
        let decision = stage.decision.as_ref();
        let cited = decision.and_then(|decision| decision.evidence.as_deref());
        let Some(cited) = cited.filter(|cited| !register.evidence.contains_key(*cited)) else {
            continue;
        };
        let place = Place::file(root.join("dossier.toml").display().to_string());
        let message = format!(
            "the decision on `{id}` cites evidence {} that the register does not hold",
            shown(cited)
        );
        let known = register.evidence.keys().map(String::as_str);
        found.push(Diagnostic::error("unknown-evidence", place, message).suggest(cited, known));
    }
}
