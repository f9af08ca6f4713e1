// Where the data is: in the page itself (a report), or with the server that sent it (qpx ui).

const embedded = document.getElementById('data');

/** Asks the server; what it refuses becomes an error with its words. */
async function ask(path, parameters) {
  const query = Object.entries(parameters || {}).filter(([, value]) => value !== '' && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  let answer;
  try {
    answer = await fetch(query ? `${path}?${query}` : path);
  } catch {
    throw new Error('The server does not answer: is qpx ui still running?');
  }
  if (answer.ok) return answer;
  let problem = null;
  try { problem = (await answer.json()).error; } catch { /* no words of its own */ }
  const error = new Error(problem ? problem.message : `the server said ${answer.status}`);
  if (problem && problem.hint) error.hint = problem.hint;
  throw error;
}

function serverSource() {
  const json = async (path, parameters) => (await ask(path, parameters)).json();
  const part = encodeURIComponent;
  return {
    isLive: true,
    searches: () => json('api/searches'),
    names: () => json('api/names'),
    search: (name) => json(`api/search/${part(name)}`),
    trials: (request) => json('api/trials', request),
    trial: (name) => {
      const slash = name.lastIndexOf('/');
      return json(`api/trial/${part(name.slice(0, slash))}/${part(name.slice(slash + 1))}`);
    },
    compare: (names) => json('api/compare', { trials: names.join(',') }),
    plots: () => json('api/plots'),
    plot: async (kind, search) => (await ask(`api/plot/${part(kind)}`, { search })).text(),
    tables: () => [],
    hasDetails: () => true,
  };
}

/** The value that a column of trials is sorted by. */
function sortValue(trial, key) {
  switch (key) {
    case 'number': return trial.number;
    case 'objective': return trial.objective_value;
    default: break;
  }
  if (key in trial) return trial[key];
  const metric = trial.metrics.find((metric) => metricKey(metric) === key);
  return metric ? metric.value : null;
}

/** Sorts by a key, '-' in front of it for the other way round; what has no value comes last, whichever way. */
function sorted(items, sort, valueOf) {
  const isDown = sort.startsWith('-');
  const key = isDown ? sort.slice(1) : sort;
  const missing = (value) => value === null || value === undefined || value === '';
  return items.map((item, index) => ({ item, index, value: valueOf(item, key) })).sort((a, b) => {
    if (missing(a.value) || missing(b.value)) return missing(a.value) - missing(b.value) || a.index - b.index;
    const order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
    return (isDown ? -order : order) || a.index - b.index;
  }).map((entry) => entry.item);
}

function fileSource(data) {
  const rows = data.trials || [];
  const text = (trial) => [
    trial.trial, trial.kind, trial.label, trial.state, trial.rerun_of, (trial.allocation || []).join(' '), trial.error, (trial.tags || []).join(' '),
  ].join(' ').toLowerCase();
  return {
    isLive: false,
    searches: async () => data.searches,
    search: async (name) => data.details[name],
    async trials({ search, where, sort, offset, limit }) {
      const words = where.toLowerCase().split(/\s+/).filter((word) => word !== '');
      const found = rows.filter((trial) => (!search || trial.search === search)
        && words.every((word) => text(trial).includes(word)));
      const inOrder = sorted(found, sort, sortValue);
      return { total: found.length, offset, limit, trials: inOrder.slice(offset, offset + limit) };
    },
    async trial(name) {
      const details = data.trial_details[name];
      if (!details) throw new Error(`The details of ${name} are not in this file: it has those of the best and the named trials.`);
      const search = data.details[details.trial.search];
      return {
        ...details, search: search.search, search_specification: search.specification, model: search.model,
        pruned_model: search.pruned_model,
      };
    },
    compare: async (names) => compareHere(names.map((name) => rows.find((row) => row.trial === name)).filter(Boolean), data),
    plots: async (search) => ({ plots: (data.plots || []).filter((plot) => plot.search === search) }),
    plot: async (kind, search) => data.plots.find((plot) => plot.search === search && plot.kind === kind).svg,
    tables: () => data.tables || [],
    hasDetails: (name) => Boolean(data.trial_details[name]),
    note: data.note,
  };
}

const source = embedded ? fileSource(JSON.parse(embedded.textContent)) : serverSource();
