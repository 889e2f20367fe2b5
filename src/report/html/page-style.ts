/** Colours tell lines apart also for those who see few of them, on white as on black. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f5f6f8; --ink: #1b1f24; --faint: #5f6873; --rule: #dde1e6;
  --good: #1a7f37; --bad: #c62828; --warn: #9a6700; --mark: #e8590c26;
  --c1: #0b62c4; --c2: #c2410c; --c3: #6b7280; --c4: #1a7f37; --c5: #a21caf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --panel: #1d2126; --ink: #e8eaed; --faint: #9aa4af; --rule: #333a42;
    --good: #56d364; --bad: #ff7b72; --warn: #e3b341; --mark: #ffa65726;
    --c1: #6cb6ff; --c2: #ffa657; --c3: #9aa4af; --c4: #56d364; --c5: #e29bff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main { max-width: 1100px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.4rem; margin: 8px 0; }
h2 { font-size: 1.05rem; margin: 28px 0 8px; }
.faint, figcaption span { color: var(--faint); font-weight: normal; }
.verdict { font-size: 1.2rem; font-weight: 700; padding: 10px 14px; border-radius: 8px; background: var(--panel); border-left: 6px solid; }
.pass, .holds { color: var(--good); } .fail, .broken { color: var(--bad); } .invalid { color: var(--warn); }
.verdict small { display: block; font-weight: normal; font-size: .85rem; color: var(--ink); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 8px; margin: 12px 0; }
.cards div { background: var(--panel); border-radius: 8px; padding: 8px 12px; }
.cards b { display: block; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
td.n, th.n { text-align: right; }
details pre, .settings pre { overflow-x: auto; background: var(--panel); padding: 8px; border-radius: 6px; font-size: 12px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 16px; }
.chart { margin: 0; background: var(--panel); border-radius: 8px; padding: 10px 12px; min-width: 0; }
figcaption { font-weight: 600; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 0; margin: 2px 0 6px; font-size: 12px; }
.legend li::before { content: ""; display: inline-block; width: 14px; height: 3px; margin-right: 5px; vertical-align: middle; background: currentColor; }
.legend li.c1, path.c1 { color: var(--c1); } .legend li.c2, path.c2 { color: var(--c2); }
.legend li.c3, path.c3 { color: var(--c3); } .legend li.c4, path.c4 { color: var(--c4); }
.legend li.c5, path.c5 { color: var(--c5); }
.plot { position: relative; padding: 6px 4px 20px 44px; }
.area { position: relative; height: 200px; }
.area svg { width: 100%; height: 100%; display: block; overflow: visible; }
path { fill: none; stroke: currentColor; stroke-width: 1.6; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; }
.mark { fill: var(--mark); }
.area b { position: absolute; top: 0; font-size: 10px; font-weight: 600; color: var(--faint); padding-left: 3px; pointer-events: none; }
.area output { position: absolute; top: 14px; right: 0; font-size: 11px; white-space: pre; background: var(--paper); border-radius: 4px; padding: 2px 6px; pointer-events: none; }
.area output:empty { display: none; }
.plot i { position: absolute; font-style: normal; font-size: 11px; color: var(--faint); }
.y { position: absolute; left: 0; top: 6px; bottom: 20px; width: 40px; }
.y i { right: 0; transform: translateY(50%); }
.x { position: absolute; left: 44px; right: 4px; bottom: 0; height: 18px; }
.x i { transform: translateX(-50%); white-space: nowrap; }
.bars { list-style: none; padding: 0; margin: 8px 0 0; }
.bars li { display: grid; grid-template-columns: 9.5rem 1fr 4rem; gap: 8px; align-items: center; font-size: 13px; padding: 3px 0; }
.bars span { overflow-wrap: anywhere; }
.bars i { display: block; height: 14px; min-width: 1px; border-radius: 2px; background: var(--c1); }
.bars i.fail { background: var(--bad); }
.bars b { text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 600px) { main { padding: 10px; } th, td { padding-right: 6px; font-size: 13px; } .area { height: 160px; } }
@media print { .chart { break-inside: avoid; } }
`;
