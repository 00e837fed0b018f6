//! The core alone: a code is generated, accepted once, and refused the second time.
#![allow(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::error::Error;

use countersign_core::{
    Code, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, UnixTime, Window,
};

fn main() -> Result<(), Box<dyn Error>> {
    let secret = SharedSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
    let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
    let now = UnixTime::from_secs(1_111_111_109)?;
    println!("the authenticator shows {}", totp.generate(now)?.as_str());

    // What the account's record says: no code has been accepted yet.
    let mut state = TotpState::NEW;
    for typed in ["081804", "081804", "000000"] {
        let code = Code::parse(typed)?;
        match totp.verify(&code, now, Window::DEFAULT, state) {
            TotpVerdict::Accepted(accepted) => {
                // Store this before anything is granted.
                state = accepted.state();
                println!("{typed}: accepted, of step {}", accepted.step());
            }
            TotpVerdict::AlreadyUsed => println!("{typed}: was used before"),
            TotpVerdict::Mismatch => println!("{typed}: is wrong"),
        }
    }
    Ok(())
}
