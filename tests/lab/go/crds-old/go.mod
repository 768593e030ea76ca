module igw.dev/lab/crds-old

go 1.26.0

require sigs.k8s.io/gateway-api v1.1.0
