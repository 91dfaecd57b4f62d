//! The seal: a digest that a document carries of itself.
//!
//! A report file that still fits its seal was made by the tool and may be made again; one that does
//! not was edited by hand and is never overwritten. The seal needs no register of files: it travels
//! with the document, through copies, archives and git (line ends do not count).

use sha2::{Digest, Sha256};

use super::Format;

/// What stands before the digest.
const MARK: &str = "cirtkit-seal:";

/// The digits of a SHA-256.
const DIGITS: usize = 64;

/// Adds the seal to a document, in the way its format has for remarks.
pub fn seal(document: &str, format: Format) -> String {
    let blank = "0".repeat(DIGITS);
    let open = match format {
        Format::Markdown => format!("{}\n\n<!-- {MARK}{blank} -->\n", document.trim_end()),
        Format::Html => format!("{}\n<!-- {MARK}{blank} -->\n", document.trim_end()),
        Format::Json => {
            let inside = document
                .trim_end()
                .strip_suffix('}')
                .unwrap_or(document)
                .trim_end();
            format!("{inside},\n  \"seal\": \"{MARK}{blank}\"\n}}\n")
        }
    };
    let digest = digest(&open);
    match open.rfind(MARK) {
        Some(place) => {
            let start = place + MARK.len();
            format!("{}{digest}{}", &open[..start], &open[start + DIGITS..])
        }
        None => open,
    }
}

/// Tells whether a document is as the tool made it: it bears a seal and the seal fits.
pub fn is_untouched(document: &str) -> bool {
    let Some(place) = document.rfind(MARK) else {
        return false;
    };
    let start = place + MARK.len();
    let Some(found) = document.get(start..start + DIGITS) else {
        return false;
    };
    let open = format!(
        "{}{}{}",
        &document[..start],
        "0".repeat(DIGITS),
        &document[start + DIGITS..]
    );
    digest(&open) == found
}

fn digest(document: &str) -> String {
    let digest = Sha256::digest(document.replace("\r\n", "\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_document_is_known_until_it_is_edited() {
        for format in Format::ALL {
            let document = if format == Format::Json {
                "{\n  \"a\": 1\n}"
            } else {
                "# Title\n\nText\n"
            };
            let sealed = seal(document, format);
            assert!(is_untouched(&sealed), "{sealed}");
            assert!(is_untouched(&sealed.replace('\n', "\r\n")));
            assert!(!is_untouched(&sealed.replacen(['T', 'a'], "x", 1)));
        }
        assert!(!is_untouched("# Title\n"));
        assert!(!is_untouched("cirtkit-seal:é"));
    }

    #[test]
    fn a_sealed_json_document_is_json() {
        let sealed = seal("{\n  \"a\": 1\n}", Format::Json);
        assert!(serde_json::from_str::<serde_json::Value>(&sealed).is_ok());
    }
}
