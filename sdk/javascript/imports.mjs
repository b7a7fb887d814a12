// What a component may import: the contract, and nothing else.

const ALLOWED = ["types", "http", "log"].map((name) => `rollcall:connector/${name}@1.0.0`);

/** Whatever else this component imports, by its WIT. */
export function foreignImports(wit) {
  const imports = Array.from(wit.matchAll(/^ *import ([^;]+);$/gm), ([, name]) => name);
  return imports.filter((name) => !ALLOWED.includes(name));
}

/** Why such a component is not made. The host would refuse it too; here its
 * author learns of it. */
export function refusal(foreign) {
  return `the component imports ${foreign.join(", ")}; a connector may import only ${ALLOWED.join(", ")}`;
}
