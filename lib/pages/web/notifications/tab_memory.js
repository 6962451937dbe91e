// What a browser remembers: the name of its user, what it has seen, what the
// user wants to be told. A new tab starts with the name chosen last in this
// browser.

const KEY = 'tickerhub.name';

// Storage may be switched off: then it lives as long as the page.
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

// Up to where the notifications have been here. Of a user it holds for the whole
// browser, of a guest for the tab.
const SEEN_KEY = 'tickerhub.seen';

const seenPlace = (user) => (user === null ? [sessionStorage, SEEN_KEY] : [localStorage, `${SEEN_KEY}.${user}`]);

export const seenMemory = {
  load: (user) =>
    guarded(() => {
      const [storage, key] = seenPlace(user);
      return JSON.parse(storage.getItem(key));
    }),
  save: (user, seen) => {
    guarded(() => {
      const [storage, key] = seenPlace(user);
      storage.setItem(key, JSON.stringify(seen));
    });
  },
};

// Nothing is on unless it was switched on.
const ALERTS_KEY = 'tickerhub.alerts';

export function readAlerts(kept) {
  return { browser: kept?.browser === true, sound: kept?.sound === true, presence: kept?.presence === true };
}

export const loadAlerts = () => readAlerts(guarded(() => JSON.parse(localStorage.getItem(ALERTS_KEY))));

export function saveAlerts(alerts) {
  guarded(() => localStorage.setItem(ALERTS_KEY, JSON.stringify(alerts)));
}

// With it the server gives this browser what came for the name since it had it.
// Two spellings are mostly one name.
const secretKey = (name) => `tickerhub.secret.${name.normalize('NFKC').toLowerCase()}`;

export function loadSecret(name) {
  return guarded(() => localStorage.getItem(secretKey(name)));
}

export function saveSecret(name, secret) {
  if (typeof secret === 'string') guarded(() => localStorage.setItem(secretKey(name), secret));
}
