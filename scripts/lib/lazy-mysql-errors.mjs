// mysql2 fills a table of 4,700 error names, both ways, by single assignments whenever it is loaded:
// a tenth of the time of `inv stock out`, for names that are read after an error only. In the bundle
// the table is a text, which is read when a name is first asked for.
import { createRequire } from 'node:module';
import path from 'node:path';

const filter = /[\\/]mysql2[\\/]lib[\\/]constants[\\/]errors\.js$/;

export const lazyMysqlErrors = {
  name: 'lazy-mysql-errors',
  setup(setup) {
    setup.onLoad({ filter }, ({ path: file }) => ({
      contents: lazyTable(createRequire(import.meta.url)(file)),
      loader: 'js',
      resolveDir: path.dirname(file),
    }));
  },
};

/** Its users only read names that they know, which a proxy answers like the table itself. */
function lazyTable(table) {
  const text = JSON.stringify(JSON.stringify(table));
  return `
    let table;
    function read() { return JSON.parse(${text}); }
    module.exports = new Proxy({}, { get: (_, name) => (table ??= read())[name] });
  `;
}
