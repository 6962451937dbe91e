// The notification page: one connection, what it says, and the parts that show
// it.

import { Alerts } from './alerts.js';
import { Connection, socketUrl } from './connection.js';
import { bootstrapMessage, element, setText } from './elements.js';
import { Groups } from './groups.js';
import { Inbox } from './inbox.js';
import { NameForm } from './name_form.js';
import { News } from './news.js';
import { Panel } from './panel.js';
import { People } from './people.js';
import { Popups } from './popups.js';
import { presenceParts } from './presence.js';
import { Requests } from './requests.js';
import { SendForm } from './send_form.js';
import { ageText, Announcer, StatusLine } from './status.js';
import { seenMemory } from './tab_memory.js';

const RETRY = 2_000;

const byId = (id) => document.getElementById(id);
const announcer = new Announcer(byId('announcer'));
const alarm = new Announcer(byId('alarm'));
const requests = new Requests((request) => connection.send(request));
const inbox = new Inbox({
  memory: seenMemory,
  onAdd: (item) => panel.added(item),
  onRemove(item) {
    panel.removed(item);
    popups.drop([item]);
  },
  onMark: () => panel.marked(),
});
const popups = new Popups(byId('popups'), {
  onClose(item) {
    tellServer(inbox.markRead([item]));
    panel.refresh();
  },
  onShow: (item) => panel.reveal(item),
});
const panel = new Panel(byId('panel'), inbox, {
  onMark(request) {
    popups.dropRead();
    tellServer(request);
  },
  onDelete: (request) => tellServer(request),
  onSight: (items) => popups.isEmpty || document.visibilityState !== 'visible' || popups.drop(items),
  wantsOlder: () => load(inbox.olderRequest()),
});
const alerts = new Alerts(byId('alerts'), (item) => panel.reveal(item));
const news = new News({ panel, popups, alerts, announcer, alarm });
const people = new People({
  root: byId('people'),
  select: byId('recipient'),
  onChoose: (name) => sendForm.choose(name),
});
const sendForm = new SendForm(byId('send'), requests);
const groups = new Groups(byId('groups'), requests, {
  onChange(names) {
    panel.setGroups(names);
    sendForm.setGroups(names);
  },
  onWrite: (name) => sendForm.choose(name),
});
const names = new Set(); // what this tab goes by: client id and name
const nameForm = new NameForm(byId('name'), requests, {
  onName(identifier) {
    names.add(identifier);
    people.setMe(identifier);
    setText(byId('me'), identifier);
  },
  onUser: (user) => user !== inbox.user && become(user, inbox.become(user)),
});
let heardAt = Date.now();

const connection = new Connection(socketUrl(document.body.dataset.channel, location), {
  onState(next) {
    if (next.name === 'waiting' || next.name === 'stopped') {
      requests.disconnected();
      news.release();
    }
    status.show(next);
  },
  onMessage(message) {
    heardAt = Date.now();
    receive(message);
  },
  probe: () => requests.ask(inbox.resumeRequest(), (answer) => resumed(answer)),
});

const status = new StatusLine(byId('status'), {
  announcer,
  onRetry: () => connection.retryNow(),
  freshness(mode, now) {
    return mode === 'stale' ? `What was sent in the last ${ageText(now - heardAt)} may be missing` : '';
  },
});

const HANDLERS = {
  id: welcome,
  users: (message) => people.update(message),
  'users-changed': (message) => people.change(message),
  presence: (message) => tellPresence(presenceParts(message, { isMe: (name) => names.has(name), isGuest: (name) => people.isGuest(name) })),
  identified: ({ identifier }) => nameForm.known(identifier),
  'name-shared': ({ identifier }) => nameForm.shared(identifier),
  notification: arrived,
  read(message) {
    recount(inbox.read(message));
    popups.dropRead();
  },
  deleted: (message) => recount(inbox.deleted(message)),
  joined: (message) => tellPresence(groups.heard(message) ?? []),
  left: (message) => tellPresence(groups.heard(message) ?? []),
  error: ({ message }) => typeof message === 'string' && announcer.say(message),
};

function receive(message) {
  if (requests.answered(message)) return;
  if (Object.hasOwn(HANDLERS, message.type)) HANDLERS[message.type](message);
  // Others are of a later version.
}

// The name first, so that what was missed includes what is personal.
function welcome(message) {
  names.clear();
  news.hold();
  alerts.setEpoch(message.epoch);
  byId('incomplete').hidden = true;
  nameForm.connected(message.clientId, (user) => become(user, inbox.connected(message, user)));
}

function become(user, request) {
  news.hold();
  groups.setUser(user);
  panel.refresh();
  load(request);
}

// Asks for a page of the inbox, or for what was missed.
function load(request) {
  if (request === null) return;
  requests.ask(request, request.type === 'inbox' ? loaded : resumed);
}

function loaded(answer) {
  const items = inbox.loaded(answer);
  if (failed(answer)) return;
  panel.setEnd(answer.complete !== false);
  panel.refresh();
  // What is further back is no news, whoever was away.
  if (news.isHeld) for (const item of items.reverse()) news.tell(item);
  news.release();
}

function resumed(answer) {
  if (failed(answer)) return;
  const hasMore = answer.more === true;
  inbox.resumed(answer, hasMore);
  if (answer.complete === false) byId('incomplete').hidden = false;
  panel.refresh();
  if (hasMore) load(inbox.resumeRequest());
  else news.release();
}

// Asks once more, unless the connection is gone: then the next one does.
function failed(answer) {
  if (answer.type !== 'error') return false;
  if (connection.state.name === 'open') setTimeout(() => load(inbox.againRequest()), RETRY);
  return true;
}

function arrived(message) {
  const item = inbox.add(message);
  panel.refresh();
  if (item) news.tell(item);
}

// Some that are not here may be read or deleted now.
function recount(isNeeded) {
  panel.refresh();
  if (!isNeeded) return;
  requests.ask(inbox.countRequest(), (answer) => {
    inbox.counted(answer);
    panel.refresh();
  });
}

function tellServer(request) {
  if (request === null) return;
  requests.ask(request, (answer) => {
    if (answer.type === 'error') announcer.say(String(answer.message));
  });
}

function tellPresence(parts) {
  people.tell(parts);
  const nodes = parts.map((part) => (part.name === undefined ? part : element('bdi', {}, part.name)));
  if (parts.length > 0 && alerts.showsPresence) popups.say(nodes);
}

addEventListener('pagehide', () => inbox.keep());
const drawn = bootstrapMessage();
if (drawn) people.update(drawn);
connection.start();
