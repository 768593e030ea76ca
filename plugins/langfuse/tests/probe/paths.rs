//! Rows of table 1.3 about paths, methods and what stands in front of Langfuse.

use igw_tests::langfuse::{LangfuseAnswer, LangfuseFault, LangfuseSwitches, recorded};

use crate::climbed::{self, ProbeRow, SentKey, TRACES, good};

fn path(
    name: &'static str,
    path: &'static str,
    expected: (&'static str, &'static str, i32),
) -> ProbeRow {
    let switches = LangfuseSwitches::default();
    ProbeRow { name, switches, path, key: good(), args: &[], expected }
}

fn answered(
    name: &'static str,
    at: &str,
    answer: LangfuseAnswer,
    expected: (&'static str, &'static str, i32),
) -> ProbeRow {
    ProbeRow { switches: LangfuseSwitches::answering(at, answer), ..path(name, TRACES, expected) }
}

fn of(switches: LangfuseSwitches, row: ProbeRow) -> ProbeRow {
    ProbeRow { switches, ..row }
}

#[test]
fn paths_methods_and_gateways() {
    let failed = |cause| ("export", cause, 1);
    let built = LangfuseSwitches { base: "/langfuse".to_owned(), ..LangfuseSwitches::default() };
    let old = LangfuseSwitches { version: "3.21.0", ..LangfuseSwitches::default() };
    let (html, otel) = (Some("text/html"), "/api/public/otel");
    let page = LangfuseAnswer::new(200, html, "<html>Welcome to nginx</html>");
    let rows = [
        path("the base address for SDKs", "/api/public/otel", failed("short-path")),
        path("the same with v1", "/api/public/otel/v1", failed("short-path")),
        path("a collector's path", "/v1/traces", failed("langfuse-part-missing")),
        path("no path", "", failed("posted-to-a-page")),
        path(
            "doubled by the gateway",
            "/api/public/otel/v1/traces/v1/traces",
            failed("doubled-path"),
        ),
        path(
            "doubled by a rewrite",
            "/api/public/otel/api/public/otel/v1/traces",
            failed("doubled-path"),
        ),
        path("logs", "/api/public/otel/v1/logs", failed("logs-path")),
        path("metrics", "/api/public/otel/v1/metrics", failed("metrics-path")),
        path("upper case", "/api/public/OTEL/v1/traces", failed("wrong-path")),
        path("another path", "/api/public/ingestion", failed("wrong-path")),
        path("slash at the end", "/api/public/otel/v1/traces/", failed("slash-redirected")),
        path("two slashes", "//api/public/otel/v1/traces", failed("slash-redirected")),
        path(
            "a prefix that is not served",
            "/langfuse/api/public/otel/v1/traces",
            ("health", "prefix-not-served", 1),
        ),
        of(
            built.clone(),
            path(
                "an image with a base path",
                "/langfuse/api/public/otel/v1/traces",
                ("export", "accepted", 0),
            ),
        ),
        of(
            built,
            path("the same without its base path", TRACES, ("health", "served-under-base-path", 1)),
        ),
        of(old, path("before OTLP", TRACES, ("health", "too-old", 1))),
        of(
            LangfuseSwitches::faulty(LangfuseFault::MethodChanged),
            path("GET made of POST", TRACES, failed("method-changed")),
        ),
        answered("a recorded 405", otel, recorded("method-get-noauth"), failed("method-changed")),
        answered("a recorded page", otel, recorded("path-root-post"), failed("posted-to-a-page")),
        answered(
            "a recorded type",
            otel,
            recorded("ctype-protobuf-vnd"),
            failed("content-type-refused"),
        ),
        answered("a recorded body", otel, recorded("gzip-undeclared"), failed("body-not-parsed")),
        answered(
            "not gzip",
            otel,
            LangfuseAnswer::error(400, "Failed to decompress request body"),
            failed("body-not-decompressed"),
        ),
        answered(
            "a recorded bad span",
            otel,
            recorded("ids-protobuf-empty"),
            failed("span-refused"),
        ),
        answered(
            "a recorded version",
            otel,
            recorded("version-abc"),
            failed("ingestion-version-refused"),
        ),
        answered(
            "a recorded empty 400",
            otel,
            recorded("auth-basic-wrapped-lf"),
            failed("not-understood"),
        ),
        answered(
            "a rewrite on the way",
            otel,
            LangfuseAnswer::next_page(),
            failed("rewritten-on-the-way"),
        ),
        answered(
            "no route in the gateway",
            otel,
            LangfuseAnswer::empty(404).with("server", "envoy"),
            failed("gateway-404"),
        ),
        answered(
            "no endpoints behind the gateway",
            otel,
            LangfuseAnswer::text(503, "no healthy upstream").with("server", "envoy"),
            failed("gateway-error"),
        ),
        answered(
            "too large",
            otel,
            LangfuseAnswer::text(413, "too large"),
            failed("body-too-large"),
        ),
        answered(
            "too many",
            otel,
            LangfuseAnswer::text(429, "slow down"),
            ("export", "rate-limited", 3),
        ),
        answered(
            "a teapot",
            otel,
            LangfuseAnswer::text(418, "short and stout"),
            ("export", "unexpected", 3),
        ),
        answered("another 500", otel, LangfuseAnswer::message(500, "boom"), failed("server-error")),
        answered(
            "a collector",
            otel,
            LangfuseAnswer::new(200, Some("application/x-protobuf"), ""),
            ("export", "another-collector", 3),
        ),
        answered("a page of nginx", otel, page.clone(), failed("not-langfuse")),
        answered(
            "to https",
            otel,
            LangfuseAnswer::redirect(301, "https://localhost/api/public/otel/v1/traces"),
            failed("https-wanted"),
        ),
        answered(
            "nothing but a closed connection",
            otel,
            LangfuseAnswer::silent(),
            failed("connection-closed"),
        ),
        // A gateway may route the collector's path alone.
        answered(
            "only the health is not routed",
            "/api/public/health",
            LangfuseAnswer::empty(404).with("server", "envoy"),
            ("export", "accepted", 0),
        ),
        answered("nothing is Langfuse", "/", page, ("export", "not-langfuse", 1)),
        answered(
            "an endless health",
            "/api/public/health",
            LangfuseAnswer::endless(200, "{"),
            ("export", "accepted", 0),
        ),
        ProbeRow {
            key: SentKey::None,
            ..path("without a key", "/api/public/otel", failed("short-path"))
        },
    ];
    insta::assert_snapshot!("paths", climbed::all(&rows));
}
