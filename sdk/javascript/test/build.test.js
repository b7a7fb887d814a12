// Builds real components, which takes some seconds each.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { componentWit } from "@bytecodealliance/jco";

import { foreignImports, refusal } from "../imports.mjs";

const SDK = join(import.meta.dirname, "..");

function build(project, out) {
  const { status, stderr } = spawnSync("node", [join(SDK, "build.mjs"), project, out], { encoding: "utf8" });
  return { status, stderr };
}

/** A project of these files, and what its build says. */
function built(files) {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-sdk-"));
  try {
    const all = { "package.json": '{"type":"module","main":"src/index.js"}', ...files };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return build(folder, join(folder, "out.wasm"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refused(files, expected) {
  const { status, stderr } = built(files);
  assert.equal(status, 1, stderr);
  assert.match(stderr, expected);
  // A reason, and not the trace of this program.
  assert.doesNotMatch(stderr, /build\.mjs:\d+/);
}

const LEAST = "connector({ check() {}, workers: () => ({ workers: [] }) })";

test("the example becomes a component that imports the contract and nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-sdk-"));
  try {
    const out = join(folder, "acme.wasm");
    assert.deepEqual(build(join(SDK, "example"), out), { status: 0, stderr: "" });
    const component = readFileSync(out);
    // Paths of this machine have no place in a shipped file.
    assert.equal(component.includes(SDK), false);
    const wit = await componentWit(component);
    assert.deepEqual(foreignImports(wit), []);
    assert.match(wit, /^ {2}import rollcall:connector\/http@1\.0\.0;$/m);
    assert.match(wit, /^ {2}export rollcall:connector\/source@1\.0\.0;$/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what else is imported is named", () => {
  const wit = "world root {\n  import rollcall:connector/http@1.0.0;\n  import wasi:clocks/wall-clock@0.2.10;\n}\n";
  assert.deepEqual(foreignImports(wit), ["wasi:clocks/wall-clock@0.2.10"]);
  assert.match(refusal(foreignImports(wit)), /^the component imports wasi:clocks\/wall-clock@0\.2\.10; /);
});

test("the time of the build is in no component", () => {
  const source = `import { connector } from "@rollcall/sdk";\nconst at = Date.now();\nexport const source = ${LEAST};`;
  refused({ "src/index.js": source }, /Date\.now\(\): there is no run, .* use cx\.now/s);
});

test("a connector that lacks a function is not built", () => {
  const source = 'import { connector } from "@rollcall/sdk";\nexport const source = connector({ check() {} });';
  refused({ "src/index.js": source }, /connector\(\): the function `workers` is missing/);
});

test("what cannot be bundled says why", () => {
  refused({ "src/index.js": 'import "node:fs";' }, /the connector cannot be bundled: .*node:fs/s);
  refused({ "src/index.js": "export const source = {" }, /the connector cannot be bundled: /);
  refused({}, /the connector cannot be bundled: /);
});

test("a project says where it begins", () => {
  refused({ "package.json": "{}" }, /package\.json: `main` has to name the connector's entry/);
  refused({ "package.json": "{" }, /package\.json: .*JSON.*a connector in JavaScript has one/s);
  const { status, stderr } = spawnSync("node", [join(SDK, "build.mjs")], { encoding: "utf8" });
  assert.deepEqual([status, stderr], [1, "usage: node build.mjs PROJECT OUT.wasm\n"]);
});
