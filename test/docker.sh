#!/usr/bin/env bash
# npm run docker: builds the image and the compose file and tries what the README promises of them.
# Skips, and says so, where there is no Docker engine. Ends with a plain line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/.."
if ! docker info > /dev/null 2>&1; then
  echo 'skipped: there is no Docker engine here (docker info fails)'
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi

passed=0 failed=0
image=orq-agents-mock:test name=orq-agents-mock-test-$$
export ORQ_MOCK_PORT=${ORQ_MOCK_PORT:-4910}
ok() { if "${@:2}" > /tmp/$name.log 2>&1; then passed=$((passed + 1)); echo "ok   $1"; else failed=$((failed + 1)); echo "FAIL $1"; tail -n 30 /tmp/$name.log; fi; }
finish() { docker rm -f "$name" > /dev/null 2>&1; docker compose -p "$name" down -v > /dev/null 2>&1; rm -rf "/tmp/$name.log" "/tmp/$name.fixtures"; }
trap finish EXIT

inside() { docker exec "$name" node -e "$1"; }
healthy() { for _ in $(seq 100); do [ "$(docker inspect -f '{{.State.Health.Status}}' "$name")" = healthy ] && return 0; sleep 0.1; done; return 1; }
run() { docker rm -f "$name" > /dev/null 2>&1; docker run -d --name "$name" --read-only --network none "$@" "$image"; }
refuses() { run "$@" && [ "$(docker wait "$name")" = 3 ]; }
ask='const r = await fetch(`http://127.0.0.1:${process.env.PORT}/v2/agents/customer_support/responses`, { method: "POST", headers: { authorization: "Bearer k", "content-type": "application/json" }, body: JSON.stringify({ message: { role: "user", parts: [{ kind: "text", text: "Hello" }] } }) }); const text = (await r.json()).output[0].parts[0].text;'
stops() { local from; from=$(date +%s%N); docker stop "$name"; [ $((($(date +%s%N) - from) / 1000000)) -lt 1000 ] && [ "$(docker inspect -f '{{.State.ExitCode}}' "$name")" = 0 ]; }
compose() { docker compose -p "$name" up --build --abort-on-container-exit --exit-code-from app 2>&1 | tee "/tmp/$name.compose" && grep -q 'How can I help' "/tmp/$name.compose"; }

ok 'the image builds' docker build -t "$image" .
ok 'it runs with a read-only root and no network' run
ok 'HEALTHCHECK finds it healthy' healthy
ok 'it answers' inside "$ask if (!text.includes('help')) throw new Error(text)"
ok 'it says what is in it' inside 'JSON.parse(require("fs").readFileSync("/app/dist/sbom.cdx.json")).components[0].purl.length'
ok 'it is not root' inside 'if (process.getuid() !== 1000) throw new Error(process.getuid())'
ok 'its user is a number' test "$(docker inspect -f '{{.Config.User}}' "$image")" = 1000:1000
ok 'docker stop ends it within a second, with 0' stops
ok 'it follows PORT' run -e PORT=5555
ok 'HEALTHCHECK follows PORT' healthy
mkdir -p "/tmp/$name.fixtures"
printf 'agent: customer_support\nscripts:\n  - name: mine\n    steps: [ { say: Mounted. } ]\n' > "/tmp/$name.fixtures/mine.yaml"
ok 'it runs with fixtures mounted' run -v "/tmp/$name.fixtures:/fixtures:ro"
ok 'and is healthy' healthy
ok 'mounted fixtures replace the examples' inside "$ask if (text !== 'Mounted.') throw new Error(text)"
mkdir -p "/tmp/$name.fixtures/empty"
ok 'it does not start with an empty folder mounted' refuses -v "/tmp/$name.fixtures/empty:/fixtures:ro"
docker rm -f "$name" > /dev/null
ok 'compose: the app waits until the mock is healthy, and gets an answer' compose

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
