// Elements from code. Text from the wire becomes a text node, never HTML.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Touches the document only if there is something to change.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// The same of an attribute that is there or not: `hidden`, `disabled`. Even the
// value that it has would make the browser style the page again.
export function setFlag(node, name, isOn) {
  if (node[name] !== isOn) node[name] = isOn;
}

// The message that the server put into the page, or null.
export function bootstrapMessage(parse = JSON.parse) {
  try {
    return parse(document.getElementById('bootstrap').textContent);
  } catch {
    return null;
  }
}
