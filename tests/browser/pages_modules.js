// The modules of the pages for tests without a browser: laid flat, as the
// servers serve them, since they import each other by "./name.js".

import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const PAGES = fileURLToPath(new URL('../../lib/pages/web/', import.meta.url));

// {folder, name} of every file that is served as it is.
export function staticFiles() {
  return ['shared', 'stocks', 'notifications', 'inbox'].flatMap((folder) =>
    readdirSync(path.join(PAGES, folder))
      .filter((name) => !name.endsWith('.mustache'))
      .map((name) => ({ folder, name })),
  );
}

const flat = mkdtempSync(path.join(tmpdir(), 'tickerhub-pages-'));
process.on('exit', () => rmSync(flat, { recursive: true }));
writeFileSync(path.join(flat, 'package.json'), '{"type":"module"}');
for (const { folder, name } of staticFiles()) copyFileSync(path.join(PAGES, folder, name), path.join(flat, name));

export function load(name) {
  return import(pathToFileURL(path.join(flat, name)));
}
