//! Database migrations that were cut short: what a program says of them when it ends.

use igw_core::facts::views::{ContainerState, Pod};

/// What a migration tool leaves in the database, and what takes it out.
pub struct CutMigration {
    pub says: &'static str,
    pub cure: &'static str,
}

/// A pod whose last words are about a cut migration, with the container.
pub fn of_pod(pod: &Pod) -> Option<(&str, CutMigration)> {
    let all = pod.containers.iter().chain(&pod.init_containers);
    all.flat_map(|own| [(own, &own.state), (own, &own.last_state)])
        .find_map(|(own, state)| Some((own.name.as_str(), of_state(state)?)))
}

fn of_state(state: &ContainerState) -> Option<CutMigration> {
    let text = match state {
        ContainerState::Terminated { message, .. } | ContainerState::Waiting { message, .. } => {
            message.to_ascii_lowercase()
        }
        _ => return None,
    };
    // Prisma, "P3009: migrate found failed migrations in the target database"; P3018: one failed.
    if text.contains("p3009") || text.contains("failed migrations in the target database") {
        return Some(CutMigration {
            says: "Prisma found a failed migration in PostgreSQL (P3009)",
            cure: "prisma migrate resolve --rolled-back NAME (or --applied) marks it, once the tables are as they should be",
        });
    }
    // golang-migrate: "Dirty database version 12. Fix and force version."
    if text.contains("dirty database version") {
        return Some(CutMigration {
            says: "a migration of ClickHouse was cut short (dirty database version)",
            cure: "repair its tables and set dirty to 0 for the version in schema_migrations (migrate force VERSION)",
        });
    }
    None
}
