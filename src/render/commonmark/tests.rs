//! Both ends together: notes made to do harm, set into a report and read as HTML.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::note::MAX_GROWTH;
use super::*;
use crate::render::escape::{self, Bidi};
use crate::render::markers;

fn html(markdown: &str) -> String {
    to_html(markdown, &|_| None).html
}

/// The names of the elements in HTML of ours, in order.
fn elements(html: &str) -> Vec<&str> {
    let tags = html
        .split('<')
        .skip(1)
        .map(|tag| tag.split([' ', '>']).next().unwrap());
    tags.filter(|name| !name.starts_with('/')).collect()
}

/// The text of HTML of ours.
fn text_of(html: &str) -> String {
    let mut out = String::new();
    for (nth, part) in html.split('<').enumerate() {
        out.push_str(if nth == 0 {
            part
        } else {
            part.split_once('>').unwrap().1
        });
    }
    for (entity, c) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        out = out.replace(entity, c);
    }
    out
}

fn normal(text: &str) -> String {
    let mut bidi = Bidi::default();
    let mut out = escape::clean(text, &mut bidi).trim().to_owned();
    bidi.close(&mut out);
    out
}

#[test]
fn a_note_in_another_language_is_marked() {
    let note = prose_in("*Décret* 12\n\n- un\n- **deux**", "fr");
    assert_eq!(
        html(&note),
        "<p><span lang=\"fr\" dir=\"ltr\"><em>Décret</em> 12</span></p>\n<ul>\n\
         <li><span lang=\"fr\" dir=\"ltr\">un</span></li>\n\
         <li><span lang=\"fr\" dir=\"ltr\"><strong>deux</strong></span></li>\n</ul>\n"
    );
    assert_eq!(markers::strip(&note), "_Décret_ 12\n\n* un\n* **deux**");
}

/// A note between two parts of a report, which must come out as if it were not there.
fn check_surroundings(note: &str) {
    let written = prose(note);
    assert_eq!(written.trim_matches('\n'), written);
    assert!(written.len() <= 4096 + MAX_GROWTH * note.len());
    let after = "## After\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n";
    for (block, wrap) in [(written.clone(), ""), (prose_quote(note), ">")] {
        let whole = html(&format!("Before.\n\n{block}\n\n{after}"));
        let inner = whole.strip_prefix("<p>Before.</p>\n");
        let inner = inner.and_then(|whole| whole.strip_suffix(html(after).as_str()));
        let inner = inner.unwrap_or_else(|| panic!("{note:?} -> {block:?} -> {whole}"));
        for element in elements(inner) {
            let allowed = [
                "p",
                "br",
                "em",
                "strong",
                "code",
                "pre",
                "ul",
                "ol",
                "li",
                "blockquote",
                "div",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
            ];
            assert!(allowed.contains(&element), "{element} of {note:?}");
        }
        if wrap == ">" && !block.is_empty() {
            assert_eq!(elements(inner).first(), Some(&"blockquote"));
            assert!(block.lines().all(|line| line.starts_with('>')));
        }
    }
}

#[test]
fn hostile_notes_leave_the_report_alone() {
    let huge = "word | *x* <b> [a](b)\n".repeat(5000);
    for note in [
        "```\nopen",
        "~~~~\nopen",
        "<!-- open",
        "<script>alert(1)</script>",
        "<div>\n\n<p>",
        "[After]: https://evil.ex\n[after]",
        "![a](https://evil.ex/x.png \"t\")",
        "<?php",
        "<![CDATA[",
        "a | b | c\n--|--|--",
        "| a |\n|---|\n| b",
        "\u{202E}\u{2067}אבג\u{200F}",
        "- ",
        "1.",
        ">",
        "> - > - ",
        "$$x^2$$ @cite [^1]\n\n[^1]: note",
        "---\ntitle: x\n---",
        "Setext\n---",
        "* * *",
        "+ + + +",
        "- - -",
        "\0\u{1b}[2J\u{9b}",
        "999999999. a\n1. b",
        "- a\n\n\n- b\n\n      code",
        "a\\",
        "`",
        "*",
        "**",
        "&#124;",
        "|",
        "\\|",
        "<a href=\"javascript:x\">y</a>",
        "\t- a\n\t\t- b",
        "> ```\n> open\n\nafter",
        &">".repeat(3000),
        &"- ".repeat(3000),
        &"*".repeat(20_000),
        &"[".repeat(20_000),
        &"*a **b ".repeat(3000),
        &"`a".repeat(5000),
        &"![".repeat(3000),
        &"|".repeat(5000),
        &"<".repeat(20_000),
        &"\\".repeat(9999),
        &huge,
        &format!(
            "|{}\n|{}\n{}",
            "a|".repeat(200),
            "-|".repeat(200),
            "|x|\n".repeat(500)
        ),
        &format!("{}x\n{}", "> ".repeat(40), "y\n".repeat(400)),
    ] {
        check_surroundings(note);
    }
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+*_#>|`~\\[\\]()!<&;a1.: \n\t\\\\$^@{}=%/\"]{0,60}",
        "([*_`]{1,3}|[ab\n .!]|- |> |1\\. |\\[|\\]\\(u\\)|<b>|\\| |-|é|»|\u{a0}|\u{202e}|\u{2069}|\u{10fc02}|:){0,40}",
        "(- |  |> |\n|\n\n|a|```\n|1\\) |# |\\| a \\| b \\|\n|---\\|---\n|\\* ){0,25}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn literal_text_survives_everywhere(text in hostile()) {
        let expected = normal(&text);
        let literal = escape::literal(&text);
        for (markdown, shape, before, after) in [
            (format!("{literal}\n"), "p", "", ""),
            (format!("# {literal}\n"), "h1", "", ""),
            (format!("## {literal} ##\n"), "h2", "", ""),
            (format!("- {literal}\n"), "ul li", "", ""),
            (format!("1. {literal}\n"), "ol li", "", ""),
            (format!("> {literal}\n"), "blockquote p", "", ""),
            (format!("a {literal} b\n"), "p", "a ", " b"),
            (format!("a\n{literal}\nb\n"), "p", "a\n", "\nb"),
            (format!("x{literal}[y](#z)\n"), "p a", "x", "y"),
            (format!("| a |\n| --- |\n| {literal} |\n"), "div table thead tr th tbody tr td", "a", ""),
        ] {
            if expected.is_empty() {
                continue;
            }
            let html = html(&markdown);
            prop_assert_eq!(elements(&html).join(" "), shape, "{:?}", markdown);
            let found = text_of(&html);
            prop_assert_eq!(found.replace('\n', ""), format!("{before}{expected}{after}").replace('\n', ""), "{:?}", markdown);
        }
    }

    #[test]
    fn a_note_keeps_to_itself(note in hostile()) {
        check_surroundings(&note);
    }

    #[test]
    fn a_note_written_again_is_the_same(note in hostile()) {
        let once = prose(&note);
        let twice = prose(&once);
        prop_assert_eq!(html(&once), html(&twice), "{:?} / {:?}", &once, &twice);
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn a_marked_note_reads_as_an_unmarked_one(note in hostile()) {
        let marked = prose_in(&note, "fr");
        prop_assert_eq!(markers::strip(&marked), prose(&note));
        let plain = html(&marked).replace("<span lang=\"fr\" dir=\"ltr\">", "").replace("</span>", "");
        prop_assert_eq!(plain, html(&prose(&note)));
    }
}
