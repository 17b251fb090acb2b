// The client's result must be true of the platform, whatever goes wrong. The faults are in tests/vectors/faults.json;
// the unkind platform is that of tests/rust, which has the whole matrix.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

import { isSmartbillError, Smartbill } from "smartbill-automation";

const root = fileURLToPath(new URL("../..", import.meta.url));
const faults = JSON.parse(readFileSync(join(root, "tests", "vectors", "faults.json"), "utf8"));

const TOKEN = "unkind-7f3a9c51-token";
const PROMISES = ["idempotency_key", "natural_key", "none"];
const WRITES = ["clientes.incluir", "consumos.alterar", "consumos.remover", "contratos.cancelar"];
const READS = ["clientes.obter", "clientes.listar"];

/** The number of cells in progress at once. */
const AT_ONCE = 64;

// Node's own fetch raises an error for interim answers and for unknown encodings.
const NO_SUCCESS_IN_NODE = new Set(["100_x1", "103"]);

let process_;
let platform;

before(async () => {
  const command = "run --quiet -p smartbill-tests --no-default-features --bin unkind-platform".split(" ");
  process_ = spawn("cargo", command, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: process_.stdout })) {
    platform = `http://127.0.0.1:${line.split(" ")[1]}`;
    break;
  }
});

after(() => process_.kill());

test("what is said is true, whatever goes wrong", async () => {
  const cells = [...allCells()];
  assert.ok(cells.length > 2000, `${cells.length} cells`);
  const unsound = [];
  let next = 0;
  const worker = async () => {
    while (next < cells.length) {
      const number = next++;
      const cell = cells[number];
      const wrong = await play(`js-${number}`, cell);
      if (wrong) unsound.push(`${cell.operation} ${cell.name} [${cell.promise}]: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  assert.deepEqual(unsound.slice(0, 40), [], `${unsound.length} of ${cells.length} cells are unsound`);
});

/** One operation under one promise, and the faults of its successive requests, each with the number of its requests. */
function* allCells() {
  const costly = new Set([...faults.costly, ...faults.very_costly]);
  const variants = [];
  for (const [expected, names] of Object.entries(faults.always)) {
    variants.push(...names.filter((name) => !costly.has(name)).map((name) => [name, [[name, null]], expected]));
  }
  for (const [expected, names] of Object.entries(faults.once)) {
    variants.push(...names.map((name) => [`${name}/1x`, [[name, 1]], expected]));
  }
  for (const [name, first] of Object.entries(faults.doubt.first)) {
    variants.push(
      ...faults.doubt.second.map((second) => [
        `${name}_then_${second}`,
        [
          [first, 1],
          [second, null],
        ],
        "truth",
      ]),
    );
  }
  for (const [name, met, expected] of variants) {
    for (const operation of READS) yield { name, met, expected, operation, promise: PROMISES[0] };
    for (const operation of WRITES) {
      // A success without a body is a valid answer to a write that names its record.
      if (faults.only_includes_and_reads.includes(name) && !operation.endsWith(".incluir")) continue;
      for (const promise of PROMISES) yield { name, met, expected, operation, promise };
    }
  }
}

/** The mistake in a cell, if there is one. */
async function play(tenant, cell) {
  const plan = {
    keys: cell.promise === "idempotency_key" ? "kept" : "ignored",
    unique: cell.promise !== "none",
    rules: cell.met.map(([fault, times]) => ({ fault, times, operations: [cell.operation] })),
    records: faults.records,
  };
  const given = await fetch(`${platform}/-/plan/${tenant}`, { method: "PUT", body: JSON.stringify(plan) });
  assert.equal(given.status, 200, await given.text());
  const promises = WRITES.map((operation) => `"${operation}".promise = "${cell.promise}"\n`).join("");
  const sb = new Smartbill({
    baseUrl: `${platform}/t/${tenant}`,
    token: TOKEN,
    profile: `[operations]\n${promises}`,
    retry: { maxAttempts: 3, baseMs: 2, capMs: 10, maxRetryAfterMs: 200 },
    timeoutMs: 60_000,
    attemptTimeoutMs: 60_000,
  });
  let said;
  let error;
  try {
    said = await call(sb, cell.operation);
  } catch (e) {
    error = e;
  }
  const truth = await (await fetch(`${platform}/-/truth/${tenant}`)).json();
  return judge(
    cell,
    said,
    error,
    truth.effects.filter((effect) => effect.operation === cell.operation),
  );
}

function judge(cell, said, error, effects) {
  const isWrite = WRITES.includes(cell.operation);
  if (effects.filter((effect) => effect.changed).length > 1) return "done twice";
  const anyway = (cell.expected === "recovery" && cell.promise === "none") || NO_SUCCESS_IN_NODE.has(cell.name);
  const expected = anyway ? "truth" : cell.expected;
  if (!error) {
    if (isWrite && effects.length === 0) return `said to be ${said.outcome}, but nothing was done`;
    if (!isWrite && !isLawful(cell)) {
      const found = [said].flat().map(({ id, nome: name }) => [id, name]);
      const present = faults.records.clientes.map(({ id, nome: name }) => [id, name]);
      if (JSON.stringify(found) !== JSON.stringify(Array.isArray(said) ? present : present.slice(0, 1))) {
        return `read ${JSON.stringify(found)}`;
      }
    }
    return ["truth", "success", "recovery"].includes(expected)
      ? undefined
      : `a success where a ${expected} was expected`;
  }
  if (!isSmartbillError(error)) return `no error of ours: ${inspect(error)}`;
  const shown = inspect(error, { depth: 9 }) + JSON.stringify(error) + error.message;
  if (shown.includes(TOKEN)) return `the token is in ${shown}`;
  const outcome = error.outcome ?? undefined;
  if (["validation", "configuration", "profile"].includes(error.code) || isWrite !== (outcome !== undefined)) {
    return `untyped: ${error.code} with outcome ${outcome}`;
  }
  if (effects.length > 0 && ["rejected", "not_sent"].includes(outcome))
    return `done, but said to be ${outcome}: ${error}`;
  if (["success", "recovery"].includes(expected) || (expected === "refusal" && isWrite && outcome !== "rejected")) {
    return `a ${expected} was expected: ${error.code}/${outcome}`;
  }
  return undefined;
}

function isLawful({ name, operation }) {
  const end = faults.lawful[name];
  return end !== undefined && operation.endsWith(end);
}

function call(sb, operation) {
  const [resource, verb] = operation.split(".");
  const { id, body } = faults.calls[operation];
  switch (verb) {
    case "listar":
      return sb[resource].listar().toArray();
    case "incluir":
      return sb[resource].incluir(body);
    case "alterar":
      return sb[resource].alterar(id, body);
    default:
      return body ? sb[resource][verb](id, body) : sb[resource][verb](id);
  }
}
