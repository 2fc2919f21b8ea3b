// Writes every part of the Open Peeps as raw.json: its size and its shapes with the role of each colour in place of a colour.
// Run in a folder where `@opeepsfun/open-peeps` 1.0.6 and `react-dom` 16 or newer are installed: node dump.cjs > raw.json
"use strict";
const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");
const from = createRequire(path.join(process.cwd(), "package.json"));
const React = from("react");
const { renderToStaticMarkup } = from("react-dom/server");
const build = path.dirname(from.resolve("@opeepsfun/open-peeps"));
const parts = {};
for (const folder of ["body/effigy", "body/sitting", "body/standing", "head", "face", "accessory", "beard"]) {
  for (const file of fs.readdirSync(path.join(build, folder)).sort()) {
    if (!file.endsWith(".js") || file === "index.js") continue;
    // The package is written for bundlers: its modules are turned into functions.
    const source = fs
      .readFileSync(path.join(build, folder, file), "utf8")
      .replace(/import React from "react";/, "")
      .replace(/export var/g, "var")
      .replace(/export default (\w+);/, "return $1;");
    const component = new Function("React", source)(React);
    const { width, height, props } = component.config;
    const roles = Object.fromEntries(props.map((prop) => [prop.name, "@" + prop.name]));
    parts[folder + "/" + file.slice(0, -3)] = { width, height, svg: renderToStaticMarkup(React.createElement(component, roles)) };
  }
}
process.stdout.write(JSON.stringify(parts, null, 1));
