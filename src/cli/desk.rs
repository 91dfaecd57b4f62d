//! What most commands begin with: content, a questionnaire, a dossier.

use std::collections::BTreeMap;
use std::path::Path;

use super::talk::Talk;
use super::{Global, Refused, Usage};
use crate::appraisal::Fault;
use crate::content::Content;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown, suggestion};
use crate::dossier::{self, merge};
use crate::drafting;
use crate::model::dossier::Head;
use crate::model::{Dossier, Questionnaire};
use crate::pack::{self, Pack, overlay::Lack};
use crate::plan::Judged;
use crate::prefill;
use crate::report::Language;

/// One stage of a dossier, as it was read.
pub(super) struct StageRead<'d> {
    /// What the stage asks.
    pub(super) questionnaire: &'d Questionnaire,
    /// What was answered, with what earlier stages suggest.
    pub(super) dossier: Dossier,
    /// The stages before it, in their order.
    pub(super) earlier: Vec<(&'d Questionnaire, Dossier)>,
    /// The warnings of the stage.
    pub(super) found: Diagnostics,
}

impl<'d> StageRead<'d> {
    /// Judges the stage and those before it.
    pub(super) fn judged(self) -> (Judged<'d>, Vec<Judged<'d>>) {
        let judge = |(questionnaire, dossier)| Judged::new(questionnaire, dossier);
        let earlier = self.earlier.into_iter().map(judge).collect();
        (judge((self.questionnaire, self.dossier)), earlier)
    }
}

/// Content, and the packs that were read from it, each checked once.
pub(super) struct Desk {
    pub(super) content: Content,
    packs: BTreeMap<(String, u32, String), Pack>,
}

impl Desk {
    /// Takes the shipped content and lays the user's folders over it.
    pub(super) fn open(global: &Global) -> anyhow::Result<Self> {
        let mut content = Content::shipped();
        let mut found = Diagnostics::default();
        if let Some(folder) = &global.questionnaires {
            content.lay_over("questionnaires", folder, &mut found);
        }
        if let Some(folder) = &global.templates {
            content.lay_over("report-templates", folder, &mut found);
        }
        refuse_errors(found)?;
        let packs = BTreeMap::new();
        Ok(Self { content, packs })
    }

    /// Returns a questionnaire in one language. Errors in it are refused; what is not translated is
    /// told by `pack check` and counted in the report.
    pub(super) fn pack(&mut self, id: &str, edition: u32, lang: &str) -> anyhow::Result<&Pack> {
        if !pack::editions(&self.content)
            .iter()
            .any(|(known, _)| known == id)
        {
            let editions = pack::editions(&self.content);
            let known = editions.iter().map(|(id, _)| id.as_str());
            let help = suggestion(id, known).map_or_else(String::new, |help| format!("; {help}"));
            return Err(Usage(format!("there is no questionnaire {}{help}", shown(id))).into());
        }
        let key = (id.to_string(), edition, lang.to_string());
        if !self.packs.contains_key(&key) {
            let mut found = Diagnostics::default();
            self.speaks(id, edition, lang)?;
            let loaded = pack::load(&self.content, id, edition, lang, &mut found);
            if let Some(pack) = &loaded {
                pack::check::check(pack, &mut found);
            }
            refuse_errors(found)?;
            let Some(loaded) = loaded else {
                anyhow::bail!("the questionnaire `{id}` cannot be read");
            };
            self.packs.insert(key.clone(), loaded);
        }
        self.packs
            .get(&key)
            .ok_or_else(|| anyhow::anyhow!("the questionnaire `{id}` cannot be read"))
    }

    /// Refuses a language that the questionnaire has no texts in.
    fn speaks(&self, id: &str, edition: u32, lang: &str) -> anyhow::Result<()> {
        let known = pack::languages(&self.content, id, edition);
        if known.is_empty() || known.iter().any(|one| one == lang) {
            return Ok(());
        }
        let lang = shown(lang);
        let known = known.join(", ");
        Err(Usage(format!(
            "the questionnaire `{id}` does not speak {lang}; it speaks {known}"
        ))
        .into())
    }

    /// Returns the languages that reports can be made in.
    pub(super) fn languages(&self) -> Vec<String> {
        crate::report::language::tags(&self.content)
    }

    /// Refuses an edition that a dossier pins and nobody has.
    pub(super) fn has_edition(&self, dir: &Path, head: &Head, stage: &str) -> anyhow::Result<()> {
        let (id, edition) = pinned(head, stage);
        let editions = pack::editions(&self.content);
        if editions.contains(&(id.clone(), edition)) {
            return Ok(());
        }
        let known = editions
            .iter()
            .map(|(id, edition)| format!("`{id}` edition {edition}"));
        let known: Vec<String> = known.collect();
        let message = format!("there is no questionnaire {} edition {edition}", shown(&id));
        let place = dossier::place_in_head(dir, &["stages", stage, "edition"]);
        let mut found = Diagnostics::default();
        found.push(
            Diagnostic::error("unknown-questionnaire", place, message)
                .help(format!("there is {}", known.join(", "))),
        );
        Err(Refused(found).into())
    }

    /// Reads one stage of a dossier in one language, with the stages before it and what they suggest;
    /// warnings are handed back.
    pub(super) fn dossier(
        &mut self,
        dir: &Path,
        stage: Option<&str>,
        lang: Option<&str>,
    ) -> anyhow::Result<StageRead<'_>> {
        let mut found = Diagnostics::default();
        let head = read_head(dir, &mut found)?;
        let stage = self.stage(&head, stage)?;
        let lang = language_of(&head, lang);
        let order = pack::stages(&self.content);
        let place = |stage: &String| order.iter().position(|one| one == stage);
        let mut stages = self.stages(&head);
        stages.retain(|one| place(one) < place(&stage));
        stages.push(stage);
        for stage in &stages {
            self.has_edition(dir, &head, stage)?;
            let (id, edition) = pinned(&head, stage);
            self.pack(&id, edition, &lang)?;
        }
        let mut read: Vec<(&Questionnaire, Dossier)> = Vec::new();
        for (number, stage) in stages.iter().enumerate() {
            let (id, edition) = pinned(&head, stage);
            let Some(pack) = self.packs.get(&(id, edition, lang.clone())) else {
                anyhow::bail!("the questionnaire of `{stage}` cannot be read");
            };
            let questionnaire = &pack.questionnaire;
            let mut told = Diagnostics::default();
            let dossier = dossier::read(dir, head.clone(), stage, questionnaire, &mut told);
            // The warnings of an earlier stage are told where that stage is looked at.
            if told.has_errors() || number + 1 == stages.len() {
                found.extend(told);
            }
            let Some(mut dossier) = dossier else { continue };
            for (before, earlier) in &read {
                prefill::suggest(&mut dossier, questionnaire, earlier, before);
            }
            read.push((questionnaire, dossier));
        }
        found.sort();
        match read.pop() {
            // An error anywhere refuses, so that the last one read is the stage that is meant.
            Some((questionnaire, dossier)) if !found.has_errors() => {
                flag_changed_sources(&dossier, questionnaire, dir, &mut found);
                flag_appraisal(&dossier, questionnaire, dir, &mut found);
                flag_stale_drafts(&dossier, dir, &mut found);
                merge::check(dir, &order, &mut found);
                Ok(StageRead {
                    questionnaire,
                    dossier,
                    earlier: read,
                    found,
                })
            }
            _ => Err(Refused(found).into()),
        }
    }

    /// Counts the texts that a dossier's questionnaire lacks in one language.
    pub(super) fn untranslated(
        &mut self,
        dir: &Path,
        stage: &str,
        lang: &str,
    ) -> anyhow::Result<u64> {
        let head = read_head(dir, &mut Diagnostics::default())?;
        let (id, edition) = pinned(&head, stage);
        let lacks = &self.pack(&id, edition, lang)?.lacks;
        let missing = lacks
            .iter()
            .filter(|(_, lack)| matches!(lack, Lack::Missing | Lack::Text(_)));
        Ok(u64::try_from(missing.count()).unwrap_or(u64::MAX))
    }

    /// Reads one stage of a dossier with the language to tell it in.
    pub(super) fn told(
        &mut self,
        dir: &Path,
        stage: Option<&str>,
        lang: Option<&str>,
    ) -> anyhow::Result<(StageRead<'_>, Language)> {
        let head = read_head(dir, &mut Diagnostics::default())?;
        let lang = language_of(&head, lang);
        let language = language(&self.content, &lang)?;
        Ok((self.dossier(dir, stage, Some(&lang))?, language))
    }

    /// Returns what a stage asks, begun or not; none where that cannot be read.
    pub(super) fn asked(
        &mut self,
        head: &Head,
        stage: &str,
        lang: Option<&str>,
    ) -> Option<&Questionnaire> {
        let (id, edition) = pinned(head, stage);
        let pack = self.pack(&id, edition, &language_of(head, lang)).ok()?;
        Some(&pack.questionnaire)
    }

    /// Returns the stages of a dossier that have a questionnaire, in their order.
    pub(super) fn stages(&self, head: &Head) -> Vec<String> {
        let editions = pack::editions(&self.content);
        let mut stages = pack::stages(&self.content);
        stages.retain(|stage| {
            head.stages.contains_key(stage) && editions.iter().any(|(id, _)| id == stage)
        });
        stages
    }

    /// Returns the stage that is meant: the one named, else the last one under way that has a
    /// questionnaire.
    pub(super) fn stage(&self, head: &Head, named: Option<&str>) -> anyhow::Result<String> {
        let editions = pack::editions(&self.content);
        let has = |id: &str| editions.iter().any(|(known, _)| known == id);
        if let Some(named) = named {
            if has(named) {
                return Ok(named.to_string());
            }
            let known = editions.iter().map(|(id, _)| id.as_str());
            let help =
                suggestion(named, known).map_or_else(String::new, |help| format!("; {help}"));
            return Err(Usage(format!(
                "there is no stage {} with a questionnaire{help}",
                shown(named)
            ))
            .into());
        }
        let order = pack::stages(&self.content);
        let mut latest = order.iter().rev();
        let begun = latest.find(|stage| head.stages.contains_key(*stage) && has(stage));
        let begun = begun.or(order.first());
        Ok(begun.cloned().unwrap_or_else(|| "assessment".into()))
    }
}

/// Flags the confirmed answers whose source has changed since.
fn flag_changed_sources(
    dossier: &Dossier,
    questionnaire: &Questionnaire,
    dir: &Path,
    found: &mut Diagnostics,
) {
    for question in questionnaire.questions() {
        if dossier.source_changed(&question.id) {
            let id = &question.id;
            let message = format!("what `{id}` confirms has changed in the earlier stage since");
            found.push(
                Diagnostic::warning("source-changed", place_of(dossier, dir, id), message).help(
                    format!(
                        "`cirtkit ask --question {id}` shows both; confirm again or keep yours"
                    ),
                ),
            );
        }
    }
}

/// Flags what contradicts or is missing in the appraisal of candidates.
fn flag_appraisal(
    dossier: &Dossier,
    questionnaire: &Questionnaire,
    dir: &Path,
    found: &mut Diagnostics,
) {
    let score = crate::scoring::score(questionnaire, dossier);
    let appraisal = crate::appraisal::appraise(questionnaire, dossier, &score);
    for problem in appraisal.into_iter().flat_map(|one| one.problems) {
        let (what, help) = match problem.fault {
            Fault::NoCandidate => (
                "scores an institution that is no candidate",
                "write the name as in the table of candidates",
            ),
            Fault::NoCriterion => (
                "scores on a criterion that is not listed",
                "write the name as in the table of criteria",
            ),
            Fault::OffScale => (
                "has a score outside the scale",
                "the heading of the column gives the scale",
            ),
            Fault::Twice => (
                "scores what another row scores already",
                "keep one of the two rows",
            ),
            Fault::NoWeight => (
                "has no weight",
                "agree on a weight of 1 or more with those who choose",
            ),
            Fault::Unscored => (
                "lacks a score on a criterion, so that nothing is ranked",
                "add the score, or say in the note why there is none",
            ),
        };
        let id = &problem.question;
        let message = format!("row {} of `{id}` {what}", problem.row);
        found.push(
            Diagnostic::warning("appraisal-row", place_of(dossier, dir, id), message).help(help),
        );
    }
}

/// Flags what the assessor wrote before the answers beneath it changed.
fn flag_stale_drafts(dossier: &Dossier, dir: &Path, found: &mut Diagnostics) {
    let file = dossier::drafting_file(&dossier.stage);
    for piece in drafting::stale(dossier) {
        let mut path = piece.path();
        path.push("on");
        let message = format!("the answers beneath `{piece}` have changed since it was written");
        let place = dossier::place_in(dir, &file, &path);
        let help = format!(
            "read it again: `cirtkit draft {dir} {piece}`; if it still holds, `--stamp`",
            dir = dir.display()
        );
        found.push(Diagnostic::warning("stale-draft", place, message).help(help));
    }
}

/// Returns the place of an answer of the stage.
fn place_of(dossier: &Dossier, dir: &Path, question: &str) -> Place {
    let file = format!("{}.toml", dossier.stage);
    dossier::place_in(dir, &file, &["answers", question])
}

/// Reads the head of a dossier, or refuses.
pub(super) fn read_head(dir: &Path, found: &mut Diagnostics) -> anyhow::Result<Head> {
    let head = dossier::read_head(dir, found);
    match head {
        Some(head) if !found.has_errors() => Ok(head),
        _ => Err(Refused(std::mem::take(found)).into()),
    }
}

/// Returns the questionnaire and edition that a stage of a dossier is read with.
pub(super) fn pinned(head: &Head, stage: &str) -> (String, u32) {
    let record = head.stages.get(stage);
    let id = record.and_then(|record| record.questionnaire.clone());
    (
        id.unwrap_or_else(|| stage.to_string()),
        record.map_or(1, |record| record.edition),
    )
}

/// Returns the language that is meant: the one named, else the dossier's first.
pub(super) fn language_of(head: &Head, named: Option<&str>) -> String {
    let first = || head.languages.first().map(String::as_str);
    named.or_else(first).unwrap_or("en").to_string()
}

/// Reads a language of reports, or refuses.
pub(super) fn language(content: &Content, tag: &str) -> anyhow::Result<Language> {
    let mut found = Diagnostics::default();
    let language = Language::load(content, tag, &mut found);
    refuse_errors(found)?;
    language.ok_or_else(|| anyhow::anyhow!("there are no words in {}", shown(tag)))
}

/// Stops where there is an error.
pub(super) fn refuse_errors(mut found: Diagnostics) -> anyhow::Result<()> {
    found.sort();
    if found.has_errors() {
        return Err(Refused(found).into());
    }
    Ok(())
}

/// Reads today's date from the clock: only for what a person records now, never for a report.
pub(super) fn today() -> Option<crate::model::Date> {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()?;
    crate::model::Date::from_epoch(i64::try_from(now.as_secs()).ok()?)
}

/// Returns the initials to record with: those given, else those of the only assessor.
pub(super) fn initials(head: &Head, given: Option<&str>) -> anyhow::Result<Option<String>> {
    if let Some(given) = given {
        if head.assessors.contains_key(given) || head.assessors.is_empty() {
            return Ok(Some(given.to_string()));
        }
        let help = suggestion(given, head.assessors.keys().map(String::as_str)).unwrap_or_default();
        return Err(Usage(format!(
            "{} is no assessor of this dossier; {help}",
            shown(given)
        ))
        .into());
    }
    let only = head
        .assessors
        .keys()
        .next()
        .filter(|_| head.assessors.len() == 1);
    Ok(only.cloned())
}

/// Says the warnings of a dossier in one line, where there are any.
pub(super) fn mention_warnings(found: &Diagnostics, dir: &Path, talk: &Talk) {
    match found.warnings() {
        0 => {}
        1 => talk.say(&format!(
            "1 warning: `cirtkit check {}` tells it",
            dir.display()
        )),
        many => talk.say(&format!(
            "{many} warnings: `cirtkit check {}` tells them",
            dir.display()
        )),
    }
}

/// Says that something waits to be merged, where something does.
pub(super) fn mention_merges(found: &Diagnostics, dir: &Path, talk: &Talk) {
    let count = |code: &str| found.iter().filter(|one| one.code == code).count();
    let waits = |count: usize, one: &str, many: &str| match count {
        0 => {}
        1 => talk.say(&format!("1 {one}: `cirtkit merge {}`", dir.display())),
        count => talk.say(&format!(
            "{count} {many}: `cirtkit merge {}`",
            dir.display()
        )),
    };
    waits(
        count("conflict-copy"),
        "file was changed by two people at once and waits to be merged",
        "files were changed by two people at once and wait to be merged",
    );
    waits(
        count("merge-undecided"),
        "conflict of a merge is undecided",
        "conflicts of a merge are undecided",
    );
}
