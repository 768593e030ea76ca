//! The checks. A new one is a file here and a line in [`ALL`].

pub mod config_newer_than_pod;
pub mod delete_all_at_once;
pub mod env_frozen;
pub mod gitops_restart;
pub mod no_surge_room;
pub mod order_wrong;
pub mod pods_out_of_step;
pub mod restart_will_not_help;
pub mod rollout_stuck;
pub mod strategy_deadlock;

use igw_core::check::Check;

pub const ALL: &[&Check] = &[
    &config_newer_than_pod::CHECK,
    &restart_will_not_help::CHECK,
    &env_frozen::CHECK,
    &rollout_stuck::CHECK,
    &strategy_deadlock::CHECK,
    &no_surge_room::CHECK,
    &order_wrong::CHECK,
    &delete_all_at_once::CHECK,
    &gitops_restart::CHECK,
    &pods_out_of_step::CHECK,
];
