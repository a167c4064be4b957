// Line icons on a grid of 24, drawn with the colour of the text around them.

const SVG = 'http://www.w3.org/2000/svg';

const paths = {
  menu: 'M4 7h16M4 12h16M4 17h10',
  plus: 'M12 5v14M5 12h14',
  send: 'M12 19V5M5.500 11.500 12 5l6.500 6.500',
  down: 'M12 5v14M5.500 12.500 12 19l6.500-6.500',
  leave: 'M14 5H6v14h8M10 12h10M16.500 8.500 20 12l-3.500 3.500',
  alert: 'M12 7v6M12 16.500v.100M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  people: 'M5 20v-9a7 7 0 0 1 14 0v9zM12 4v16M5 12h14',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
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
