// The notification page: one connection, what it says, and the parts that show
// it.

import { spoken } from './card.js';
import { Connection, socketUrl } from './connection.js';
import { bootstrapMessage, setText } from './elements.js';
import { Inbox } from './inbox.js';
import { NameForm } from './name_form.js';
import { Panel } from './panel.js';
import { People } from './people.js';
import { Popups } from './popups.js';
import { presenceParts } from './presence.js';
import { Requests } from './requests.js';
import { SendForm } from './send_form.js';
import { ageText, Announcer, StatusLine } from './status.js';
import { loadReadMark, saveReadMark } from './tab_memory.js';

const MOST_AT_ONCE = 3; // beyond, one pop-up tells how many were missed
const RETRY_RESUME = 2_000;

const byId = (id) => document.getElementById(id);
const announcer = new Announcer(byId('announcer'));
const alarm = new Announcer(byId('alarm'));
const inbox = new Inbox({ remembered: loadReadMark() });
const requests = new Requests((request) => connection.send(request));
const panel = new Panel(byId('panel'), inbox, () => saveReadMark(inbox.remember()));
const popups = new Popups(byId('popups'), (item) => {
  inbox.markRead(item);
  panel.refresh();
});
const people = new People({
  root: byId('people'),
  select: byId('recipient'),
  onChoose: () => sendForm.focusMessage(),
});
const sendForm = new SendForm(byId('send'), requests);
const names = new Set(); // what this tab goes by: client id and name
const nameForm = new NameForm(byId('name'), requests, (identifier) => {
  names.add(identifier);
  people.setMe(identifier);
  setText(byId('me'), identifier);
});
let missed = null; // while resuming: what came, to pop up or to be summed up
let heardAt = Date.now();

const connection = new Connection(socketUrl(document.body.dataset.channel, location), {
  onState(next) {
    if (next.name === 'waiting' || next.name === 'stopped') {
      requests.disconnected();
      flushMissed();
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

function receive(message) {
  if (requests.answered(message)) return;
  switch (message.type) {
    case 'id':
      welcome(message);
      break;
    case 'users':
      people.update(message);
      break;
    case 'users-changed':
      people.change(message);
      break;
    case 'presence':
      people.tell(presenceParts(message, { isMe: (name) => names.has(name), isGuest: (name) => people.isGuest(name) }));
      break;
    case 'identified':
      nameForm.known(message.identifier);
      break;
    case 'name-shared':
      nameForm.shared(message.identifier);
      break;
    case 'notification':
      arrived(message);
      break;
    case 'error':
      if (typeof message.message === 'string') announcer.say(message.message);
      break;
    default:
      break; // of a later version
  }
}

// The name first, so that what was missed includes what is personal.
function welcome(message) {
  names.clear();
  nameForm.connected(message.clientId);
  missed = [];
  byId('incomplete').hidden = true;
  resume(inbox.connected(message));
}

function resume(request) {
  requests.ask(request, (answer) => {
    resumed(answer);
    if (answer.type !== 'error' || connection.state.name !== 'open') return;
    setTimeout(() => resume(inbox.resumeRequest()), RETRY_RESUME);
  });
}

function resumed(answer) {
  const hasMore = answer.type === 'resumed' && answer.more === true;
  if (!hasMore) flushMissed();
  if (answer.type !== 'resumed') return;
  inbox.resumed(answer.lastId, hasMore);
  if (answer.complete === false) byId('incomplete').hidden = false;
  if (hasMore) resume(inbox.resumeRequest());
}

function arrived(message) {
  const item = inbox.add(message);
  if (!item) return;
  panel.refresh();
  if (item.isQuiet || !item.isUnread) return;
  if (missed) missed.push(item);
  else tell(item);
}

function flushMissed() {
  const items = missed ?? [];
  missed = null;
  if (items.length <= MOST_AT_ONCE) {
    items.forEach(tell);
    return;
  }
  // Only what can't wait pops up; of the rest, the number is enough.
  items.filter((item) => item.level === 'critical').forEach(tell);
  announcer.say(`${items.length} notifications came while you were away.`);
}

function tell(item) {
  popups.show(item);
  (item.level === 'critical' ? alarm : announcer).say(spoken(item));
}

const drawn = bootstrapMessage();
if (drawn) people.update(drawn);
connection.start();
