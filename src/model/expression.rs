//! The small language of formulas: parsed here, checked by `pack`, reckoned by `formula`.
//!
//! ```text
//! expression = term, { ("+" | "-"), term }
//! term       = factor, { ("*" | "/"), factor }
//! factor     = number | "-", factor | "(", expression, ")" | name | name, ".", column
//!            | "sum(" expression ")" | "count(" question ")" | "ceil(" expression ")"
//!            | "empty(" table "." column ")"
//!            | "min(" expression, … ")" | "max(" expression, … ")" | "first(" expression, … ")"
//!            | "pick(" question or column, choice "=" expression, …, [ "else" "=" expression ] ")"
//! ```
//!
//! Names are ids, so `a-b` is one name and `a - b` is a difference. A column stands inside `sum` only,
//! which walks the rows of one table. `first` is the first of its parts that has a value.

use rust_decimal::Decimal;

/// The longest expression that is read, in bytes.
pub const MAX_LENGTH: usize = 2000;

/// How deep parentheses and calls may stand in each other.
pub const MAX_DEPTH: usize = 16;

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The id.
    pub id: String,
    /// Its first character, counted from 1.
    pub at: usize,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The table question.
    pub question: Name,
    /// Its column.
    pub column: Name,
}

/// The arm of a `pick` by a column for a row with nothing in it.
pub const MISSING: &str = "missing";

/// What a `pick` goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The answer to a question.
    Question(Name),
    /// The cell of the row that a `sum` stands at.
    Cell(Cell),
}

/// What joins two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

impl Op {
    /// Tells whether it binds like a product.
    pub fn is_product(self) -> bool {
        matches!(self, Self::Times | Self::Over)
    }
}

/// A parsed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A number as it is written.
    Number(Decimal),
    /// A parameter, another formula, or a question whose answer is a number.
    Name(Name),
    /// A cell of the row that a `sum` stands at.
    Cell(Cell),
    /// The part with the other sign.
    Negative(Box<Self>),
    /// Parts of one rank, joined from the left: a sum or a product.
    Chain(Box<Self>, Vec<(Op, Self)>),
    /// The sum over all rows of one table.
    Sum(Name, Box<Self>),
    /// How many rows or items an answer has.
    Count(Name),
    /// How many rows of a table have nothing in this column.
    Empty(Cell),
    /// The next whole number above.
    Ceil(Box<Self>),
    /// The least part.
    Min(Vec<Self>),
    /// The greatest part.
    Max(Vec<Self>),
    /// The first part that has a value.
    First(Vec<Self>),
    /// The part that belongs to a choice.
    Pick {
        /// What chooses.
        by: By,
        /// The parts by choice.
        arms: Vec<(Name, Self)>,
        /// The part of all other choices.
        otherwise: Option<Box<Self>>,
    },
}

/// Why a text is no expression, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at character {at}")]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// The character, counted from 1.
    pub at: usize,
}

impl Expression {
    /// Parses a text.
    ///
    /// # Errors
    /// Returns what is wrong and at which character.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.len() > MAX_LENGTH {
            let message = format!("longer than {MAX_LENGTH} bytes");
            return Err(Problem { message, at: 1 });
        }
        let tokens = tokens(text)?;
        let mut parser = Parser {
            tokens: &tokens,
            next: 0,
            end: text.chars().count() + 1,
            depth: 0,
            table: None,
        };
        let whole = parser.expression()?;
        match parser.peek() {
            Some(_) => Err(parser.wrong("expected an operator or the end")),
            None => Ok(whole),
        }
    }

    /// Returns the parts that stand directly inside.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Name(_) | Self::Cell(_) | Self::Count(_) | Self::Empty(_) => {
                Vec::new()
            }
            Self::Negative(part) | Self::Sum(_, part) | Self::Ceil(part) => vec![part],
            Self::Chain(first, rest) => {
                let rest = rest.iter().map(|(_, part)| part);
                std::iter::once(first.as_ref()).chain(rest).collect()
            }
            Self::Min(parts) | Self::Max(parts) | Self::First(parts) => parts.iter().collect(),
            Self::Pick {
                arms, otherwise, ..
            } => {
                let arms = arms.iter().map(|(_, part)| part);
                arms.chain(otherwise.as_deref()).collect()
            }
        }
    }

    /// Walks the expression and everything inside it.
    pub fn walk<'e>(&'e self, see: &mut dyn FnMut(&'e Self)) {
        see(self);
        for part in self.parts() {
            part.walk(see);
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token<'t> {
    Number(Decimal),
    Word(&'t str),
    Sign(char),
}

/// Cuts a text into tokens, each with its first character.
fn tokens(text: &str) -> Result<Vec<(Token<'_>, usize)>, Problem> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut at = 1;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            'a'..='z' => {
                let length = word_length(rest);
                tokens.push((Token::Word(&rest[..length]), at));
                length
            }
            '0'..='9' => {
                let length = number_length(rest);
                let number = rest[..length].parse().map_err(|_| Problem {
                    message: String::from("a number with too many digits"),
                    at,
                })?;
                tokens.push((Token::Number(number), at));
                length
            }
            '+' | '-' | '*' | '/' | '(' | ')' | ',' | '=' | '.' => {
                tokens.push((Token::Sign(first), at));
                1
            }
            ' ' | '\t' | '\n' | '\r' => 1,
            _ => {
                let message = String::from("a character that no formula has");
                return Err(Problem { message, at });
            }
        };
        // Every token is plain ASCII: one byte is one character.
        rest = &rest[length..];
        at += length;
    }
    Ok(tokens)
}

/// A word ends before a hyphen that no letter or digit follows.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let plain = |at: usize| {
        let byte = bytes.get(at);
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let mut end = 0;
    while plain(end) || bytes.get(end) == Some(&b'-') && plain(end + 1) {
        end += 1;
    }
    end
}

fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        let rest = text.as_bytes().iter().skip(from);
        rest.take_while(|byte| byte.is_ascii_digit()).count()
    };
    let whole = digits(0);
    let places = match text.as_bytes().get(whole) {
        Some(b'.') => digits(whole + 1),
        _ => 0,
    };
    if places == 0 {
        whole
    } else {
        whole + 1 + places
    }
}

struct Parser<'t> {
    tokens: &'t [(Token<'t>, usize)],
    next: usize,
    /// The character behind the last.
    end: usize,
    depth: usize,
    /// Inside a `sum`: its table, once a column has named it.
    table: Option<Option<Name>>,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token<'t>> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(_, at)| *at)
    }

    fn wrong(&self, message: impl Into<String>) -> Problem {
        Problem {
            message: message.into(),
            at: self.at(),
        }
    }

    /// Steps over a sign where it stands.
    fn take(&mut self, sign: char) -> bool {
        let is = self.peek() == Some(&Token::Sign(sign));
        self.next += usize::from(is);
        is
    }

    fn expect(&mut self, sign: char) -> Result<(), Problem> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(self.wrong(format!("expected `{sign}`"))),
        }
    }

    fn name(&mut self, what: &str) -> Result<Name, Problem> {
        let at = self.at();
        let Some(Token::Word(word)) = self.peek() else {
            return Err(self.wrong(format!("expected {what}")));
        };
        self.next += 1;
        Ok(Name {
            id: (*word).to_string(),
            at,
        })
    }

    fn expression(&mut self) -> Result<Expression, Problem> {
        self.chain([('+', Op::Plus), ('-', Op::Minus)], Self::term)
    }

    fn term(&mut self) -> Result<Expression, Problem> {
        self.chain([('*', Op::Times), ('/', Op::Over)], Self::factor)
    }

    fn chain(
        &mut self,
        signs: [(char, Op); 2],
        part: fn(&mut Self) -> Result<Expression, Problem>,
    ) -> Result<Expression, Problem> {
        let first = part(self)?;
        let mut rest = Vec::new();
        while let Some((_, op)) = signs.into_iter().find(|(sign, _)| self.take(*sign)) {
            rest.push((op, part(self)?));
        }
        Ok(if rest.is_empty() {
            first
        } else {
            Expression::Chain(Box::new(first), rest)
        })
    }

    fn factor(&mut self) -> Result<Expression, Problem> {
        if self.depth == MAX_DEPTH {
            return Err(self.wrong(format!("more than {MAX_DEPTH} parts inside each other")));
        }
        self.depth += 1;
        let factor = self.factor_inside();
        self.depth -= 1;
        factor
    }

    fn factor_inside(&mut self) -> Result<Expression, Problem> {
        if self.take('-') {
            return Ok(Expression::Negative(Box::new(self.factor()?)));
        }
        if self.take('(') {
            let inside = self.expression()?;
            self.expect(')')?;
            return Ok(inside);
        }
        if let Some(Token::Number(number)) = self.peek() {
            self.next += 1;
            return Ok(Expression::Number(*number));
        }
        let start = self.next;
        let name = self.name("a number, a name or `(`")?;
        if self.take('(') {
            return self.call(&name, start);
        }
        if self.peek() == Some(&Token::Sign('.')) {
            self.next = start;
            return Ok(Expression::Cell(self.cell()?));
        }
        Ok(Expression::Name(name))
    }

    /// Reads `question.column`, inside a `sum` and of its table only.
    fn cell(&mut self) -> Result<Cell, Problem> {
        let question = self.name("a table")?;
        self.expect('.')?;
        let column = self.name("a column")?;
        let at = question.at;
        let refuse = |message: &str| {
            let message = message.to_string();
            Err(Problem { message, at })
        };
        match &mut self.table {
            None => return refuse("a column outside `sum`"),
            Some(table @ None) => *table = Some(question.clone()),
            Some(Some(table)) if table.id != question.id => {
                return refuse("a second table inside one `sum`");
            }
            Some(Some(_)) => {}
        }
        Ok(Cell { question, column })
    }

    fn call(&mut self, name: &Name, start: usize) -> Result<Expression, Problem> {
        let call = match name.id.as_str() {
            "sum" => {
                if self.table.is_some() {
                    self.next = start;
                    return Err(self.wrong("a `sum` inside a `sum`"));
                }
                self.table = Some(None);
                let inside = self.expression();
                let table = self.table.take().flatten();
                let Some(table) = table else {
                    inside?;
                    self.next = start;
                    return Err(self.wrong("a `sum` without a column"));
                };
                Expression::Sum(table, Box::new(inside?))
            }
            "count" => Expression::Count(self.name("a question")?),
            "empty" if self.table.is_some() => Expression::Empty(self.cell()?),
            "empty" => {
                let question = self.name("a table")?;
                self.expect('.')?;
                let column = self.name("a column")?;
                Expression::Empty(Cell { question, column })
            }
            "ceil" => Expression::Ceil(Box::new(self.expression()?)),
            "min" => Expression::Min(self.list()?),
            "max" => Expression::Max(self.list()?),
            "first" => Expression::First(self.list()?),
            "pick" => self.pick()?,
            _ => {
                self.next = start;
                return Err(self.wrong(
                    "a function that is none of sum, count, empty, ceil, min, max, first and pick",
                ));
            }
        };
        self.expect(')')?;
        Ok(call)
    }

    fn list(&mut self) -> Result<Vec<Expression>, Problem> {
        let mut list = vec![self.expression()?];
        while self.take(',') {
            list.push(self.expression()?);
        }
        Ok(list)
    }

    fn pick(&mut self) -> Result<Expression, Problem> {
        let start = self.next;
        let question = self.name("a question")?;
        let by = if self.peek() == Some(&Token::Sign('.')) {
            self.next = start;
            By::Cell(self.cell()?)
        } else {
            By::Question(question)
        };
        let mut arms: Vec<(Name, Expression)> = Vec::new();
        let mut otherwise = None;
        self.expect(',')?;
        loop {
            let at = self.at();
            let choice = self.name("a choice")?;
            self.expect('=')?;
            let part = self.expression()?;
            if choice.id == "else" {
                otherwise = Some(Box::new(part));
                break;
            }
            if arms.iter().any(|(known, _)| known.id == choice.id) {
                let message = format!("`{}` twice", choice.id);
                return Err(Problem { message, at });
            }
            arms.push((choice, part));
            if !self.take(',') {
                break;
            }
        }
        Ok(Expression::Pick {
            by,
            arms,
            otherwise,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problem(text: &str) -> String {
        Expression::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn products_bind_before_sums_and_hyphens_belong_to_names() {
        let Ok(Expression::Chain(first, rest)) = Expression::parse("a-b - 2.5 * (c + 1)") else {
            panic!("a chain");
        };
        assert!(matches!(*first, Expression::Name(ref name) if name.id == "a-b"));
        assert!(matches!(
            rest.as_slice(),
            [(Op::Minus, Expression::Chain(_, _))]
        ));
    }

    #[test]
    fn problems_say_where() {
        assert_eq!(
            problem("1 + "),
            "expected a number, a name or `(` at character 5"
        );
        assert_eq!(problem("(1 + 2"), "expected `)` at character 7");
        assert_eq!(
            problem("1 2"),
            "expected an operator or the end at character 3"
        );
        assert_eq!(
            problem("1 + é"),
            "a character that no formula has at character 5"
        );
        assert_eq!(problem("2 * a.b"), "a column outside `sum` at character 5");
        assert_eq!(
            problem("sum(a.b * c.d)"),
            "a second table inside one `sum` at character 11"
        );
        assert_eq!(
            problem("1 + sum(2)"),
            "a `sum` without a column at character 5"
        );
        assert_eq!(
            problem("sum(a.b + sum(a.c))"),
            "a `sum` inside a `sum` at character 11"
        );
        assert_eq!(
            problem("pick(a, b = 1, b = 2)"),
            "`b` twice at character 16"
        );
        assert_eq!(
            problem("round(1)").split(" at ").last(),
            Some("character 1")
        );
        assert_eq!(
            problem(&"9".repeat(40)),
            "a number with too many digits at character 1"
        );
    }

    #[test]
    fn length_and_depth_have_limits() {
        assert!(problem(&"1+".repeat(1001)).starts_with("longer than 2000 bytes"));
        assert!(problem(&"(".repeat(1999)).contains("inside each other"));
        assert!(problem(&"-".repeat(1999)).contains("inside each other"));
        assert!(Expression::parse(&format!("1{}", "+1".repeat(900))).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_gives_an_expression_or_a_problem(text in "\\PC{0,80}") {
            let _ = Expression::parse(&text);
        }

        #[test]
        fn any_row_of_tokens_gives_an_expression_or_a_problem(
            words in proptest::collection::vec(
                prop::sample::select(vec![
                    "1", "2.5", "a", "a-b", "a.b", "+", "-", "*", "/", "(", ")", ",", "=", "sum(",
                    "count(", "ceil(", "min(", "max(", "first(", "pick(", "else", ".",
                ]),
                0..30,
            )
        ) {
            let text = words.join(" ");
            if let Err(problem) = Expression::parse(&text) {
                prop_assert!(problem.at >= 1 && problem.at <= text.chars().count() + 1);
            }
        }
    }
}
