import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './project-root.mjs';

const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The licences of all packages whose code is in the bundle: most of them ask to travel with it. */
export function collectLicences(inputFiles) {
  const folders = new Set();
  for (const file of inputFiles) {
    const match = PACKAGE_FOLDER.exec(file);
    if (match !== null) folders.add(match[0]);
  }
  return [...folders].sort().map(describePackage).join('\n');
}

function describePackage(folder) {
  const absolute = path.resolve(projectRoot, folder);
  const manifest = JSON.parse(readFileSync(path.join(absolute, 'package.json'), 'utf8'));
  const texts = readdirSync(absolute)
    .filter((name) => LICENCE_FILE.test(name))
    .map((name) => readFileSync(path.join(absolute, name), 'utf8').trim());
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return [`${'='.repeat(80)}\n${title}\n`, ...texts, ''].join('\n');
}
