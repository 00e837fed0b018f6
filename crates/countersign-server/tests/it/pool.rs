//! `countersign pool create`, beside a server that is running.

use crate::program::{Server, countersign, run};

#[test]
fn a_pool_that_is_made_beside_a_server_is_served() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let data = folder.path().to_str().expect("the name is UTF-8");
    let server = Server::start(countersign(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
    ]));
    let made = run(
        countersign(&["pool", "create", "--name", "Example", "--data", data]),
        "",
    );
    assert_eq!(made.code, Some(0), "{}", made.err);
    let words: Vec<&str> = made.out.split_whitespace().collect();
    let ["pool", pool, "client", client] = words.as_slice() else {
        panic!("{}", made.out);
    };
    assert!(
        pool.starts_with("local_") && client.len() == 26,
        "{}",
        made.out
    );
    let keys = server.get(&format!("/{pool}/.well-known/jwks.json"));
    assert!(keys.contains(r#""kty":"RSA""#), "{keys}");
    let body = format!(
        r#"{{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"{client}",
            "AuthParameters":{{"USERNAME":"nobody","PASSWORD":"Wrong-1234"}}}}"#
    );
    let answer = server.call("InitiateAuth", &body);
    assert!(answer.contains("NotAuthorizedException"), "{answer}");
}

#[test]
fn what_a_pool_cannot_be_is_refused() {
    #[track_caller]
    fn check(arguments: &[&str], reason: &str) {
        let all = [&["pool", "create", "--data", "unused"], arguments].concat();
        let ran = run(countersign(&all), "");
        assert_eq!(ran.code, Some(2), "{}", ran.out);
        assert!(ran.err.contains(reason), "{}", ran.err);
    }
    check(&[], "--name");
    check(&["--name", ""], "1 to 128");
    check(&["--name", "a", "--mfa", "maybe"], "optional");
    check(&["--name", "a", "--factors", "totp,fax"], "email");
}
