// node build.mjs PROJECT OUT.wasm
//
// Makes a component of a connector in JavaScript: bundles what the project's
// `package.json` names as `main`, and puts the JavaScript engine around it.
// Whatever is used of the outside lies beside this file, but for the contract in
// `../../wit/v1`.

import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const SDK = dirname(fileURLToPath(import.meta.url));
const CONTRACT = join(SDK, "..", "..", "wit", "v1");
const WORLD = "connector";
const IMPORTS = ["types", "http", "log"].map((name) => `rollcall:connector/${name}@1.0.0`);
// All that the engine has of WASI: a component imports what the contract has.
const WITHOUT = ["stdio", "random", "clocks", "http", "fetch-event"];

/** What is wrong with the project or the machine, in words for its author. */
class Refusal extends Error {}

const [project, out] = process.argv.slice(2);
try {
  if (project === undefined || out === undefined) throw new Refusal("usage: node build.mjs PROJECT OUT.wasm");
  const component = await build(resolve(project));
  await writeFile(out, component);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function build(project) {
  const bundle = await bundled(project, await entryOf(project));
  const { componentize } = await import("@bytecodealliance/componentize-js");
  let made;
  try {
    made = await componentize(bundle, {
      sourceName: "connector.js",
      witPath: CONTRACT,
      worldName: WORLD,
      disableFeatures: WITHOUT,
    });
  } catch (error) {
    throw new Refusal(`the connector cannot be made a component: ${plain(error.message)}`);
  }
  await refuseForeignImports(made.component);
  return made.component;
}

async function entryOf(project) {
  const file = join(project, "package.json");
  let manifest;
  try {
    manifest = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Refusal(`${file}: ${error.message}; a connector in JavaScript has one, with its entry as \`main\``);
  }
  if (typeof manifest.main !== "string") throw new Refusal(`${file}: \`main\` has to name the connector's entry`);
  return join(project, manifest.main);
}

/** One module out of the author's and the SDK's. The SDK is the one beside this
 * file, whatever the project has installed: two of them would not share a host. */
async function bundled(project, entry) {
  const { build } = await import("esbuild");
  const start = [
    `import "@rollcall/sdk/guest";`,
    `export { source } from ${JSON.stringify(entry)};`,
  ].join("\n");
  let result;
  try {
    result = await build({
      stdin: { contents: start, resolveDir: project, sourcefile: "component" },
      absWorkingDir: project,
      outfile: join(project, "connector.js"),
      write: false,
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: ["import"],
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      sourcemap: "external",
      sourcesContent: false,
      logLevel: "silent",
      alias: { "@rollcall/sdk/guest": join(SDK, "src/guest.js"), "@rollcall/sdk": join(SDK, "src/index.js") },
      external: ["rollcall:connector/*"],
    });
  } catch (error) {
    throw new Refusal(`the connector cannot be bundled: ${error.message}`);
  }
  const [map, code] = ["connector.js.map", "connector.js"].map(
    (name) => result.outputFiles.find((file) => file.path.endsWith(`${sep}${name}`)).text,
  );
  return `${code}\nglobalThis.rollcallLines = ${JSON.stringify(await linesOf(project, map))};\n`;
}

/** For each line of the bundle the author's file and line, so that a failure can
 * name it; null for the SDK's own. Sources lie beside the project or below it,
 * and no path of this machine is written down. */
async function linesOf(project, map) {
  const { TraceMap, eachMapping } = await import("@jridgewell/trace-mapping");
  const lines = [];
  eachMapping(new TraceMap(map), ({ generatedLine, source, originalLine }) => {
    if (source === null || originalLine === null) return;
    const file = resolve(project, source);
    if (file.startsWith(join(SDK, "src") + sep)) return;
    lines[generatedLine - 1] ??= `${relative(project, file).split(sep).join("/")}:${originalLine}`;
  });
  return Array.from(lines, (line) => line ?? null);
}

/** The host refuses them too; here the author learns of it. */
async function refuseForeignImports(component) {
  const { componentWit } = await import("@bytecodealliance/jco");
  const wit = await componentWit(component);
  const found = Array.from(wit.matchAll(/^ {2}import ([^;]+);$/gm), ([, name]) => name);
  const foreign = found.filter((name) => !IMPORTS.includes(name));
  if (foreign.length > 0) {
    throw new Refusal(`the component imports ${foreign.join(", ")}, and a connector may import only ${IMPORTS.join(", ")}`);
  }
}

/** Without the colours and the paths of the engine's own messages. */
function plain(message) {
  return message.replace(/\u001b\[[0-9;]*m/g, "").trim();
}
