/** The page's own looks: follows the reader's choice of light or dark, prints, and asks nothing from elsewhere. */
export const STYLES = `
:root { color-scheme: light dark; --float: #2f6fde; --integer: #c2570c; --bad: #c01c28; --faint: #d9dce1;
  --ink: #1c1f24; --soft: #5a616b; --paper: #ffffff; --panel: #f5f6f8; --line: #dfe2e7; }
@media (prefers-color-scheme: dark) { :root { --float: #7fb0ff; --integer: #ff9d5c; --bad: #ff7b82; --faint: #363b44;
  --ink: #e8eaee; --soft: #a3abb8; --paper: #15181d; --panel: #1e2229; --line: #333943; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 24px 60px; max-width: 980px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; overflow-wrap: anywhere; } h2 { font-size: 19px; margin: 38px 0 8px; }
h3 { font-size: 15px; margin: 22px 0 6px; } p { margin: 6px 0; } .soft, figcaption { color: var(--soft); font-size: 13px; }
svg { max-width: 100%; height: auto; color: var(--ink); } figure { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 18px 0; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.tile b { display: block; font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums; }
.bar { height: 6px; border-radius: 3px; background: var(--faint); margin-top: 8px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--integer); }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(290px, 1fr)); gap: 14px 18px; }
.grid figcaption b { color: var(--ink); font-weight: 600; } .grid figcaption { margin-bottom: 2px; }
.bad { color: var(--bad); font-weight: 600; } .key { display: inline-flex; align-items: center; gap: 6px; margin-right: 18px; }
.key::before { content: ""; width: 16px; height: 10px; border-radius: 2px; background: currentColor; }
.key.dashed::before { height: 0; border-radius: 0; background: none; border-top: 2px dashed currentColor; }
.key span { color: var(--ink); } .key.float { color: var(--float); } .key.integer { color: var(--integer); } .key.clip { color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; font-size: 14px; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--line); padding: 10px 0; } summary { cursor: pointer; font-weight: 600; }
@media print { details > *:not(summary) { display: block; } }
`;
