/** Names the values under the pointer; everything else is there without it. */
export const PAGE_SCRIPT = `
for (const chart of document.querySelectorAll('.chart')) {
  const area = chart.querySelector('.area');
  const output = chart.querySelector('output');
  const names = [...chart.querySelectorAll('.legend li')].map((item) => item.textContent);
  const data = JSON.parse(chart.querySelector('.values')?.textContent ?? '[]');
  const slotMs = Number(chart.dataset.slotMs);
  const slots = Math.max(1, ...data.map((values) => values.length));
  area.addEventListener('pointermove', (event) => {
    const box = area.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const slot = Math.round(share * (slots - 1));
    const rows = names.map((name, at) => name + ': ' + (data[at]?.[slot] ?? '-'));
    output.textContent = [((slot * slotMs) / 1000).toFixed(1) + ' s', ...rows].join('\\n');
  });
  area.addEventListener('pointerleave', () => { output.textContent = ''; });
}
`;
