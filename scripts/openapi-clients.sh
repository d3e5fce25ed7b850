#!/usr/bin/env bash
# Go clients of the OpenAPI documents: bash scripts/openapi-clients.sh makes clients of the committed documents
# in OpenAPI 3.0 with oapi-codegen and with ogen, and compiles them. Both read 3.0 better than 3.1. Some minutes.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
# shellcheck source=scripts/lib/need.sh
. scripts/lib/need.sh

need_go
tool oapi-codegen github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen "$oapi_codegen_version"
oapi_codegen="$tool_path"
tool ogen github.com/ogen-go/ogen/cmd/ogen "$ogen_version"
ogen="$tool_path"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
documents="$PWD/docs/openapi"
cd "$work"
go mod init example.org/clients 2>/dev/null

parts=(public private cause v3)
for part in "${parts[@]}"; do
  mkdir -p "oapicodegen/$part"
  "$oapi_codegen" -generate types,client -package "$part" -o "oapicodegen/$part/client.go" "$documents/$part-3.0.json"
  "$ogen" --loglevel error --clean --package "$part" --target "ogen/$part" "$documents/$part-3.0.json"
done

go get "github.com/oapi-codegen/runtime@$oapi_runtime_version" "github.com/ogen-go/ogen@$ogen_version" 2>get.log || { cat get.log >&2; exit 1; }
go mod tidy 2>tidy.log || { cat tidy.log >&2; exit 1; }
for generator in oapicodegen ogen; do
  go build "./$generator/..."
  echo "$generator: clients of ${parts[*]} compile"
done
