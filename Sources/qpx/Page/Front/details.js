// Everything about one trial, in a panel beside the table.

/** The losses of a recovery as a line. */
function lossCurve(steps) {
  const points = steps.filter((step) => typeof step.loss === 'number');
  if (points.length < 2) return null;
  const [width, height, left, bottom, top] = [560, 170, 52, 26, 10];
  const first = points[0].step;
  const last = points[points.length - 1].step;
  const low = Math.min(...points.map((point) => point.loss));
  const high = Math.max(...points.map((point) => point.loss));
  const x = (step) => left + (width - left - 8) * (step - first) / Math.max(1, last - first);
  const y = (loss) => top + (height - top - bottom) * (high - loss) / Math.max(1e-12, high - low);
  const label = (text, at, anchor) => {
    const element = drawn('text', { x: at[0], y: at[1], 'text-anchor': anchor });
    element.textContent = text;
    return element;
  };
  return drawn('svg', { viewBox: `0 0 ${width} ${height}`, class: 'curve', role: 'img',
    'aria-label': `training loss from ${fixed(points[0].loss, 4)} to ${fixed(points[points.length - 1].loss, 4)} in ${points.length} steps` },
    drawn('path', { class: 'axis', d: `M${left} ${top}V${height - bottom}H${width - 8}` }),
    drawn('polyline', { class: 'line', points: points.map((point) => `${x(point.step).toFixed(1)},${y(point.loss).toFixed(1)}`).join(' ') }),
    label(fixed(high, 3), [left - 6, top + 8], 'end'), label(fixed(low, 3), [left - 6, height - bottom], 'end'),
    label(`step ${first}`, [left, height - 8], 'start'), label(`step ${last}`, [width - 8, height - 8], 'end'));
}

/** What the surrogate believed before, beside what was measured. */
function prediction(suggestion, trial) {
  if (!suggestion) return null;
  const off = typeof trial.objective_value === 'number' && suggestion.deviation > 0
    ? (trial.objective_value - suggestion.mean) / suggestion.deviation : null;
  return h('section', null, h('h3', null, 'Why it was proposed'), facts([
    ['predicted', withError(suggestion.mean, suggestion.deviation, 4)],
    ['measured', [objective(trial), off === null ? '' : h('span', { class: 'pale' }, `, ${signed(off, 1)} deviations from what was predicted`)]],
    ['acquisition', `${suggestion.acquisition} ${fixed(suggestion.acquisition_value, 4)}, best of ${grouped(suggestion.candidates)} candidates`],
    ['rested on', `${grouped(suggestion.observations)} observations` + (suggestion.pending.length ? `, while trials ${suggestion.pending.join(', ')} ran` : '')],
    ['trust', suggestion.trust.map((entry) => `${entry.search} ${fixed(entry.trust, 2)}`).join(', ')],
  ]));
}

/** From the model's hash to the evaluation. */
function trialChain(details) {
  const { trial, search } = details;
  const chain = provenance(details.model, details.pruned_model, search);
  const specification = { ...details.search_specification, ...details.specification };
  const named = (names) => names.filter((name) => name in specification && plain(specification[name]) !== '')
    .map((name) => `${name} ${plain(specification[name])}`).join(', ');
  const recovery = named(['recovery', 'recovery_text', 'recovery_data', 'epochs', 'steps', 'rank', 'alpha', 'learning_rate', 'init', 'loftq_iterations']);
  const evaluation = named(['task', 'tasks', 'objective_text', 'text', 'texts', 'limit', 'shots', 'evaluator']);
  chain.append(...[
    trial.allocation && h('li', null, h('b', null, 'allocation'), ' ', allocation(trial), ` ${fixed(trial.bits_per_weight, 4)} bits per weight, ${size(trial.weight_bytes)}`),
    details.training.length > 0 && h('li', null, h('b', null, 'recovery'), ` ${grouped(details.training.length)} steps`, recovery && h('div', { class: 'pale long' }, recovery)),
    h('li', null, h('b', null, 'evaluation'), ` seed ${plain(trial.seed)}, ${trial.environment.host}, ${trial.environment.threads} threads, ${trial.environment.processor}, qpx ${trial.environment.qpx_version}`,
      evaluation && h('div', { class: 'pale long' }, evaluation),
      trial.provenance && h('div', { class: 'pale long' }, `measured in ${trial.provenance}`)),
    trial.state === 'complete' && h('li', null, h('b', null, 'again'), command(`qpx rerun ${trial.trial}`)),
  ].filter(Boolean));
  return chain;
}

const trialPanel = {
  dialog: document.getElementById('trial'),
  shown: '',

  begin() {
    // Escape and the back button both close it; either way the address says so.
    this.dialog.addEventListener('close', () => { if (view.trial) go({ trial: '' }); });
    this.dialog.addEventListener('click', (event) => { if (event.target === this.dialog) this.dialog.close(); });
  },

  async show(isNew) {
    if (!view.trial) {
      this.shown = '';
      if (this.dialog.open) this.dialog.close();
      return;
    }
    if (this.shown === view.trial && !isNew) return;
    const name = view.trial;
    let content;
    try {
      content = this.content(await source.trial(name));
    } catch (error) {
      content = [this.bar(name), h('p', { class: 'problem' }, error.message)];
    }
    if (view.trial !== name) return;
    const scrolled = this.shown === name ? this.dialog.scrollTop : 0;
    const focused = this.dialog.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    this.dialog.replaceChildren(...content.filter(Boolean));
    this.shown = name;
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.scrollTop = scrolled;
    const again = focused && this.dialog.querySelector(`[data-part="${focused}"]`);
    if (again && !again.disabled) again.focus();
  },

  bar(name) {
    const rows = [...document.querySelectorAll('table.trials tbody tr')].map((row) => row.dataset.key);
    const place = rows.indexOf(name);
    const step = (text, label, to) => h('button', {
      type: 'button', 'data-part': text, 'aria-label': label, disabled: !to, onclick: () => go({ trial: to }, true),
    }, text);
    return h('div', { class: 'bar head' }, h('h2', { id: 'trial-name' }, name),
      place >= 0 && step('‹', 'trial before', rows[place - 1]), place >= 0 && step('›', 'next trial', rows[place + 1]),
      h('button', { type: 'button', 'data-part': 'tick', 'aria-pressed': String(view.ticked.includes(name)),
        onclick: (event) => { tick(name); event.target.setAttribute('aria-pressed', String(view.ticked.includes(name))); } }, 'Compare'),
      h('button', { type: 'button', 'data-part': 'close', 'aria-label': 'close', autofocus: true, onclick: () => this.dialog.close() }, '✕'));
  },

  content(details) {
    const { trial } = details;
    const final = details.metrics.filter((metric) => metric.step === null);
    return [
      this.bar(trial.trial),
      trial.error && h('p', { class: 'problem' }, trial.error),
      facts([
        ['state', [stateCell(trial.state), trial.archived_at ? `, archived at ${time(trial.archived_at)}` : '']],
        ['what', trialTitle(trial)],
        ['repeats', trial.rerun_of && link({ trial: trial.rerun_of }, null, trial.rerun_of)],
        ['objective', trial.objective_value !== null && [objective(trial), ` ${details.search.objective}, ${details.search.direction}`]],
        ['race', details.race && [`against `, link({ trial: details.race.incumbent }, null, details.race.incumbent),
          details.race.stopped ? `, stopped after ${grouped(details.race.scored)} of ${grouped(details.race.examples)} examples, difference ${signed(details.race.difference, 4)}` : ', not stopped']],
        ['bits per layer', trial.bits && allocation(trial)],
        ['weights', trial.weight_bytes !== null && [`${size(trial.weight_bytes)}`, trial.bits_per_weight !== null && ` at ${fixed(trial.bits_per_weight, 4)} bits per weight`,
          trial.within_budget === false && h('span', { class: 'failed' }, ' exceeds the budget')]],
        ['tags', (trial.tags || []).join(', ')],
        ['time', duration(trial.duration_seconds)],
      ]),
      (details.notes || []).length > 0 && h('section', null, h('h3', null, 'Notes'), notes(details.notes)),
      final.length > 0 && h('section', null, h('h3', null, 'Metrics'), sideways('Metrics', table(
        ['task', 'metric', ...['value', '± se', 'n'].map((text) => h('th', { scope: 'col', class: 'number' }, text))],
        final.map((metric) => h('tr', null, h('td', null, metric.task || ''), h('td', null, metric.name),
          h('td', { class: 'number' }, fixed(metric.value, decimals(metric.name))),
          h('td', { class: 'number error' }, fixed(metric.stderr, decimals(metric.name))),
          h('td', { class: 'number' }, grouped(metric.count))))))),
      prediction(details.suggestion, trial),
      details.training.length > 1 && h('section', null, h('h3', null, 'Recovery'),
        h('p', { class: 'pale' }, `${grouped(details.training.length)} steps, loss ${fixed(details.training[0].loss, 4)} to ${fixed(details.training.at(-1).loss, 4)}`),
        lossCurve(details.training)),
      h('section', null, h('h3', null, 'Provenance'), trialChain(details)),
      details.artifacts.length > 0 && h('section', null, h('h3', null, 'Artifacts'), sideways('Artifacts', table(['kind', 'size', 'SHA-256', 'path'],
        details.artifacts.map((artifact) => h('tr', null, h('td', null, artifact.kind), h('td', { class: 'number word' }, size(artifact.bytes)),
          h('td', null, h('code', { title: artifact.sha256 }, artifact.sha256.slice(0, 12))), h('td', { class: artifact.deleted_at ? 'word gone' : 'word' }, artifact.path)))))),
      (details.attempts.length > 1 || details.attempts.some((attempt) => attempt.state !== 'complete')) && h('section', null, h('h3', null, 'Attempts'),
        sideways('Attempts', table(['attempt', 'state', 'worker', 'error'], details.attempts.map((attempt) => h('tr', null,
          h('td', { class: 'number' }, String(attempt.attempt)), h('td', null, attempt.state), h('td', null, attempt.worker), h('td', null, attempt.error || '')))))),
      h('section', null, h('h3', null, 'History'), sideways('History', historyTable(details.transitions, details.events))),
    ];
  },
};
