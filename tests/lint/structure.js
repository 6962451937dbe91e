// Fails if a source is in the wrong place or too large, and says which:
//   folders of lib/ with too many files, files with too many lines, classes
//   with too many methods, includes between folders of lib/ against the
//   direction that ALLOWED gives, and threads that take the program's signals.
//
//   node tests/lint/structure.js [ROOT]

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_FILES = 16;
const MOST_LINES = 400;
const MOST_METHODS = 30;

// Which folders the sources of a folder may include, besides their own.
const BASE = ['text', 'limits', 'threads'];
const ALLOWED = {
  text: [],
  limits: [],
  threads: [],
  'core/prices': [...BASE, 'core/names'],
  'core/days': BASE,
  'core/fields': [...BASE, 'core/prices'],
  'core/lines': [...BASE, 'core/prices', 'core/fields'],
  'core/sources': [...BASE, 'core/prices', 'core/fields', 'core/lines'],
  'core/connecting': BASE,
  'core/delivery': BASE,
  'core/protocol': [...BASE, 'core/prices', 'core/delivery'],
  'core/feed': BASE,
  'core/history': [...BASE, 'core/prices', 'core/delivery', 'core/protocol'],
  'core/stocks': [...BASE, 'core/days', 'core/prices', 'core/feed', 'core/history', 'core/sources', 'core/delivery', 'core/protocol'],
  'core/names': BASE,
  'core/log': BASE,
  'core/requests': [...BASE, 'core/names', 'core/delivery', 'core/protocol'],
  'core/notifications': [...BASE, 'core/names', 'core/requests', 'core/delivery', 'core/protocol'],
  testing: BASE,
  jwt: BASE,
  'sqlite/store': BASE,
  sqlite: [...BASE, 'sqlite/store'],
  pages: BASE,
  'websocketpp/connections': BASE,
  prometheus: BASE,
  'websocketpp/figures': BASE,
  'websocketpp/content': BASE,
  'websocketpp/http': [...BASE, 'websocketpp/connections', 'websocketpp/content'],
  'websocketpp/frames': [...BASE, 'websocketpp/http'],
  'websocketpp/handshake': [...BASE, 'websocketpp/content', 'websocketpp/http'],
  'websocketpp/hub': [...BASE, 'websocketpp/connections', 'websocketpp/content', 'websocketpp/http', 'websocketpp/handshake'],
  'websocketpp/input': [...BASE, 'websocketpp/connections', 'websocketpp/hub'],
  'websocketpp/streams': BASE,
  'websocketpp/sessions': [...BASE, 'websocketpp/connections', 'websocketpp/content', 'websocketpp/http', 'websocketpp/hub', 'websocketpp/frames', 'websocketpp/handshake', 'websocketpp/figures', 'websocketpp/streams'],
  'websocketpp/proxies': [...BASE, 'websocketpp/connections', 'websocketpp/content', 'websocketpp/http', 'websocketpp/hub', 'websocketpp/frames', 'websocketpp/handshake', 'websocketpp/figures', 'websocketpp/streams', 'websocketpp/sessions'],
  'websocketpp/loop': [...BASE, 'websocketpp/proxies', 'websocketpp/connections', 'websocketpp/content', 'websocketpp/http', 'websocketpp/hub', 'websocketpp/frames', 'websocketpp/handshake', 'websocketpp/figures', 'websocketpp/streams', 'websocketpp/sessions'],
  websocketpp: [...BASE, 'websocketpp/proxies', 'websocketpp/connections', 'websocketpp/content', 'websocketpp/http', 'websocketpp/hub', 'websocketpp/frames', 'websocketpp/handshake', 'websocketpp/figures', 'websocketpp/streams', 'websocketpp/sessions', 'websocketpp/loop'],
};

// What is not in order yet. Remove an entry when it is; the check says so.
const STILL = new Set([
]);

const root = process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url));
const faults = [];
const stillSeen = new Set();

function fault(subject, text) {
  if (STILL.has(subject)) stillSeen.add(subject);
  else faults.push(text);
}


function* filesOf(folder, pattern) {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!/^(node_modules|build.*)$/.test(entry.name)) yield* filesOf(name, pattern);
    } else if (pattern.test(entry.name)) {
      yield name;
    }
  }
}

const read = (file) => readFileSync(path.join(root, file), 'utf8');

// ---- files of a folder, lines of a file

function checkSizes() {
  const perFolder = new Map();
  for (const file of filesOf('lib', /\.(h|cc)$/)) {
    const folder = path.dirname(file);
    perFolder.set(folder, (perFolder.get(folder) ?? 0) + 1);
  }
  for (const [folder, count] of perFolder) {
    if (count > MOST_FILES) fault(folder, `${folder}: ${count} files, at most ${MOST_FILES}: two topics?`);
  }
  for (const top of ['lib', 'include', 'examples', 'benchmarks', 'tests']) {
    for (const file of filesOf(top, /\.(h|cc|js|css|html|py)$/)) {
      const lines = read(file).split('\n').length - 1;
      if (lines > MOST_LINES) fault(file, `${file}: ${lines} lines, at most ${MOST_LINES}`);
    }
  }
}

// ---- methods of a class

// Without comments, preprocessor lines, and what is in quotes.
const withoutText = (source) =>
  source
    .replace(/R"([^(]*)\([\s\S]*?\)\1"/g, '""')
    .replace(/\/\/.*|\/\*[\s\S]*?\*\/|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])'/g, ' ')
    .replace(/^[ \t]*#.*(\\\n.*)*/gm, '');

// The declaration is a function's: a name before the first parenthesis that is
// not inside a template's arguments or an initial value.
const isMethod = (declaration) => {
  const text = declaration.replace(/\b(public|protected|private)\s*:/g, ' ').trim();
  if (/^(using|typedef|friend|static_assert|enum|template\s*<[^;]*>\s*friend)\b/.test(text)) return false;
  if (/=\s*(default|delete)$/.test(text)) return false;
  let plain = text;
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/<[^<>()]*(\([^()]*\)[^<>()]*)*>/g, ' ');
  }
  return /^[^=({]*[\w\]]\s*\(|\boperator\b/.test(plain) && !/^[^(]*=/.test(plain.replace(/\boperator\s*\S+?\s*\(/, 'operator('));
};

// Calls `found` with the name and the declarations of each class.
function eachClass(source, found) {
  const scopes = []; // of the braces that are open
  let text = '';
  for (const c of source) {
    const scope = scopes.at(-1);
    if (c === '{') {
      const name = /\b(?:class|struct)\s+(?:\[\[\w+\]\]\s*)?(?:TICKERHUB_EXPORT\s+)?([\w:]+)\s*(?:final\s*)?(?::[^:][\s\S]*)?$/.exec(text.trim())?.[1];
      const isEnum = /\benum\b/.test(text);
      scopes.push({ name: isEnum ? null : name, isClass: Boolean(name) && !isEnum, declarations: [], head: text });
      text = '';
    } else if (c === '}') {
      const closed = scopes.pop();
      if (!closed) return;
      if (closed.isClass) found(closed.name, closed.declarations);
      // The body of a method, or an initial value: a declaration goes on.
      text = closed.isClass ? '' : closed.head;
      const outer = scopes.at(-1);
      if (outer?.isClass && !closed.isClass && isMethod(closed.head)) {
        outer.declarations.push(closed.head.trim());
        text = '';
      }
    } else if (c === ';') {
      if (scope?.isClass && isMethod(text)) scope.declarations.push(text.trim());
      text = '';
    } else {
      text += c;
    }
  }
}

function checkClasses() {
  for (const top of ['lib', 'include', 'examples', 'benchmarks']) {
    for (const file of filesOf(top, /\.(h|cc)$/)) {
      eachClass(withoutText(read(file)), (name, methods) => {
        if (methods.length > MOST_METHODS) fault(name, `${file}: ${name} has ${methods.length} methods, at most ${MOST_METHODS}`);
      });
    }
  }
}

// ---- includes

function checkIncludes() {
  const roots = { core: 'core/', websocketpp: 'websocketpp/', testing: 'testing/', sqlite: 'sqlite/' };
  for (const file of filesOf('lib', /\.(h|cc)$/)) {
    const own = path.dirname(file).replace(/^lib\//, '');
    const component = own.split('/')[0];
    if (!(own in ALLOWED)) {
      faults.push(`lib/${own}: tests/lint/structure.js does not know which folders it may include`);
      continue;
    }
    for (const [, included] of read(file).matchAll(/^#include "([^"]+)"/gm)) {
      if (included.startsWith('tickerhub/')) continue;
      const folder = path.dirname(included);
      // As the compiler looks for it: from the component, then from lib/.
      const found = [folder === '.' ? component : `${roots[component] ?? ''}${folder}`, folder].find((name) => name in ALLOWED);
      if (found === own || ALLOWED[own].includes(found)) continue;
      fault(file, `${file} includes "${included}": lib/${own} may not include lib/${found ?? folder}`);
    }
  }
}

// ---- threads

// Only StartThread() starts one that leaves signals to the program.
function checkThreads() {
  for (const file of filesOf('lib', /\.(h|cc)$/)) {
    if (/^lib\/(testing\/|threads\/start_thread\.h)/.test(file)) continue;
    const source = withoutText(read(file));
    if (/\bstd::(jthread|async|thread)\s*[({]|std::thread \w+_?[({]|\bthread_\s*[({]\s*\[/.test(source) ||
        (/asio::thread_pool\b/.test(source) && !/SignalsBlocked/.test(source))) {
      fault(file, `${file}: a thread of the library is started by StartThread() or under SignalsBlocked (lib/threads/start_thread.h)`);
    }
  }
}

checkSizes();
checkClasses();
checkIncludes();
checkThreads();
for (const subject of STILL) {
  if (!stillSeen.has(subject)) faults.push(`tests/lint/structure.js: ${subject} is in order; remove it from STILL`);
}
for (const text of faults) console.error(text);
process.exit(faults.length > 0 ? 1 : 0);
