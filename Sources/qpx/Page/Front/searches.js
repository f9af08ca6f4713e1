// The list of searches, and what is known of one.

let searchesSort = '';

/** How far a search is: a bar and the numbers. */
function progress(search) {
  const done = search.complete;
  const bar = h('progress', { max: Math.max(1, search.trial_limit, done), value: done, 'aria-hidden': 'true' });
  return [bar, ` ${grouped(done)}/${grouped(search.trial_limit)}`, search.failed > 0 && h('span', { class: 'failed' }, ` ${search.failed} failed`)];
}

function budgetText(search) {
  return [
    search.budget_bits_per_weight !== null && `${plain(search.budget_bits_per_weight)} bpw`,
    search.budget_bytes !== null && size(search.budget_bytes),
  ].filter(Boolean).join(' = ');
}

function objectiveText(search) {
  return `${search.objective}, ${search.direction}${search.second_objective ? `; ${search.second_objective}, minimize` : ''}`;
}

function searchRow(search) {
  const best = search.best;
  const open = () => go({ tab: 'trials', search: search.search, page: 1, where: '', trial: '' });
  return h('tr', {
    class: 'opens', tabindex: '0', onclick: open,
    onkeydown(event) { if (event.target === this && (event.key === 'Enter' || event.key === ' ')) { event.preventDefault(); open(); } },
  },
    h('th', { scope: 'row' }, link({ tab: 'trials', search: search.search, page: 1, where: '', trial: '' }, { tabindex: '-1' }, search.search)),
    h('td', null, stateCell(search.state)),
    h('td', { class: 'word' }, progress(search)),
    h('td', { class: 'number' }, best ? withError(best.objective_value, best.objective_stderr, 4) : ''),
    h('td', null, best ? allocation(best) : ''),
    h('td', { class: 'word', title: objectiveText(search) }, search.objective, search.direction === 'maximize' ? ' ↑' : ' ↓', search.second_objective ? `, ${search.second_objective} ↓` : ''),
    h('td', null, search.model),
    h('td', { class: 'number' }, fixed(search.pruning_ratio, 2)),
    h('td', { class: 'number' }, percent(search.parameters_removed)),
    h('td', { class: 'word' }, budgetText(search)),
    h('td', null, search.choices.join(' ')),
    h('td', { class: 'word' }, time(search.created_at)));
}

const SEARCH_COLUMNS = [
  ['search', 'search'], ['state', 'state'], ['trials', 'complete'], ['best', 'best'], ['best allocation', ''], ['objective', 'objective'],
  ['model', 'model'], ['ratio', 'pruning_ratio'], ['removed', 'parameters_removed'], ['budget', 'budget_bytes'], ['choices', ''],
  ['created (UTC)', 'created_at'],
];

const searchesView = {
  title: 'Searches',
  make(root) {
    this.head = h('tr');
    this.body = h('tbody');
    this.empty = h('p', { class: 'pale', hidden: true }, 'No searches yet. ', h('code', null, 'qpx search --help'), ' says how to begin one.');
    this.table = sideways('Searches', h('table', { class: 'list' }, h('thead', null, this.head), this.body));
    root.append(this.table, this.empty);
  },
  async show() {
    const { searches } = await library.searches();
    this.empty.hidden = searches.length > 0;
    this.table.hidden = searches.length === 0;
    const sort = (key) => { searchesSort = key; this.show().then(() => focusSort(this.head, key)); };
    this.head.replaceChildren(...SEARCH_COLUMNS.map(([title, key]) =>
      key ? sortHead(title, key, searchesSort, sort, NUMBER_HEADS.has(title) ? { class: 'number' } : null) : h('th', { scope: 'col' }, title)));
    const value = (search, key) => (key === 'best' ? search.best && search.best.objective_value : search[key]);
    patch(this.body, searchesSort ? sorted(searches, searchesSort, value) : searches,
      (search) => search.search, (search) => JSON.stringify(search), searchRow);
  },
};

const NUMBER_HEADS = new Set(['best', 'ratio', 'removed']);

/** The heading that was pressed has been made anew: it is focused again. */
function focusSort(head, key) {
  const name = key.replace(/^-/, '');
  for (const button of head.querySelectorAll('button.sort')) if (button.dataset.sort === name) button.focus();
}

const aboutView = {
  title: 'About',
  make(root) { this.root = root; },
  async show() {
    if (!view.search) {
      this.root.replaceChildren(h('p', { class: 'pale' }, 'Choose a search above.'));
      return;
    }
    const details = await source.search(view.search);
    const { search, model } = details;
    const best = details.best;
    fill(this.root,
      h('h2', null, search.search, ' ', stateCell(search.state)),
      search.error && h('p', { class: 'problem' }, search.error),
      h('div', { class: 'columns' },
        h('section', null, h('h3', null, 'Search'), facts([
          ['objective', objectiveText(search)],
          ['pruning', search.pruning_ratio > 0
            ? `ratio ${plain(search.pruning_ratio)}, ${search.parameters_removed === null ? 'not yet done' : percent(search.parameters_removed) + ' of parameters'}` : 'none'],
          ['budget', budgetText(search)],
          ['choices', search.choices.join(', ')],
          ['trials', Object.entries(details.trials).filter(([, count]) => count > 0).map(([state, count]) => `${grouped(count)} ${state}`).join(', ') + ` (limit ${grouped(search.trial_limit)})`],
          ['stopped early', details.stopped_early ? grouped(details.stopped_early) : ''],
          ['best', best && [link({ trial: best.trial }, null, best.trial), ' ', objective(best), ' measured']],
          ['believed', details.best_mean !== null && withError(details.best_mean, details.best_deviation, 4)],
          ['luckiest', details.best_observed && best && details.best_observed.trial !== best.trial
            && [link({ trial: details.best_observed.trial }, null, details.best_observed.trial), ' ', objective(details.best_observed)]],
          ['best allocation', best && allocation(best)],
          ['warm start', details.warm_start.map((entry) => `${entry.search} (trust ${fixed(entry.trust, 2)})`).join(', ')],
          ['tags', (details.tags || []).join(', ')],
          ['seed', plain(search.seed)],
          ['created', time(search.created_at)],
          ['finished', time(search.finished_at)],
          ['ran on', `${search.environment.host}, ${search.environment.threads} threads, ${search.environment.processor}`],
          ['qpx', search.environment.qpx_version],
        ])),
        (details.notes || []).length > 0 && h('section', null, h('h3', null, 'Notes'), notes(details.notes)),
        h('section', null, h('h3', null, 'Provenance'), provenance(model, details.pruned_model, search)),
        details.importance.length > 0 && h('section', null, h('h3', null, 'Importance of the layers'), importanceChart(details.importance)),
        h('section', null, h('h3', null, 'Specification'), settingsTable(details.specification)),
        details.confirmation.length > 0 && h('section', null, h('h3', null, 'Confirmation with fresh seeds'), confirmationTable(details.confirmation)),
        details.work.length > 0 && h('section', null, h('h3', null, 'Who is at it'), table(['trial', 'attempt', 'worker', 'lease until'],
          details.work.map((work) => h('tr', null, h('td', null, link({ trial: work.trial }, null, work.trial)), h('td', { class: 'number' }, String(work.attempt)),
            h('td', null, work.worker), h('td', null, time(work.lease_until)))))),
        h('section', null, h('h3', null, 'History'), historyTable(details.transitions, details.events))));
  },
};

function settingsTable(specification) {
  const names = Object.keys(specification || {}).sort();
  return sideways('Settings', table(null, names.map((name) =>
    h('tr', null, h('th', { scope: 'row' }, name), h('td', { class: 'long' }, plain(specification[name]))))));
}

function confirmationTable(rows) {
  return sideways('Confirmation', table(['trial', 'seeds', 'mean', 'believed', 'difference'], rows.map((row) => h('tr', null,
    h('td', null, link({ trial: row.trial }, null, row.trial)), h('td', { class: 'number' }, plain(row.seeds)),
    h('td', { class: 'number' }, withError(row.mean, row.stderr, 4)),
    h('td', { class: 'number' }, withError(row.believed_mean, row.believed_deviation, 4)),
    h('td', { class: 'number' }, signed(row.difference, 4), typeof row.difference_stderr === 'number' && h('span', { class: 'error' }, ` ± ${fixed(row.difference_stderr, 4)}`),
      row.baseline && h('span', { class: 'pale' }, ` to ${plain(row.baseline)}`))))));
}

/** Bars, one for each layer, for each measure. */
function importanceChart(values) {
  const estimators = [...new Set(values.map((value) => value.estimator))];
  return estimators.map((name) => {
    const own = values.filter((value) => value.estimator === name);
    const largest = Math.max(...own.map((value) => value.value), Number.MIN_VALUE);
    return sideways(`Importance by ${name}`, h('table', { class: 'bars' }, h('caption', null, name), h('tbody', null, own.map((value) => h('tr', null,
      h('th', { scope: 'row', class: 'number' }, String(value.layer)),
      h('td', null, h('meter', { min: 0, max: largest, value: Math.max(0, value.value), 'aria-hidden': 'true' })),
      h('td', { class: 'number' }, fixed(value.value, 4), typeof value.null_mean === 'number' && h('span', { class: 'error' }, ` (by chance ${fixed(value.null_mean, 4)})`)))))));
  });
}

/** From the weights to what was done with them. */
function provenance(model, pruned, search) {
  return h('ol', { class: 'chain' },
    h('li', null, h('b', null, model.name), ` ${model.architecture}, ${model.layers} layers, ${grouped(model.parameters)} parameters, ${size(model.bytes)}`,
      h('div', null, h('code', { class: 'hash' }, model.sha256)), h('div', { class: 'pale long' }, model.path)),
    pruned && pruned.sha256 !== model.sha256 && h('li', null, h('b', null, 'pruned'), ` ratio ${plain(pruned.pruning_ratio ?? search.pruning_ratio)}, `,
      `${percent(pruned.parameters_removed)} of parameters, by ${pruned.importance || 'unknown'}; ${grouped(pruned.parameters)} parameters, ${size(pruned.bytes)}`,
      h('div', null, h('code', { class: 'hash' }, pruned.sha256)), h('div', { class: 'pale long' }, pruned.path)),
    search.command_line && h('li', null, h('b', null, 'search'), ` seed ${plain(search.seed)}, qpx ${search.environment.qpx_version}`, command(search.command_line)));
}
