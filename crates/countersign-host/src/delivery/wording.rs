//! The home of the words that people read.

use super::{Message, Purpose};
use zeroize::Zeroizing;

/// The subject of a mail. The code is not in it, because subjects show on locked screens and in
/// the logs of mail servers.
pub(super) const fn subject(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SignIn => "Your sign-in code",
        Purpose::SignUp => "Confirm your account",
        Purpose::VerifyAttribute => "Confirm your contact details",
        Purpose::ResetPassword => "Reset your password",
    }
}

/// The one line that carries the code, as a text message shows it.
pub(super) fn line(message: &Message) -> Zeroizing<String> {
    let code = message.code.as_str();
    Zeroizing::new(match message.purpose {
        Purpose::SignIn => format!("Your sign-in code is {code}. Do not share it."),
        Purpose::SignUp => format!("Your code to confirm your account is {code}."),
        Purpose::VerifyAttribute => format!("Your verification code is {code}."),
        Purpose::ResetPassword => {
            format!("Your code to reset your password is {code}. Do not share it.")
        }
    })
}

/// The plain text of a mail.
pub(super) fn body(message: &Message) -> Zeroizing<String> {
    Zeroizing::new(format!(
        "{}\r\n\r\nIf you did not ask for this code, ignore this message.\r\n",
        line(message).as_str()
    ))
}
