// The stylesheet of a report: one column of text, figures side by side where there is room, phone and paper included.

import { FIGURE_STYLE } from './palette.ts'

export const REPORT_STYLE: string = `${FIGURE_STYLE}
:root{--holds:#0b6b3a;--fails:#a3200d;--undecided:#7a5200;--outside:#545b64;--link:#0050a8}
@media screen and (prefers-color-scheme:dark){:root{--holds:#5fd39a;--fails:#ff8f7a;--undecided:#e6b35a;--outside:#a9b1ba;
  --link:#7db8ff}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
body{font:1rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;max-width:72rem;
  margin:0 auto;padding:1.5rem 1rem 4rem;overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .75rem}
h2{font-size:1.3rem;line-height:1.25;margin:2.75rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--grid)}
p,nav,header ul{max-width:44rem}
p{margin:.75rem 0}
a{color:var(--link)}
nav ol{padding-left:1.5rem;margin:.25rem 0}
nav li{padding:.15rem 0}
header h2,footer h2{border:0;font-size:1rem;margin:1.5rem 0 .25rem;padding:0}
nav h2{border:0;font-size:1rem;margin:1.5rem 0 .25rem;padding:0}
.muted,figcaption,caption{color:var(--muted)}
dl{display:grid;grid-template-columns:fit-content(16rem) minmax(0,1fr);gap:.2rem 1.25rem;max-width:44rem;
  margin:1rem 0;font-size:.9375rem}
dt{color:var(--muted)}
dd{margin:0;font-variant-numeric:tabular-nums}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));gap:1.75rem 2.25rem;
  align-items:start;margin:1.25rem 0}
figure{margin:0;min-width:0}
figure.wide{grid-column:1/-1}
figure svg{display:block;width:100%;height:auto}
figure>svg{max-width:33rem}
figcaption,caption{font-size:.875rem;line-height:1.45;text-align:left}
figcaption{margin-top:.5rem;max-width:44rem}
caption{padding:0 0 .4rem}
figcaption b,caption b{color:var(--ink)}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:1.25rem 1.5rem}
.legend{grid-column:1/-1;list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.25rem;
  font-size:.9375rem}
.legend li{display:flex;align-items:center;gap:.5rem}
.legend svg{width:30px;height:16px;flex:none}
figure .pictures{margin:0}
.pictures table{width:auto}
.pictures th,.pictures td{border:0;padding:.25rem .5rem .25rem 0;vertical-align:middle}
.pictures img{display:block;image-rendering:pixelated;border:1px solid var(--grid)}
.pictures small{color:var(--muted)}
.scroll{overflow-x:auto;margin:1.25rem 0;background:
  linear-gradient(90deg,var(--paper) 30%,transparent) 0 0/2.5rem 100% local no-repeat,
  linear-gradient(270deg,var(--paper) 30%,transparent) 100% 0/2.5rem 100% local no-repeat,
  linear-gradient(90deg,var(--grid),transparent) 0 0/.75rem 100% scroll no-repeat,
  linear-gradient(270deg,var(--grid),transparent) 100% 0/.75rem 100% scroll no-repeat}
.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.9375rem;line-height:1.4;font-variant-numeric:tabular-nums}
th,td{padding:.4rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
th:first-child{padding-left:0}
thead th{border-bottom:1.5px solid var(--axis);vertical-align:bottom}
tbody th{font-weight:inherit}
.r{text-align:right;white-space:nowrap}
.w{white-space:normal}
.stack tbody th{min-width:16rem}
.c{text-align:center}
.badge{display:inline-block;white-space:nowrap;font-weight:600;font-size:.875em;line-height:1.5;padding:0 .5em;
  border:1.5px solid currentColor;border-radius:.3rem}
.holds{color:var(--holds)}
.fails{color:var(--fails);border-style:double;border-width:3px}
.undecided{color:var(--undecided);border-style:dotted}
.outside{color:var(--outside);border-style:dashed}
.answer{font-size:1.15rem;line-height:1.45}
.alarm{color:var(--fails);font-weight:600;border-left:4px double currentColor;padding-left:.75rem}
.open{list-style:none;padding:0;font-size:.9375rem}
.open li{padding:.2rem 0}
.counts{font-size:.875rem;white-space:nowrap}
.counts span{border:0}
th small{display:block;color:var(--muted);font-weight:400;font-size:.8125rem;margin-top:.15rem}
footer{margin-top:2.75rem;font-size:.9375rem;max-width:44rem;overflow-wrap:anywhere}
.verdicts{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;padding:0;margin:1rem 0}
details{margin:.5rem 0}
summary{cursor:pointer;font-size:.875rem;color:var(--muted)}
@media screen and (max-width:40rem){
body{padding:1rem .75rem 3rem}
h1{font-size:1.45rem}
dl{grid-template-columns:fit-content(40%) minmax(0,1fr);column-gap:.9rem}
.stack,.stack caption,.stack tbody,.stack tr,.stack th,.stack td{display:block}
.stack thead{display:none}
.stack tr{padding:.6rem 0;border-bottom:1px solid var(--axis)}
.stack th,.stack td{padding:.1rem 0;border:0;text-align:left;white-space:normal}
.stack tbody th{min-width:0}
.stack tbody th{font-weight:600}
.stack td{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.75rem;justify-items:start}
.stack td::before{content:attr(data-label);color:var(--muted)}
}
@page{margin:16mm 15mm}
@media print{
html{background:#fff;color:#000}
body{max-width:none;padding:0;font-size:10pt}
nav,details{display:none}
h1{font-size:18pt}
h2{font-size:13pt;break-after:avoid;break-inside:avoid}
p{orphans:3;widows:3}
a{color:inherit;text-decoration:none}
figure,tr,.badge,dl{break-inside:avoid}
caption{break-after:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
table{font-size:8.5pt}
th small{font-size:7pt}
caption,figcaption,.open{font-size:8.5pt}
.answer{font-size:12pt}
tbody tr:first-child{break-before:avoid}
th,td{padding:2pt 5pt}
.stack tbody th{min-width:38%}
.figures{grid-template-columns:1fr 1fr;gap:6mm 8mm}
.panels{grid-template-columns:1fr 1fr 1fr}
}
`
