//! Protocol knowledge of SCIM 2.0: URNs, attribute paths, filters, schema definitions, messages.
//!
//! Everything here is pure syntax and data. Nothing in this module sends, stores or judges anything, and it holds no
//! *evaluation* of filters or patches: the reference provider and the checks each have their own, so that they can
//! be compared with each other.

pub mod core;
pub mod datetime;
pub mod filter;
pub mod json_schema;
pub mod message;
pub mod path;
pub mod resource_type;
pub mod schema;
mod syntax;
pub mod urn;

pub use filter::{CompareOp, Filter, Literal};
pub use path::{AttrPath, PatchPath};
pub use resource_type::{ResourceSchema, ResourceType, SchemaExtension, ServiceProviderConfig};
pub use schema::{Attribute, Mutability, Returned, Schema, Type, Uniqueness};
pub use syntax::SyntaxError;
