#!/usr/bin/env python3
"""Writes a cluster of N HTTPRoutes as YAML: Gateway, Namespaces, Services, EndpointSlices, grants.

usage: generate.py N > cluster.yaml
"""
import sys

ROUTES_A_NAMESPACE = 100


def cluster(routes):
    yield """\
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: kgateway
spec:
  controllerName: kgateway.dev/kgateway
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: front
  namespace: edge
spec:
  gatewayClassName: kgateway
  listeners:
  - name: http
    port: 80
    protocol: HTTP
    allowedRoutes:
      namespaces:
        from: All
"""
    for space in sorted({"edge", "shared"} | {namespace(i) for i in range(routes)}):
        yield f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {space}\n"
    for i in range(routes):
        home = "shared" if i % 10 == 0 else namespace(i)
        yield route(i, home)
        yield service(i, home)
        yield endpoints(i, home)
    for space in sorted({namespace(i) for i in range(0, routes, 10)}):
        yield grant(space)


def namespace(i):
    return f"team-{i // ROUTES_A_NAMESPACE:03}"


def route(i, home):
    elsewhere = f"\n      namespace: {home}" if home != namespace(i) else ""
    return f"""\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: model-{i:05}
  namespace: {namespace(i)}
spec:
  parentRefs:
  - name: front
    namespace: edge
  hostnames:
  - h{i % 500:03}.example.com
  rules:
  - matches:
    - path:
        type: PathPrefix
        value: /v1/m{i:05}
    backendRefs:
    - name: model-{i:05}
      port: 8000{elsewhere}
"""


def service(i, home):
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: model-{i:05}
  namespace: {home}
spec:
  selector:
    app: model-{i:05}
  ports:
  - name: http
    port: 8000
    targetPort: 8000
"""


def endpoints(i, home):
    return f"""\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: model-{i:05}-x
  namespace: {home}
  labels:
    kubernetes.io/service-name: model-{i:05}
addressType: IPv4
ports:
- name: http
  port: 8000
  protocol: TCP
endpoints:
- addresses:
  - 10.{i // 65536}.{i // 256 % 256}.{i % 256}
  conditions:
    ready: true
"""


def grant(space):
    return f"""\
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata:
  name: from-{space}
  namespace: shared
spec:
  from:
  - group: gateway.networking.k8s.io
    kind: HTTPRoute
    namespace: {space}
  to:
  - group: ""
    kind: Service
"""


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    print("---\n".join(cluster(int(sys.argv[1]))), end="")
