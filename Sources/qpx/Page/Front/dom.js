'use strict';
// Elements are made, never parsed: names, labels and notes are outside data.

/** An element with attributes, listeners (on…) and children; what is null or false is left out. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  dress(element, attributes);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element of a drawing. */
function drawn(name, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  dress(element, attributes);
  element.append(...children);
  return element;
}

function dress(element, attributes) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
}

/** Puts these children in the place of all others. */
function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

/** A table; heads and cells may be texts or elements. */
function table(heads, rows, attributes) {
  const head = heads && h('thead', null, h('tr', null, heads.map((head) =>
    head instanceof Element ? head : h('th', { scope: 'col' }, head))));
  return h('table', attributes, head, h('tbody', null, rows));
}

/** A table of names and what they have. */
function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
    .map(([name, value]) => [h('dt', null, name), h('dd', null, value)]));
}

/** Where a wide table may be moved sideways, also by keys. */
function sideways(label, ...children) {
  return h('div', { class: 'sideways', tabindex: '0', role: 'region', 'aria-label': label }, ...children);
}

/**
 * Brings the rows of a table up to date and leaves alone those that have not changed: what is focused stays so, and what
 * is looked at stays where it is.
 */
function patch(body, items, keyOf, markOf, make) {
  const keys = new Set(items.map(keyOf));
  const focused = document.activeElement && document.activeElement.closest('tr');
  const known = new Map();
  for (const row of [...body.children]) {
    if (keys.has(row.dataset.key)) known.set(row.dataset.key, row);
    else row.remove();
  }
  let next = body.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const mark = markOf(item);
    let row = known.get(key);
    if (!row) {
      row = make(item);
      row.dataset.key = key;
    } else if (row.dataset.mark !== mark) {
      const fresh = make(item);
      row.className = fresh.className;
      row.replaceChildren(...fresh.childNodes);
    }
    row.dataset.mark = mark;
    if (row === next) next = row.nextElementSibling;
    else body.insertBefore(row, next);
  }
  if (focused && focused.isConnected && body.contains(focused) && document.activeElement === document.body) focused.focus();
}

/** Says something to readers who do not see the page. */
function say(text) { document.getElementById('said').textContent = text; }
