// Elements are made here, from text and nodes only: nothing in this page parses HTML.

const setProps = (element, props) => {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      setAttribute(element, name, value);
    }
  }
};

// Sets an attribute; `true` is the bare attribute, `false`, null and undefined remove it.
export const setAttribute = (element, name, value) => {
  if (value === false || value === null || value === undefined) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true ? '' : value);
  }
};

// An element: `on…` properties are listeners, all others attributes; a child is a node or text.
export const el = (tag, props = {}, ...children) => {
  const element = document.createElement(tag);
  setProps(element, props);
  element.append(...children);
  return element;
};

// Sets the text of an element, and touches nothing where it is the same already.
export const setText = (element, text) => {
  if (element.textContent !== text) {
    element.textContent = text;
  }
};

/*
 * Keeps the children of `parent` in step with a list, one row a key, in the list's order.
 * create(item) → { element, … }; update(row, item) is called at every change, and after create.
 * A row that stays keeps its node where it is, so that focus and selection survive.
 */
export const keyedRows = (parent, { key, create, update }) => {
  let rows = new Map();
  return (items) => {
    const next = new Map();
    for (const item of items) {
      next.set(key(item), rows.get(key(item)) ?? create(item));
    }
    for (const [name, row] of rows) {
      if (!next.has(name)) {
        row.element.remove();
      }
    }
    let place = parent.firstElementChild;
    for (const item of items) {
      const row = next.get(key(item));
      update(row, item);
      if (row.element === place) {
        place = place.nextElementSibling;
      } else {
        parent.insertBefore(row.element, place);
      }
    }
    rows = next;
  };
};

// A hue for a person, far from those of the neighbours: the golden angle round the circle.
export const setHue = (element, id) => {
  const n = [...String(id)].reduce((sum, digit) => (sum * 10 + digit.charCodeAt(0)) % 9973, 0);
  element.style.setProperty('--hue', String(Math.round((n * 137.508) % 360)));
};
