// Long work in short pieces, so that the page moves in between. No DOM in here.

const PIECE = 8; // ms: half a frame

const laterByTimer = (act) => setTimeout(act);

// Calls `act(item)` for each, the first piece at once, and `done()` behind every
// piece, with whether it was the last. Returns what stops it.
export function inSlices(items, act, done, { now = () => performance.now(), later = laterByTimer } = {}) {
  let next = 0;
  let isStopped = false;
  const go = () => {
    if (isStopped) return;
    const end = now() + PIECE;
    do {
      if (next < items.length) act(items[next]);
      next += 1;
    } while (next < items.length && now() < end);
    const isLast = next >= items.length;
    done(isLast);
    if (!isLast) later(go);
  };
  go();
  return () => {
    isStopped = true;
  };
}
