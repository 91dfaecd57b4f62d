//! Which parts of a dossier's file are records, and which are tables of records.

/// The sorts of files in a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `dossier.toml`.
    Dossier,
    /// `register.toml`.
    Register,
    /// `notes.toml`.
    Notes,
    /// The answers of a stage, or what one respondent said.
    Answers,
    /// The assessor's pen of a stage.
    Drafting,
    /// `progress/plan.toml`.
    Plan,
    /// The record of a month.
    Month,
}

impl Kind {
    /// Returns the sort of a file by its path within the dossier, or by the end of a longer path.
    pub fn of(path: &str) -> Self {
        let mut parts = path.rsplit(['/', '\\']);
        let (name, folder) = (parts.next().unwrap_or_default(), parts.next());
        match (folder, name) {
            (Some("drafting"), _) => Self::Drafting,
            (Some("progress"), "plan.toml") => Self::Plan,
            (Some("progress"), _) => Self::Month,
            (_, "dossier.toml") => Self::Dossier,
            (_, "register.toml") => Self::Register,
            (_, "notes.toml") => Self::Notes,
            _ => Self::Answers,
        }
    }

    /// Tells whether a table at this path is merged key by key; any other is one record, since its keys
    /// belong together.
    pub(super) fn opens(self, path: &[String]) -> bool {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match (self, path.as_slice()) {
            (_, []) => true,
            (Self::Dossier, [one]) => [
                "roles",
                "parameters",
                "appraisal",
                "assessors",
                "country-name",
                "stages",
            ]
            .contains(one),
            (Self::Dossier, ["assessors" | "country-name" | "stages", _])
            | (Self::Dossier, ["stages", _, "roles" | "replies"]) => true,
            (Self::Register, [one]) => ["people", "meetings", "evidence"].contains(one),
            (Self::Notes, ["notes"]) | (Self::Answers, ["answers"]) => true,
            (Self::Drafting, [one]) => [
                "sections",
                "findings",
                "recommendations",
                "own-findings",
                "own-recommendations",
            ]
            .contains(one),
            (Self::Drafting, ["sections", _]) | (Self::Plan, ["work-packages"]) => true,
            (Self::Month, [one]) => {
                ["work-packages", "risks", "reservations", "decisions"].contains(one)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sort_of_a_file_stands_at_the_end_of_its_path() {
        for (path, kind) in [
            ("assessment.toml", Kind::Answers),
            ("responses/m-example/assessment.toml", Kind::Answers),
            ("land/drafting/assessment.toml", Kind::Drafting),
            ("land/progress/plan.toml", Kind::Plan),
            ("progress/2026-05.toml", Kind::Month),
            ("countries/land/notes.toml", Kind::Notes),
            ("dossier.toml", Kind::Dossier),
            ("land\\register.toml", Kind::Register),
        ] {
            assert_eq!(Kind::of(path), kind, "{path}");
        }
    }
}
