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

const picturesView = {
  title: 'Pictures',
  make(root) { this.root = root; this.shown = new Map(); },
  async show() {
    const { searches } = await library.searches();
    const names = view.search ? [view.search] : searches.map((search) => search.search);
    const asked = names.join('\n');
    const figures = [];
    for (const name of names.slice(0, 8)) {
      const { plots } = await source.plots(name);
      for (const plot of plots) figures.push({ search: name, ...plot });
    }
    const drawings = await Promise.all(figures.map((figure) => source.plot(figure.kind, figure.search).catch(() => null)));
    if (view.tab !== 'pictures' || asked !== (view.search ? [view.search] : searches.map((search) => search.search)).join('\n')) return;
    const shown = figures.map((figure, index) => {
      const text = drawings[index] || '';
      const known = this.shown.get(`${figure.search}/${figure.kind}`);
      if (known && known.text === text) return known.element;
      const svg = text && picture(text);
      const element = svg && h('figure', null, h('figcaption', { title: figure.abstract }, view.search ? '' : `${figure.search}: `, figure.title,
        source.isLive && [' ', h('a', { href: `api/plot/${encodeURIComponent(figure.kind)}?search=${encodeURIComponent(figure.search)}`, download: `${figure.search}-${figure.kind}.svg`, class: 'pale' }, 'SVG')]), svg);
      this.shown.set(`${figure.search}/${figure.kind}`, { text, element });
      return element;
    }).filter(Boolean);
    this.root.replaceChildren(shown.length > 0 ? h('div', { class: 'figures' }, shown) : h('p', { class: 'pale' }, 'Nothing can be drawn yet.'),
      names.length > 8 ? h('p', { class: 'pale' }, 'Those of the first eight searches; choose one for its own.') : '');
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
