// The Node servers' side of the commands of fanout/peers.h.

import readline from 'node:readline';

// As ManyPrices() of command.cc.
function manyPrices() {
  let random = 1;
  const next = (below) => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return (random >>> 16) % below;
  };
  const letter = (place) => String.fromCharCode(65 + (Math.floor(place) % 26));
  const prices = [];
  for (let i = 0; i < 1000; i += 1) {
    const name = i * 7919;
    let symbol = letter(name) + letter(name / 26) + letter(name / 676);
    if (next(2) === 1) symbol += letter(next(26));
    const most = next(2) === 1 ? 100 : 900;
    const whole = 1 + next(most);
    prices.push(`"${symbol}":${whole}.${10 + next(90)}`);
  }
  return prices.join(',');
}

const allPrices = manyPrices();

function pricesThatFit(bytes) {
  if (bytes >= allPrices.length) return allPrices;
  const end = allPrices.lastIndexOf(',', bytes);
  return allPrices.slice(0, end < 0 ? allPrices.indexOf(',') : end);
}

// As MessageText() of command.cc.
export function messageText(seq, bytes) {
  const start = `{"type":"update","seq":${seq},"since":${seq - 1},"data":{`;
  const end = '}}';
  const prices = pricesThatFit(Math.max(0, bytes - start.length - end.length));
  return (start + prices + end).padEnd(bytes, ' ');
}

/**
 * Listens on any port, says so, and obeys what comes on standard input.
 * `broadcast` gets each message's text.
 */
export function serve(server, broadcast) {
  // As PeerAddress() of server_main.cc.
  const host = process.env.TICKERHUB_PEER_ADDRESS ?? '127.0.0.1';
  server.listen({ host, port: 0, backlog: 4096 }, () => {
    process.stdout.write(`listening ${server.address().port}\n`);
  });
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const [name, ...numbers] = line.split(' ');
    if (name === 'usage') {
      process.stdout.write(`${process.resourceUsage().userCPUTime}\n`);
    } else if (name === 'tick') {
      const [first, count, bytes] = numbers.map(Number);
      for (let i = 0; i < count; i += 1) broadcast(messageText(first + i, bytes));
    }
  });
  lines.on('close', () => process.exit(0));
}
