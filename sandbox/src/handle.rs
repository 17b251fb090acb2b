//! Routes a request to the platform's API or to the endpoints under `/sandbox/`.

use jiff::Timestamp;

use crate::control;
use crate::service::{Answer, RawRequest, Service};

impl Service {
    /// Answers one request at the caller's instant `now`.
    pub fn handle(&mut self, request: &RawRequest<'_>, now: Timestamp) -> Answer {
        self.follow_clock(now);
        self.requests += 1;
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let answer = if path.starts_with("/sandbox/") {
            control::serve(self, request, (path, query), now)
        } else {
            self.serve(request, path, query)
        };
        self.identified(answer, request)
    }
}
