// Elementary functions with the same bits in every engine: + − × ÷ √, comparisons and bit views only.
export { asin } from './asin.js';
export { cos } from './cos.js';
export { erf } from './erf.js';
export { exp } from './exp.js';
export { expm1 } from './expm1.js';
export { log } from './log.js';
export { log1p } from './log1p.js';
export { pow } from './pow.js';
export { sigmoid } from './sigmoid.js';
export { sin } from './sin.js';
export { tanh } from './tanh.js';
