//! `countersign serve`: opens everything, listens, and ends in order when asked to.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use countersign_cognito::{Audience, Endpoint, app};
use countersign_host::srp;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::access_key;
use crate::connections;
use crate::courier;
use crate::demo;
use crate::failure::Failure;
use crate::installation::{self, Installation};
use crate::logging;
use crate::options::Options;
use crate::settings::Settings;
use crate::shutdown;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// [`Failure`] says what keeps the server from starting.
pub(crate) fn run(options: Options, demo: bool, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let settings = Settings::from_options(options)?;
    logging::start(&settings.log)?;
    let runtime = Runtime::new()
        .map_err(|error| Failure::obstacle("threads cannot be started").because(&error))?;
    let served = runtime.block_on(serve(settings, demo, out));
    // Password arithmetic under way does not keep the process; nothing is lost with it.
    runtime.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(settings: Settings, demo: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let told = shutdown::requested()?;
    let warming = tokio::task::spawn_blocking(srp::warm_up);
    let installation = Installation::open(&settings.location).await?;
    let courier = courier::hire(&settings.delivery, &installation.folder)?;
    let keys = if let Some(keys) = settings.access_keys {
        keys
    } else {
        let path = installation.folder.access_key();
        let kept = access_key::load_or_create(&path)?;
        if let Some(fresh) = kept.fresh {
            let path = path.display();
            writeln!(
                out,
                "access key for administrators, kept in {path}: {}",
                *fresh
            )?;
        }
        kept.keys
    };
    let (listener, address) = listen(&settings.listen, "--listen").await?;
    let public_url = settings.public_url.unwrap_or_else(|| url(address));
    let service = installation.service(courier.delivery);
    let endpoint = installation::endpoint(service.clone(), &public_url, keys).await?;
    let endpoint = Arc::new(endpoint);
    service
        .ready()
        .await
        .map_err(|error| Failure::obstacle("the server is not ready").because(&error))?;
    warming
        .await
        .map_err(|error| Failure::obstacle("the server is not ready").because(&error))?;
    if demo {
        let world = demo::make(&endpoint).await?;
        demo::explain(&world, &url(address), courier.outbox.as_deref(), out)?;
    }
    let mut servers = JoinSet::new();
    let audience = match &settings.admin_listen {
        None => Audience::Everyone,
        Some(asked) => {
            let (listener, address) = listen(asked, "--admin-listen").await?;
            start(&mut servers, listener, &endpoint, Audience::Admins, &told);
            writeln!(out, "administrators' requests come in at {address} alone")?;
            Audience::Users
        }
    };
    start(&mut servers, listener, &endpoint, audience, &told);
    drop(endpoint);
    writeln!(out, "countersign is ready at {}", url(address))?;
    out.flush()?;
    finish(servers, told).await
}

async fn listen(asked: &str, option: &str) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |error: std::io::Error| {
        let next = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("Something listens there already; name another port with {option}.")
            }
            _ => format!("Give {option} an address and a port, such as 127.0.0.1:4600."),
        };
        Failure::obstacle(format!("cannot listen at {asked}"))
            .because(&error)
            .next(next)
    };
    let listener = TcpListener::bind(asked).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn start(
    servers: &mut JoinSet<()>,
    listener: TcpListener,
    endpoint: &Arc<Endpoint>,
    audience: Audience,
    told: &watch::Receiver<bool>,
) {
    let router: Router = app(endpoint.clone(), audience);
    servers.spawn(connections::serve(listener, router, told.clone()));
}

/// Waits for the end, and then for what is under way, but not for ever.
async fn finish(mut servers: JoinSet<()>, told: watch::Receiver<bool>) -> Result<(), Failure> {
    shutdown::wait(told).await;
    let drained = tokio::time::timeout(shutdown::DRAIN, async {
        while servers.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        tracing::warn!("some requests were not answered in time");
    }
    servers.abort_all();
    tracing::info!("stopped");
    Ok(())
}

/// What a client on this machine reaches a listener by.
fn url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("http://localhost:{}", address.port());
    }
    format!("http://{address}")
}
