"""One span by the SDK of OpenTelemetry, sent by its own exporter, which the environment configures.

Arguments: a name, an address and a port. Connections to that name go there, as a resolver and a port of
its own would have it. Prints the id of the trace, and whether the exporter was content.
"""

import socket
import sys

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult

name, address, port = sys.argv[1:]
resolve = socket.getaddrinfo


def resolved(host, own, *rest, **more):
    return resolve(address, int(port), *rest, **more) if host == name else resolve(host, own, *rest, **more)


socket.getaddrinfo = resolved


class Noted(OTLPSpanExporter):
    ends = []

    def export(self, spans):
        end = super().export(spans)
        self.ends.append(end)
        return end


exporter = Noted()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
with provider.get_tracer("lab").start_as_current_span("chat") as span:
    span.set_attribute("gen_ai.request.model", "glm-5")
provider.shutdown()
content = exporter.ends == [SpanExportResult.SUCCESS]
print(f"{span.get_span_context().trace_id:032x}", "taken" if content else "refused")
