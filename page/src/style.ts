// The page's stylesheet: that of reports, and what reports do not have.

import { REPORT_STYLE } from '../../src/lab/report/style.ts'

export const PAGE_STYLE: string = `${REPORT_STYLE}
#panels{display:flex;flex-wrap:wrap;gap:.4rem;max-width:none;margin:1.25rem 0 0;border-bottom:1px solid var(--axis)}
#panels a{padding:.55rem .9rem;text-decoration:none;border:1px solid transparent;border-bottom:0;border-radius:.35rem .35rem 0 0}
#panels a[aria-current]{border-color:var(--axis);color:var(--ink);font-weight:600;background:var(--paper);margin-bottom:-1px}
body{padding-top:1rem}
h1{margin-bottom:.35rem}
header p{max-width:none;margin:.35rem 0}
#panels{margin-top:.9rem}
main h2{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0;padding:0;border:0}
.about{margin:.6rem 0 1rem}
.lead{columns:2 24rem;column-gap:2.5rem;margin:.5rem 0 0}
.lead p{max-width:none;margin:0 0 .6rem;break-inside:avoid}
.work{display:grid;grid-template-columns:17rem minmax(0,1fr);gap:1rem 2.5rem;align-items:start}
.work>form{position:sticky;top:1rem;font-size:.9375rem}
.work .figures{margin:.25rem 0;gap:1.75rem 2rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr))}
form p{margin:.55rem 0;max-width:none}
label{display:flex;justify-content:space-between;gap:.75rem}
label output{font-variant-numeric:tabular-nums;font-weight:600;white-space:nowrap}
input[type=range]{width:100%;height:1.75rem;margin:0;accent-color:var(--link)}
select,button,input[type=file]{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--axis);
  border-radius:.3rem;padding:.35rem .6rem;min-height:2.25rem;max-width:100%}
select{width:100%;margin-top:.2rem}
button{cursor:pointer;padding:.35rem .8rem}
button.main{background:var(--link);border-color:var(--link);color:var(--paper);font-weight:600;min-width:5.5rem}
button:disabled{opacity:.5;cursor:default}
.buttons{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 .5rem}
.work .state{font-size:.9375rem;margin:.35rem 0;min-height:1.55em;overflow-wrap:anywhere}
.state code{font-size:.875rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.drawing{min-height:2rem}
.clickable .drawing svg{cursor:crosshair}
.drawing canvas{width:100%;max-width:26rem;image-rendering:pixelated;display:block;border:1px solid var(--grid)}
.drawing p{margin:.25rem 0;font-size:.9375rem}
.drawing.panels{grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}
.drawing .panels{grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr))}
.over{outline:3px dashed var(--link);outline-offset:4px}
@media (max-width:58rem){
.work{grid-template-columns:minmax(0,1fr)}
.work>form{position:static;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:0 1.5rem}
.work>form>.buttons,.work>form>.state{grid-column:1/-1}
}
@media (max-width:40rem){
header p{font-size:.9375rem;line-height:1.4}
#panels{gap:0}
#panels a{padding:.5rem .6rem}
.work>form{grid-template-columns:repeat(auto-fill,minmax(min(100%,10rem),1fr));gap:0 1rem}
}
`

/** Of the pages of the derivation. */
export const THEORY_STYLE: string = `${REPORT_STYLE}
main{max-width:50rem}
p,li{max-width:none}
.equation{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:1rem;align-items:center;margin:1rem 0;padding:.25rem .5rem}
.equation>div{overflow-x:auto}
.equation:target{background:var(--grid)}
math{font-size:1.05em;font-family:'STIX Two Math','Cambria Math','Latin Modern Math','Libertinus Math',math}
mtd{padding:0 .15em}
.tml-left{text-align:left}
.tml-right{text-align:right}
.tml-jot mtd{padding:.2em 0}
.equation{scroll-margin-top:30vh}
table{display:block;overflow-x:auto}
@media (max-width:40rem){p,li{overflow-x:auto}}
`
