// Scripts of the pages are for browsers of 2018 (Chromium 69): nothing of ECMAScript after 2017, syntax and built-in objects alike.
import esx from "eslint-plugin-es-x";

const BROWSER = [
  "addEventListener", "atob", "Blob", "btoa", "caches", "crypto", "clearTimeout", "CSS", "Date", "document", "DOMParser", "Event", "fetch", "FormData", "Headers", "history", "indexedDB", "Intl",
  "localStorage", "location", "navigator", "performance", "Response", "self", "sessionStorage", "setInterval", "setTimeout", "TextDecoder",
  "TextEncoder", "URL", "URLSearchParams", "window",
];

export default [
  { linterOptions: { noInlineConfig: true } },
  esx.configs["flat/restrict-to-es2017"],
  {
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: 2017,
      sourceType: "module",
      globals: Object.fromEntries(BROWSER.map((name) => [name, "readonly"])),
    },
    settings: { "es-x": { aggressive: true } },
    // Methods of arrays have the names of newer ones of iterators.
    rules: {
      ...Object.fromEntries(
        ["every", "filter", "find", "flat-map", "for-each", "map", "reduce", "some"].map((name) => [
          `es-x/no-iterator-prototype-${name}`, "off",
        ]),
      ),
      "no-undef": "error",
      "no-unused-vars": ["error", { caughtErrors: "none" }],
      "no-var": "error",
    },
  },
];
