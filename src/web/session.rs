//! The session on the web page: the same as over SSH, with a WebSocket for its channel.

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::{Client, Web};

/// Opens a session where there is room. Until there is one to open, it says so.
pub(super) async fn upgrade(State(web): State<Web>, Extension(client): Extension<Client>) -> Response {
    match web.visitors.admit(client.address) {
        Ok(_visitor) => (StatusCode::NOT_IMPLEMENTED, "there is no session here yet\n").into_response(),
        Err(refusal) => (StatusCode::SERVICE_UNAVAILABLE, refusal.line()).into_response(),
    }
}
