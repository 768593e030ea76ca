//! Rows about what stands behind Langfuse: Redis, Postgres, S3, ClickHouse, and its own start.

use igw_tests::langfuse::{LangfuseFault, LangfuseSwitches, recorded};

use crate::climbed::{self, ProbeRow, TRACES, good};

fn row(
    name: &'static str,
    fault: LangfuseFault,
    args: &'static [&'static str],
    expected: (&'static str, &'static str, i32),
) -> ProbeRow {
    let switches = LangfuseSwitches::faulty(fault);
    ProbeRow { name, switches, path: TRACES, key: good(), args, expected }
}

#[test]
fn what_is_down() {
    let short: &[&str] = &["--timeout", "5s"];
    let written: &[&str] = &["--write", "--timeout", "5s"];
    let rows = [
        row("Redis is down", LangfuseFault::RedisDown, short, ("projects", "redis-hangs", 1)),
        row(
            "Postgres is down",
            LangfuseFault::PostgresDown,
            short,
            ("projects", "postgres-down", 1),
        ),
        row(
            "Postgres hangs",
            LangfuseFault::PostgresHangs,
            short,
            ("projects", "postgres-hangs", 1),
        ),
        row("S3 refuses", LangfuseFault::S3Refuses, written, ("write", "s3-refused", 1)),
        row("S3 hangs", LangfuseFault::S3Hangs, written, ("write", "s3-hangs", 1)),
        row(
            "ClickHouse is down",
            LangfuseFault::ClickHouseDown,
            short,
            ("health", "clickhouse-down", 1),
        ),
        row(
            "the start has failed",
            LangfuseFault::StartFailed,
            short,
            ("health", "start-failed", 1),
        ),
        row("shutting down", LangfuseFault::ShuttingDown, short, ("health", "shutting-down", 1)),
        ProbeRow {
            switches: LangfuseSwitches::answering(
                "/api/public/otel",
                recorded("postgres-refused-otel-cold"),
            ),
            ..row(
                "a recorded 503",
                LangfuseFault::WorkerDown,
                short,
                ("export", "postgres-down", 1),
            )
        },
        ProbeRow {
            switches: LangfuseSwitches::answering("/", recorded("readback-badmode")),
            ..row(
                "a recorded failed start",
                LangfuseFault::WorkerDown,
                short,
                ("health", "start-failed", 1),
            )
        },
        ProbeRow {
            switches: LangfuseSwitches::answering(
                "/api/public/v2/observations",
                recorded("clickhouse-refused-observations-v2"),
            ),
            ..row(
                "a recorded read without ClickHouse",
                LangfuseFault::WorkerDown,
                written,
                ("write", "clickhouse-down", 1),
            )
        },
    ];
    insta::assert_snapshot!("stores", climbed::all(&rows));
}
