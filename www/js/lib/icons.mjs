// Line icons on a grid of 24, drawn with the colour of the text around them.

const SVG = 'http://www.w3.org/2000/svg';

const paths = {
  menu: 'M4 7h16M4 12h16M4 17h10',
  plus: 'M12 5v14M5 12h14',
  send: 'M12 19V5M5.5 11.5 12 5l6.5 6.5',
  down: 'M12 5v14M5.5 12.5 12 19l6.5-6.5',
  leave: 'M14 5H6v14h8M10 12h10M16.5 8.5 20 12l-3.5 3.5',
  alert: 'M12 7v6M12 16.5v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  people: 'M5 20v-9a7 7 0 0 1 14 0v9zM12 4v16M5 12h14',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
};

// An icon says nothing to assistive technology: what it means stands beside it as text.
export const icon = (name) => {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
};
