//! Device and service prove to each other that they share a secret, without either ever sending
//! it: a mutual exchange of OCRA (RFC 6287 §7.2). Then the device signs a payment (§7.3).
#![allow(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::error::Error;

use countersign_core::ocra::{
    Challenge, Inputs, NextResponse, Ocra, PinHash, Question, Response, State, Suite, Tolerance,
    Verdict,
};
use countersign_core::{Entropy, Sha1, Sha256, SharedSecret, UnixTime};

/// What either side stores. There is a suite for each direction: the device's has the PIN in it,
/// and the time in steps of a minute.
struct Side {
    service: Ocra<Sha256>,
    device: Ocra<Sha256>,
    pin: PinHash,
    state: State,
}

impl Side {
    fn new(secret: &SharedSecret) -> Result<Self, Box<dyn Error>> {
        let service = Suite::parse("OCRA-1:HOTP-SHA256-8:QA16")?;
        let device = Suite::parse("OCRA-1:HOTP-SHA256-8:QA16-PSHA1-T1M")?;
        Ok(Self {
            service: Ocra::new(secret, service)?,
            device: Ocra::new(secret, device)?,
            pin: PinHash::of::<Sha1>(b"1234"),
            state: State::NEW,
        })
    }

    fn device_inputs(&self, now: UnixTime) -> Inputs<'_> {
        Inputs {
            pin: Some(&self.pin),
            session: None,
            now: Some(now),
        }
    }

    /// Stores the state, then shows the response.
    fn show(&mut self, next: NextResponse) -> Response {
        self.state = next.state();
        next.after_saving()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let secret = SharedSecret::generate(draw(1));
    let (mut device, mut service) = (Side::new(&secret)?, Side::new(&secret)?);
    let now = UnixTime::from_secs(1_800_000_000)?;
    exchange(&mut device, &mut service, now)?;
    sign(&mut device, &mut service, now.plus_secs(60))
}

fn exchange(device: &mut Side, service: &mut Side, now: UnixTime) -> Result<(), Box<dyn Error>> {
    // The device asks first.
    let device_asks = Challenge::issue(device.service.suite().question, draw(2));
    let from_device = device_asks.question().clone();

    // The service answers, and asks back.
    let service_asks = Challenge::issue(service.device.suite().question, draw(3));
    let from_service = service_asks.question().clone();
    let answer =
        service
            .service
            .generate(&from_device, Some(&from_service), &Inputs::NONE, None)?;

    // The device shows its response to nobody but the service that answered right.
    let verdict = device.service.verify(
        device_asks,
        Some(&from_service),
        &answer,
        &Inputs::NONE,
        Tolerance::NONE,
        device.state,
    );
    let Verdict::Accepted(genuine) = verdict else {
        return Err("this is not the service".into());
    };
    println!("device: the service is genuine");
    let next = device.device.respond(
        &from_service,
        Some(genuine.question()),
        &device.device_inputs(now),
        device.state,
    )?;
    let response = device.show(next);

    // The challenge is used up by this, whatever the verdict.
    let verdict = service.device.verify(
        service_asks,
        Some(&from_device),
        &response,
        &service.device_inputs(now),
        Tolerance::DEFAULT,
        service.state,
    );
    let Verdict::Accepted(accepted) = verdict else {
        return Err("this is not the device".into());
    };
    service.state = accepted.state();
    println!("service: the device is genuine, and its owner knows the PIN");
    Ok(())
}

fn sign(device: &mut Side, service: &mut Side, now: UnixTime) -> Result<(), Box<dyn Error>> {
    let suite = device.device.suite();
    let payment = Question::parse(suite.question, "PAY100TO31415926")?;
    let next = device
        .device
        .respond(&payment, None, &device.device_inputs(now), device.state)?;
    let signature = device.show(next);

    for _ in 0..2 {
        let verdict = service.device.verify(
            Challenge::to_sign(payment.clone()),
            None,
            &signature,
            &service.device_inputs(now),
            Tolerance::DEFAULT,
            service.state,
        );
        match verdict {
            Verdict::Accepted(accepted) => {
                service.state = accepted.state();
                println!("service: signed {}", accepted.question().as_str());
            }
            Verdict::AlreadyUsed => println!("service: that signature was used before"),
            Verdict::Mismatch => return Err("the signature is wrong".into()),
            Verdict::NotComputed(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Draws that are always the same, so that the story is. Take the operating system's instead.
fn draw(n: u8) -> Entropy {
    Entropy::from_bytes([n; Entropy::LEN])
}
