//! The routing rules: what attaches, what matches, where a request goes, what a client sees.
//!
//! Rules cite the Gateway API's source as `gw`, `hr`, `sh`, `ls` (its `apis/v1` files for
//! gateways, HTTPRoutes, shared types and ListenerSets at commit 4564255a), and what kgateway was
//! observed to do as "seen".

mod acl;
pub mod attach;
pub mod backend;
mod buildable;
pub mod by_path;
mod bystanders;
pub mod cel;
mod child_status;
pub mod class;
mod client_options;
pub mod compare;
pub mod condition;
mod conflict;
pub mod covering;
pub mod delegation;
pub mod delegators;
pub mod endpoints;
pub mod envoy;
pub mod expression;
mod fate;
pub mod followed;
pub mod gateway;
pub mod gateway_policy;
pub mod grant;
pub mod grants;
pub mod hostname;
pub mod http2;
pub mod inherited;
pub mod limits;
pub mod listener;
pub mod listener_sets;
pub mod matching;
mod named_parents;
mod near_miss;
pub mod others;
pub mod outcome;
pub mod overlap;
pub mod path;
pub mod policy;
pub mod precedence;
pub mod profile;
mod rbac;
mod reached;
pub mod reason;
pub mod redirect;
pub mod redirect_code;
pub mod request;
pub mod resolve;
mod resolved;
pub mod rewrite;
pub mod route_status;
pub mod rule;
pub mod said;
pub mod selector;
pub mod served_listener;
pub mod status;
pub mod table;
pub mod table_names;
mod targets;
pub mod trace;
