//! All talking to the terminal goes through one value.

use std::io::{self, IsTerminal, Write};

use dialoguer::console::{Style, Term};

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR or TERM=dumb says no.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// stdout for the product, stderr for the talk.
#[derive(Debug)]
pub(super) struct Talk {
    color: bool,
    quiet: bool,
}

impl Talk {
    pub(super) fn new(color: Color, quiet: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let dumb = set("TERM").is_some_and(|term| term == "dumb");
                io::stderr().is_terminal() && set("NO_COLOR").is_none() && !dumb
            }
        };
        Self { color, quiet }
    }

    /// Prints a text and a line end to stdout.
    pub(super) fn out(&self, text: &str) -> anyhow::Result<()> {
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// Prints bytes to stdout.
    pub(super) fn bytes(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        let written = out.write_all(bytes).and_then(|()| out.flush());
        written.map_err(unwritable)
    }

    /// Says something on stderr, unless quiet; a closed stderr is not worth an error.
    pub(super) fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Tells every diagnostic on stderr.
    pub(super) fn diagnostics(&self, found: &Diagnostics) {
        for (diagnostic, index) in found.iter().zip(0..) {
            let gap = if index == 0 { "" } else { "\n" };
            let _ = writeln!(io::stderr(), "{gap}{}", self.painted(diagnostic));
        }
    }

    /// Tells what went otherwise than was asked, also where nothing but errors is to be said.
    pub(super) fn warn(&self, text: &str) {
        let word = self.paint("warning:", Severity::Warning);
        let _ = writeln!(io::stderr(), "{word} {text}");
    }

    /// Tells an error with its causes.
    pub(super) fn error(&self, problem: &anyhow::Error) {
        // An error often says its cause itself.
        let mut causes: Vec<String> = Vec::new();
        for cause in problem.chain().map(ToString::to_string) {
            if !causes.iter().any(|told| told.contains(&cause)) {
                causes.push(cause);
            }
        }
        let _ = writeln!(
            io::stderr(),
            "{} {}",
            self.paint("error:", Severity::Error),
            causes.join(": ")
        );
    }

    /// Returns the text form of a diagnostic, its first word in colour where that is wanted.
    pub(super) fn painted(&self, diagnostic: &Diagnostic) -> String {
        let text = diagnostic.to_string();
        match text.split_once(' ') {
            Some((first, rest)) => format!("{} {rest}", self.paint(first, diagnostic.severity)),
            None => text,
        }
    }

    fn paint(&self, word: &str, severity: Severity) -> String {
        let style = match severity {
            Severity::Warning => Style::new().yellow().bold(),
            Severity::Error => Style::new().red().bold(),
        };
        style.force_styling(self.color).apply_to(word).to_string()
    }
}

/// Says that stdout cannot be written.
pub(super) fn unwritable(problem: io::Error) -> anyhow::Error {
    let help = "the output cannot be written; free some space, or name a folder with `--out`";
    anyhow::Error::new(problem).context(help)
}

/// Brings the cursor back, which a prompt may have hidden.
pub(super) fn show_cursor() {
    let term = Term::stderr();
    if term.is_term() {
        let _ = term.show_cursor();
    }
}

/// The signals that end the program; the first that came decides the exit code.
#[cfg(unix)]
static CAME: std::sync::OnceLock<Vec<(i32, std::sync::Arc<std::sync::atomic::AtomicBool>)>> =
    std::sync::OnceLock::new();

/// Returns the exit code of the signal that came. A prompt raises an interrupt of its own when any
/// signal wakes it, so that one is looked for last.
#[cfg(unix)]
pub(super) fn signalled() -> Option<u8> {
    use std::sync::atomic::Ordering;
    let came = CAME
        .get()?
        .iter()
        .find(|(_, came)| came.load(Ordering::SeqCst));
    came.and_then(|(signal, _)| u8::try_from(128 + signal).ok())
}

/// Ends the program on Ctrl-C, a request to terminate, or a hang-up, with the cursor shown. Every
/// save is whole before or after, so nothing is lost.
#[cfg(unix)]
pub(super) fn heed_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let flags = [SIGTERM, SIGHUP, SIGINT].map(|signal| {
        let came = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        // A flag that cannot be set leaves the exit code to the thread below.
        let _ = signal_hook::flag::register(signal, std::sync::Arc::clone(&came));
        (signal, came)
    });
    let _ = CAME.set(flags.into());
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
        return;
    };
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            // A prompt that waits for a key is woken too: it gives the terminal back its modes, and
            // the program ends by itself. Only where nothing waits is it ended here.
            std::thread::sleep(std::time::Duration::from_millis(100));
            show_cursor();
            std::process::exit(signalled().map_or(128 + signal, i32::from));
        }
    };
    // Without the thread the system's own handling of signals stays.
    let _ = std::thread::Builder::new()
        .name("signals".into())
        .spawn(wait);
}

/// On other systems no signal is heeded.
#[cfg(not(unix))]
pub(super) fn signalled() -> Option<u8> {
    None
}

/// On other systems the terminal's own handling stays.
#[cfg(not(unix))]
pub(super) fn heed_signals() {}
