//! Templates by example: what they may do, what they may not, and what is said then.

#![allow(clippy::unwrap_used)]

use serde_json::{Value as Json, json};

use super::*;
use crate::render::commonmark;

const FEW: Limits = Limits {
    fuel: 20_000,
    output: 10_000,
    depth: 100,
};

fn set(sources: &[(&str, &str)]) -> Templates {
    let sources = sources
        .iter()
        .map(|(name, source)| ((*name).into(), (*source).into()));
    Templates::with_limits(sources.collect(), FEW).unwrap()
}

fn md(source: &str, context: Json) -> Result<String, TemplateError> {
    set(&[("a.md", source)]).render("a.md", &context)
}

fn svg(source: &str, context: Json) -> Result<String, TemplateError> {
    set(&[("a.svg", source)]).render("a.svg", &context)
}

/// An error as the terminal would show it.
fn wrong(result: Result<String, TemplateError>) -> String {
    let error = result.unwrap_err();
    format!("{error} {}", error.help.as_deref().unwrap_or_default())
}

#[test]
fn values_are_literal_in_each_kind_of_file() {
    let context = json!({ "x": "<b> *a* & | c", "n": -5 });
    assert_eq!(
        md("{{ x }} {{ n }}", context.clone()).unwrap(),
        "\\<b\\> \\*a\\* & &#124; c -5"
    );
    assert_eq!(
        svg("{{ x }} {{ n }}", context).unwrap(),
        "&lt;b&gt; *a* &amp; | c -5"
    );
}

#[test]
fn nothing_turns_escaping_off() {
    let context = || json!({ "x": "<b>*" });
    for source in [
        "{% autoescape false %}{{ x }}{% endautoescape %}",
        "{% autoescape \"html\" %}{{ x }}{% endautoescape %}",
        "{% autoescape false %}{% set y = x %}{{ y }}{% endautoescape %}",
        "{{ x ~ \"\" }}",
        "{{ [x]|join }}",
        "{{ [x]|first }}",
        "{{ x[0:] }}",
        "{{ x|string }}",
        "{% filter trim %}{{ x }}{% endfilter %}",
        "{% set y %}{{ x }}{% endset %}{{ y }}",
        "{% macro m(v) %}{{ v }}{% endmacro %}{{ m(x) }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ x }}{% endcall %}",
    ] {
        let out = md(source, context()).unwrap();
        assert!(
            out == "\\<b\\>\\*" || !out.contains("\\<") || out.starts_with("\\\\\\<"),
            "{source}: {out}"
        );
        assert!(!out.replace("\\<", "").contains('<'), "{source}: {out}");
        let out = svg(source, context()).unwrap();
        assert!(!out.contains('<'), "{source}: {out}");
    }
}

#[test]
fn what_is_escaped_is_not_escaped_again() {
    let context = || json!({ "x": "a*b", "xs": ["a*", "b"] });
    for (source, expected) in [
        (
            "{% macro m(v) %}_{{ v }}_{% endmacro %}{{ m(x) }}",
            "_a\\*b_",
        ),
        ("{% set y %}{{ x }}!{% endset %}{{ y }}", "a\\*b!"),
        (
            "{% macro m(v) %}{{ v }}{% endmacro %}{{ m(m(x)) ~ x }}",
            "a\\*ba\\*b",
        ),
        ("{% set y %}*{% endset %}{{ xs|join(y) }}", "a\\**b"),
        (
            "{% macro m() %}- {{ caller() }}{% endmacro %}{% call m() %}{{ x }}{% endcall %}",
            "- a\\*b",
        ),
        ("{{ x|prose }}", "a\\*b"),
        ("- {{ \"- a\\n- b\"|prose|indent(2) }}", "- * a\n  * b"),
    ] {
        assert_eq!(md(source, context()).unwrap(), expected, "{source}");
    }
}

#[test]
fn our_filters_and_functions() {
    let context =
        || json!({ "x": "l'équipe & co", "e": "état *x*", "n": "# A\n*b*", "none": null });
    for (source, expected) in [
        ("{{ x|cap }}", "L'équipe & co"),
        ("{{ e|cap }}", "État \\*x\\*"),
        ("{{ \"« le CIRT »\"|cap }}", "« Le CIRT »"),
        ("{{ \"12 agents\"|cap }}", "12 agents"),
        (
            "{{ e|lang_run(\"fr\")|cap }}",
            "\u{10FC01}fr:État \\*x\\*:\u{10FC02}",
        ),
        ("{{ e|lang_run(\"\") }}", "état \\*x\\*"),
        ("{{ n|prose_quote }}", "> **A**\n>\n> _b_"),
        ("{{ \"b\"|prose(\"fr\") }}", "\u{10FC01}fr:b:\u{10FC02}"),
        ("# {{ anchor(\"r-6\") }}x", "# \u{10FC00}r-6:x"),
        ("{{ figure(\"levels\") }}\n", "\u{10FC03}levels:\n"),
        ("| {{ row_heads() }}x |", "| \u{10FC04}x |"),
        (
            "{% for i in [1, 2] %}\n- {{ i }}\n{% endfor %}\nend\n",
            "- 1\n- 2\nend\n",
        ),
    ] {
        assert_eq!(md(source, context()).unwrap(), expected, "{source}");
    }
    assert!(wrong(svg("{{ \"x\"|prose }}", json!({}))).contains("makes Markdown"));
    assert!(wrong(svg("{{ anchor(\"x\") }}", json!({}))).contains("makes Markdown"));
    assert!(wrong(md("{{ x|prose|prose }}", context())).contains("is formatted already"));
    assert!(wrong(md("{{ none|prose }}", context())).contains("is absent here"));
}

#[test]
fn errors_name_the_place_and_the_words() {
    let context = || json!({ "x": "SECRET", "section": { "level": 1 }, "none": null, "yes": true, "list": ["SECRET"] });
    for (source, line, expected) in [
        (
            "a\n{{ section.levle }}",
            2,
            "`section.levle` is not a name that this template can see",
        ),
        (
            "a\n\n{{ sektion.level }}",
            3,
            "`sektion.level` is not a name",
        ),
        ("{% if sektion %}{% endif %}", 1, "is not a name"),
        ("{% for a in lits %}{% endfor %}", 1, "is not a name"),
        (
            "{{ none }}",
            1,
            "`{{ none }}` is absent here and can't be printed",
        ),
        ("{{ yes }}", 1, "`{{ yes }}` is a yes or no"),
        ("{{ list }}", 1, "`{{ list }}` is neither text nor a number"),
        (
            "{{ section }}",
            1,
            "`{{ section }}` is neither text nor a number",
        ),
        ("{{ x|safe }}", 1, "`{{ x|safe }}`: there is no such filter"),
        (
            "{{ nope|default(x) }}",
            1,
            "`{{ nope|default(x) }}`: there is no such filter",
        ),
        ("{{ debug() }}", 1, "`{{ debug() }}`: there is no such test"),
        ("{{ x.fly() }}", 1, "`{{ x.fly() }}`: there is no such test"),
        (
            "{{ x + 1 }}",
            1,
            "`{{ x + 1 }}` does not work with these values",
        ),
        ("{{ x|int }}", 1, "`{{ x|int }}` does not work"),
        ("{% include x %}", 1, "names a template that is not there"),
        (
            "{% include \"no.md\" %}",
            1,
            "names a template that is not there",
        ),
        ("{{ range(9, x) }}", 1, "does not work"),
        (
            "{{ list|sort(attribute=\"a\")|map(\"nope\")|join }}",
            1,
            "there is no such filter",
        ),
    ] {
        let error = md(source, context()).unwrap_err();
        assert_eq!(
            (error.template.as_str(), error.line),
            ("a.md", Some(line)),
            "{source}: {error}"
        );
        assert!(error.message.contains(expected), "{source}: {error}");
        assert!(
            !format!("{error:?}").contains("SECRET"),
            "{source}: {error:?}"
        );
    }
    let missing = set(&[]).render("a.md", &json!({})).unwrap_err();
    assert_eq!(missing.message, "there is no template `a.md`");
}

#[test]
fn errors_point_into_included_and_imported_templates() {
    let templates = set(&[
        (
            "r/report.md",
            "{% import \"lang/en.md\" as say %}\n{% include \"r/part.md\" %}\n",
        ),
        ("r/part.md", "\n\n{{ say.hello(country) }}"),
        (
            "lang/en.md",
            "{% macro hello(c) %}\nHello {{ c.nmae }}{% endmacro %}",
        ),
        ("page/x.html", "{% import \"lang/en.md\" as say %}"),
    ]);
    let error = templates
        .render("r/report.md", &json!({ "country": { "name": "EX" } }))
        .unwrap_err();
    assert_eq!(
        (error.template.as_str(), error.line),
        ("lang/en.md", Some(2)),
        "{error}"
    );
    assert!(error.message.starts_with("`c.nmae`"), "{error}");
    assert!(wrong(templates.render("page/x.html", &json!({}))).contains("of another kind"));
}

#[test]
fn all_broken_templates_are_told_at_once() {
    let errors = Templates::new([
        ("a.md", "x\n{% if %}"),
        ("b.md", "{{ x"),
        ("c.txt", ""),
        ("page/style.css", "a\n</style>"),
        ("d.md", ""),
    ])
    .unwrap_err();
    let found: Vec<_> = errors
        .0
        .iter()
        .map(|error| (error.template.as_str(), error.line))
        .collect();
    assert_eq!(
        found,
        [
            ("a.md", Some(2)),
            ("b.md", Some(1)),
            ("c.txt", None),
            ("page/style.css", Some(2))
        ]
    );
    assert!(errors.to_string().contains("(a.md:2)"), "{errors}");
}

#[test]
fn work_and_output_are_limited() {
    for (source, expected) in [
        ("{% for a in range(90000) %}{% endfor %}", "runs too long"),
        ("{{ \"x\" * 100000000 }}", "runs too long"),
        (
            "{% set x %}{% for a in range(900) %}{{ \"0123456789\" * 20 }}{% endfor %}{% endset %}{{ x }}",
            "too long",
        ),
        (
            "{% for a in range(900) %}0123456789012345{% endfor %}",
            "too long: more than 10000 bytes",
        ),
        (
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "nest too deep",
        ),
        ("{% include \"a.md\" %}", "nest too deep"),
    ] {
        let message = wrong(md(source, json!({})));
        assert!(message.contains(expected), "{source}: {message}");
    }
}

fn shipped() -> Templates {
    Templates::new([
        (
            "page/page.html",
            include_str!("../../../report-templates/page/page.html"),
        ),
        (
            "page/style.css",
            include_str!("../../../report-templates/page/style.css"),
        ),
        (
            "charts/levels.svg",
            include_str!("../../../report-templates/charts/levels.svg"),
        ),
    ])
    .unwrap()
}

#[test]
fn the_page_is_whole_and_closed() {
    let templates = shipped();
    let body = commonmark::to_html("# T\n\n## A & <b>\n\ntext\n", &|_| None);
    let words = PageWords {
        contents: "Sommaire",
        skip: "Aller au rapport",
    };
    let mut page = Page {
        lang: "fr",
        title: "T <x> \"y\"",
        tlp: "TLP:AMBER+STRICT",
        words,
        body: &body,
    };
    let html = templates.page(&page).unwrap();
    for part in [
        "<!DOCTYPE html>\n<html lang=\"fr\" dir=\"ltr\">",
        "<title>T &lt;x&gt; &quot;y&quot; – TLP:AMBER+STRICT</title>",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        "@top-right { content: \"TLP:AMBER+STRICT\"; color: #FFC000; }",
        "<li class=\"level-2\"><a href=\"#s-2\">A &amp; &lt;b&gt;</a></li>",
        "<h2 id=\"s-2\">A &amp; &lt;b&gt;</h2>",
        "<footer><p class=\"tlp tlp-amber\">TLP:AMBER+STRICT</p></footer>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"));
    page.lang = "ar";
    assert!(
        templates
            .page(&page)
            .unwrap()
            .contains("<html lang=\"ar\" dir=\"rtl\">")
    );
    page.tlp = "TLP:AMBER\"; }";
    assert!(templates.page(&page).is_err());
}

#[test]
fn the_chart_draws_levels_ranges_and_their_absence() {
    let context = json!({
        "id": "levels", "title": "Levels & ranges", "description": "Two sections.", "max": 4, "none_text": "not assessed",
        "rows": [
            { "label": "Legal", "level": 11, "low": 9, "high": 16, "level_text": "1.1", "range_text": "0.9 – 1.6" },
            { "label": "Funding", "level": null, "low": null, "high": null, "level_text": null, "range_text": null },
        ],
    });
    let svg = shipped().render("charts/levels.svg", &context).unwrap();
    for part in [
        "<title id=\"levels-title\">Levels &amp; ranges</title>",
        "<rect x=\"0\" y=\"32\" width=\"176\" height=\"14\" fill-opacity=\"0.4\"/>",
        "<path d=\"M144 34v10M144 39H256M256 34v10\"",
        "font-style=\"italic\">not assessed</text>",
    ] {
        assert!(svg.contains(part), "{part} in {svg}");
    }
    assert_eq!(svg.matches("<rect").count(), 1);
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
}
