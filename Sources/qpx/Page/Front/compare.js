// Trials side by side: what differs first.

/** What a server would say of trials side by side, as far as the rows of a file tell it. */
function compareHere(trials, data) {
  const layers = Math.max(0, ...trials.map((trial) => (trial.allocation || []).length));
  const names = new Map();
  for (const trial of trials) for (const metric of trial.metrics) names.set(metricKey(metric), metric);
  const settings = new Map();
  trials.forEach((trial, index) => {
    const specification = data.details[trial.search].specification || {};
    for (const [name, value] of [...Object.entries(specification), ['kind', trial.kind], ['label', trial.label]]) {
      if (['name', 'threads', 'workers', 'lease'].includes(name)) continue;
      if (!settings.has(name)) settings.set(name, trials.map(() => null));
      settings.get(name)[index] = value;
    }
  });
  const differs = (values) => values.some((value) => JSON.stringify(value) !== JSON.stringify(values[0]));
  const first = (rows) => rows.sort((a, b) => Number(b.differs) - Number(a.differs));
  return {
    trials,
    layers: Array.from({ length: layers }, (_, layer) => {
      const precisions = trials.map((trial) => (trial.allocation || [])[layer] ?? null);
      return { layer, precisions, differs: trials.every((trial) => trial.allocation) && differs(precisions) };
    }),
    settings: first([...settings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => ({ name, values, differs: differs(values) }))),
    metrics: first([...names.values()].sort((a, b) => (metricTitle(a) < metricTitle(b) ? -1 : 1)).map((metric) => {
      const own = trials.map((trial) => trial.metrics.find((other) => metricKey(other) === metricKey(metric)));
      const values = own.map((found) => (found ? found.value : null));
      const comparable = (index) => index > 0 && trials[0].fidelity === 1 && trials[index].fidelity === 1
        && typeof values[0] === 'number' && typeof values[index] === 'number';
      return {
        task: metric.task, name: metric.name, values, differs: differs(values),
        stderrs: own.map((found) => (found ? found.stderr : null)),
        differences: values.map((value, index) => (comparable(index) ? value - values[0] : null)),
        paired: values.map(() => null),
      };
    })),
  };
}

const compareView = {
  title: 'Compare',
  make(root) { this.root = root; },
  async show() {
    if (view.ticked.length === 0) {
      this.root.replaceChildren(h('p', { class: 'pale' }, 'Tick trials in the table of trials (space bar, or the boxes) to put them side by side.'));
      return;
    }
    let found;
    try {
      found = await source.compare(view.ticked);
    } catch (error) {
      // One that is gone must not keep the others from being looked at.
      fill(this.root, h('div', { class: 'bar' }, view.ticked.map((name) => h('button', { type: 'button', onclick: () => tick(name) }, `✕ ${name}`))));
      throw error;
    }
    const differing = new Set(found.layers.filter((layer) => layer.differs).map((layer) => layer.layer));
    fill(this.root,
      h('div', { class: 'bar' }, h('p', { class: 'pale grow' }, `Differences are to ${found.trials[0].trial}.`),
        h('button', { type: 'button', onclick: () => go({ ticked: [], tab: 'trials' }) }, 'Untick all')),
      sideways('Comparison', h('table', { class: 'compare' },
        this.head(found), this.results(found), this.settings(found, true), this.bits(found, differing), this.metrics(found), this.settings(found, false))));
  },

  head(found) {
    return h('thead', null, h('tr', null, h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'what')), found.trials.map((trial, index) => h('th', { scope: 'col' },
      link({ trial: trial.trial }, null, trial.trial), ' ',
      index > 0 && h('button', {
        type: 'button', class: 'small', title: 'compare the others with this one', 'aria-label': `compare with ${trial.trial}`,
        onclick: () => go({ ticked: [trial.trial, ...view.ticked.filter((name) => name !== trial.trial)] }),
      }, '⇤'),
      h('button', { type: 'button', class: 'small', title: 'leave it out', 'aria-label': `leave ${trial.trial} out`, onclick: () => tick(trial.trial) }, '✕')))));
  },

  group(title, count) { return h('tr', { class: 'group' }, h('th', { scope: 'rowgroup', colspan: String(count + 1) }, title)); },

  results(found) {
    const [first] = found.trials;
    const row = (name, cell, mayDiffer) => {
      const cells = found.trials.map((trial, index) => h('td', null, cell(trial, index)));
      const differs = mayDiffer && cells.some((other) => other.textContent !== cells[0].textContent);
      return h('tr', { class: differs ? 'differs' : '' }, h('th', { scope: 'row' }, name), cells);
    };
    return h('tbody', null, this.group('Results', found.trials.length),
      row('what', trialTitle), row('state', (trial) => stateCell(trial.state)), row('objective', objective),
      row('bits per weight', (trial) => fixed(trial.bits_per_weight, 3)),
      row('MiB', (trial, index) => [mebibytes(trial.weight_bytes),
        index > 0 && typeof trial.weight_bytes === 'number' && typeof first.weight_bytes === 'number'
          && h('span', { class: 'error' }, ` (${signed((trial.weight_bytes - first.weight_bytes) / 1048576, 2)})`)]),
      row('time', (trial) => duration(trial.duration_seconds)));
  },

  /** Layers downwards are hard to take in: one row, and below it the layers that differ one by one. */
  bits(found, differing) {
    const rows = found.layers.filter((layer) => layer.differs);
    return h('tbody', null,
      this.group('Bits per layer' + (rows.length > 0 ? `: ${rows.length} of ${found.layers.length} layers differ`
        : found.trials.length > 1 && found.trials.every((trial) => trial.bits) ? ': no layer differs' : ''), found.trials.length),
      h('tr', null, h('th', { scope: 'row' }, 'all layers'), found.trials.map((trial) => h('td', null, allocation(trial, differing)))),
      rows.map((layer) => h('tr', { class: 'differs' }, h('th', { scope: 'row' }, `layer ${layer.layer}`),
        layer.precisions.map((precision, index) => {
          const trial = found.trials[index];
          return h('td', null, precision === null ? '' : [bitCell(layer.layer, trial.bits[layer.layer], precision), ' ', precision]);
        }))));
  },

  metrics(found) {
    return h('tbody', null, this.group('Metrics', found.trials.length), found.metrics.map((metric) =>
      h('tr', { class: metric.differs ? 'differs' : '' }, h('th', { scope: 'row' }, metricTitle(metric)), metric.values.map((value, index) => {
        const places = decimals(metric.name);
        const pair = metric.paired[index];
        const difference = pair ? pair.difference : metric.differences[index];
        const error = pair ? pair.stderr : null;
        const isClear = pair && typeof error === 'number' && Math.abs(difference) > 2 * error;
        return h('td', null, withError(value, metric.stderrs[index], places), typeof difference === 'number' && h('div', { class: isClear ? 'difference clear' : 'difference' },
          signed(difference, places), typeof error === 'number' && ` ± ${fixed(error, places)}`,
          pair && typeof pair.gained === 'number' && h('span', { class: 'pale', title: 'questions gained and lost, McNemar’s exact test' },
            ` ${pair.gained} gained, ${pair.lost} lost, p ${pair.p_value < 0.001 ? '< 0.001' : fixed(pair.p_value, 3)}`)));
      }))));
  },

  /** Settings that differ, or, folded away, those that agree. */
  settings(found, differing) {
    const own = found.settings.filter((setting) => setting.differs === differing);
    const rows = own.map((setting) => h('tr', { class: differing ? 'differs' : '' },
      h('th', { scope: 'row' }, setting.name), setting.values.map((value) => h('td', { class: 'long' }, plain(value)))));
    if (rows.length === 0) return null;
    if (differing) return h('tbody', null, this.group('Settings that differ', found.trials.length), rows);
    const button = h('button', { type: 'button', class: 'small' });
    const fold = () => {
      button.textContent = this.showsSame ? 'hide' : 'show';
      button.setAttribute('aria-expanded', String(Boolean(this.showsSame)));
      for (const row of rows) row.hidden = !this.showsSame;
    };
    button.addEventListener('click', () => { this.showsSame = !this.showsSame; fold(); });
    fold();
    return h('tbody', null, h('tr', { class: 'group' },
      h('th', { scope: 'rowgroup', colspan: String(found.trials.length + 1) }, `${own.length} settings are the same `, button)), rows);
  },
};
