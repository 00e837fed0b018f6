//! The home of the token's key: a line on standard input is a press.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use countersign_token::{Answer, Ask};

/// How the simulator is told that its key was pressed.
pub(crate) enum Keys {
    /// Every question is allowed at once.
    Automatic,
    /// Lines of standard input.
    Lines(Receiver<String>),
}

impl Keys {
    /// Reads standard input from now on.
    pub(crate) fn lines() -> Self {
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self::Lines(lines)
    }

    /// Forgets the lines from before a question: they are no answer to it. To be called before it
    /// is shown, so that the quickest answer counts.
    pub(crate) fn forget(&self) {
        if let Self::Lines(lines) = self {
            while lines.try_recv().is_ok() {}
        }
    }

    /// Waits for an answer.
    pub(crate) fn wait(&self, longest: Duration) -> Answer {
        let lines = match self {
            Self::Automatic => return Answer::Allowed,
            Self::Lines(lines) => lines,
        };
        let end = Instant::now() + longest;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match lines.recv_timeout(left) {
                Ok(line) => {
                    if let Some(answer) = answer(&line) {
                        return answer;
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Answer::TimedOut,
                Err(RecvTimeoutError::Disconnected) => {
                    // Nobody is there to press anything, and the host waits as for a person.
                    thread::sleep(left);
                    return Answer::TimedOut;
                }
            }
        }
    }
}

/// What a question says on the screen.
pub(crate) fn question(ask: &Ask<'_>) -> String {
    match ask {
        Ask::Calculate(name) => format!("give a code of {}", shown(name)),
        Ask::Overwrite(name) => format!("replace {}", shown(name)),
        Ask::Reset => "erase everything".to_owned(),
        Ask::SetAdminKey => "set the administrator's key".to_owned(),
    }
}

fn answer(line: &str) -> Option<Answer> {
    match line.trim() {
        "" | "y" => Some(Answer::Allowed),
        "n" => Some(Answer::Refused),
        _ => None,
    }
}

/// A name from the host, with nothing in it that moves a terminal's cursor.
fn shown(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    text.chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use countersign_token::{Answer, Ask};

    use super::{Keys, question};

    /// These lines were there before the question, and those come after it.
    #[track_caller]
    fn check(before: &[&str], after: &[&str], expected: Answer) {
        let (sender, receiver) = channel();
        let keys = Keys::Lines(receiver);
        let press = |line: &&str| sender.send((*line).to_owned()).expect("it is open");
        before.iter().for_each(press);
        keys.forget();
        after.iter().for_each(press);
        assert_eq!(keys.wait(Duration::from_millis(50)), expected);
    }

    #[test]
    fn an_empty_line_allows_and_n_refuses() {
        check(&[], &[""], Answer::Allowed);
        check(&[], &["y"], Answer::Allowed);
        check(&[], &["n"], Answer::Refused);
        check(&[], &["what?", "n"], Answer::Refused);
    }

    #[test]
    fn a_press_from_before_the_question_is_no_answer() {
        check(&["", "y"], &[], Answer::TimedOut);
        check(&["", "y"], &["n"], Answer::Refused);
    }

    #[test]
    fn names_cannot_move_the_cursor() {
        let ask = Ask::Calculate(b"ACME:\x1b[2Jbob");
        assert_eq!(question(&ask), "give a code of ACME:\u{FFFD}[2Jbob");
    }
}
