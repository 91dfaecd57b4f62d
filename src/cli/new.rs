//! `cirtkit new`: begins a country's dossier with files that explain themselves.

use std::path::PathBuf;

use clap::Args;

use super::desk::{self, Desk};
use super::output::make_folder;
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::suggestion;
use crate::dossier::save;
use crate::report::Language;

/// Begin a country's dossier
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  cirtkit new lesotho --country LS --lang en")]
pub(super) struct New {
    /// The folder to make
    dir: PathBuf,
    /// The country: two letters of ISO 3166-1, or a user-assigned code such as XA
    #[arg(long, value_name = "CODE")]
    country: String,
}

impl New {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let lang = global.lang.clone().unwrap_or_else(|| "en".into());
        let mut desk = Desk::open(global)?;
        let mut langs = desk.languages();
        if !langs.contains(&lang) {
            let known = langs.join(", ");
            let lang = crate::diagnostic::shown(&lang);
            return Err(Usage(format!(
                "there are no reports in {lang}; the languages are {known}"
            ))
            .into());
        }
        // The language asked for comes first, the others follow.
        langs.sort_by_key(|one| *one != lang);
        let language = desk::language(&desk.content, &lang)?;
        let code = self.country.to_uppercase();
        let words = &desk.pack("assessment", 1, &lang)?.questionnaire.words;
        let name = words
            .countries
            .get(&code)
            .map(|country| country.name.clone());
        if name.is_none() && !is_user_assigned(&code) {
            let known = words.countries.keys().map(String::as_str);
            let help = suggestion(&code, known)
                .unwrap_or_else(|| "use two letters of ISO 3166-1, such as LS".into());
            return Err(Usage(format!(
                "{} is no country code; {help}",
                crate::diagnostic::shown(&self.country)
            ))
            .into());
        }
        let head = self.dir.join("dossier.toml");
        if head.exists() {
            return Err(Usage(format!(
                "`{}` exists: name another folder, nothing was changed",
                head.display()
            ))
            .into());
        }
        make_folder(&head)?;
        let roles = words
            .roles
            .iter()
            .map(|role| format!("# {} = \"…\"   # {}\n", role.id, role.title));
        let roles: String = roles.collect();
        let own_name = if name.is_some() {
            String::new()
        } else {
            own_name(&lang, &code, &language)
        };
        let text = HEAD
            .replace("@CODE@", &code)
            .replace("@NAME@", name.as_deref().unwrap_or("a country of your own"))
            .replace("@LANGS@", &format!("{:?}", langs).replace(['[', ']'], ""))
            .replace("@OWN-NAME@", &own_name)
            .replace("@ROLES@", &roles);
        save::save(&head, &text)?;
        save::save(&self.dir.join("register.toml"), REGISTER)?;
        save::save(&self.dir.join("assessment.toml"), ANSWERS)?;
        save::save(&self.dir.join(".gitignore"), ".cirtkit/\nreports/\n")?;
        talk.out(&format!("{}", head.display()))?;
        let dir = self.dir.display();
        talk.say(&format!("\nFill in who is who in {dir}/dossier.toml and {dir}/register.toml, then `cirtkit ask {dir}`."));
        Ok(Outcome::Done)
    }
}

/// Tells whether ISO 3166-1 leaves a code to its users: AA, QM to QZ, XA to XZ, ZZ.
fn is_user_assigned(code: &str) -> bool {
    matches!(
        code.as_bytes(),
        [b'A', b'A'] | [b'Z', b'Z'] | [b'Q', b'M'..=b'Z'] | [b'X', b'A'..=b'Z']
    )
}

fn own_name(lang: &str, code: &str, language: &Language) -> String {
    let of = language.of(code);
    format!(
        "\n[country-name.{lang}]                  # the forms that a sentence needs: mend them\nname = \"{code}\"\nthe = \"{code}\"\nof = \"{of}\"\nin = \"{code}\"\n"
    )
}

const HEAD: &str = "\
# The head of the dossier: which country, who is who, how far each stage is.
schema = 1
country = \"@CODE@\"                      # @NAME@
languages = [@LANGS@]            # reports are made in each
tlp = \"AMBER\"                         # label of everything that bears none: RED AMBER+STRICT AMBER GREEN CLEAR
currency = \"USD\"                      # of amounts that name none
targets = [\"house-basic\"]             # required levels to measure against: `cirtkit pack show assessment`
@OWN-NAME@
[roles]                               # institutions that own the recommendations, with the article
@ROLES@
[assessors]                           # initials = who they are; answers bear the initials
# AM = { name = \"A. Mokoena\", organisation = \"ITU\" }

[stages.assessment]
questionnaire = \"assessment\"
edition = 1
scope = \"full\"                        # full, or core for a rapid assessment
state = \"under-way\"                   # requested planned under-way draft for-comment final accepted …
# under-way = 2026-06-01              # one date for each state reached
";

const REGISTER: &str = "\
# Who was met, in which meetings, and what they handed over. Ids are yours: lower-case words with hyphens.
# `cirtkit person add`, `meeting add` and `evidence add` write here; so may you, by hand.

# [people.m-example]
# name = \"…\"
# institution = \"…\"
# type = \"regulator\"                  # a stakeholder type: `cirtkit pack show assessment`
# function = \"…\"
# consent = false                     # true only if they agreed to be named in reports

# [meetings.workshop-day-1]
# title = \"…\"
# date = 2026-06-03
# place = \"…\"
# participants = [\"m-example\"]

# [evidence.decree-12-2024]
# title = \"…\"
# date = 2024-05-02                   # of the document
# from = \"m-example\"
# received = 2026-06-03
# file = \"evidence/decree-12-2024.pdf\"    # or kept = false: seen, not kept
# tlp = \"GREEN\"
";

const ANSWERS: &str = "\
# The assessor's answers. `cirtkit ask` and `cirtkit answer` write here; so may you, by hand.
# Comments and order are yours and survive every save.
";
