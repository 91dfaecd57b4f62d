//! What a text says, whatever its spelling.
//!
//! The judge of an edit: the tree of the text before, with the one change made, must be the
//! tree of the text after.

use std::collections::BTreeMap;

use toml_edit::{Document, Item, Table, Value};

/// What a text says, whatever its spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// The bits of a number with a decimal point.
    Float(u64),
    /// True or false.
    Boolean(bool),
    /// A date, a time, or both, in its shortest form.
    Date(String),
    /// A list, or an array of tables.
    List(Vec<Tree>),
    /// A table.
    Table(BTreeMap<String, Tree>),
}

impl Tree {
    pub(super) fn of(document: &Document<&str>) -> Tree {
        Tree::of_table(document.as_table())
    }

    pub(super) fn of_table(table: &Table) -> Tree {
        let rows = table.iter().filter_map(|(key, item)| {
            let tree = match item {
                Item::None => return None,
                Item::Value(value) => Tree::of_value(value),
                Item::Table(table) => Tree::of_table(table),
                Item::ArrayOfTables(tables) => {
                    Tree::List(tables.iter().map(Tree::of_table).collect())
                }
            };
            Some((key.to_owned(), tree))
        });
        Tree::Table(rows.collect())
    }

    pub(super) fn of_value(value: &Value) -> Tree {
        match value {
            Value::String(text) => Tree::Text(text.value().clone()),
            Value::Integer(number) => Tree::Integer(*number.value()),
            Value::Float(number) => Tree::Float(number.value().to_bits()),
            Value::Boolean(flag) => Tree::Boolean(*flag.value()),
            Value::Datetime(date) => Tree::Date(date.value().to_string()),
            Value::Array(array) => Tree::List(array.iter().map(Tree::of_value).collect()),
            Value::InlineTable(table) => Tree::Table(
                table
                    .iter()
                    .map(|(key, value)| (key.to_owned(), Tree::of_value(value)))
                    .collect(),
            ),
        }
    }

    /// Tells whether two say the same to a reader: the line ends inside of texts do not count, since
    /// some editors and mail programs change them.
    pub fn same(&self, other: &Tree) -> bool {
        match (self, other) {
            (Tree::Text(one), Tree::Text(other)) => {
                one == other || one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
            }
            (Tree::List(one), Tree::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.same(b))
            }
            (Tree::Table(one), Tree::Table(other)) => {
                let alike = |((key, a), (name, b)): ((&String, &Tree), (&String, &Tree))| {
                    key == name && a.same(b)
                };
                one.len() == other.len() && one.iter().zip(other).all(alike)
            }
            _ => self == other,
        }
    }

    /// Returns the keys of a table; none where it is something else.
    pub fn table(&self) -> Option<&BTreeMap<String, Tree>> {
        match self {
            Tree::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Returns a text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns what stands at a path.
    pub fn get(&self, path: &[String]) -> Option<&Tree> {
        path.iter().try_fold(self, |tree, key| match tree {
            Tree::Table(table) => table.get(key),
            _ => None,
        })
    }

    /// Sets or removes what stands at a path, whose steps are tables or absent.
    pub fn put(&mut self, path: &[String], tree: Option<Tree>) {
        let (Tree::Table(table), Some((key, rest))) = (self, path.split_first()) else {
            return;
        };
        match (rest.is_empty(), tree) {
            (true, Some(tree)) => {
                table.insert(key.clone(), tree);
            }
            (true, None) => {
                table.remove(key);
            }
            (false, Some(tree)) => table
                .entry(key.clone())
                .or_insert_with(|| Tree::Table(BTreeMap::new()))
                .put(rest, Some(tree)),
            (false, None) => {
                if let Some(inner) = table.get_mut(key) {
                    inner.put(rest, None);
                }
            }
        }
    }

    /// Drops empty tables on a path that had no header and so went with their last key.
    pub(super) fn prune(&mut self, path: &[String], found: &Tree) {
        for depth in (1..=path.len()).rev() {
            let Some(path) = path.get(..depth) else {
                return;
            };
            let empty = matches!(self.get(path), Some(Tree::Table(table)) if table.is_empty());
            if !empty || found.get(path).is_some() {
                return;
            }
            self.put(path, None);
        }
    }
}
