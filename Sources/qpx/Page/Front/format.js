// How values are written: as the commands write them.

const MINUS = '−';

/** A number with fixed decimals; empty when it is missing. */
function fixed(value, decimals) {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '';
  return value.toFixed(decimals).replace('-', MINUS);
}

/** A number with its sign. */
function signed(value, decimals) {
  const text = fixed(value, decimals);
  return text === '' || text.startsWith(MINUS) ? text : '+' + text;
}

/** A whole number with thin gaps between thousands. */
function grouped(value) {
  return typeof value === 'number' ? String(Math.trunc(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f') : '';
}

function decimals(name) {
  return name.endsWith('parameters') ? 0 : name.includes('perplexity') ? 3 : 4;
}

function mebibytes(bytes) { return typeof bytes === 'number' ? fixed(bytes / 1048576, 2) : ''; }

function size(bytes) {
  if (typeof bytes !== 'number') return '';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit += 1; }
  return (unit === 0 ? String(value) : fixed(value, value < 10 ? 2 : 1)) + ' ' + units[unit];
}

function percent(part) { return typeof part === 'number' ? fixed(100 * part, 1) + ' %' : ''; }

function duration(seconds) {
  if (typeof seconds !== 'number') return '';
  if (seconds < 60) return fixed(seconds, seconds < 10 ? 2 : 1) + ' s';
  const minutes = Math.floor(seconds / 60);
  const rest = String(Math.floor(seconds % 60)).padStart(2, '0');
  if (minutes < 60) return `${minutes} m ${rest} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** A time as it is kept, in UTC, to the second. */
function time(text) { return text ? text.replace('T', ' ').replace(/(\.\d+)?Z$/, '') : ''; }

/** Any JSON value on one line. */
function plain(value) {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

/** A value and, paler, its standard error. */
function withError(value, error, places, prefix) {
  const text = fixed(value, places);
  if (text === '') return '';
  const shown = [(prefix || '') + text];
  if (typeof error === 'number') shown.push(h('span', { class: 'error' }, ' ± ' + fixed(error, places)));
  return shown;
}

function metricTitle(metric) { return metric.task ? `${metric.task} ${metric.name}` : metric.name; }
