// The four levels: a word and a shape each, so that colour is never all.

import { svgElement } from './elements.js';

export const LEVEL_NAMES = { info: 'Info', success: 'Success', warning: 'Warning', critical: 'Critical' };

const OUTLINES = {
  info: 'M10 2a8 8 0 1 1 0 16a8 8 0 0 1 0-16z',
  success: 'M10 2a8 8 0 1 1 0 16a8 8 0 0 1 0-16z',
  warning: 'M10 2.5l8.2 14.5H1.8z',
  critical: 'M6.7 2h6.6L18 6.7v6.6L13.3 18H6.7L2 13.3V6.7z',
};
const MARKS = {
  info: 'M10 9v5M10 6v.1',
  success: 'M6.5 10.2l2.5 2.5l4.5-5',
  warning: 'M10 8v4M10 14.4v.1',
  critical: 'M7.2 7.2l5.6 5.6M12.8 7.2l-5.6 5.6',
};

export function levelIcon(level) {
  return svgElement(
    'svg',
    { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true' },
    svgElement('path', { class: 'outline', d: OUTLINES[level] }),
    svgElement('path', { class: 'mark', d: MARKS[level] }),
  );
}
