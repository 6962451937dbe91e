// Reads JSON without losing a digit. A number of JavaScript holds about 16
// digits and forgets the zeros at the end, but a page shows what the server
// wrote: 150.10. (A reviver of JSON.parse could see the text, but not in all
// browsers of today.)

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

// As JSON.parse(), but a number that would print in another way than it is
// written becomes a string with its text.
export function parseExactly(text) {
  return JSON.parse(
    text.replace(TOKEN, (token) => (token[0] === '"' || String(Number(token)) === token ? token : `"${token}"`)),
  );
}
