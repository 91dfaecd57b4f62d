//! Nothing may wait for itself: neither a question through its gate, nor a recommendation, nor a formula.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;

/// What each node waits for.
pub(super) type Edges<'a> = BTreeMap<&'a str, Vec<&'a str>>;

impl Check<'_> {
    /// No question may wait for itself.
    pub(super) fn gates(&mut self) {
        let questions = self.pack.questionnaire.questions();
        let gated = questions.filter_map(|one| Some((one, one.apply_if.as_ref()?)));
        let edges: Edges<'_> = gated
            .map(|(one, gate)| (one.id.as_str(), gate.questions()))
            .collect();
        for id in in_cycles(&edges) {
            self.error(
                "gate-cycle",
                &format!("question {id}.apply-if"),
                format!("`{id}` waits for itself"),
                "let one of the questions of the circle always apply",
            );
        }
    }

    /// No recommendation may come after itself.
    pub(super) fn order(&mut self) {
        let recommendations = self.pack.questionnaire.recommendations.iter();
        let edges: Edges<'_> = recommendations
            .map(|one| {
                let after = one.after.iter().map(String::as_str).collect();
                (one.id.as_str(), after)
            })
            .collect();
        for id in in_cycles(&edges) {
            self.error(
                "recommendation-cycle",
                &format!("recommendation {id}.after"),
                format!("`{id}` waits for itself"),
                "take one `after` of the circle out",
            );
        }
    }
}

impl Check<'_> {
    /// No formula may stand on itself; `named` are the formulas that each one names. Tells whether none
    /// does.
    pub(super) fn formula_order(&mut self, named: &Edges<'_>) -> bool {
        let circle = in_cycles(named);
        for id in &circle {
            self.error(
                "formula-cycle",
                &format!("formula {id}.expression"),
                format!("`{id}` waits for itself"),
                "take one name of the circle out",
            );
        }
        circle.is_empty()
    }
}

/// Returns the nodes that can reach themselves.
fn in_cycles<'a>(edges: &Edges<'a>) -> Vec<&'a str> {
    let reaches_itself = |start: &&&str| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = edges.get(**start).cloned().unwrap_or_default();
        while let Some(node) = open.pop() {
            if node == **start {
                return true;
            }
            if seen.insert(node) {
                open.extend(edges.get(node).into_iter().flatten());
            }
        }
        false
    };
    edges.keys().filter(reaches_itself).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_what_leads_into_one_is_not_blamed() {
        let edges = BTreeMap::from([("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["b"])]);
        assert_eq!(in_cycles(&edges), ["b", "c"]);
    }
}
