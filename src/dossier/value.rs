//! The value of an answer: read by the question's kind, and written back as TOML.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use toml::de::DeValue;

use super::edit::Literal;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::model::dossier::LocalText;
use crate::model::question::{Choice, Column, Kind, MAX_LEVEL, Question};
use crate::model::{Date, Value};
use crate::source::{Node, Source};

/// Reads a value; what does not fit the question is told with its place.
pub(super) fn read(
    question: &Question,
    node: &Node<'_>,
    currency: Option<&str>,
    source: &Source<'_>,
    found: &mut Diagnostics,
) -> Option<Value> {
    let reader = Reader {
        id: &question.id,
        currency,
        source,
    };
    match question.kind {
        Kind::SelectMultiple => reader.choices(&question.options, node, found),
        Kind::Table => reader.table(&question.columns, node, found),
        kind => {
            let value = reader.single(kind, &question.options, node, found)?;
            reader.within(question, &value, node, found)?;
            Some(value)
        }
    }
}

struct Reader<'a> {
    id: &'a str,
    currency: Option<&'a str>,
    source: &'a Source<'a>,
}

impl Reader<'_> {
    fn refuse<T>(
        &self,
        code: &'static str,
        node: &Node<'_>,
        message: String,
        help: &str,
        found: &mut Diagnostics,
    ) -> Option<T> {
        let diagnostic = Diagnostic::error(code, self.source.place(&node.span()), message);
        found.push(if help.is_empty() {
            diagnostic
        } else {
            diagnostic.help(help)
        });
        None
    }

    fn expected<T>(
        &self,
        node: &Node<'_>,
        what: &str,
        help: &str,
        found: &mut Diagnostics,
    ) -> Option<T> {
        let message = format!("`{}` takes {what}", self.id);
        self.refuse("wrong-value", node, message, help, found)
    }

    fn single(
        &self,
        kind: Kind,
        options: &[Choice],
        node: &Node<'_>,
        found: &mut Diagnostics,
    ) -> Option<Value> {
        let value = node.get_ref();
        let whole = |value: &DeValue<'_>| {
            let number = value.as_integer()?;
            i64::from_str_radix(number.as_str(), number.radix()).ok()
        };
        match kind {
            Kind::Level => match whole(value).and_then(|level| u8::try_from(level).ok()) {
                Some(level) if level <= MAX_LEVEL => Some(Value::Level(level)),
                _ => self.expected(
                    node,
                    "a level from 0 to 4",
                    "write value = 0, 1, 2, 3 or 4, without quotes",
                    found,
                ),
            },
            Kind::SelectOne => match value.as_str() {
                Some(id) => self.choice(id, options, node, found).map(Value::Choice),
                None => self.expected(node, "the id of one option", &list(options), found),
            },
            Kind::YesNo => match value.as_bool() {
                Some(yes) => Some(Value::YesNo(yes)),
                None => self.expected(
                    node,
                    "true or false",
                    "write value = true or value = false, without quotes",
                    found,
                ),
            },
            Kind::Text => match text(value) {
                Some(text) => Some(Value::Text(text)),
                None => {
                    let help = "write it in quotes, or as { en = \"…\", fr = \"…\" }";
                    self.expected(node, "a text", help, found)
                }
            },
            Kind::Integer => match whole(value) {
                Some(number) => Some(Value::Integer(number)),
                None => self.expected(
                    node,
                    "a whole number",
                    "write it without quotes, such as value = 12",
                    found,
                ),
            },
            Kind::Decimal => match exact(value) {
                Some(number) => Some(Value::Decimal(number)),
                None => self.expected(
                    node,
                    "a decimal in quotes",
                    "write it as a string, such as value = \"38.4\", so that it stays exact",
                    found,
                ),
            },
            Kind::Money => self.money(node, found),
            Kind::Date => {
                let text = value.as_datetime().map(ToString::to_string);
                match text.as_deref().and_then(Date::parse) {
                    Some(date) => Some(Value::Date(date)),
                    None => self.expected(
                        node,
                        "a date",
                        "write it without quotes, such as value = 2026-06-03",
                        found,
                    ),
                }
            }
            Kind::Reference => match value.as_str().filter(|text| is_reference(text)) {
                Some(text) => Some(Value::Reference(text.to_string())),
                None => self.expected(
                    node,
                    "a recommendation with its stage",
                    "write it as \"assessment:take-decision\"",
                    found,
                ),
            },
            Kind::SelectMultiple | Kind::Table => self.expected(node, "a single value", "", found),
        }
    }

    fn money(&self, node: &Node<'_>, found: &mut Diagnostics) -> Option<Value> {
        let help = "write it as a string, such as value = \"365000 USD\"";
        let text = match node.get_ref() {
            DeValue::Integer(number) => number.as_str().to_string(),
            other => other.as_str().unwrap_or_default().to_string(),
        };
        let (amount, currency) = match text.trim().split_once(' ') {
            Some((amount, currency)) => (amount, Some(currency.trim())),
            None => (text.trim(), self.currency),
        };
        let Some(currency) = currency else {
            return self.expected(
                node,
                "an amount with its currency",
                "add the currency, or set `currency` in dossier.toml",
                found,
            );
        };
        let known = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        match amount.parse::<Decimal>() {
            Ok(amount) if known => Some(Value::Money(amount, currency.to_string())),
            _ => self.expected(
                node,
                "an amount with a currency of three capital letters",
                help,
                found,
            ),
        }
    }

    fn choice(
        &self,
        id: &str,
        options: &[Choice],
        node: &Node<'_>,
        found: &mut Diagnostics,
    ) -> Option<String> {
        if options.iter().any(|option| option.id == id) {
            return Some(id.to_string());
        }
        let message = format!("question `{}` has no option {}", self.id, shown(id));
        let diagnostic =
            Diagnostic::error("unknown-choice", self.source.place(&node.span()), message);
        found.push(diagnostic.suggest(id, options.iter().map(|option| option.id.as_str())));
        None
    }

    fn choices(
        &self,
        options: &[Choice],
        node: &Node<'_>,
        found: &mut Diagnostics,
    ) -> Option<Value> {
        let DeValue::Array(items) = node.get_ref() else {
            return self.expected(node, "a list of option ids", &list(options), found);
        };
        let mut ids: Vec<String> = Vec::new();
        let mut right = true;
        for item in items {
            let id = match item.get_ref().as_str() {
                Some(id) => self.choice(id, options, item, found),
                None => self.expected(item, "a list of option ids", &list(options), found),
            };
            match id {
                Some(id) if !ids.contains(&id) => ids.push(id),
                Some(_) => {}
                None => right = false,
            }
        }
        right.then_some(Value::Choices(ids))
    }

    fn table(&self, columns: &[Column], node: &Node<'_>, found: &mut Diagnostics) -> Option<Value> {
        let DeValue::Array(items) = node.get_ref() else {
            return self.expected(
                node,
                "a list of rows",
                "write them as [[answers.QUESTION.value]]",
                found,
            );
        };
        let mut rows = Vec::new();
        let mut right = true;
        for item in items {
            let DeValue::Table(cells) = item.get_ref() else {
                return self.expected(
                    item,
                    "a list of rows",
                    "write each as { column = value, … }",
                    found,
                );
            };
            let mut row = BTreeMap::new();
            for (key, cell) in cells {
                let Some(column) = columns
                    .iter()
                    .find(|column| column.id == key.get_ref().as_ref())
                else {
                    let message = format!("`{}` has no column {}", self.id, shown(key.get_ref()));
                    let place = self.source.place(&key.span());
                    let known = columns.iter().map(|column| column.id.as_str());
                    found.push(
                        Diagnostic::error("unknown-column", place, message)
                            .suggest(key.get_ref(), known),
                    );
                    right = false;
                    continue;
                };
                match self.single(column.kind, &column.options, cell, found) {
                    Some(value) => drop(row.insert(column.id.clone(), value)),
                    None => right = false,
                }
            }
            for column in columns.iter().filter(|column| column.required) {
                if !row.contains_key(&column.id) && right {
                    let message = format!("a row of `{}` has no `{}`", self.id, column.id);
                    self.refuse::<()>(
                        "missing-cell",
                        item,
                        message,
                        "fill it in, or remove the row",
                        found,
                    );
                    right = false;
                }
            }
            rows.push(row);
        }
        right.then_some(Value::Table(rows))
    }

    /// Checks a number against the question's bounds.
    fn within(
        &self,
        question: &Question,
        value: &Value,
        node: &Node<'_>,
        found: &mut Diagnostics,
    ) -> Option<()> {
        let number = match value {
            Value::Integer(number) => Decimal::from(*number),
            Value::Decimal(number) => *number,
            _ => return Some(()),
        };
        let bound =
            |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Decimal>().ok());
        let (min, max) = (bound(&question.min), bound(&question.max));
        if min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max) {
            return Some(());
        }
        let what = match (min, max) {
            (Some(min), Some(max)) => format!("a number from {min} to {max}"),
            (Some(min), None) => format!("a number of at least {min}"),
            (None, Some(max)) => format!("a number of at most {max}"),
            (None, None) => return Some(()),
        };
        self.expected(node, &what, "", found)
    }
}

/// Reads a text, or one text for each language.
fn text(value: &DeValue<'_>) -> Option<LocalText> {
    let DeValue::Table(texts) = value else {
        return Some(value.as_str()?.into());
    };
    let pair = |(lang, text): (&toml::Spanned<_>, &Node<'_>)| {
        let lang: &std::borrow::Cow<'_, str> = lang.get_ref();
        Some((lang.to_string(), text.get_ref().as_str()?.to_string()))
    };
    let texts: Option<BTreeMap<String, String>> = texts.iter().map(pair).collect();
    texts
        .filter(|texts| !texts.is_empty())
        .map(LocalText::ByLang)
}

fn exact(value: &DeValue<'_>) -> Option<Decimal> {
    match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
        other => other.as_str()?.trim().parse().ok(),
    }
}

/// Tells whether a text is a stage and a recommendation with a colon between them.
fn is_reference(text: &str) -> bool {
    let is_id = crate::model::is_id;
    text.split_once(':')
        .is_some_and(|(stage, id)| is_id(stage) && is_id(id))
}

fn list(options: &[Choice]) -> String {
    let ids: Vec<String> = options
        .iter()
        .map(|option| format!("`{}`", option.id))
        .collect();
    format!("the options are {}", ids.join(", "))
}

/// Returns a text as it is written to a file.
pub(super) fn local(text: &LocalText) -> Literal {
    match text {
        LocalText::Plain(text) => Literal::Text(text.clone()),
        LocalText::ByLang(texts) => {
            let pair =
                |(lang, text): (&String, &String)| (lang.clone(), Literal::Text(text.clone()));
            Literal::InlineTable(texts.iter().map(pair).collect())
        }
    }
}

/// Returns a value as it is written to a file.
pub fn literal(value: &Value) -> Literal {
    match value {
        Value::Level(level) => Literal::Integer(i64::from(*level)),
        Value::Choice(id) => Literal::Text(id.clone()),
        Value::Text(text) => local(text),
        Value::Choices(ids) => Literal::List(ids.iter().cloned().map(Literal::Text).collect()),
        Value::YesNo(yes) => Literal::Boolean(*yes),
        Value::Integer(number) => Literal::Integer(*number),
        Value::Decimal(number) => Literal::Text(number.to_string()),
        Value::Money(amount, currency) => Literal::Text(format!("{amount} {currency}")),
        Value::Date(date) => Literal::Date(date.to_string()),
        Value::Reference(text) => Literal::Text(text.clone()),
        Value::Table(rows) => {
            let cell = |(key, value): (&String, &Value)| (key.clone(), literal(value));
            Literal::Rows(
                rows.iter()
                    .map(|row| row.iter().map(cell).collect())
                    .collect(),
            )
        }
    }
}

/// Reads a value that a person typed: a level, an id, ids with commas, yes or no, a number, a date, an
/// amount, or the rows of a table as a TOML list.
///
/// # Errors
/// Returns what does not fit, without the place.
pub fn parse(
    question: &Question,
    typed: &str,
    currency: Option<&str>,
) -> Result<Value, Diagnostic> {
    let typed = typed.trim();
    let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
    let number = |text: &str| text.parse::<i64>().is_ok();
    let literal = match question.kind {
        Kind::Level | Kind::Integer if number(typed) => typed.to_string(),
        Kind::Date if Date::parse(typed).is_some() => typed.to_string(),
        Kind::YesNo => match typed.to_lowercase().as_str() {
            "yes" | "y" | "oui" | "o" | "true" => String::from("true"),
            "no" | "n" | "non" | "false" => String::from("false"),
            _ => quoted(typed),
        },
        Kind::SelectMultiple => {
            let ids = typed.split(',').map(str::trim).filter(|id| !id.is_empty());
            format!("[{}]", ids.map(quoted).collect::<Vec<_>>().join(", "))
        }
        Kind::Table if typed.starts_with('[') => typed.replace(['\r', '\n'], " "),
        _ => quoted(typed),
    };
    let text = format!("value = {literal}");
    let mut found = Diagnostics::default();
    let value = Source::parse("VALUE", &text, &mut found).and_then(|source| {
        let node = source.tree().get("value")?.clone();
        self::read(question, &node, currency, &source, &mut found)
    });
    let place = crate::diagnostic::Place::default();
    let first = found.iter().next().cloned();
    match (value, first) {
        (Some(value), _) => Ok(value),
        (None, Some(problem)) => Err(Diagnostic {
            place,
            help: typed_help(question.kind).map(String::from).or(problem.help),
            ..problem
        }),
        (None, None) => Err(Diagnostic::error(
            "wrong-value",
            place,
            format!("`{}` cannot take this", question.id),
        )),
    }
}

/// Says how to type a value; none where the problem says it better.
fn typed_help(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Level => "type 0, 1, 2, 3 or 4",
        Kind::YesNo => "type yes or no",
        Kind::Integer => "type a whole number, such as 12",
        Kind::Decimal => "type a number, such as 38.4",
        Kind::Money => "type an amount with its currency, such as '365000 USD'",
        Kind::Date => "type a day, such as 2026-06-03",
        Kind::Table => "type the rows as a TOML list, such as '[{ title = \"Act 9\" }]'",
        Kind::Text | Kind::SelectOne | Kind::SelectMultiple | Kind::Reference => return None,
    })
}
