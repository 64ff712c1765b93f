// Runs the double for looking at the pages by hand: npm run double -- 8090
import { Double } from './server.mjs';

const double = new Double();
console.log(await double.listen(Number(process.argv[2] ?? 8090)));
