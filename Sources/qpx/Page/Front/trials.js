// The table of trials: filtered, sorted and paged where the data is.

/** Metrics that are other readings of what has a column already: shown when asked for. */
const SIDE_METRICS = new Set(['acc_norm', 'acc_bytes', 'mean_acc', 'parameters', 'adapter_parameters']);

/** Metrics of the trials on this page, in a fixed order. */
function metricColumns(trials) {
  const columns = new Map();
  for (const trial of trials) {
    for (const metric of trial.metrics) if (view.metrics === 'all' || !SIDE_METRICS.has(metric.name)) columns.set(metricKey(metric), metric);
  }
  return [...columns.values()].sort((a, b) => {
    const [first, second] = [metricTitle(a), metricTitle(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  });
}

function tick(name) {
  const ticked = view.ticked.includes(name) ? view.ticked.filter((other) => other !== name) : [...view.ticked, name];
  if (ticked.length > 12) { complain(new Error('Twelve trials can be put side by side, no more.')); return; }
  say(`${ticked.length} trials to compare`);
  go({ ticked }, true);
}

function trialRow(trial, columns, showsSearch, isBest) {
  const open = () => go({ trial: trial.trial });
  const box = h('input', {
    type: 'checkbox', tabindex: '-1', 'aria-label': `compare ${trial.trial}`,
    onclick(event) { event.stopPropagation(); }, onchange() { tick(trial.trial); },
  });
  box.checked = view.ticked.includes(trial.trial);
  return h('tr', { class: 'opens' + (isBest ? ' best' : '') + (box.checked ? ' ticked' : ''), tabindex: '-1', onclick: open },
    h('td', { class: 'tick' }, box),
    h('th', { scope: 'row', class: showsSearch ? '' : 'number' }, link({ trial: trial.trial }, { tabindex: '-1' }, showsSearch ? trial.trial : String(trial.number)),
      isBest && h('span', { class: 'star', title: 'best of the search' }, ' ★')),
    h('td', null, stateCell(trial.state)),
    h('td', { class: 'number strong' }, objective(trial)),
    h('td', null, trial.bits ? allocation(trial) : ''),
    h('td', { class: 'number' }, fixed(trial.bits_per_weight, 3)),
    h('td', { class: 'number' }, mebibytes(trial.weight_bytes),
      trial.within_budget === false && h('span', { class: 'failed', title: 'exceeds the budget' }, '!')),
    h('td', { class: 'what' }, trialTitle(trial), trial.error && h('span', { class: 'failed', title: trial.error }, ' ' + trial.error),
      (trial.tags || []).map((tag) => h('span', { class: 'tag' }, tag))),
    columns.map((column) => {
      const metric = trial.metrics.find((metric) => metricKey(metric) === metricKey(column));
      return h('td', { class: 'number' }, metric ? withError(metric.value, metric.stderr, decimals(metric.name)) : '');
    }),
    h('td', { class: 'number' }, duration(trial.duration_seconds)));
}

const trialsView = {
  title: 'Trials',
  make(root) {
    this.filter = h('input', {
      type: 'search', id: 'filter', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'filter-problem',
      placeholder: source.isLive ? 'accuracy > 0.6 and bits.0 = 8' : 'words that the trials have', value: view.where,
      onkeydown: (event) => {
        if (event.key === 'Enter') this.apply();
        if (event.key === 'Escape' && this.filter.value !== '') { event.preventDefault(); this.filter.value = ''; this.apply(); }
      },
      oninput: () => { clearTimeout(this.wait); this.wait = setTimeout(() => this.apply(), 400); },
    });
    this.names = h('div', { id: 'names', class: 'names', hidden: true });
    this.namesButton = h('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'names', hidden: !source.isLive, onclick: () => this.showNames() }, 'names');
    this.problem = h('p', { id: 'filter-problem', class: 'problem inline', role: 'alert', hidden: true });
    this.head = h('tr');
    this.body = h('tbody', { onkeydown: (event) => this.key(event) });
    this.pages = h('nav', { class: 'pages', 'aria-label': 'Pages' });
    this.metrics = h('button', { type: 'button', onclick: () => go({ metrics: view.metrics === 'all' ? '' : 'all' }, true) }, 'all metrics');
    this.note = h('p', { class: 'pale' }, source.note || '');
    root.append(
      h('div', { class: 'bar' }, h('label', { for: 'filter' }, source.isLive ? 'Where' : 'Find'), this.filter, this.namesButton, this.metrics, this.pages),
      this.names, this.problem, this.note,
      sideways('Trials', h('table', { class: 'list trials' }, h('thead', null, this.head), this.body)));
  },

  /** What a condition may speak of; a press puts it where the cursor is. */
  async showNames() {
    const isOpen = !this.names.hidden;
    this.names.hidden = isOpen;
    this.namesButton.setAttribute('aria-expanded', String(!isOpen));
    if (isOpen) return;
    const { fields, metrics, settings } = await source.names();
    const insert = (text) => {
      this.filter.setRangeText(text, this.filter.selectionStart, this.filter.selectionEnd, 'end');
      this.filter.focus();
    };
    const group = (title, list) => list.length > 0 && h('p', null, h('b', null, title), list.map((text) =>
      h('button', { type: 'button', class: 'small', onclick: () => insert(text) }, text)));
    fill(this.names,
      h('p', { class: 'pale' }, 'Compared with = != < <= > >=, ~ for patterns (*), joined by and, or, not; “is missing” where there is nothing. For example: ',
        h('code', null, 'state = complete and bits.0 = 8 and objective > 0.6')),
      group('recorded', fields), group('metrics', metrics.map(metricKey)), group('settings', settings.map((name) => (fields.includes(name) ? `setting.${name}` : word(name)))));
  },

  apply() {
    clearTimeout(this.wait);
    if (this.filter.value.trim() !== view.where) go({ where: this.filter.value.trim(), page: 1 }, view.where !== '');
  },

  async show() {
    if (document.activeElement !== this.filter) this.filter.value = view.where;
    const offset = (view.page - 1) * PAGE_SIZE;
    const asked = JSON.stringify([view.search, view.where, view.sort, offset]);
    let answer;
    try {
      answer = await library.trials({ search: view.search, where: view.where, sort: view.sort, offset, limit: PAGE_SIZE });
      this.problem.hidden = true;
      this.filter.removeAttribute('aria-invalid');
    } catch (error) {
      // What is wrong with the filter stands below it; the rows stay as they were.
      this.problem.textContent = error.message + (error.hint ? ` (${error.hint})` : '');
      this.problem.hidden = false;
      this.filter.setAttribute('aria-invalid', 'true');
      return;
    }
    if (asked !== JSON.stringify([view.search, view.where, view.sort, (view.page - 1) * PAGE_SIZE])) return;
    const { searches } = await library.searches();
    const best = new Set(searches.map((search) => search.best && search.best.trial));
    const columns = metricColumns(answer.trials);
    const showsSearch = !view.search;
    const shape = columns.map(metricKey).join(' ') + showsSearch;
    this.metrics.setAttribute('aria-pressed', String(view.metrics === 'all'));
    this.showHead(columns);
    patch(this.body, answer.trials, (trial) => trial.trial,
      (trial) => JSON.stringify([trial, shape, best.has(trial.trial), view.ticked.includes(trial.trial)]),
      (trial) => {
        const row = trialRow(trial, columns, showsSearch, best.has(trial.trial));
        if (this.shown === asked && this.shape === shape) row.classList.add('new');
        return row;
      });
    this.shown = asked;
    this.shape = shape;
    if (!this.body.querySelector('tr[tabindex="0"]') && this.body.firstElementChild) this.body.firstElementChild.tabIndex = 0;
    this.showPages(answer);
  },

  showHead(columns) {
    const sort = (key) => go({ sort: key, page: 1 }).then(() => focusSort(this.head, key));
    const number = { class: 'number' };
    const heads = [
      h('th', { scope: 'col', class: 'tick' }, h('span', { class: 'unseen' }, 'compare')),
      sortHead('trial', 'number', view.sort, sort, view.search ? number : null),
      sortHead('state', 'state', view.sort, sort), sortHead('objective', 'objective', view.sort, sort, number),
      h('th', { scope: 'col' }, 'bits per layer'),
      sortHead('bpw', 'bits_per_weight', view.sort, sort, number), sortHead('MiB', 'weight_bytes', view.sort, sort, number),
      sortHead('what', 'kind', view.sort, sort),
      ...columns.map((metric) => sortHead(metricTitle(metric), metricKey(metric), view.sort, sort, number)),
      sortHead('time', 'duration_seconds', view.sort, sort, number),
    ];
    const focused = this.head.contains(document.activeElement) ? document.activeElement.dataset.sort : null;
    this.head.replaceChildren(...heads);
    if (focused) focusSort(this.head, focused);
  },

  showPages({ total, offset, trials }) {
    const last = Math.max(1, Math.ceil(total / PAGE_SIZE));
    const focused = this.pages.contains(document.activeElement) ? document.activeElement.dataset.to : null;
    const button = (text, label, page) => h('button', {
      type: 'button', 'aria-label': label, 'data-to': text, disabled: page < 1 || page > last || page === view.page, onclick: () => go({ page }),
    }, text);
    this.pages.replaceChildren(
      button('«', 'first page', 1), button('‹', 'page before', view.page - 1),
      h('span', { class: 'count' }, total === 0 ? 'no trials' : `${grouped(offset + 1)}–${grouped(offset + trials.length)} of ${grouped(total)}`),
      button('›', 'next page', view.page + 1), button('»', 'last page', last));
    if (focused) for (const other of this.pages.querySelectorAll('button')) if (other.dataset.to === focused) other.focus();
    if (trials.length === 0 && total > 0) go({ page: last }, true);
  },

  /** Arrows go through the rows, Enter opens one, the space bar ticks it. */
  key(event) {
    const row = event.target.closest('tr');
    if (!row || event.target !== row) return;
    const to = (other) => {
      if (!other) return;
      row.tabIndex = -1;
      other.tabIndex = 0;
      other.focus();
    };
    switch (event.key) {
      case 'ArrowDown': to(row.nextElementSibling); break;
      case 'ArrowUp': to(row.previousElementSibling); break;
      case 'Home': to(this.body.firstElementChild); break;
      case 'End': to(this.body.lastElementChild); break;
      case 'Enter': go({ trial: row.dataset.key }); break;
      case ' ': tick(row.dataset.key); break;
      default: return;
    }
    event.preventDefault();
  },
};
