import { classify } from './classify.js';

addEventListener('message', async ({ data }) => {
  postMessage(await classify(data));
});
