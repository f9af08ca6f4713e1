// What is looked at is in the address, behind '#': it can be kept, sent, and gone back from.

const PAGE_SIZE = 100;
const DEFAULT_SORT = '-number';

/** The view that an address names. */
function readAddress() {
  const values = new URLSearchParams(location.hash.slice(1));
  const list = (name) => (values.get(name) || '').split(',').filter((text) => text !== '');
  return {
    tab: values.get('tab') || '',
    search: values.get('search') || '',
    where: values.get('where') || '',
    sort: values.get('sort') || DEFAULT_SORT,
    page: Math.max(1, Number.parseInt(values.get('page'), 10) || 1),
    ticked: list('ticked'),
    trial: values.get('trial') || '',
    metrics: values.get('metrics') || '',
  };
}

/** The address of a view, without what goes without saying. */
function writeAddress(view) {
  const values = new URLSearchParams();
  for (const name of ['tab', 'search', 'where', 'sort', 'page', 'ticked', 'trial', 'metrics']) {
    const value = Array.isArray(view[name]) ? view[name].join(',') : String(view[name] || '');
    if (value === '' || (name === 'sort' && value === DEFAULT_SORT) || (name === 'page' && value === '1')) continue;
    values.set(name, value);
  }
  // '/' and ',' may stand in a fragment as they are, and read better so.
  return '#' + values.toString().replaceAll('%2F', '/').replaceAll('%2C', ',');
}

let view = readAddress();

/** Goes to another view. With `isSmall` it takes the place of this one, so that 'back' leaves it out. */
function go(changes, isSmall) {
  view = { ...view, ...changes };
  const address = writeAddress(view);
  if (address !== location.hash) {
    if (isSmall) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
  }
  return render();
}

/** The address of this view with some changes, for links. */
function linkTo(changes) { return writeAddress({ ...view, ...changes }); }

/** A link that changes the view, and can be opened elsewhere. */
function link(changes, attributes, ...children) {
  return h('a', {
    href: linkTo(changes), ...attributes,
    onclick(event) {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      event.stopPropagation();
      go(changes);
    },
  }, ...children);
}
