//! Texts with holes: `{country.in}`, `{role.lead-ministry.of}`, `{answer.legal-instruments.title}`,
//! `{figure.cost-state}`.
//!
//! Parsing and checking only; `report` fills the holes, since it knows the language.

/// The form in which a phrase is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it stands, with its article.
    The,
    /// After "of".
    Of,
    /// After "to".
    To,
    /// After "in".
    In,
    /// Bare.
    Name,
}

impl Form {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "of" => Self::Of,
            "to" => Self::To,
            "in" => Self::In,
            "name" => Self::Name,
            _ => return None,
        })
    }
}

/// What of an answer is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The answer itself.
    Value(Form),
    /// How many rows or items it has.
    Count,
    /// The cells of one column of a table.
    Column(String),
}

/// Whether a figure is told with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `USD 34,000`, `11 posts`.
    With,
    /// `11`.
    Without,
}

/// One hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hole {
    /// The country.
    Country(Form),
    /// The institution that holds a role.
    Role(String, Form),
    /// Another question's answer.
    Answer(String, Wanted),
    /// The value of a formula: with its unit, or the number alone.
    Figure(String, Unit),
    /// The answer of the question whose sentence this is.
    Own,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A hole.
    Hole(Hole),
}

/// Parses a text into pieces.
///
/// # Errors
/// Returns the words of the first hole that is not known, or `{` where one is not closed.
pub fn parse(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        if rest[open..].starts_with('}') {
            return Err("}".into());
        }
        let Some(close) = rest[open..].find('}') else {
            return Err("{".into());
        };
        if open > 0 {
            pieces.push(Piece::Words(rest[..open].to_string()));
        }
        let inside = &rest[open + 1..open + close];
        pieces.push(Piece::Hole(hole(inside).ok_or_else(|| inside.to_string())?));
        rest = &rest[open + close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_string()));
    }
    Ok(pieces)
}

fn hole(inside: &str) -> Option<Hole> {
    let parts: Vec<&str> = inside.split('.').collect();
    Some(match parts.as_slice() {
        ["country"] => Hole::Country(Form::The),
        ["country", form] => Hole::Country(Form::parse(form)?),
        ["role", id] => Hole::Role((*id).into(), Form::The),
        ["role", id, form] => Hole::Role(
            (*id).into(),
            Form::parse(form).filter(|form| *form != Form::In)?,
        ),
        ["figure", id] => Hole::Figure((*id).into(), Unit::With),
        ["figure", id, "number"] => Hole::Figure((*id).into(), Unit::Without),
        ["answer"] => Hole::Own,
        ["answer", id] => Hole::Answer((*id).into(), Wanted::Value(Form::The)),
        ["answer", id, "count"] => Hole::Answer((*id).into(), Wanted::Count),
        ["answer", id, form @ ("of" | "to" | "name")] => {
            Hole::Answer((*id).into(), Wanted::Value(Form::parse(form)?))
        }
        ["answer", id, column] => Hole::Answer((*id).into(), Wanted::Column((*column).into())),
        _ => return None,
    })
}

/// Returns the holes of a text; none where it does not parse.
pub fn holes(text: &str) -> Vec<Hole> {
    let pieces = parse(text).unwrap_or_default();
    let hole = |piece| match piece {
        Piece::Hole(hole) => Some(hole),
        Piece::Words(_) => None,
    };
    pieces.into_iter().filter_map(hole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_read_and_wrong_ones_are_named() {
        assert_eq!(
            holes("{country.in}: {role.host.of} {answer.a-b.title} {answer}"),
            [
                Hole::Country(Form::In),
                Hole::Role("host".into(), Form::Of),
                Hole::Answer("a-b".into(), Wanted::Column("title".into())),
                Hole::Own,
            ]
        );
        assert_eq!(parse("{contry}"), Err("contry".into()));
        assert_eq!(parse("a { b"), Err("{".into()));
        assert_eq!(parse("a } b"), Err("}".into()));
    }
}
