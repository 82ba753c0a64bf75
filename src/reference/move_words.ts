/** Twin of `move_words.wgsl`: the same walk, over values of 4 bytes. */
export { move as moveWords } from './move';
