//! The products, in the order of a request's way through the system.

use igw::product::Product;
use igw_bifrost::BIFROST;
use igw_gateway::GATEWAY;
use igw_langfuse::LANGFUSE;
use igw_restart::RESTART;
use igw_routes::ROUTES;

/// A new product is one line here, and one in the commands.
pub static PRODUCTS: &[&dyn Product] = &[&GATEWAY, &ROUTES, &BIFROST, &LANGFUSE, &RESTART];
