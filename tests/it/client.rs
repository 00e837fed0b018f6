//! The home of a small client: sends one operation, and gives what came back.

use serde_json::Value;

/// Sends operations to one server.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body; `null` if it is not JSON.
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            url: url.to_owned(),
        }
    }

    /// Sends one operation, unsigned.
    pub(crate) async fn call(&self, operation: &str, body: &Value) -> Reply {
        self.try_call(operation, body)
            .await
            .expect("the server answers")
    }

    /// The same where the server may be gone.
    pub(crate) async fn try_call(
        &self,
        operation: &str,
        body: &Value,
    ) -> Result<Reply, reqwest::Error> {
        self.send(operation, body.to_string()).await
    }

    /// Sends any body.
    pub(crate) async fn send(
        &self,
        operation: &str,
        body: impl Into<reqwest::Body>,
    ) -> Result<Reply, reqwest::Error> {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(body);
        Reply::of(request.send().await?).await
    }

    /// Requests of any other kind.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Where the server listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Reply {
    /// Reads an answer to its end.
    pub(crate) async fn of(answer: reqwest::Response) -> Result<Self, reqwest::Error> {
        let status = answer.status().as_u16();
        let body = serde_json::from_slice(&answer.bytes().await?).unwrap_or(Value::Null);
        Ok(Self { status, body })
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// The name of an exception, which comes with HTTP 400, so that clients do not repeat the
    /// request.
    #[track_caller]
    pub(crate) fn refused(&self) -> &str {
        assert_eq!(self.status, 400, "{}", self.body);
        self.body["__type"]
            .as_str()
            .expect("an exception has a name")
    }

    /// Whether the operation was done.
    pub(crate) fn is_ok(&self) -> bool {
        self.status == 200
    }
}
