import { classify } from './classify.js';

document.title = JSON.stringify(await classify('model.tflite'));
