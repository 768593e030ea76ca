//! Envoy, as the proxy of one Gateway.

use serde_json::{Value, json};

use super::cluster::LabCluster;
use super::envoy_gateway::envoy_certificates;
use super::network::{LAB, Network, PROXY};
use super::parts::wait;

const ADMIN: u16 = 19900;

/// A running Envoy. It ends when this is dropped.
pub struct Envoy<'l> {
    lab: &'l LabCluster,
    pid: u64,
}

impl Envoy<'_> {
    /// Starts Envoy where the proxy of a network is. It gets its configuration from Envoy Gateway
    /// by the name of the Gateway, `namespace/name` (or of the class whose Gateways are merged), and is
    /// ready.
    pub fn start<'l>(
        lab: &'l LabCluster,
        network: &Network,
        gateway: &str,
    ) -> Result<Envoy<'l>, String> {
        let program = lab.programs.envoy()?;
        let file = lab.home().join("envoy.json");
        let certificates = envoy_certificates(lab)?.display().to_string();
        std::fs::write(&file, bootstrap(gateway, &certificates).to_string())
            .map_err(|e| format!("{}: {e}", file.display()))?;
        let arguments = format!(
            "{} {} --config-path envoy.json --concurrency 1 --log-level warn --disable-hot-restart",
            network.at_the_proxy(),
            program.display(),
        );
        let name = format!("envoy-{}", gateway.replace('/', "-"));
        let pid = lab.keeper.run(&name, "nsenter".as_ref(), &arguments)?;
        let envoy = Envoy { lab, pid };
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        wait(&format!("Envoy of {gateway} is not ready"), || {
            let ended = lab.keeper.ended()?;
            let answer = agent.get(format!("http://{PROXY}:{ADMIN}/ready")).call();
            answer.map(drop).map_err(|error| format!("{error} {}", ended.join(", ")))
        })?;
        Ok(envoy)
    }

    /// The address of its admin server.
    pub fn admin() -> (&'static str, u16) {
        (PROXY, ADMIN)
    }

    /// The address of a listener port: Envoy Gateway keeps its proxies off privileged ports.
    pub fn address(port: u16) -> (&'static str, u16) {
        (PROXY, if port < 1024 { port + 10_000 } else { port })
    }
}

impl Drop for Envoy<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.lab.keeper.stop(self.pid) {
            eprintln!("Envoy is not ended: {error}");
        }
    }
}

fn bootstrap(gateway: &str, certificates: &str) -> Value {
    let api = "type.googleapis.com/envoy.extensions";
    let socket = |address: &str, port: u16| json!({"address": {"socket_address": {"address": address, "port_value": port}}});
    let own = |file: &str| json!({"filename": format!("{certificates}/{file}")});
    let tls = json!({"name": "tls", "typed_config": {
        "@type": format!("{api}.transport_sockets.tls.v3.UpstreamTlsContext"),
        "sni": "envoy-gateway",
        "common_tls_context": {
            // As a client, Envoy stops at 1.2 unless it is told.
            "tls_params": {"tls_maximum_protocol_version": "TLSv1_3"},
            "tls_certificates": [{"certificate_chain": own("tls.crt"), "private_key": own("tls.key")}],
            "validation_context": {"trusted_ca": own("ca.crt")},
        },
    }});
    let http2 = format!("{api}.upstreams.http.v3.HttpProtocolOptions");
    json!({
        "node": {"cluster": gateway, "id": "lab"},
        "admin": socket(PROXY, ADMIN),
        "dynamic_resources": {
            "ads_config": {
                "api_type": "DELTA_GRPC", "transport_api_version": "V3",
                "set_node_on_first_message_only": true,
                "grpc_services": [{"envoy_grpc": {"cluster_name": "xds"}}],
            },
            "lds_config": {"ads": {}, "resource_api_version": "V3"},
            "cds_config": {"ads": {}, "resource_api_version": "V3"},
        },
        "static_resources": {"clusters": [{
            "name": "xds", "type": "STATIC", "transport_socket": tls,
            "load_assignment": {
                "cluster_name": "xds",
                "endpoints": [{"lb_endpoints": [{"endpoint": socket(LAB, 18000)}]}],
            },
            "typed_extension_protocol_options": {
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                    "@type": http2, "explicit_http_config": {"http2_protocol_options": {}},
                },
            },
        }]},
    })
}
