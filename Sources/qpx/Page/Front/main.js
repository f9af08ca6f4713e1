// The page as a whole: its tabs, what it fetches again, what changes while it is open.

const views = { searches: searchesView, trials: trialsView, compare: compareView, pictures: picturesView, about: aboutView };
if (source.tables().length > 0) views.tables = tablesView;
if (embedded && !JSON.parse(embedded.textContent).searches) for (const name of Object.keys(views)) if (name !== 'tables') delete views[name];

/** What was fetched and still holds. */
const library = {
  known: null,
  page: null,
  searches() {
    if (!this.known) {
      this.known = source.searches();
      this.known.catch(() => { this.known = null; });
    }
    return this.known;
  },
  /** A page of trials, or the one that was asked for last. */
  trials(request) {
    const key = JSON.stringify(request);
    if (this.page && this.page.key === key) return this.page.answer;
    const page = { key, answer: source.trials(request) };
    page.answer.catch(() => { if (this.page === page) this.page = null; });
    this.page = page;
    return page.answer;
  },
  forget() { this.known = null; this.page = null; },
};

function complain(error) {
  const place = document.getElementById('problem');
  place.hidden = !error;
  place.textContent = error ? error.message + (error.hint ? ` (${error.hint})` : '') : '';
}

const panels = {};
const tabs = {};

function begin() {
  const list = document.getElementById('tabs');
  const names = Object.keys(views).sort((a, b) => order(a) - order(b));
  for (const name of names) {
    tabs[name] = h('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `panel-${name}`, onclick: () => go({ tab: name }) }, views[name].title);
    panels[name] = h('section', { role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}`, hidden: true });
    list.append(tabs[name]);
    document.getElementById('main').append(panels[name]);
    views[name].make(panels[name]);
  }
  list.addEventListener('keydown', (event) => {
    const at = names.indexOf(event.target.id.slice(4));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const name = names[(to + names.length) % names.length];
    tabs[name].focus();
    go({ tab: name });
  });
  document.getElementById('skip').addEventListener('click', (event) => { event.preventDefault(); document.getElementById('main').focus(); });
  document.getElementById('search').parentElement.hidden = !views.searches;
  document.getElementById('search').addEventListener('change', (event) => go({ search: event.target.value, page: 1, where: '', tab: view.tab === 'searches' || !view.tab ? 'trials' : view.tab }));
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest('input[type=search], select, textarea');
    if (event.key === '/' && !isTyping && !trialPanel.dialog.open && views.trials) {
      event.preventDefault();
      Promise.resolve(view.tab === 'trials' ? null : go({ tab: 'trials' })).then(() => trialsView.filter.focus());
    }
  });
  addEventListener('popstate', () => { view = readAddress(); render(); });
  themes();
  trialPanel.begin();
  render();
  if (source.isLive) follow();
}

/** Tables come first in a report. */
function order(name) { return ['tables', 'searches', 'trials', 'compare', 'pictures', 'about'].indexOf(name); }

/** Shows what the address says. */
async function render(isNew) {
  const fallback = views.tables ? 'tables' : 'searches';
  const current = views[view.tab] ? view.tab : fallback;
  for (const name of Object.keys(views)) {
    panels[name].hidden = name !== current;
    tabs[name].setAttribute('aria-selected', String(name === current));
    tabs[name].tabIndex = name === current ? 0 : -1;
  }
  if (tabs.compare) tabs.compare.textContent = view.ticked.length ? `Compare (${view.ticked.length})` : 'Compare';
  try {
    if (views.searches) await showHeader();
    await views[current].show();
    await trialPanel.show(isNew);
    complain(null);
  } catch (error) {
    complain(error);
  }
}

async function showHeader() {
  const { database, searches } = await library.searches();
  document.getElementById('name').textContent = database;
  document.title = [view.trial || view.search, database].filter(Boolean).join(' · ');
  const chooser = document.getElementById('search');
  const names = searches.map((search) => search.search);
  if (view.search && !names.includes(view.search)) names.unshift(view.search);
  const wanted = ['', ...names];
  if (wanted.join('\n') !== [...chooser.options].map((option) => option.value).join('\n')) {
    chooser.replaceChildren(...wanted.map((name) => h('option', { value: name }, name || 'all searches')));
  }
  chooser.value = view.search;
}

/** Light, dark, or as the system has it. */
function themes() {
  const button = document.getElementById('theme');
  const choices = ['auto', 'light', 'dark'];
  let chosen = 'auto';
  try { chosen = localStorage.getItem('qpx-theme') || 'auto'; } catch { /* a file may keep nothing */ }
  const use = () => {
    if (!choices.includes(chosen)) chosen = 'auto';
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    button.textContent = { auto: '◑ auto', light: '○ light', dark: '● dark' }[chosen];
    button.setAttribute('aria-label', `colours: ${chosen}`);
  };
  button.addEventListener('click', () => {
    chosen = choices[(choices.indexOf(chosen) + 1) % choices.length];
    try { localStorage.setItem('qpx-theme', chosen); } catch { /* a file may keep nothing */ }
    use();
  });
  use();
}

/** Keeps up with the database while the page is in sight. */
function follow() {
  const place = document.getElementById('live');
  place.hidden = false;
  let events = null;
  let wait = null;
  let changed = new Set();
  const state = (name, text) => { place.className = `live ${name}`; place.textContent = text; };
  const refresh = () => {
    const trials = changed;
    changed = new Set();
    library.forget();
    // What stands in the panel is fetched again only where it changed.
    render(trials.has(view.trial) || trials.size === 0).then(async () => {
      if (trials.size === 0) return;
      const { searches } = await library.searches();
      const own = searches.find((search) => search.search === view.search);
      const best = own && own.best ? `; best ${fixed(own.best.objective_value, 4)} in ${own.best.trial}` : '';
      say(`${trials.size} ${trials.size === 1 ? 'trial' : 'trials'} changed${best}`);
    });
  };
  const open = () => {
    if (events) return;
    events = new EventSource('api/events');
    events.addEventListener('open', () => { if (place.classList.contains('lost')) refresh(); state('on', '● live'); });
    events.addEventListener('error', () => state('lost', '○ no connection'));
    events.addEventListener('change', (event) => {
      for (const name of JSON.parse(event.data).trials) changed.add(name);
      clearTimeout(wait);
      wait = setTimeout(refresh, 150);
    });
  };
  const close = () => { if (events) events.close(); events = null; };
  // A browser has few lines to one server: a tab that nobody sees holds none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else { open(); refresh(); }
  });
  state('', '○ connecting');
  open();
}

begin();
