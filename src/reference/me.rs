//! `/Me`: the user whom the credential belongs to (RFC 7644 §3.11).

use http::Method;
use serde_json::Value;

use super::Provider;
use super::call::Call;
use super::problem::Problem;
use super::reply::Reply;
use super::store::folded;

impl Provider {
    /// Answers a request to `/Me` as if it were sent to the user's own URL.
    ///
    /// # Errors
    /// 501 where the credential belongs to nobody, and for POST: users are created at their endpoint; 404 when the
    /// user does not exist.
    pub(crate) fn as_me(&self, call: &Call) -> Result<Reply, Problem> {
        let id = self.own_id(call)?;
        if call.method == Method::POST {
            return Err(Problem::not_supported("creating by way of /Me"));
        }
        let kind = self.kind("User")?;
        let reply = self.resource(call, kind, &id)?;
        // In any response the header names the place where the user lives for good.
        if reply.header("Location").is_some() {
            return Ok(reply);
        }
        Ok(reply.with_header("Location", (self.rules.location)(&call.base, &kind.of.endpoint, &id)))
    }

    /// Sends the client to the user's own URL (RFC 7644 §3.11).
    ///
    /// # Errors
    /// As [`Provider::as_me`].
    pub(crate) fn redirect_me(&self, call: &Call) -> Result<Reply, Problem> {
        let id = self.own_id(call)?;
        let location = (self.rules.location)(&call.base, &self.kind("User")?.of.endpoint, &id);
        Ok(Reply::empty(308, self.rules.media_type).with_header("Location", location))
    }

    /// Id of the user whom the credential of a call belongs to.
    fn own_id(&self, call: &Call) -> Result<String, Problem> {
        let name = self.tenants.get(call.tenant).and_then(|tenant| tenant.user_name.as_deref());
        let name = name.ok_or_else(|| Problem::not_supported("/Me with a credential that belongs to no user"))?;
        let found = self.store(call).read(|connection| {
            let query = "SELECT r.id FROM value v JOIN resource r ON r.rowid = v.res
                         WHERE v.path = 'username' AND v.sub = '' AND v.fold = ? AND r.type = 'User'";
            let mut statement = connection.prepare(query)?;
            let mut rows = statement.query([folded(name).as_bytes()])?;
            Ok(rows.next()?.map(|row| row.get::<_, String>(0)).transpose()?)
        })?;
        found.ok_or_else(|| {
            let shown = Value::from(name);
            Problem::not_found(format!("the credential belongs to the user {shown}, who does not exist"))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Settings;
    use super::super::testing::{Bench, user};

    fn bench() -> Bench {
        Bench::with(Settings { user_name: Some("ANN".into()), ..Settings::default() })
    }

    #[test]
    fn every_method_reaches_the_user_and_names_the_permanent_place() {
        let bench = bench();
        assert_eq!(bench.get("/Me").refusal(), (404, ""));
        bench.user("bob", json!({}));
        let id = bench.user("ann", json!({ "title": "T" }));
        let location = format!("http://scim.test/scim/v2/Users/{id}");
        let shown = bench.get("/Me?attributes=title");
        assert_eq!((shown.status, &shown.body["title"], &shown.body["id"]), (200, &json!("T"), &json!(id)));
        let operations = json!([{ "op": "replace", "path": "title", "value": "U" }]);
        let patched = bench.patch("/Me", operations);
        let put = bench.send("PUT", "/Me", &[], &user("ann", json!({ "title": "V" })));
        assert_eq!((&patched.body["title"], &put.body["title"]), (&json!("U"), &json!("V")));
        let stale = bench.send("PUT", "/Me", &[("If-Match", "W/\"1\"")], &user("ann", json!({})));
        assert_eq!(stale.refusal(), (412, ""));
        let deleted = bench.send("DELETE", "/Me", &[], &Value::Null);
        assert_eq!(deleted.status, 204);
        for answered in [shown, patched, put, deleted] {
            assert_eq!(answered.header("location"), Some(location.as_str()));
        }
        assert_eq!(bench.get("/Me").refusal(), (404, ""));
    }

    #[test]
    fn what_is_not_offered_is_not_implemented() {
        let bench = bench();
        bench.user("ann", json!({}));
        assert_eq!(bench.post("/Me", &user("ann", json!({}))).refusal(), (501, ""));
        assert_eq!(bench.get("/Me/x").refusal(), (404, ""));
        assert_eq!(Bench::new().get("/Me").refusal(), (501, ""));
    }
}
