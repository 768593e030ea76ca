//! `langfuse probe`: what is asked, over which way, with whose key.

pub mod aim;
pub mod connection;
pub mod exporter;
pub mod key_from;
pub mod shown;
pub mod through;
pub mod way;
