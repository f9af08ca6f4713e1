// Small things that several views show alike.

const STATE_MARKS = { complete: '●', running: '◐', waiting: '○', failed: '✕', interrupted: '⊘' };

/** A state: a mark of its own shape, its word, its colour. */
function stateCell(state) {
  return h('span', { class: `state ${state}`, title: state },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, STATE_MARKS[state] || '?'), h('span', { class: 'name' }, ' ' + state));
}

const MODULES = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'];

/** Bits of one layer: a number, or a list where its modules differ. */
function bitsOf(entry) {
  if (!Array.isArray(entry)) return entry;
  const known = entry.filter((bits) => typeof bits === 'number');
  return known.length === 0 ? null : known.reduce((sum, bits) => sum + bits, 0) / known.length;
}

/** One cell of an allocation: the bits as a digit on their colour. */
function bitCell(layer, entry, precision, differs) {
  const bits = bitsOf(entry);
  const shade = bits === null || bits === undefined ? 'none' : String(Math.min(16, Math.max(1, Math.round(bits))));
  const modules = Array.isArray(entry) ? ` (${MODULES.map((name, index) => `${name} ${entry[index] ?? '?'}`).join(', ')})` : '';
  return h('i', {
    class: `b b${shade}${differs ? ' differs' : ''}${Array.isArray(entry) ? ' split' : ''}`,
    title: `layer ${layer}: ${precision || 'unknown'}${modules}`,
  }, bits === null || bits === undefined ? '?' : Number.isInteger(bits) ? String(bits) : bits.toFixed(1));
}

/** An allocation, layer by layer; layers that differ are marked. */
function allocation(trial, differing) {
  if (!trial.bits) return h('span', { class: 'pale' }, 'not quantized');
  const text = trial.bits.map((entry) => bitsOf(entry) ?? '?').join(' ');
  return h('span', { class: 'bits' + (trial.bits.length > 40 ? ' many' : ''), role: 'img', 'aria-label': `bits per layer: ${text}` },
    trial.bits.map((entry, layer) => bitCell(layer, entry, trial.allocation[layer], differing && differing.has(layer))));
}

/** The objective, with a mark where it is an estimate. */
function objective(trial) {
  return withError(trial.objective_value, trial.objective_stderr, 4, trial.fidelity < 1 ? '~' : '');
}

/** What a trial is, for people. */
function trialTitle(trial) {
  const name = trial.label || trial.kind + (trial.rerun_of ? ` of ${trial.rerun_of}` : '');
  return name + (trial.origin === 'imported' ? ' (imported)' : '');
}

/** A word of the expression language; in backticks where it would mean something else. */
function word(text) { return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : '`' + text + '`'; }

/** The name under which a metric is sorted and filtered. */
function metricKey(metric) { return metric.task ? `${word(metric.name)}.${word(metric.task)}` : word(metric.name); }

/** A heading that sorts. */
function sortHead(title, key, current, onSort, attributes) {
  const isUp = current === key;
  const isDown = current === '-' + key;
  return h('th', { scope: 'col', 'aria-sort': isUp ? 'ascending' : isDown ? 'descending' : 'none', ...attributes },
    h('button', { type: 'button', class: 'sort', 'data-sort': key, onclick: () => onSort(isDown ? key : isUp ? '-' + key : key) },
      title, h('span', { class: 'arrow', 'aria-hidden': 'true' }, isUp ? ' ▲' : isDown ? ' ▼' : '')));
}

/** What people wrote about it. */
function notes(list) {
  return list.map((note) => h('p', { class: 'note' }, note.text, ' ', h('span', { class: 'pale' }, time(note.created_at))));
}

/** A button that copies text. */
function copyButton(text) {
  const button = h('button', { type: 'button', class: 'small' }, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
      say('copied');
    } catch {
      button.textContent = 'Select and copy';
    }
  });
  return button;
}

/** A command line. */
function command(text) { return h('div', { class: 'command' }, h('code', null, text), copyButton(text)); }

/** What happened when: changes of state and events. */
function historyTable(transitions, events) {
  const entries = [
    ...transitions.map((change) => ({ at: change.at, what: change.to, where: `${change.host}:${change.pid}` })),
    ...events.map((event) => ({ at: event.at, what: `${event.level}: ${event.message}`, where: '' })),
  ];
  return table(['time (UTC)', 'what', 'process'], sorted(entries, 'at', (entry) => entry.at).map((entry) =>
    h('tr', null, h('td', { class: 'word' }, time(entry.at)), h('td', null, entry.what), h('td', null, entry.where))));
}
