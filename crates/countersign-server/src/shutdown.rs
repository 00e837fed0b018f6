//! The end of the server: who asks for it, and how long it may take.

use std::time::Duration;

use tokio::sync::watch;

use crate::failure::Failure;

/// Requests under way get this long to be answered.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

/// Becomes true when the process is asked to end. The signals are caught from the moment this
/// returns.
///
/// # Errors
/// [`Failure`] if the system does not let us know of signals.
pub(crate) fn requested() -> Result<watch::Receiver<bool>, Failure> {
    let (tell, told) = watch::channel(false);
    let mut signals = Signals::catch()
        .map_err(|error| Failure::obstacle("signals cannot be caught").because(&error))?;
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("asked to stop; answering what is under way");
        // Nobody to tell means that the server has ended by itself.
        let _ = tell.send(true);
    });
    Ok(told)
}

/// Waits until the end is requested.
pub(crate) async fn wait(mut told: watch::Receiver<bool>) {
    // An error means that whoever would tell is gone, which is the end as well.
    let _ = told.wait_for(|asked| *asked).await;
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn catch() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn catch() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
