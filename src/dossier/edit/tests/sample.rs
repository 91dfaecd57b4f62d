//! Files made by chance: tables in every spelling, with comments everywhere.

/// Choices taken from bytes, so that a failing file shrinks.
struct Dice<'a> {
    bytes: std::slice::Iter<'a, u8>,
    comment: usize,
}

impl Dice<'_> {
    fn roll(&mut self, sides: u8) -> u8 {
        self.bytes.next().copied().unwrap_or(0) % sides
    }

    fn key(&mut self, key: &str) -> String {
        match self.roll(4) {
            0 => format!("\"{key}\""),
            1 => format!("'{key}'"),
            _ => key.to_owned(),
        }
    }

    fn equals(&mut self) -> &'static str {
        ["=", " = ", "  =\t"][usize::from(self.roll(3))]
    }

    fn comment(&mut self) -> String {
        self.comment += 1;
        format!("# c{}; \"it's\" [x] = {{", self.comment)
    }

    fn tail(&mut self) -> String {
        if self.roll(3) == 0 {
            format!(" {}", self.comment())
        } else {
            String::new()
        }
    }

    fn value(&mut self, braces: bool) -> String {
        let value = match self.roll(9) {
            0 => "'it # is'",
            1 => "\"a \\\" # b\"",
            2 => "\"\"\"\nfirst # \"\"\nsecond\"\"\"\"\"",
            3 => "'''x\n\n[answers.no]\nvalue = 1'''",
            4 => "[ 'a', \"]#\" ]",
            5 if !braces => {
                return format!(
                    "[ {}\n  {{ id = 'x', at = \"y\" }}, {}\n]",
                    self.comment(),
                    self.comment()
                );
            }
            6 => "{ q = 'x, }', r.s = 2 }",
            7 => "2026-06-03",
            _ => "1",
        };
        value.to_owned()
    }

    fn gap(&mut self, out: &mut String) {
        for _ in 0..self.roll(3) {
            if self.roll(2) == 0 {
                out.push('\n');
            } else {
                out.push_str(&format!("{}\n", self.comment()));
            }
        }
    }
}

pub(super) const IDS: [&str; 4] = ["a", "b-1", "c", "d"];
pub(super) const KEYS: [&str; 4] = ["value", "note", "by", "evidence"];

/// A file, and the bytes of each answer in it.
pub(super) struct Sample {
    pub(super) text: String,
    pub(super) chunks: Vec<(usize, String)>,
}

pub(super) fn sample(bytes: &[u8]) -> Sample {
    let mut dice = Dice {
        bytes: bytes.iter(),
        comment: 0,
    };
    let mut parts: Vec<(Option<usize>, String)> = Vec::new();
    let (bom, ends, shape, last) = (dice.roll(2), dice.roll(3), dice.roll(3), dice.roll(3));
    let mut top = String::new();
    dice.gap(&mut top);
    parts.push((None, top));
    let keys = |dice: &mut Dice<'_>| -> Vec<&str> {
        let mask = dice.roll(16);
        (0..4)
            .filter(|at| mask >> at & 1 == 1)
            .map(|at| KEYS[at])
            .collect()
    };
    if shape == 2 {
        let mut answers = Vec::new();
        for (at, id) in IDS.iter().enumerate() {
            let keys = keys(&mut dice);
            if dice.roll(2) == 0 {
                let pairs: Vec<String> = keys
                    .iter()
                    .map(|key| format!("{}{}{}", dice.key(key), dice.equals(), dice.value(true)))
                    .collect();
                answers.push((at, format!("{id} = {{ {} }}", pairs.join(" , "))));
            } else {
                for key in keys {
                    answers.push((
                        at,
                        format!("{} . {key} = {}", dice.key(id), dice.value(true)),
                    ));
                }
            }
        }
        parts.push((None, "answers = { ".to_owned()));
        let count = answers.len();
        for (index, (at, pair)) in answers.into_iter().enumerate() {
            parts.push((Some(at), pair));
            parts.push((None, if index + 1 < count { ", " } else { "" }.to_owned()));
        }
        parts.push((None, format!(" }}{}\n", dice.tail())));
        parts.push((None, "[other]\nx = 1\n".to_owned()));
    } else {
        // The plainly spelt ones stand on top or beneath `[answers]`, the others have headers.
        let mut plain: Vec<(Option<usize>, String)> = Vec::new();
        let mut headed: Vec<(Option<usize>, String)> = Vec::new();
        for (at, id) in IDS.iter().enumerate() {
            let mut out = String::new();
            dice.gap(&mut out);
            let keys = keys(&mut dice);
            let start = if shape == 0 { "answers." } else { "" };
            match dice.roll(4) {
                0 => {
                    for key in keys {
                        out += &format!(
                            "{start}{}.{key}{}{}{}\n",
                            dice.key(id),
                            dice.equals(),
                            dice.value(false),
                            dice.tail()
                        );
                    }
                    plain.push((Some(at), out));
                }
                1 => {
                    let pairs: Vec<String> = keys
                        .iter()
                        .map(|key| {
                            format!("{}{}{}", dice.key(key), dice.equals(), dice.value(true))
                        })
                        .collect();
                    out += &format!("{start}{id} = {{{}}}{}\n", pairs.join(","), dice.tail());
                    plain.push((Some(at), out));
                }
                2 => {
                    let indent = ["", "  ", "\t"][usize::from(dice.roll(3))];
                    out += &format!("{indent}[answers.{}]{}\n", dice.key(id), dice.tail());
                    for key in keys {
                        dice.gap(&mut out);
                        out += &format!(
                            "{indent}{}{}{}{}\n",
                            dice.key(key),
                            dice.equals(),
                            dice.value(false),
                            dice.tail()
                        );
                    }
                    headed.push((Some(at), out));
                }
                _ => {
                    let mut rows = String::new();
                    for row in 0..=dice.roll(2) {
                        dice.gap(&mut rows);
                        rows += &format!(
                            "[[answers.{id}.value]]{}\nrow = {row}{}\n",
                            dice.tail(),
                            dice.tail()
                        );
                        if dice.roll(3) == 0 {
                            rows += &format!("[answers.{id}.value.sub]\nx = 1\n");
                        }
                    }
                    let header = format!("[answers.{id}]\nby = 'x'{}\n", dice.tail());
                    match dice.roll(3) {
                        0 => out += &rows,
                        1 => out = out + &header + &rows,
                        _ => out = out + &rows + &header,
                    }
                    headed.push((Some(at), out));
                }
            }
        }
        if shape == 0 {
            parts.append(&mut plain);
            parts.append(&mut headed);
        } else {
            let header = format!("[answers]{}\n", dice.tail());
            if dice.roll(2) == 0 {
                parts.push((None, header));
                parts.append(&mut plain);
                parts.append(&mut headed);
            } else {
                parts.append(&mut headed);
                parts.push((None, header));
                parts.append(&mut plain);
            }
        }
    }
    let mut text = if bom == 1 {
        "\u{feff}".to_owned()
    } else {
        String::new()
    };
    let mut chunks = Vec::new();
    for (at, part) in parts {
        let mut out = String::new();
        for char in part.chars() {
            if char == '\n' && (ends == 1 || ends == 2 && dice.roll(2) == 0) {
                out.push('\r');
            }
            out.push(char);
        }
        text += &out;
        if let Some(at) = at {
            chunks.push((at, out));
        }
    }
    if last == 0 && text.ends_with('\n') {
        let cut = text.trim_end_matches(['\r', '\n']).len();
        text.truncate(cut);
    }
    Sample { text, chunks }
}
