// Whether the prices are those of now, and what the page says if they are not.
// No DOM in here. lib/pages/feed_notice.cc says the same before a script runs.

// A feed that brings prices of further back brings no live ones.
export const OLD = 300_000;

const DAY_UTC = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const MINUTE_UTC = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

// "5 March 2021, 15:00 UTC"
export const momentText = (time) => `${DAY_UTC.format(time)}, ${MINUTE_UTC.format(time)} UTC`;

const WHY = {
  live: '',
  quiet: 'No price has come for a while. ',
  ended: 'The feed has ended. ',
  failed: 'The feed has failed. ',
};

// "Prices as of …"; empty if no price has come.
export const asOfText = ({ time }) => (time === null ? '' : `Prices as of ${momentText(time)}`);

// `feed` is {state, time}: a name of the protocol, and the time of the newest
// price or null. Answers a sentence or two, or nothing if the prices are live.
export function feedNotice(feed, now) {
  const isOld = feed.time !== null && now - feed.time > OLD;
  if (feed.state === 'live' && !isOld) return '';
  const asOf = asOfText(feed);
  return `${WHY[feed.state] ?? ''}${asOf && `${asOf}.`}`.trim();
}
