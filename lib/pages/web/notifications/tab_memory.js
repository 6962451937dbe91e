// What a tab remembers over a reload: the name of its user, and up to where its
// notifications were read. A new tab starts with the name chosen last in this
// browser.

const KEY = 'tickerhub.name';

// Storage may be switched off: then the name lives as long as the page.
function guarded(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

export function loadName() {
  return guarded(() => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY));
}

export function saveName(name) {
  guarded(() => sessionStorage.setItem(KEY, name));
  guarded(() => localStorage.setItem(KEY, name));
}

const READ_KEY = 'tickerhub.read';

export function loadReadMark() {
  return guarded(() => JSON.parse(sessionStorage.getItem(READ_KEY)));
}

export function saveReadMark(mark) {
  guarded(() => sessionStorage.setItem(READ_KEY, JSON.stringify(mark)));
}

// With it the server gives this browser what came for the name since it had it.
const SECRET_KEY = 'tickerhub.secret.';

export function loadSecret(name) {
  return guarded(() => localStorage.getItem(SECRET_KEY + name));
}

export function saveSecret(name, secret) {
  if (typeof secret === 'string') guarded(() => localStorage.setItem(SECRET_KEY + name, secret));
}
