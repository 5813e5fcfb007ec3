//! Which part of the provider answers a request.

use http::Method;

use super::Provider;
use super::call::{BASE_PATH, Call};
use super::discovery::About;
use super::kind::Kind;
use super::problem::Problem;
use super::reply::Reply;
use super::seams::Answer;

impl Provider {
    /// Answers one request. Whatever goes wrong is told to the client as a SCIM error.
    pub fn handle(&self, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
        let mut call = Call::read(request, self.base.as_deref());
        self.seams.call.pass(&mut call);
        let reply = self.token(&call).unwrap_or_else(|| {
            let answered = self.answer(&mut call);
            answered.unwrap_or_else(|problem| Reply::problem(&problem, self.rules.media_type))
        });
        let mut answer = Answer { call, reply };
        self.seams.reply.pass(&mut answer);
        answer.reply.into_response()
    }

    fn answer(&self, call: &mut Call) -> Result<Reply, Problem> {
        if let Some(problem) = call.refusal.take() {
            return Err(problem);
        }
        if call.body.len() > self.limits.body {
            return Err(self.too_large());
        }
        call.tenant = self.authenticate(call)?;
        let call = &*call;
        let Some(segments) = &call.segments else {
            return Err(Problem::not_found(format!("nothing is here; the base URL is {BASE_PATH}")));
        };
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments[..] {
            [] => {
                only(call, &[Method::GET])?;
                self.list(call, &self.all())
            }
            [".search"] => {
                only(call, &[Method::POST])?;
                self.search(call, &self.all())
            }
            ["Me"] => (self.rules.me)(self, call),
            ["Bulk"] => {
                only(call, &[Method::POST])?;
                self.bulk(call)
            }
            ["ServiceProviderConfig"] => self.discovery(call, About::Config, None),
            ["ResourceTypes"] => self.discovery(call, About::ResourceType, None),
            ["ResourceTypes", name] => self.discovery(call, About::ResourceType, Some(name)),
            ["Schemas"] => self.discovery(call, About::Schema, None),
            ["Schemas", name] => self.discovery(call, About::Schema, Some(name)),
            [endpoint, ".search"] => {
                let kind = self.at(endpoint)?;
                only(call, &[Method::POST])?;
                self.search(call, &[kind])
            }
            _ => self.operate(call),
        }
    }

    /// Answers a request on the endpoint of a type or on one resource, alone or as a part of a bulk job.
    pub(crate) fn operate(&self, call: &Call) -> Result<Reply, Problem> {
        match call.segments()[..] {
            [endpoint] => self.collection(call, self.at(endpoint)?),
            [endpoint, id] => self.resource(call, self.at(endpoint)?, id),
            _ => Err(Problem::not_found("nothing is below a resource")),
        }
    }

    pub(crate) fn too_large(&self) -> Problem {
        Problem::new(
            413,
            None,
            format!("the body is too large, at most {} bytes are accepted (maxPayloadSize)", self.limits.body),
        )
    }

    fn discovery(&self, call: &Call, about: About, name: Option<&str>) -> Result<Reply, Problem> {
        only(call, &[Method::GET])?;
        self.discover(call, about, name)
    }

    fn collection(&self, call: &Call, kind: &Kind) -> Result<Reply, Problem> {
        only(call, &[Method::GET, Method::POST])?;
        if call.method == Method::GET { self.list(call, &[kind]) } else { self.create(call, kind) }
    }

    pub(crate) fn resource(&self, call: &Call, kind: &Kind, id: &str) -> Result<Reply, Problem> {
        let (kind, id) = (self.rules.looked_up)(self, call, kind, id);
        let id = id.as_str();
        match call.method {
            Method::GET => self.read(call, kind, id),
            Method::PUT => self.replace(call, kind, id),
            Method::PATCH if self.supports.patch => self.patch(call, kind, id),
            Method::PATCH => Err(Problem::not_supported("PATCH")),
            Method::DELETE => self.delete(call, kind, id),
            _ => only(call, &[Method::GET, Method::PUT, Method::PATCH, Method::DELETE]).and(Err(no_method(call))),
        }
    }

    fn all(&self) -> Vec<&Kind> {
        self.kinds.iter().collect()
    }

    fn at(&self, endpoint: &str) -> Result<&Kind, Problem> {
        let found = self.kinds.iter().find(|kind| kind.of.endpoint.trim_start_matches('/') == endpoint);
        found.ok_or_else(|| Problem::not_found(format!("there is no endpoint `/{endpoint}`")))
    }
}

fn no_method(call: &Call) -> Problem {
    Problem::new(405, None, format!("{} is not possible here", call.method))
}

fn only(call: &Call, methods: &[Method]) -> Result<(), Problem> {
    if methods.contains(&call.method) {
        return Ok(());
    }
    let allowed: Vec<&str> = methods.iter().map(Method::as_str).collect();
    Err(no_method(call).with_header("Allow", allowed.join(", ")))
}

#[cfg(test)]
mod tests;
