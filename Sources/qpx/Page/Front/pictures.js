// Pictures that qpx draws, and the tables of a report.

const DRAWN = new Set(['svg', 'g', 'path', 'polyline', 'polygon', 'line', 'rect', 'circle', 'ellipse', 'text', 'tspan', 'title', 'desc', 'defs', 'clipPath']);

/** A drawing as elements of this page: its colours follow the page's. Only what drawings have comes in. */
function picture(text) {
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
  if (parsed.querySelector('parsererror') || parsed.documentElement.localName !== 'svg') return null;
  const svg = document.importNode(parsed.documentElement, true);
  for (const element of [svg, ...svg.querySelectorAll('*')]) {
    if (!DRAWN.has(element.localName)) { element.remove(); continue; }
    for (const { name } of [...element.attributes]) if (name.startsWith('on') || name.endsWith('href') || name === 'style') element.removeAttribute(name);
  }
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  return svg;
}

/** How long a picture is looked at before it is drawn again, in milliseconds: a search may have a trial each second. */
const PICTURE_PAUSE = 10000;

const picturesView = {
  title: 'Pictures',
  make(root) { this.root = root; this.shown = new Map(); this.drawnAt = -PICTURE_PAUSE; },

  async show() {
    const { searches } = await library.searches();
    const all = searches.map((search) => search.search);
    const names = view.search ? [view.search] : all.slice(0, 8);
    const key = names.join('\n');
    const since = performance.now() - this.drawnAt;
    if (this.key === key && (this.isBusy || since < PICTURE_PAUSE)) {
      clearTimeout(this.wait);
      this.wait = setTimeout(() => { if (view.tab === 'pictures') this.show(); }, Math.max(1000, PICTURE_PAUSE - since));
      return;
    }
    this.key = key;
    this.isBusy = true;
    // Each appears when it has been drawn; nothing waits for all of them.
    this.draw(names, all.length).catch(complain).finally(() => {
      if (this.key !== key) return;
      this.isBusy = false;
      this.drawnAt = performance.now();
    });
  },

  async draw(names, total) {
    const figures = [];
    for (const name of names) for (const plot of (await source.plots(name)).plots) figures.push({ search: name, ...plot });
    const places = figures.map((figure) => this.known(figure) || h('figure', { class: 'waiting' }, this.caption(figure)));
    const empty = h('p', { class: 'pale', hidden: true }, 'Nothing can be drawn yet.');
    fill(this.root, h('div', { class: 'figures' }, places), empty,
      total > names.length && !view.search && h('p', { class: 'pale' }, 'Those of the newest eight searches; choose one for its own.'));
    await Promise.all(figures.map(async (figure, index) => {
      const text = await source.plot(figure.kind, figure.search).catch(() => '');
      const known = this.shown.get(this.name(figure));
      if (known && known.text === text && text) return;
      const svg = text && picture(text);
      const element = svg ? h('figure', null, this.caption(figure), svg) : null;
      this.shown.set(this.name(figure), { text, element });
      if (element) places[index].replaceWith(element);
      else places[index].remove();
    }));
    empty.hidden = Boolean(this.root.querySelector('figure'));
  },

  name: (figure) => `${figure.search}/${figure.kind}`,

  known(figure) {
    const known = this.shown.get(this.name(figure));
    return known && known.element;
  },

  caption(figure) {
    return h('figcaption', { title: figure.abstract }, view.search ? '' : `${figure.search}: `, figure.title, source.isLive && [' ', h('a', {
      href: `api/plot/${encodeURIComponent(figure.kind)}?search=${encodeURIComponent(figure.search)}&theme=auto`,
      download: `${figure.search}-${figure.kind}.svg`, class: 'pale', 'aria-label': `${figure.title} as SVG`,
    }, 'SVG')]);
  },
};

/** The tables of a report, sorted by whatever column is pressed. */
const tablesView = {
  /** A cell that leads to the trial, or trials, that its row rests on. */
  linked(text, trials) {
    const known = (trials || []).filter((name) => source.hasDetails(name));
    if (!views.trials || known.length === 0) return text;
    if (known.length === 1) return link({ trial: known[0] }, null, text || known[0]);
    return [text, ' ', known.map((name) => [link({ trial: name }, null, name), ' '])];
  },

  title: 'Tables',
  make(root) { this.root = root; this.sorts = source.tables().map(() => ''); },
  async show() {
    this.root.replaceChildren(...source.tables().map((report, index) => this.table(report, index)));
  },

  table(report, index) {
    const isNumber = (column) => column.kind !== 'text';
    const value = (row, name) => { const cell = row.cells[name]; return cell.value ?? cell.text; };
    const sort = (key) => { this.sorts[index] = key; this.show().then(() => focusSort(this.root.children[index], key)); };
    const rows = this.sorts[index] ? sorted(report.rows, this.sorts[index], value) : report.rows;
    const linked = report.columns.find((column) => column.name === 'trial') || report.columns.find((column) => column.kind === 'text');
    const notes = report.footnotes.map((note, place) => h('p', { class: 'pale' }, `[${place + 1}] ${note}`));
    return h('section', null, h('h2', null, report.title),
      sideways(report.title, h('table', { class: 'list report' }, h('thead', null, h('tr', null, report.columns.map((column) =>
        sortHead(column.title, column.name, this.sorts[index], sort, isNumber(column) ? { class: 'number' } : null)))),
      h('tbody', null, rows.map((row) => h('tr', { class: row.is_ranked ? '' : 'unranked' }, report.columns.map((column) => {
        const cell = row.cells[column.name];
        const text = cell.text ?? '';
        const shown = column === linked ? this.linked(text, row.trials) : text;
        const marked = cell.best ? h('b', { title: 'the best' }, text) : cell.second_best ? h('u', { title: 'the second best' }, text) : shown;
        return h('td', { class: isNumber(column) ? 'number' : '' }, marked, cell.footnote && h('sup', null, `[${cell.footnote}]`));
      })))))),
      h('div', { class: 'notes' }, notes, report.remarks.map((remark) => h('p', { class: 'pale' }, remark))),
      report.commands.length > 0 && h('details', null, h('summary', null, 'Commands that made it'), report.commands.map(command)));
  },
};
