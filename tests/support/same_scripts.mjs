// Tells whether two scripts are one to a browser: `node same_scripts.mjs` reads a list of {name, before, after, module} and prints the names of
// those that differ, each with where. What counts is the syntax tree without places, and to which variable each name leads; `let` may stand
// for a `const` to which nothing is assigned, and one declaration of several names for several of one.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const espree = require("espree");
const { analyze } = require("eslint-scope");

function read(text, module) {
  const sourceType = module ? "module" : "script";
  const ast = espree.parse(text, { ecmaVersion: 2017, sourceType, range: true });
  // What a script declares at its top is found only with a scope of its own.
  const scopes = analyze(ast, { ecmaVersion: 2017, sourceType, nodejsScope: !module }).scopes;
  split(ast);
  // Place of a name in the text -> the variable; one that nobody declares leads to its own name.
  const variables = new Map();
  for (const scope of scopes) {
    for (const variable of scope.variables) for (const each of variable.identifiers) variables.set(each.range[0], variable);
    for (const each of scope.references) variables.set(each.identifier.range[0], each.resolved || each.identifier.name);
  }
  return { ast, variables };
}

// Makes one declaration of each name in a list of statements.
function split(node) {
  for (const [name, value] of Object.entries(node)) {
    if (value === null || typeof value !== "object") continue;
    split(value);
    if (!Array.isArray(value)) continue;
    const each = (one) => (one && one.type === "VariableDeclaration" ? one.declarations.map((own) => ({ ...one, declarations: [own] })) : [one]);
    node[name] = value.flatMap(each);
  }
}

function compare(one, other, first, second) {
  const there = new Map();
  const back = new Map();
  const sameName = (a, b) => {
    const [from, to] = [first.variables.get(a.range[0]), second.variables.get(b.range[0])];
    // No variable, or one that other scripts see: the name itself.
    if (typeof from !== "object" || typeof to !== "object") return from === to && a.name === b.name;
    if (there.has(from) || back.has(to)) return there.get(from) === to && back.get(to) === from;
    there.set(from, to);
    back.set(to, from);
    return true;
  };
  const walk = (a, b, at) => {
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) return `${at}: ${a.length} and ${b.length} parts`;
      for (let index = 0; index < a.length; index += 1) {
        const found = walk(a[index], b[index], `${at}[${index}]`);
        if (found) return found;
      }
      return "";
    }
    if (a instanceof RegExp) return String(a) === String(b) ? "" : at;
    if (a === null || typeof a !== "object") return a === b ? "" : `${at}: ${a} and ${b}`;
    if (!b || a.type !== b.type) return `${at}: ${a.type}`;
    if (a.type === "Identifier") return sameName(a, b) ? "" : `${at}: ${a.name} and ${b.name}`;
    if (a.kind === "const" && b.kind === "let" && !changed(b, second)) return fields(a, b, at, ["declarations"]);
    if (a.type === "Property" && !a.computed && !b.computed) return sameKey(a, b, at);
    return fields(a, b, at, Object.keys(a));
  };
  const fields = (a, b, at, names) => {
    for (const name of names.filter((each) => !["start", "end", "range", "loc"].includes(each))) {
      const found = walk(a[name], b[name], `${at}.${name}`);
      if (found) return found;
    }
    return "";
  };
  // Whether something is assigned to what a declaration declares, after it.
  const changed = (declaration, { variables }) => Array.from(variables.values()).some((each) => each.defs
    && each.defs.some((place) => declaration.declarations.includes(place.node)) && each.references.some((use) => use.isWrite() && !use.init));
  // { name } may have become { name: a }, but the key stays.
  const sameKey = (a, b, at) => {
    const key = (each) => each.key.name || each.key.raw;
    if (key(a) !== key(b)) return `${at}: ${key(a)} and ${key(b)}`;
    return fields(a, b, at, ["kind", "method", "value"]);
  };
  return walk(one, other, "");
}

const different = {};
for (const { name, before, after, module } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const [first, second] = [read(before, module), read(after, module)];
    const found = compare(first.ast, second.ast, first, second);
    if (found) different[name] = found;
  } catch (error) {
    different[name] = String(error);
  }
}
process.stdout.write(JSON.stringify(different));
